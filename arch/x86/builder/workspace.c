/* SPDX-License-Identifier: MIT */
/*
 * workspace.c - large, contiguous memory while domains are built: 2 MiB frames
 * mapped one after the other, used by one domain after the other, all given
 * back at the end. They are not scrubbed here: whatever an ordinary domain is
 * given later is.
 */
#include "internal.h"
#include <asm/layout.h>
#include <asm/paging.h>
#include <hv/assert.h>
#include <hv/page_alloc.h>

#define CHUNK_ORDER     9u
#define WORKSPACE_START IOMAP_END
#define CHUNKS_MAX      4096u       /* 8 GiB */

static mfn_t chunks[CHUNKS_MAX] __initdata;
static unsigned int chunk_count __initdata;     /* mapped */
static unsigned int chunks_used __initdata;     /* by the domain being built */

static bool __init add_chunk(void)
{
    unsigned long va = WORKSPACE_START + chunk_count * PAGE_SIZE_2M;
    mfn_t m = page_alloc_frames(CHUNK_ORDER, 0);

    if (mfn_eq(m, INVALID_MFN))
        return false;
    chunks[chunk_count++] = m;
    if (hv_map(va, m, PT_ENTRIES, PTE_HV_DATA, true))
        BUG();
    return true;
}

void *__init workspace_alloc(size_t size)
{
    unsigned int first = chunks_used;
    unsigned int n = (unsigned int)((size + PAGE_SIZE_2M - 1) / PAGE_SIZE_2M);

    if (size > GIB(4) || n > CHUNKS_MAX - first)
        return NULL;
    while (chunk_count < first + n)
        if (!add_chunk())
            return NULL;
    chunks_used = first + n;
    return (void *)(WORKSPACE_START + first * PAGE_SIZE_2M);
}

void __init workspace_reset(void)
{
    chunks_used = 0;
}

void __init workspace_free_all(void)
{
    for (unsigned int i = 0; i < chunk_count; i++)
        page_free_frames(chunks[i], CHUNK_ORDER);
    chunk_count = chunks_used = 0;
}
