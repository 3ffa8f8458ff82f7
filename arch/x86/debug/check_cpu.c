/* SPDX-License-Identifier: MIT */
/*
 * check_cpu.c - what this CPU is about to go back to: the guest's own tables,
 * ring 3, and no flag that ring 3 must not have.
 */
#include "../../../common/debug/check.h"
#include <asm/cr.h>
#include <asm/current.h>
#include <asm/ipi.h>
#include <asm/pv.h>
#include <hv/printk.h>

/* VIF and VIP mean nothing with CR4.VME and CR4.PVI clear, and an emulator may
 * keep them set for good once some guest had it return to virtual-8086 mode. */
#define NOT_FOR_GUESTS  (RFLAGS_IOPL | RFLAGS_VM)

static void require(const char *what, uint64_t expected, uint64_t found)
{
    if (expected != found)
        panic("invariant: %s: expected %lx, found %lx", what, expected,
              found);
}

bool arch_check_runs(const struct vcpu *v)
{
    unsigned int cpu;

    for_each_online_cpu(cpu)
        if (cpu_infos[cpu]->current_vcpu == v)
            return true;
    return false;
}

void arch_check_cpu(void)
{
    const struct vcpu *v = current;
    const struct regs *r = guest_regs();

    require("the tables of the vcpu that runs",
            mfn_to_paddr(guest_mode_l4(v)), read_cr3());
    require("the ring that is returned to", 3, r->cs & 3);
    require("the ring of the stack that is returned to", 3, r->ss & 3);
    require("virtual interrupt flags", 0,
            read_cr4() & (CR4_VME | CR4_PVI));
    require("the flags that are returned with", RFLAGS_IF | RFLAGS_FIXED,
            r->rflags & (RFLAGS_IF | RFLAGS_FIXED | NOT_FOR_GUESTS));
}
