/* SPDX-License-Identifier: MIT */
/*
 * privileged.c - instructions that a kernel on bare hardware may execute and a
 * guest kernel in ring 3 faults on: a table from instruction to function. What
 * is not in it, or not allowed, is the guest's #GP.
 */
#include <asm/cpu.h>
#include <asm/cr.h>
#include <asm/debugreg.h>
#include <asm/emulate.h>
#include <asm/hypercalls.h>
#include <asm/msr.h>
#include <asm/pt.h>
#include <asm/pv.h>
#include <hv/domain.h>
#include <hv/errno.h>

typedef enum emulate_result (*emulate_fn)(struct vcpu *v, struct regs *regs,
                                          const struct insn *insn);

/* What CR4 shows and takes. */
#define CR4_VISIBLE (CR4_PAE | CR4_MCE | CR4_OSFXSR | CR4_OSXMMEXCPT)
#define CR0_GUEST   (CR0_PG | CR0_AM | CR0_WP | CR0_NE | CR0_ET | CR0_MP | \
                     CR0_PE)

static enum emulate_result do_in_out(struct vcpu *v, struct regs *regs,
                                     const struct insn *insn)
{
    (void)v;
    return emulate_in_out(regs, insn);
}

static enum emulate_result do_string_io(struct vcpu *v, struct regs *regs,
                                        const struct insn *insn)
{
    (void)v;
    return emulate_string_io(regs, insn);
}

static enum emulate_result do_clts(struct vcpu *v, struct regs *regs,
                                   const struct insn *insn)
{
    (void)v, (void)regs, (void)insn;
    do_fpu_taskswitch(0);
    return EMULATE_DONE;
}

/* Interrupts are the upcall mask's; with enough IOPL these do nothing. */
static enum emulate_result do_cli_sti(struct vcpu *v, struct regs *regs,
                                      const struct insn *insn)
{
    (void)regs, (void)insn;
    return iopl_allows(v) ? EMULATE_DONE : EMULATE_REFLECT;
}

static enum emulate_result do_wbinvd(struct vcpu *v, struct regs *regs,
                                     const struct insn *insn)
{
    (void)regs, (void)insn;
    if (v->domain->is_hardware)
        __asm__ __volatile__("wbinvd" : : : "memory");
    return EMULATE_DONE;
}

static enum emulate_result do_read_cr(struct vcpu *v, struct regs *regs,
                                      const struct insn *insn)
{
    uint64_t value;

    switch (insn->sys_reg) {
    case 0:
        value = CR0_GUEST | (v->arch.ts ? CR0_TS : 0);
        break;
    case 2:
        value = v->arch.cr2;
        break;
    case 3:
        value = mfn_to_paddr(v->arch.l4_kernel);
        break;
    case 4:
        value = (v->arch.cr4 & CR4_GUEST) | (cpu_cr4 & CR4_VISIBLE);
        break;
    default:
        return EMULATE_REFLECT;
    }
    gpr_to_regs(regs, insn->reg, value);
    return EMULATE_DONE;
}

static enum emulate_result write_cr3_of(struct vcpu *v, uint64_t value)
{
    int rc = base_load_kernel(v, paddr_to_mfn(value));

    if (rc == -ERESTART)
        return EMULATE_AGAIN;
    return rc ? EMULATE_REFLECT : EMULATE_DONE;
}

static enum emulate_result do_write_cr(struct vcpu *v, struct regs *regs,
                                       const struct insn *insn)
{
    uint64_t value = gpr_from_regs(regs, insn->reg);

    switch (insn->sys_reg) {
    case 0:
        if ((value ^ CR0_GUEST) & ~(uint64_t)CR0_TS)
            return EMULATE_REFLECT;
        do_fpu_taskswitch(!!(value & CR0_TS));
        return EMULATE_DONE;
    case 2:
        v->arch.cr2 = value;
        v->info->arch.cr2 = value;
        return EMULATE_DONE;
    case 3:
        return write_cr3_of(v, value);
    case 4:
        v->arch.cr4 = value & CR4_GUEST;
        return EMULATE_DONE;
    default:
        return EMULATE_REFLECT;
    }
}

static enum emulate_result do_read_dr(struct vcpu *v, struct regs *regs,
                                      const struct insn *insn)
{
    (void)v;
    gpr_to_regs(regs, insn->reg, (uint64_t)do_get_debugreg(insn->sys_reg));
    return EMULATE_DONE;
}

static enum emulate_result do_write_dr(struct vcpu *v, struct regs *regs,
                                       const struct insn *insn)
{
    (void)v;
    return do_set_debugreg(insn->sys_reg, gpr_from_regs(regs, insn->reg))
               ? EMULATE_REFLECT : EMULATE_DONE;
}

static enum emulate_result do_rdmsr(struct vcpu *v, struct regs *regs,
                                    const struct insn *insn)
{
    uint64_t value = 0;

    (void)insn;
    if (guest_rdmsr(v, (uint32_t)regs->rcx, &value) &&
        v->arch.traps[VECTOR_GP].address)
        return EMULATE_REFLECT;     /* before it has a handler, it reads 0 */
    regs->rax = (uint32_t)value;
    regs->rdx = value >> 32;
    return EMULATE_DONE;
}

static enum emulate_result do_wrmsr(struct vcpu *v, struct regs *regs,
                                    const struct insn *insn)
{
    uint64_t value = (uint32_t)regs->rax | regs->rdx << 32;

    (void)insn;
    return guest_wrmsr(v, (uint32_t)regs->rcx, value) ? EMULATE_REFLECT
                                                      : EMULATE_DONE;
}

static enum emulate_result do_rdtsc(struct vcpu *v, struct regs *regs,
                                    const struct insn *insn)
{
    uint64_t tsc = rdtsc();

    regs->rax = (uint32_t)tsc;
    regs->rdx = tsc >> 32;
    if (insn->op == INSN_RDTSCP)
        regs->rcx = v->arch.tsc_aux;
    return EMULATE_DONE;
}

static enum emulate_result do_xsetbv(struct vcpu *v, struct regs *regs,
                                     const struct insn *insn)
{
    uint64_t value = (uint32_t)regs->rax | regs->rdx << 32;

    (void)insn;
    if (!cpu_features.xsave || (uint32_t)regs->rcx || !xcr0_is_valid(value))
        return EMULATE_REFLECT;
    v->arch.xcr0 = value;
    xcr0_write(value);
    return EMULATE_DONE;
}

static enum emulate_result do_cpuid(struct vcpu *v, struct regs *regs,
                                    const struct insn *insn)
{
    (void)insn;
    guest_cpuid(v, regs, false);
    return EMULATE_DONE;
}

static const struct {
    emulate_fn fn;
    bool user_too;      /* guest user mode may, if the rest allows it */
} table[] = {
    [INSN_IN] = { do_in_out, true },
    [INSN_OUT] = { do_in_out, true },
    [INSN_INS] = { do_string_io, true },
    [INSN_OUTS] = { do_string_io, true },
    [INSN_CLI] = { do_cli_sti, true },
    [INSN_STI] = { do_cli_sti, true },
    [INSN_CPUID] = { do_cpuid, true },
    [INSN_CLTS] = { do_clts, false },
    [INSN_WBINVD] = { do_wbinvd, false },
    [INSN_READ_CR] = { do_read_cr, false },
    [INSN_WRITE_CR] = { do_write_cr, false },
    [INSN_READ_DR] = { do_read_dr, false },
    [INSN_WRITE_DR] = { do_write_dr, false },
    [INSN_RDMSR] = { do_rdmsr, false },
    [INSN_WRMSR] = { do_wrmsr, false },
    [INSN_RDTSC] = { do_rdtsc, false },
    [INSN_RDTSCP] = { do_rdtsc, false },
    [INSN_XSETBV] = { do_xsetbv, false },
};

static void advance(struct regs *regs, unsigned int length)
{
    regs->rip += length;
    regs->rflags &= ~RFLAGS_RF;
    debugreg_step(regs);
}

bool emulate_privileged(struct regs *regs)
{
    struct vcpu *v = current;
    uint8_t bytes[INSN_BYTES];
    struct insn insn;
    size_t n = fetch_insn(regs, bytes);
    enum emulate_result rc;

    if (insn_decode(bytes, n, INSN_MODE_64, &insn) ||
        insn.op >= sizeof(table) / sizeof(table[0]) || !table[insn.op].fn ||
        (!v->arch.in_kernel && !table[insn.op].user_too))
        return false;
    rc = table[insn.op].fn(v, regs, &insn);
    if (rc == EMULATE_DONE)
        advance(regs, insn.length);
    return rc != EMULATE_REFLECT;
}

bool emulate_forced_cpuid(struct regs *regs)
{
    uint8_t bytes[INSN_BYTES];
    struct insn insn;
    size_t n = fetch_insn(regs, bytes);

    if (insn_decode_forced(bytes, n, &insn))
        return false;
    guest_cpuid(current, regs, true);
    advance(regs, insn.length);
    return true;
}
