/* SPDX-License-Identifier: MIT */
/*
 * workspace.c - large, contiguous memory while a domain is built: 2 MiB frames
 * mapped one after the other, all given back at the end. They are not scrubbed:
 * what was in them is the text of a kernel and numbers of frames, no secret.
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
static unsigned int chunk_count __initdata;

void *__init workspace_alloc(size_t size)
{
    unsigned int first = chunk_count;
    unsigned int n = (unsigned int)((size + PAGE_SIZE_2M - 1) / PAGE_SIZE_2M);

    if (size > GIB(4) || chunk_count + n > CHUNKS_MAX)
        boot_error("Domain 0's kernel asks for %lu MiB to be unpacked: that "
                   "cannot be right, check the file",
                   (unsigned long)(size >> 20));
    for (; n; n--, chunk_count++) {
        unsigned long va = WORKSPACE_START + chunk_count * PAGE_SIZE_2M;
        mfn_t m = page_alloc_frames(CHUNK_ORDER, 0);

        if (mfn_eq(m, INVALID_MFN))
            boot_error("Too little memory to unpack domain 0's kernel (%lu "
                       "MiB are needed for a while): give the machine more",
                       (unsigned long)(size >> 20));
        chunks[chunk_count] = m;
        if (hv_map(va, m, PT_ENTRIES, PTE_HV_DATA, true))
            BUG();
    }
    return (void *)(WORKSPACE_START + first * PAGE_SIZE_2M);
}

void __init workspace_free_all(void)
{
    for (unsigned int i = 0; i < chunk_count; i++)
        page_free_frames(chunks[i], CHUNK_ORDER);
    chunk_count = 0;
}
