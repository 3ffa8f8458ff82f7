/* SPDX-License-Identifier: MIT */
/*
 * guest_mode.c - a 64-bit guest's kernel and its user both run in ring 3, kept
 * apart by two L4 tables and two GS bases. The hardware's inactive GS base
 * (MSR_KERNEL_GS_BASE) is the other mode's, so SWAPGS does for us what it does
 * for a kernel on bare hardware.
 */
#include <asm/paging.h>
#include <asm/pv.h>
#include <hv/domain.h>

mfn_t guest_mode_l4(const struct vcpu *v)
{
    return v->arch.in_kernel ? v->arch.l4_kernel : v->arch.l4_user;
}

void guest_mode_toggle(struct vcpu *v)
{
    v->arch.in_kernel = !v->arch.in_kernel;
    __asm__ __volatile__("swapgs" : : : "memory");
    tlb_load_l4(guest_mode_l4(v));
    if (unlikely(v->arch.runstate_is_stale) && v->arch.in_kernel)
        arch_runstate_publish(v);
}
