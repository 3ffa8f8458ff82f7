/* SPDX-License-Identifier: MIT */
/*
 * transfer.c - give a page to a domain that accepts it.
 *
 * A frame does not change its owner while it is one's (F1), so what changes hands
 * is the content: the receiver gets a fresh frame, counted against its limit, and
 * the giver's is given up. Nobody can tell, as the frame that is given must not
 * be mapped anywhere and the receiver learns its number from us.
 * Whatever cannot be done leaves the giver its frame.
 */
#include "entry.h"
#include "grant.h"
#include <hv/direct_map.h>
#include <hv/frame.h>
#include <hv/log_dirty.h>
#include <hv/memory_op.h>
#include <hv/page_alloc.h>
#include <hv/string.h>
#include <hv/vcpu.h>

_Static_assert(PAGE_MFN_LIMIT <= UINT32_MAX, "any number fits in an entry");

static void copy_page(mfn_t to, mfn_t from)
{
    void *a = map_frame(from), *b = map_frame(to);

    memcpy(b, a, PAGE_SIZE);
    unmap_frame(b);
    unmap_frame(a);
}

/* @m has just become @to's, which may guess its number and give it up already. */
static int16_t tell(struct domain *to, struct grant_entry_v1 *e, mfn_t m)
{
    struct frame *f = frame_of(m);
    bool is_committed = grant_entry_commit(e, current->domain->id);

    if (frame_get(f, to)) {
        if (is_committed) {
            arch_set_m2p(m, pfn(READ_ONCE(e->frame)));
            log_dirty_mark(to, m);
        } else {
            (void)frame_give_up(f);
        }
        frame_put(f);
    }
    if (!is_committed)
        return GNTST_general_error;
    grant_entry_complete(e, (uint32_t)m.n);
    return GNTST_okay;
}

/* G1 for transfers: what the entry accepts counts when it is committed. Only who
 * accepts a page has room taken for it. */
static int16_t give(struct domain *to, grant_ref_t ref, mfn_t m)
{
    int16_t status = GNTST_general_error;
    struct grant_entry_v1 *e;
    bool is_theirs;

    spin_lock(&to->grants->lock);
    e = grant_entry_of(to->grants, ref);
    is_theirs = e && grant_entry_accepts(e, current->domain->id) &&
                frame_assign_limited(to, m, 1);
    if (is_theirs)
        status = tell(to, e, m);
    spin_unlock(&to->grants->lock);
    if (!is_theirs)
        page_free_frames(m, 0);
    return status;
}

/* The content of @f, which is claimed, for @to. */
static int16_t hand_over(const struct frame *f, struct domain *to,
                         grant_ref_t ref)
{
    mfn_t m = page_alloc_frames(0, 0);

    if (mfn_eq(m, INVALID_MFN))
        return GNTST_general_error;
    copy_page(m, frame_mfn(f));
    return give(to, ref, m);
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
