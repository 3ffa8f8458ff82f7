/* SPDX-License-Identifier: MIT */
/*
 * base.c - the two L4 tables a vcpu runs on, kernel's and user's. Each holds a
 * type reference, so a table in use cannot be changed behind the hardware,
 * pinned or not.
 */
#include <asm/paging.h>
#include <asm/pt.h>
#include <asm/pv.h>
#include <asm/table_lock.h>
#include <hv/domain.h>
#include <hv/errno.h>

/* Exchange *base for @l4, load CR3 if it is in use; what was there. */
static mfn_t put_in(struct vcpu *v, mfn_t *base, mfn_t l4)
{
    mfn_t old = *base;

    *base = l4;
    if (v == current && base == (v->arch.in_kernel ? &v->arch.l4_kernel
                                                   : &v->arch.l4_user))
        tlb_load_l4(l4);
    return old;
}

static int exchange(struct vcpu *v, mfn_t *base, mfn_t l4)
{
    mfn_t old = put_in(v, base, l4);

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

/* What a kernel does when it switches processes: both tables are in use beside
 * this, so nothing changes but counts. False: not so, and nothing was done. If
 * the old one's use was the last, *left is to be dropped. */
static bool load_shared(struct vcpu *v, mfn_t *base, mfn_t l4,
                        struct frame **left)
{
    struct frame *f = frame_of(l4);
    bool is_done;
    mfn_t old;

    if (v->arch.pending_table || mfn_eq(*base, l4) || !frame_is_ram(f))
        return false;
    tables_share(v);
    is_done = frame_add_use(f, v->domain, FRAME_L4);
    if (is_done) {
        old = put_in(v, base, l4);
        if (!mfn_eq(old, INVALID_MFN) && !frame_drop_use(frame_of(old)))
            *left = frame_of(old);
    }
    tables_unshare(v);
    return is_done;
}

static int load(struct vcpu *v, mfn_t *base, mfn_t l4,
                int (*set_exclusive)(struct vcpu *v, mfn_t l4))
{
    struct frame *left = NULL;
    bool is_done = load_shared(v, base, l4, &left);
    int rc;

    if (likely(is_done && !left))
        return 0;
    rc = pending_settle(v, v->domain);
    if (rc)
        return rc;
    arch_lock_tables(v->domain);
    rc = pending_finish(v);
    if (!rc)
        rc = left ? pending_put(v, left) : set_exclusive(v, l4);
    arch_unlock_tables(v->domain);
    return rc;
}

int base_load_kernel(struct vcpu *v, mfn_t l4)
{
    return load(v, &v->arch.l4_kernel, l4, base_set_kernel);
}

int base_load_user(struct vcpu *v, mfn_t l4)
{
    return load(v, &v->arch.l4_user, l4, base_set_user);
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
