/* SPDX-License-Identifier: MIT */
/*
 * base.c - the two L4 tables a vcpu runs on, kernel's and user's. Each holds a
 * type reference, so a table in use cannot be changed behind the hardware,
 * pinned or not.
 */
#include <asm/paging.h>
#include <asm/pt.h>
#include <asm/pv.h>
#include <hv/domain.h>
#include <hv/errno.h>

/* Exchange *base for @l4, load CR3 if it is in use, drop what was there. */
static int exchange(struct vcpu *v, mfn_t *base, mfn_t l4)
{
    mfn_t old = *base;

    *base = l4;
    if (v == current && base == (v->arch.in_kernel ? &v->arch.l4_kernel
                                                   : &v->arch.l4_user))
        tlb_load_l4(l4);
    if (mfn_eq(old, INVALID_MFN))
        return 0;
    return pending_put(v, frame_of(old));
}

static int set(struct vcpu *v, mfn_t *base, mfn_t l4)
{
    struct frame *f = frame_of(l4);
    int rc;

    if (!frame_is_ram(f))
        return -EINVAL;
    rc = pending_get(v, v->domain, f, FRAME_L4);
    return rc ? rc : exchange(v, base, l4);
}

int base_set_kernel(struct vcpu *v, mfn_t l4)
{
    if (mfn_eq(l4, v->arch.l4_kernel)) {
        if (v == current)
            tlb_flush_local();
        return 0;
    }
    return set(v, &v->arch.l4_kernel, l4);
}

int base_set_user(struct vcpu *v, mfn_t l4)
{
    int rc;

    /* INVALID_MFN is how we say none, not the guest. */
    if (mfn_eq(l4, v->arch.l4_user) && !mfn_eq(l4, INVALID_MFN))
        return 0;
    if (l4.n)
        return set(v, &v->arch.l4_user, l4);
    rc = pending_abandon(v);
    return rc ? rc : exchange(v, &v->arch.l4_user, INVALID_MFN);
}

int base_drop(struct vcpu *v)
{
    int rc = pending_abandon(v);

    if (!rc)
        rc = exchange(v, &v->arch.l4_user, INVALID_MFN);
    if (!rc)
        rc = exchange(v, &v->arch.l4_kernel, INVALID_MFN);
    return rc;
}
