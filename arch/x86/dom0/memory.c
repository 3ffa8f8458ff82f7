/* SPDX-License-Identifier: MIT */
/*
 * memory.c - domain 0's memory: as much as dom0_mem= says, in pieces as large
 * and as low as there are, so that its devices reach it and its initial area
 * meets no hole of the machine's map.
 */
#include "internal.h"
#include <asm/boot_memory.h>
#include <asm/paging.h>
#include <hv/cmdline.h>
#include <hv/direct_map.h>
#include <hv/errno.h>
#include <hv/frame.h>
#include <hv/page_alloc.h>
#include <hv/printk.h>
#include <hv/string.h>

#define ORDER_MAX       18u
/* Without dom0_mem= this much stays the hypervisor's: a 16th, and no less
 * nor more than these. */
#define RESERVE_MIN     MIB(32)
#define RESERVE_MAX     MIB(128)

static uint64_t dom0_size __initdata, dom0_max __initdata;

/* dom0_mem=SIZE, or min:, max: and plain sizes, split by commas. */
static int __init parse_dom0_mem(const char *value)
{
    while (*value) {
        uint64_t *to = &dom0_size;
        const char *end;
        uint64_t size;

        if (!strncmp(value, "max:", 4)) {
            to = &dom0_max;
            value += 4;
        } else if (!strncmp(value, "min:", 4)) {
            value += 4;
        }
        size = string_to_size(value, &end, 1024);
        if (end == value || (*end && *end != ','))
            return -EINVAL;
        *to = size;
        value = *end ? end + 1 : end;
    }
    return 0;
}
CMDLINE_CUSTOM_OPTION(dom0_mem, "dom0_mem", parse_dom0_mem);

uint64_t __init dom0_pages(const struct build *b)
{
    uint64_t available = page_free_count(), reserve, wanted;

    (void)b;
    reserve = (boot_memory_total() / 16) >> PAGE_SHIFT;
    reserve = MAX(reserve, RESERVE_MIN >> PAGE_SHIFT);
    reserve = MIN(reserve, RESERVE_MAX >> PAGE_SHIFT);
    wanted = dom0_size >> PAGE_SHIFT;
    if (!wanted) {
        wanted = available > reserve ? available - reserve : 0;
        if (dom0_max)
            wanted = MIN(wanted, dom0_max >> PAGE_SHIFT);
    }
    /* Its tables and the like come out of the rest: leave a little. */
    if (wanted + (MIB(2) >> PAGE_SHIFT) > available)
        boot_error("dom0_mem=%luM is more than the %lu MiB that this machine "
                   "has free: give a smaller dom0_mem= or more memory",
                   (unsigned long)(dom0_size >> 20),
                   (unsigned long)(available >> 8));
    return wanted;
}

/* Frames for pfns from @pfn on; returns how many. Below 4 GiB first. */
static uint64_t __init allocate_piece(struct build *b, uint64_t pfn)
{
    uint64_t left = b->nr_pages - pfn;

    for (unsigned int order = ORDER_MAX; ; order--) {
        mfn_t m;

        if (1ul << order > left)
            continue;
        m = frame_alloc_for(b->d, order, 32);
        if (mfn_eq(m, INVALID_MFN))
            m = frame_alloc_for(b->d, order, 0);
        if (!mfn_eq(m, INVALID_MFN)) {
            for (uint64_t i = 0; i < 1ul << order; i++)
                b->p2m[pfn + i] = m.n + i;
            return 1ul << order;
        }
        if (order == 0)
            boot_error("Memory ran out while domain 0 was given its: give a "
                       "smaller dom0_mem=");
    }
}

void __init dom0_allocate(struct build *b)
{
    b->p2m = workspace_alloc(b->nr_pages * sizeof(b->p2m[0]));
    b->d->page_max = b->nr_pages;
    for (uint64_t pfn = 0; pfn < b->nr_pages; )
        pfn += allocate_piece(b, pfn);
    for (uint64_t i = 0; i < b->nr_pages; i++)
        m2p_set(mfn(b->p2m[i]), pfn(i));
}

void *__init dom0_page(const struct build *b, uint64_t pfn)
{
    return mfn_to_virt(mfn(b->p2m[pfn]));
}
