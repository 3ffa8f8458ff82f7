/* SPDX-License-Identifier: MIT */
/*
 * switch.c - leave one vcpu for another. Each CPU has one hypervisor stack, and
 * a vcpu is only left on its way out to the guest, so all that is to be kept is
 * the guest's: registers, segments, floating point, debug registers.
 */
#include <asm/cpu.h>
#include <asm/debugreg.h>
#include <asm/guest_time.h>
#include <asm/irqflags.h>
#include <asm/msr.h>
#include <asm/paging.h>
#include <asm/pv.h>
#include <hv/domain.h>
#include <hv/sched.h>
#include <hv/softirq.h>

static void save(struct vcpu *v)
{
    v->arch.regs = *guest_regs();
    segments_save(v);
    fpu_save(v);
    debugreg_unload(v);
}

/* False: a selector could not be loaded. */
static bool load(struct vcpu *prev, struct vcpu *v)
{
    bool ok;

    *guest_regs() = v->arch.regs;
    /* GDTR names the window of the last vcpu, which other tables do not map:
     * an NMI would find no code segment. */
    gdt_load_own();
    tlb_switch(prev->domain, v->domain, guest_mode_l4(v));
    gdt_vcpu_load(v);
    ok = segments_load(v);
    fpu_restore(v);
    debugreg_load(v);
    if (cpu_features.rdtscp)
        wrmsr(MSR_TSC_AUX, v->arch.tsc_aux);
    guest_time_update(v);
    return ok;
}

void arch_vcpu_switch(struct vcpu *prev, struct vcpu *next)
{
    bool ok = true;

    local_irq_disable();
    if (!prev->is_idle)
        save(prev);
    current = next;
    if (next->is_idle) {
        gdt_load_own();
        gdt_set_ldt(0, 0);
        tlb_switch(prev->domain, NULL, hv_l4_mfn);
    } else {
        ok = load(prev, next);
    }
    sched_switch_finished(prev);
    if (next->is_idle)
        resume_idle();
    arch_runstate_publish(next);
    if (!ok)
        failsafe_deliver();
    resume_guest();
}

void arch_vcpu_kick(struct vcpu *v)
{
    if (v != current)
        arch_cpu_kick(v->cpu);
}
