/* SPDX-License-Identifier: MIT */
/*
 * tables.c - the page tables a domain starts with. They are written as the
 * guest itself might have done, and then validated and pinned like a guest's:
 * nothing about them is taken on trust.
 */
#include "internal.h"
#include <asm/paging.h>
#include <asm/pt.h>
#include <hv/assert.h>
#include <hv/errno.h>
#include <hv/frame.h>
#include <hv/string.h>
#include <hv/vcpu.h>

#define PTE_UPPER   (PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D)
#define PTE_LEAF    (PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D)

/* A run of tables for [start, end) whose frames begin at @pfn: all L3 first,
 * then all L2, then all L1. */
struct run {
    uint64_t start, end;
    uint64_t first[4];      /* pfn of the first table of levels 1 to 3 */
};

static pte_t *__init table_of(const struct build *b, const struct run *r,
                              uint64_t va, unsigned int level)
{
    unsigned int shift = PT_SHIFT(level + 1);
    uint64_t pfn = r->first[level] + (va >> shift) - (r->start >> shift);

    return build_page(b, pfn);
}

static pte_t __init entry(const struct build *b, uint64_t pfn, uint64_t flags)
{
    return pte_make(mfn(b->p2m[pfn]), flags);
}

/* Link the tables of @r under the L4, and each level under the one above. */
static void __init link_run(const struct build *b, const struct run *r)
{
    pte_t *l4 = build_page(b, b->layout.tables_pfn);

    for (unsigned int level = 3; level > 0; level--) {
        unsigned int shift = PT_SHIFT(level + 1);
        uint64_t pfn = r->first[level], last = (r->end - 1) >> shift;

        for (uint64_t n = r->start >> shift; n <= last; n++, pfn++) {
            uint64_t va = n << shift;
            pte_t *upper = level == 3 ? l4 : table_of(b, r, MAX(va, r->start),
                                                      level + 1);

            memset(build_page(b, pfn), 0, PAGE_SIZE);
            pte_write(&upper[PT_INDEX(va, level + 1)],
                      entry(b, pfn, PTE_UPPER));
        }
    }
}

static bool __init is_table(const struct layout *l, uint64_t pfn)
{
    return pfn >= l->tables_pfn && pfn < l->tables_pfn + l->tables_count;
}

/* Map page after page from @pfn on over the whole run. */
static void __init map_run(const struct build *b, const struct run *r,
                           uint64_t pfn)
{
    for (uint64_t va = r->start; va < r->end; va += PAGE_SIZE, pfn++) {
        pte_t *l1 = table_of(b, r, va, 1);

        pte_write(&l1[PT_INDEX(va, 1)],
                  entry(b, pfn, is_table(&b->layout, pfn)
                                    ? PTE_LEAF & ~PTE_RW : PTE_LEAF));
    }
}

static void __init make_main_run(const struct build *b)
{
    const struct layout *l = &b->layout;
    struct run r = { .start = l->virt_base, .end = l->virt_end };

    r.first[3] = l->tables_pfn + 1;
    r.first[2] = r.first[3] + l->l3_count;
    r.first[1] = r.first[2] + l->l2_count;
    link_run(b, &r);
    map_run(b, &r, 0);
}

static void __init make_p2m_run(const struct build *b)
{
    const struct layout *l = &b->layout;
    struct run r = { .start = l->p2m_va,
                     .end = l->p2m_va + (l->p2m_pages << PAGE_SHIFT) };

    r.first[3] = l->p2m_pfn + l->p2m_pages;
    r.first[2] = r.first[3] + l->p2m_l3_count;
    r.first[1] = r.first[2] + l->p2m_l2_count;
    link_run(b, &r);
    map_run(b, &r, l->p2m_pfn);
}

void __init build_tables(struct build *b, struct vcpu *v)
{
    mfn_t l4 = mfn(b->p2m[b->layout.tables_pfn]);
    int rc;

    memset(build_page(b, b->layout.tables_pfn), 0, PAGE_SIZE);
    make_main_run(b);
    if (b->layout.p2m_is_mapped_apart)
        make_p2m_run(b);
    arch_lock_tables(b->d);
    do {
        rc = frame_pin(frame_of(l4), b->d, FRAME_L4);
    } while (rc == -ERESTART);
    if (!rc)
        rc = frame_get_with_type(frame_of(l4), b->d, FRAME_L4);
    arch_unlock_tables(b->d);
    if (rc)
        panic("the first page tables of domain %s are not valid: %d",
              b->plan->name, rc);
    v->arch.l4_kernel = l4;
}
