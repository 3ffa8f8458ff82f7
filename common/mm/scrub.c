/* SPDX-License-Identifier: MIT */
/*
 * scrub.c - idle CPUs clear free memory, so that it costs neither the end of a
 * domain nor the beginning of the next.
 *
 * It is done in small pieces, each out of the allocator while it is cleared:
 * whoever asks for memory meanwhile finds another, or waits for this one
 * (page_alloc.c, P7). So nothing may keep a CPU that has a piece from returning
 * it: interrupts are off. After each the CPU looks whether it has something
 * better to do.
 */
#include <hv/assert.h>
#include <hv/frame.h>
#include <hv/irqflags.h>
#include <hv/page_alloc.h>
#include <hv/scrub.h>

#define PIECE_ORDER 2u      /* 16 KiB */

bool scrub_some(void)
{
    unsigned int order;
    mfn_t first;

    ASSERT(!local_irq_is_enabled());
    if (!page_is_any_dirty())
        return false;
    first = page_take_dirty(PIECE_ORDER, &order);
    if (mfn_eq(first, INVALID_MFN))
        return false;
    for (unsigned long i = 0; i < 1ul << order; i++)
        arch_scrub_frame(mfn_add(first, i));
    page_return_cleared(first, order);
    return true;
}
