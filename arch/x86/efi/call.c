/* SPDX-License-Identifier: MIT */
/*
 * call.c - into the firmware and back, on this CPU's stack.
 *
 * Interrupts are off throughout: firmware stops the CPU for its own purposes
 * (SMM) as long as it likes anyway, and so no handler of ours ever runs on its
 * page tables, beside NMI and machine check, which need nothing low. The caller
 * holds the lock that lets one CPU in at a time.
 * The guest's vector state is saved and loaded again, since the firmware may
 * use SSE (UEFI 2.10 2.3.4). FS and GS it leaves alone.
 */
#include <asm/cpu.h>
#include <asm/cr.h>
#include <asm/efi.h>
#include <asm/irqflags.h>
#include <asm/layout.h>
#include <hv/direct_map.h>
#include <hv/efi.h>
#include <hv/printk.h>
#include <hv/vcpu.h>

/* What UEFI 2.10 2.3.4 wants of the x87 and SSE control words. */
static const uint16_t fcw = 0x37f;
static const uint32_t mxcsr = 0x1f80;

static void set_fpu_defaults(void)
{
    clear_ts();
    __asm__ __volatile__("fninit; fldcw %0; ldmxcsr %1"
                         : : "m" (fcw), "m" (mxcsr));
}

static struct efi_outcome call_on_own_tables(uint64_t function,
                                             const uint64_t *arguments)
{
    mfn_t l4 = paddr_to_mfn(read_cr3());
    const pte_t *caller = mfn_to_virt(l4);
    struct efi_outcome outcome;

    efi_l4[PERDOMAIN_SLOT] = caller[PERDOMAIN_SLOT];
    tlb_load_l4(efi_l4_mfn);
    outcome = efi_call_firmware(function, arguments);
    tlb_load_l4(l4);
    return outcome;
}

bool arch_efi_call(uint64_t function, const uint64_t arguments[EFI_ARGUMENTS],
                   uint64_t *status)
{
    unsigned long flags = local_irq_save();
    struct vcpu *v = current;
    bool is_guest = v && !v->is_idle;
    struct efi_outcome outcome;

    if (is_guest)
        fpu_save(v);
    set_fpu_defaults();
    outcome = call_on_own_tables(function, arguments);
    if (is_guest)
        fpu_restore(v);
    local_irq_restore(flags);
    *status = outcome.status;
    return !outcome.has_failed;
}

/* Does the firmware run on this CPU, whose stack this is? */
static bool firmware_runs_here(void)
{
    unsigned long rsp = READ_ONCE(efi_return_rsp);

    return rsp && (rsp | (STACK_SIZE - 1)) + 1 ==
                      (unsigned long)(cpu_info() + 1);
}

bool efi_escape(struct regs *regs, unsigned long cr2)
{
    bool is_ours = regs->rip >= HV_VIRT_START && regs->rip < HV_VIRT_END;

    if (is_ours || !firmware_runs_here())
        return false;
    printk(LOG_ERROR, "UEFI: exception %u, error %x, at %lx, address %lx\n",
           regs->vector, regs->error_code, (unsigned long)regs->rip, cr2);
    regs->rip = (unsigned long)efi_fault;
    regs->rflags = RFLAGS_FIXED;
    return true;
}
