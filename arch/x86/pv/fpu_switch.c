/* SPDX-License-Identifier: MIT */
/*
 * fpu_switch.c - fpu_taskswitch (hypercall 5): the guest's CR0.TS. Its state
 * is in the CPU all the same; TS only makes its next use of it raise #NM.
 */
#include <asm/cr.h>
#include <asm/hypercalls.h>
#include <asm/pv.h>

long do_fpu_taskswitch(int set)
{
    struct vcpu *v = current;

    if (v->arch.ts == !!set)
        return 0;
    v->arch.ts = !!set;
    if (set)
        write_cr0(read_cr0() | CR0_TS);
    else
        clear_ts();
    return 0;
}
