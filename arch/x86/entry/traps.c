/* SPDX-License-Identifier: MIT */
/*
 * traps.c - an exception has been taken: is it ours or the guest's, and who
 * deals with it?
 */
#include <asm/cpu.h>
#include <asm/cr.h>
#include <asm/descriptor.h>
#include <asm/efi.h>
#include <asm/nmi.h>
#include <asm/irqflags.h>
#include <asm/pv.h>
#include <asm/traps.h>
#include <hv/domain.h>
#include <hv/panic.h>
#include <hv/printk.h>

#define GP_EXTERNAL     (1u << 0)   /* error code of selector faults, */
#define GP_IDT          (1u << 1)   /* SDM 3A 6.13 */
#define SYSCALL_VECTOR  0x80
#define DR6_DEFAULT     0xffff0ff0ul

/* What the vector's frame carries. */
static bool has_error_code(unsigned int vector)
{
    return vector == VECTOR_DF || (vector >= VECTOR_TS && vector <= VECTOR_PF)
           || vector == VECTOR_AC || vector == VECTOR_CP;
}

static void reflect(const struct regs *regs)
{
    if (has_error_code(regs->vector))
        trap_bounce_error(regs->vector, regs->error_code);
    else
        trap_bounce(regs->vector);
}

/* The guest may raise vectors whose trap-table DPL lets its mode do so. */
static bool may_raise(const struct vcpu *v, unsigned int vector)
{
    return v->arch.traps[vector].dpl >= (v->arch.in_kernel ? 1 : 3);
}

/* INT n faults, since the real gates are closed. The vector is taken from the
 * instruction where it can be read: some emulators get the error code wrong. */
static void software_interrupt(struct regs *regs)
{
    struct vcpu *v = current;
    uint8_t insn[INSN_BYTES];
    unsigned int vector = regs->error_code >> 3 & 0xff;

    if (fetch_insn(regs, insn) >= 2 && insn[0] == 0xcd)
        vector = insn[1];
    if (may_raise(v, vector)) {
        regs->rip += 2;
        trap_bounce(vector);
    } else {
        trap_bounce_error(VECTOR_GP, vector << 3 | GP_IDT);
    }
}

static void general_protection(struct regs *regs)
{
    if (regs->error_code & GP_EXTERNAL) {
        reflect(regs);
    } else if (regs->error_code & GP_IDT) {
        software_interrupt(regs);
    } else if (regs->error_code || !emulate_privileged(regs)) {
        regs->vector = VECTOR_GP;
        reflect(regs);
    }
}

/* Vector 0x80 has an open gate: the old way into Linux. */
static void syscall_vector(struct regs *regs)
{
    if (current->arch.traps[SYSCALL_VECTOR].address) {
        trap_bounce(SYSCALL_VECTOR);
        return;
    }
    regs->rip -= 2;
    trap_bounce_error(VECTOR_GP, SYSCALL_VECTOR << 3 | GP_IDT);
}

static void device_not_available(struct regs *regs)
{
    struct vcpu *v = current;

    clear_ts();
    v->arch.ts = false;
    reflect(regs);
}

static void invalid_opcode(struct regs *regs)
{
    if (!emulate_forced_cpuid(regs))
        reflect(regs);
}

static void debug_exception(struct regs *regs)
{
    current->arch.dr6 = read_dr6();
    write_dr6(DR6_DEFAULT);
    reflect(regs);
}

void trap_from_guest(struct regs *regs)
{
    unsigned long cr2;

    switch (regs->vector) {
    case VECTOR_PF:
        cr2 = read_cr2();
        local_irq_enable();
        page_fault_from_guest(regs, cr2);
        return;
    case VECTOR_GP:
        local_irq_enable();
        general_protection(regs);
        return;
    case VECTOR_NM:
        device_not_available(regs);
        return;
    case VECTOR_UD:
        local_irq_enable();
        invalid_opcode(regs);
        return;
    case VECTOR_DB:
        debug_exception(regs);
        return;
    case VECTOR_NMI:
        nmi_serve(regs);
        nmi_unblock();      /* SYSRET may be how we leave */
        return;
    case VECTOR_MC:
    case VECTOR_DF:
        panic_at(regs, "the CPU reported %s while a guest ran",
                 regs->vector == VECTOR_MC ? "a machine check"
                                           : "a double fault");
    case SYSCALL_VECTOR:
        syscall_vector(regs);
        return;
    default:
        local_irq_enable();
        reflect(regs);
        return;
    }
}

/* For entry/exit.S. The failing IRET's own frame begins above this word, and
 * the fault's frame ends below it. */
static void note_return_fault(const struct regs *regs)
{
    guest_regs()->vector = regs->vector;
    guest_regs()->error_code = regs->error_code;
}

void trap_from_hypervisor(struct regs *regs)
{
    unsigned long cr2 = read_cr2(), fixup;
    bool is_fatal;

    if (regs->vector == VECTOR_NMI) {
        nmi_serve(regs);
        return;
    }
    if (regs->vector == VECTOR_DB) {
        /* A guest's breakpoint on memory that we touch for it, or its single
         * step, which SYSENTER brings along. */
        write_dr6(DR6_DEFAULT);
        regs->rflags &= ~RFLAGS_TF;
        return;
    }
    is_fatal = regs->vector == VECTOR_DF || regs->vector == VECTOR_MC;
    if (!is_fatal && efi_escape(regs, cr2))
        return;
    if (regs->vector == VECTOR_PF && page_fault_fix(regs, cr2))
        return;
    fixup = extable_lookup(regs->rip);
    if (fixup && !is_fatal) {
        if (fixup == (unsigned long)iret_fault)
            note_return_fault(regs);
        regs->rip = fixup;
        return;
    }
    if (regs->vector == VECTOR_PF)
        panic_at(regs, "page fault at %lx, error %x", cr2, regs->error_code);
    panic_at(regs, "exception %u, error %x", regs->vector, regs->error_code);
}
