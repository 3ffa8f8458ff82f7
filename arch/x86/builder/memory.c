/* SPDX-License-Identifier: MIT */
/*
 * memory.c - a domain's memory. Domain 0 has as much as dom0_mem= says, in
 * pieces as large and as low as there are, so that its devices reach it and its
 * initial area meets no hole of the machine's map. Guests are built before it
 * and take theirs from above, leaving what domain 0 was promised.
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
/* Guests leave this to a domain 0 without dom0_mem=. */
#define DOM0_LEAST      MIB(256)
/* Tables and the like come out of the rest: leave a little. */
#define SLACK           MIB(2)

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

static int __init choose_dom0_size(struct build *b)
{
    uint64_t available = page_free_count(), reserve, wanted;

    reserve = (boot_memory_total() / 16) >> PAGE_SHIFT;
    reserve = MAX(reserve, RESERVE_MIN >> PAGE_SHIFT);
    reserve = MIN(reserve, RESERVE_MAX >> PAGE_SHIFT);
    wanted = dom0_size >> PAGE_SHIFT;
    if (!wanted) {
        wanted = available > reserve ? available - reserve : 0;
        if (dom0_max)
            wanted = MIN(wanted, dom0_max >> PAGE_SHIFT);
    }
    if (wanted + (SLACK >> PAGE_SHIFT) > available)
        boot_error("dom0_mem=%luM is more than the %lu MiB that this machine "
                   "has free: give a smaller dom0_mem= or more memory",
                   (unsigned long)(dom0_size >> 20),
                   (unsigned long)(available >> 8));
    b->nr_pages = wanted;
    return 0;
}

int __init build_choose_size(struct build *b, bool has_dom0)
{
    uint64_t wanted = b->plan->memory, kept = SLACK, available;

    if (b->plan->is_dom0)
        return choose_dom0_size(b);
    if (has_dom0)
        kept += dom0_size ? dom0_size : DOM0_LEAST;
    available = page_free_count() << PAGE_SHIFT;
    available = available > kept ? available - kept : 0;
    if (wanted > available)
        return build_refuse(b, " wants mem=%luM, but only %lu MiB are left "
                            "for it: give it less%s",
                            (unsigned long)(wanted >> 20),
                            (unsigned long)(available >> 20),
                            has_dom0 ? ", or domain 0 by dom0_mem="
                                     : ", or the machine more");
    b->nr_pages = wanted >> PAGE_SHIFT;
    return 0;
}

/* A block of the domain's; below 4 GiB first for domain 0. */
static mfn_t __init allocate_block(struct build *b, unsigned int order)
{
    mfn_t m = INVALID_MFN;

    if (b->plan->is_dom0)
        m = frame_alloc_for(b->d, order, 32);
    if (mfn_eq(m, INVALID_MFN))
        m = frame_alloc_for(b->d, order, 0);
    return m;
}

/* Frames for pfns from @pfn on; returns how many, 0: there are none left. */
static uint64_t __init allocate_piece(struct build *b, uint64_t pfn)
{
    uint64_t left = b->nr_pages - pfn;

    for (unsigned int order = ORDER_MAX + 1; order-- > 0; ) {
        mfn_t m;

        if (1ul << order > left)
            continue;
        m = allocate_block(b, order);
        if (mfn_eq(m, INVALID_MFN))
            continue;
        for (uint64_t i = 0; i < 1ul << order; i++)
            b->p2m[pfn + i] = m.n + i;
        return 1ul << order;
    }
    return 0;
}

int __init build_allocate(struct build *b)
{
    uint64_t done = 0, got = 1;

    b->p2m = workspace_alloc(b->nr_pages * sizeof(b->p2m[0]));
    b->d->page_max = b->nr_pages;
    while (b->p2m && got && done < b->nr_pages) {
        got = allocate_piece(b, done);
        done += got;
    }
    if (done < b->nr_pages)
        return build_refuse(b, " was given its memory when that ran out: give "
                            "it less (%s=), or the machine more",
                            b->plan->is_dom0 ? "dom0_mem" : "mem");
    for (uint64_t i = 0; i < b->nr_pages; i++)
        m2p_set(mfn(b->p2m[i]), pfn(i));
    return 0;
}

void *__init build_page(const struct build *b, uint64_t pfn)
{
    return mfn_to_virt(mfn(b->p2m[pfn]));
}
