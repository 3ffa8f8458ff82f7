/* SPDX-License-Identifier: MIT */
/*
 * transfer.c - give a page to a domain that accepts it.
 *
 * A frame with references does not change its owner (F1), so what changes hands
 * is the content: the receiver gets a frame of its own, counted against its
 * limit, and the giver's is given up. Nobody can tell, as the frame that is
 * given must not be mapped anywhere and the receiver learns its number from us.
 * Whatever cannot be done leaves the giver its frame.
 */
#include "entry.h"
#include "grant.h"
#include <hv/direct_map.h>
#include <hv/frame.h>
#include <hv/log_dirty.h>
#include <hv/memory_op.h>
#include <hv/string.h>
#include <hv/vcpu.h>

/* G1 for transfers: what the entry offers counts when it is committed. */
static bool commit(struct domain *to, grant_ref_t ref, uint32_t *wanted_pfn)
{
    struct grant_entry_v1 *e;
    bool is_ours;

    spin_lock(&to->grants->lock);
    e = grant_entry_of(to->grants, ref);
    is_ours = e && grant_entry_commit(e, current->domain->id);
    if (is_ours)
        *wanted_pfn = READ_ONCE(e->frame);
    spin_unlock(&to->grants->lock);
    return is_ours;
}

static void complete(struct domain *to, grant_ref_t ref, mfn_t m)
{
    spin_lock(&to->grants->lock);
    grant_entry_complete(grant_entry_of(to->grants, ref), (uint32_t)m.n);
    spin_unlock(&to->grants->lock);
}

static void copy_page(mfn_t to, mfn_t from)
{
    void *a = map_frame(from), *b = map_frame(to);

    memcpy(b, a, PAGE_SIZE);
    unmap_frame(b);
    unmap_frame(a);
}

/* Write @f's content into @fresh, which @to has; hold it as what is written to
 * meanwhile, for @to may guess which frame it got and make a table of it. */
static int16_t fill(struct frame *fresh, const struct frame *f,
                    struct domain *to, grant_ref_t ref)
{
    uint32_t wanted = 0;

    if (frame_mfn(fresh).n > UINT32_MAX || frame_get_writable(fresh, to))
        return GNTST_general_error;
    if (!commit(to, ref, &wanted)) {
        frame_put_writable(fresh);
        return GNTST_general_error;
    }
    copy_page(frame_mfn(fresh), frame_mfn(f));
    arch_set_m2p(frame_mfn(fresh), pfn(wanted));
    log_dirty_mark(to, frame_mfn(fresh));
    complete(to, ref, frame_mfn(fresh));
    frame_put_writable(fresh);
    return GNTST_okay;
}

/* The content of @f, which is claimed, for @to. */
static int16_t hand_over(const struct frame *f, struct domain *to,
                         grant_ref_t ref)
{
    mfn_t m = frame_alloc_for(to, 0, 0);
    struct frame *fresh = frame_of(m);
    int16_t status;

    /* @to may even have given it up by now. */
    if (mfn_eq(m, INVALID_MFN) || !frame_get(fresh, to))
        return GNTST_general_error;
    status = fill(fresh, f, to, ref);
    if (status)
        (void)frame_give_up(fresh);
    frame_put(fresh);
    return status;
}

void grant_transfer(struct gnttab_transfer *op, struct lookup *l)
{
    struct frame *f = frame_of(mfn(op->mfn));
    struct domain *to;

    op->status = GNTST_bad_page;
    if (!frame_is_ram(f) || !frame_claim(f, current->domain))
        return;
    to = grant_lookup(l, op->domid);
    op->status = to ? hand_over(f, to, op->ref) : GNTST_bad_domain;
    if (op->status) {
        frame_unclaim(f);
        return;
    }
    arch_set_m2p(frame_mfn(f), INVALID_PFN);
    frame_put_claimed(f);
}
