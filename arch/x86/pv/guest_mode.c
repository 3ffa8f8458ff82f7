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
#include <hv/guest_copy.h>

mfn_t guest_mode_l4(const struct vcpu *v)
{
    return v->arch.in_kernel ? v->arch.l4_kernel : v->arch.l4_user;
}

int copy_from_guest_kernel(void *to, guest_va_t from, size_t n)
{
    struct vcpu *v = current;
    int rc;

    if (v->arch.in_kernel)
        return copy_from_guest(to, from, n);
    tlb_load_l4(v->arch.l4_kernel);
    rc = copy_from_guest(to, from, n);
    tlb_load_l4(v->arch.l4_user);
    return rc;
}

void guest_mode_toggle(struct vcpu *v)
{
    v->arch.in_kernel = !v->arch.in_kernel;
    __asm__ __volatile__("swapgs" : : : "memory");
    tlb_load_l4(guest_mode_l4(v));
    if (unlikely(v->arch.runstate_is_stale) && v->arch.in_kernel)
        arch_runstate_publish(v);
}
