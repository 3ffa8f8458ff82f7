/* SPDX-License-Identifier: MIT */
/*
 * layout.c - where the parts of a fresh domain lie. In this order, contiguous
 * in pfn and in virtual address from virt_base on:
 *
 *      (unused) kernel [initrd] [p2m] start_info [console] page-tables stack
 *      padding
 *
 * up to a multiple of 4 MiB with at least 512 KiB of padding; all of it is
 * mapped by 4 KiB pages. After it come, unmapped, the initrd and the p2m list
 * of a kernel that said it can do without, the list with tables of its own.
 * The tables map themselves, so how many there are is a fixed point.
 */
#include <asm/layout.h>
#include <asm/pte.h>
#include <hv/builder.h>
#include <hv/errno.h>

#define ALIGNMENT       MIB(4)
#define PADDING_MIN     KIB(512)
#define P2M_ENTRY       8u
#define ROUNDS_MAX      8

static const char too_small[] =
    "does not fit into the memory that its domain gets";

static uint64_t pages(uint64_t bytes)
{
    return (bytes >> PAGE_SHIFT) + ((bytes & ~PAGE_MASK) != 0);
}

/* Tables of a level that serve [start, end). */
static uint64_t tables_between(uint64_t start, uint64_t end, unsigned int level)
{
    unsigned int shift = PT_SHIFT(level + 1);

    return ((end - 1) >> shift) - (start >> shift) + 1;
}

static void count_tables(struct layout *l)
{
    l->l1_count = tables_between(l->virt_base, l->virt_end, 1);
    l->l2_count = tables_between(l->virt_base, l->virt_end, 2);
    l->l3_count = tables_between(l->virt_base, l->virt_end, 3);
    l->tables_count = 1 + l->l3_count + l->l2_count + l->l1_count;
}

/* One round: place everything, given how many tables there are. */
static void place(const struct layout_input *in, struct layout *l)
{
    uint64_t pfn = pages(in->kernel->virt_end - l->virt_base);

    if (l->initrd_is_mapped) {
        l->initrd_pfn = pfn;
        pfn += pages(in->initrd_size);
    }
    if (!l->p2m_is_mapped_apart) {
        l->p2m_pfn = pfn;
        l->p2m_va = l->virt_base + (pfn << PAGE_SHIFT);
        pfn += l->p2m_pages;
    }
    l->start_info_pfn = pfn++;
    if (in->has_console)
        l->console_pfn = pfn++;
    l->tables_pfn = pfn;
    pfn += l->tables_count;
    l->stack_pfn = pfn++;
    l->virt_end = (l->virt_base + (pfn << PAGE_SHIFT) + PADDING_MIN +
                   ALIGNMENT - 1) & ~(ALIGNMENT - 1);
}

static void place_unmapped(const struct layout_input *in, struct layout *l)
{
    uint64_t pfn = (l->virt_end - l->virt_base) >> PAGE_SHIFT, end;

    if (!l->initrd_is_mapped && in->initrd_size) {
        l->initrd_pfn = pfn;
        pfn += pages(in->initrd_size);
    }
    if (l->p2m_is_mapped_apart) {
        end = l->p2m_va + (l->p2m_pages << PAGE_SHIFT);
        l->p2m_pfn = pfn;
        l->p2m_l1_count = tables_between(l->p2m_va, end, 1);
        l->p2m_l2_count = tables_between(l->p2m_va, end, 2);
        l->p2m_l3_count = tables_between(l->p2m_va, end, 3);
        pfn += l->p2m_pages + l->p2m_l1_count + l->p2m_l2_count +
               l->p2m_l3_count;
    }
    l->pages_used = pfn;
}

/* Do [start, end) and the hypervisor's addresses share an L4 slot? */
static bool meets_hypervisor(uint64_t start, uint64_t end)
{
    return start < HV_VIRT_END && end > HV_VIRT_START;
}

static bool share_l4_slot(const struct layout *l)
{
    uint64_t end = l->p2m_va + (l->p2m_pages << PAGE_SHIFT) - 1;

    return PT_INDEX(l->p2m_va, 4) <= PT_INDEX(l->virt_end - 1, 4) &&
           PT_INDEX(end, 4) >= PT_INDEX(l->virt_base, 4);
}

static const char *check(const struct layout *l)
{
    uint64_t p2m_end = l->p2m_va + (l->p2m_pages << PAGE_SHIFT);

    if (l->virt_end <= l->virt_base || !va_is_canonical(l->virt_base) ||
        !va_is_canonical(l->virt_end - 1) ||
        meets_hypervisor(l->virt_base, l->virt_end))
        return "wants to lie at addresses that a guest cannot have";
    if (PT_INDEX(l->virt_base, 4) != PT_INDEX(l->virt_end - 1, 4))
        return "is larger than one top-level page-table entry maps";
    if (l->p2m_is_mapped_apart &&
        (p2m_end <= l->p2m_va || !va_is_canonical(l->p2m_va) ||
         !va_is_canonical(p2m_end - 1) ||
         meets_hypervisor(l->p2m_va, p2m_end) || share_l4_slot(l) ||
         PT_INDEX(l->p2m_va, 4) != PT_INDEX(p2m_end - 1, 4)))
        return "wants its frame list where it cannot be";
    return NULL;
}

int layout_compute(const struct layout_input *in, struct layout *l,
                   const char **why)
{
    const struct kernel_image *k = in->kernel;
    uint64_t before;

    /* Sizes that fit keep all sums below far from wrapping. */
    if (pages(k->virt_end - k->virt_base) > in->nr_pages ||
        pages(in->initrd_size) > in->nr_pages) {
        *why = too_small;
        return -ENOMEM;
    }
    *l = (struct layout){
        .virt_base = k->virt_base,
        .initrd_is_mapped = in->initrd_size && !k->mod_start_pfn,
        .p2m_pages = pages(in->nr_pages * P2M_ENTRY),
        .p2m_is_mapped_apart = k->has_init_p2m,
        .p2m_va = k->init_p2m,
        .tables_count = 4,
    };
    for (unsigned int i = 0; i < ROUNDS_MAX; i++) {
        before = l->tables_count;
        place(in, l);
        *why = check(l);
        if (*why)
            return -EINVAL;
        count_tables(l);
        if (l->tables_count == before)
            break;
    }
    place(in, l);
    place_unmapped(in, l);
    if (l->pages_used > in->nr_pages) {
        *why = too_small;
        return -ENOMEM;
    }
    return 0;
}
