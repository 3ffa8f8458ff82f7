/* SPDX-License-Identifier: MIT */
/*
 * entry.c - the shared entry of a grant: who may use it, as its domain says,
 * and whether somebody does, as we tell it.
 *
 * The domain may write there at any time. So flags and domid, which lie in one
 * word, are read together, judged, and changed by one compare-and-swap from
 * what was judged. If it writes just then, we judge anew, a few times. What it
 * does to the flags afterwards harms itself alone: nothing is decided by them
 * while the grant is in use (G1 in pin.c).
 */
#include "entry.h"
#include <hv/compiler.h>

#define TRIES   5u

union head {
    uint32_t word;
    struct {
        uint16_t flags;
        domid_t domid;
    };
};
_Static_assert(offsetof(struct grant_entry_v1, frame) == sizeof(union head),
               "flags and domid are one word");

static uint32_t *word_of(const struct grant_entry_v1 *e)
{
    return (uint32_t *)(uintptr_t)e;
}

static bool swap(struct grant_entry_v1 *e, union head *seen, union head next)
{
    return __atomic_compare_exchange_n(word_of(e), &seen->word, next.word,
                                       false, __ATOMIC_SEQ_CST,
                                       __ATOMIC_SEQ_CST);
}

static bool may_use(union head h, domid_t user, bool writes, bool is_in_use)
{
    if (!is_in_use && ((h.flags & GTF_type_mask) != GTF_permit_access ||
                       (h.flags & GTF_sub_page) || h.domid != user))
        return false;
    return !writes || !(h.flags & GTF_readonly);
}

int16_t grant_entry_mark(struct grant_entry_v1 *e, domid_t user, bool writes,
                         bool is_in_use)
{
    union head seen = { .word = READ_ONCE(*word_of(e)) };

    for (unsigned int i = 0; i < TRIES; i++) {
        union head next = seen;

        if (!may_use(seen, user, writes, is_in_use))
            return GNTST_general_error;
        next.flags |= GTF_reading | (writes ? GTF_writing : 0);
        if (swap(e, &seen, next))
            return GNTST_okay;
    }
    return GNTST_general_error;
}

void grant_entry_unmark(struct grant_entry_v1 *e, uint16_t flags)
{
    __atomic_and_fetch(&e->flags, (uint16_t)~flags, __ATOMIC_SEQ_CST);
}

static bool accepts(union head h, domid_t giver)
{
    return h.flags == GTF_accept_transfer && h.domid == giver;
}

bool grant_entry_accepts(const struct grant_entry_v1 *e, domid_t giver)
{
    return accepts((union head){ .word = READ_ONCE(*word_of(e)) }, giver);
}

bool grant_entry_commit(struct grant_entry_v1 *e, domid_t giver)
{
    union head seen = { .word = READ_ONCE(*word_of(e)) };

    for (unsigned int i = 0; i < TRIES; i++) {
        union head next = seen;

        if (!accepts(seen, giver))
            return false;
        next.flags |= GTF_transfer_committed;
        if (swap(e, &seen, next))
            return true;
    }
    return false;
}

void grant_entry_complete(struct grant_entry_v1 *e, uint32_t frame)
{
    WRITE_ONCE(e->frame, frame);
    __atomic_or_fetch(&e->flags, GTF_transfer_completed, __ATOMIC_SEQ_CST);
}
