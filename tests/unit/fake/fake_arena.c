/* SPDX-License-Identifier: MIT */
/*
 * fake_arena.c - the direct map over an aligned piece of host memory. Its frame
 * numbers begin at a multiple of the largest block a test may want.
 */
#include <stdlib.h>
#include <string.h>
#include <hv/assert.h>
#include <hv/direct_map.h>
#include "fake_arena.h"
#include "fake_frames.h"

#define FIRST   (1ul << 20)

static char *arena;
static unsigned long arena_frames;

void fake_arena_create(unsigned long frames)
{
    arena = aligned_alloc(PAGE_SIZE, frames * PAGE_SIZE);
    if (!arena)
        abort();
    memset(arena, 0xa5, frames * PAGE_SIZE);
    arena_frames = frames;
    fake_frames_add(FIRST, frames);
    page_alloc_add_range(mfn(FIRST), frames);
}

void *mfn_to_virt(mfn_t m)
{
    ASSERT(m.n - FIRST < arena_frames);
    return arena + ((m.n - FIRST) << PAGE_SHIFT);
}

mfn_t virt_to_mfn(const void *va)
{
    unsigned long offset = (unsigned long)((const char *)va - arena);

    ASSERT(offset >> PAGE_SHIFT < arena_frames);
    return mfn(FIRST + (offset >> PAGE_SHIFT));
}
