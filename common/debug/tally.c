/* SPDX-License-Identifier: MIT */
/*
 * tally.c - for each frame, how often the invariant checker has seen it held.
 * A holder that wants another type than the frame has is noted at once.
 */
#include "check.h"
#include <hv/heap.h>
#include <hv/string.h>

static struct tally *tallies;       /* one for each frame number */

bool tally_create(void)
{
    tallies = heap_alloc_array(frame_table_end, sizeof(*tallies));
    return tallies;
}

void tally_reset(void)
{
    memset(tallies, 0, frame_table_end * sizeof(*tallies));
}

struct tally *tally_of(const struct frame *f)
{
    return &tallies[frame_mfn(f).n];
}

void tally_reference(const struct frame *f, unsigned long by)
{
    if (!frame_is_ram(f)) {
        check_fail("a reference on what is no RAM", 0, by, 0, 1);
        return;
    }
    if (!(f->state & FRAME_REF_MASK))
        check_fail("use of a frame that is nobody's", frame_mfn(f).n, by, 1,
                   0);
    tally_of(f)->refs++;
}

void tally_type(const struct frame *f, enum frame_type type, unsigned long by)
{
    tally_reference(f, by);
    if (!frame_is_ram(f))
        return;
    if (frame_state_type(f->state) != type)
        check_fail("a frame's type and its use", frame_mfn(f).n, by,
                   (uint64_t)type, (uint64_t)frame_state_type(f->state));
    tally_of(f)->type_refs++;
}
