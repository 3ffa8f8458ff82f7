/* SPDX-License-Identifier: MIT */
/*
 * pick.c - values at which mistakes are likely: frames of everybody, addresses
 * of every kind, entries with one bit too many, powers of two and their
 * neighbours. Most are good, or nothing would get past the first check.
 */
#include "fuzz.h"

uint64_t machine_frames;
bool is_late;
uint64_t extra_frames[EXTRA_FRAMES];

/* Devices, firmware, the hypervisor's image, ends of what numbers can say. */
static const uint64_t odd_frames[] = {
    0, 1, 0x9f, 0xa0, 0xb8, 0xf0, 0xff, 0x100, 0x200, 0x280, 0x300, 0xfec00,
    0xfed00, 0xfee00, 0xfffff, 0x100000, 0x3fffffff, 0x40000000, 0x7fffffff,
    0x80000000, 0xffffffff, 0xfffffffff, 0xffffffffff, 0xfffffffffffff,
    0x10000000000000, ~0ul,
};

static uint64_t own_frame(void)
{
    switch (below(5)) {
    case 0:
        return start_info->shared_info >> PAGE_SHIFT;
    case 1:
        return pt_root_mfn();
    case 2:
        return pt_entry_maddr((uint64_t)pool[0].va, 1 + below(3)) >>
               PAGE_SHIFT;
    case 3:
        return va_to_mfn(start_info);
    default:
        return pfn_to_mfn(below(start_info->nr_pages));
    }
}

uint64_t pick_frame(void)
{
    uint64_t kind = below(100);

    if (kind < 60)
        return pick_page()->mfn;
    if (kind < 70)
        return extra_frames[below(EXTRA_FRAMES)];
    if (kind < 78)
        return own_frame();
    if (kind < 90)      /* our neighbours', likely */
        return pick_page()->mfn + below(8192) - 4096;
    if (kind < 95)
        return below(machine_frames);
    if (kind < 96)
        return machine_frames + below(3) - 1;
    return odd_frames[below(ARRAY_SIZE(odd_frames))];
}

uint64_t pick_word(void)
{
    switch (below(8)) {
    case 0:
        return below(4);
    case 1:
        return -below(4);
    case 2:
        return 1ul << below(64);
    case 3:
        return (1ul << below(64)) - 1;
    case 4:
        return pick_va();
    case 5:
        return pick_frame() << PAGE_SHIFT;
    case 6:
        return below(4096);
    default:
        return rnd();
    }
}

static const uint64_t odd_addresses[] = {
    0, 1, 4095, 4096, USER_CODE, USER_STACK, USER_SPARE, NON_CANONICAL - 1,
    NON_CANONICAL, NON_CANONICAL | 0x123456, 0xffff7fffffffffff, HV_START,
    HV_START + 8, 0xffff804000000000, 0xffff808000000000, 0xffff808000010000,
    0xffff80808000e000, 0xffff810000000000, 0xffff818000000000,
    0xffff82d080200000, 0xffff830000000000, HV_PRIVATE, HV_END - 8, HV_END,
    HV_END + 4096, 0xfffffffffffff000, ~7ul, ~0ul,
};

uint64_t pick_va(void)
{
    uint64_t kind = below(100);

    if (kind < 55)
        return (uint64_t)pick_page()->va + below(4096);
    if (kind < 65)
        return (uint64_t)pick_page()->va + (below(512) << 3);
    if (kind < 75)
        return (uint64_t)window_page((unsigned)below(16)) + below(4096);
    if (kind < 80)
        return (uint64_t)arguments + below(sizeof(arguments));
    if (kind < 84)
        return (uint64_t)pt_entry((uint64_t)pool[0].va,
                                  (unsigned)(1 + below(4)));
    if (kind < 86 && is_late)
        return (uint64_t)guest_start + below(image_end - guest_start);
    return odd_addresses[below(ARRAY_SIZE(odd_addresses))];
}

uint64_t pick_pointer(const void *good)
{
    switch (below(40)) {
    case 0:
        return pick_va();
    case 1:
        return ((uint64_t)good | 4095) - below(16);
    case 2:
        return (uint64_t)good + 1;
    default:
        return (uint64_t)good;
    }
}

pte_t pick_pte(unsigned level)
{
    struct pool_page *child = level > 1 ? pick_table(level - 1) : NULL;
    pte_t pte = pte_make(child && !one_in(8) ? child->mfn : pick_frame(),
                         one_in(2) ? PTE_RO_PAGE : PTE_PAGE);

    if (level == 1 && one_in(2)) {
        struct pool_page *page = pick_page();

        pte = pte_make(page->mfn, page->level ? PTE_RO_PAGE : PTE_PAGE);
    }
    switch (below(16)) {
    case 0:
        return pte ^ 1ul << below(64);
    case 1:
        return pte ^ 1ul << below(12);
    case 2:
        return pte & ~PTE_P;
    case 3:
        return one_in(4) ? rnd() : 0;
    case 4:
        return pte | (rnd() & 0x7ff0000000000000);
    default:
        return pte;
    }
}

unsigned pick_domain(void)
{
    static const unsigned odd[] = { DOMID_SELF, DOMID_IO, DOMID_XEN,
                                    DOMID_INVALID, 0, 1, 0xffff };

    if (one_in(3))
        return odd[below(ARRAY_SIZE(odd))];
    return (unsigned)(one_in(2) ? below(24) : DOMID_SELF);
}

struct pool_page *pick_page(void)
{
    return &pool[below(POOL_PAGES)];
}

struct pool_page *pick_table(unsigned level)
{
    for (unsigned tries = 0; tries < 24; tries++) {
        struct pool_page *page = pick_page();

        if (page->level == level)
            return page;
    }
    return NULL;
}
