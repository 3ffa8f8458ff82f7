/* SPDX-License-Identifier: MIT */
/*
 * m2p.c - the machine-to-pseudophysical table: for each frame the number its
 * owner knows it by. Guests read it at M2P_RO_START; it is a service to them,
 * the hypervisor believes nothing in it. One 2 MiB page serves 1 GiB of RAM;
 * where there is no RAM nothing is mapped and a guest that reads there gets a
 * page fault.
 */
#include <asm/boot_memory.h>
#include <asm/layout.h>
#include <asm/paging.h>
#include <hv/assert.h>
#include <hv/direct_map.h>
#include <hv/domain.h>
#include <hv/frame.h>
#include <hv/string.h>

#define FRAMES_PER_PIECE    (PAGE_SIZE_2M / sizeof(uint64_t))

static void __init add_piece(unsigned long piece)
{
    unsigned long offset = piece * PAGE_SIZE_2M;
    paddr_t p = boot_memory_alloc(PAGE_SIZE_2M, PAGE_SIZE_2M);

    memset((void *)(DIRECT_MAP_START + p), 0xff, PAGE_SIZE_2M);
    if (hv_map(M2P_RW_START + offset, paddr_to_mfn(p), PT_ENTRIES,
               PTE_HV_DATA, true) ||
        hv_map(M2P_RO_START + offset, paddr_to_mfn(p), PT_ENTRIES,
               PTE_HV_RO | PTE_US, true))
        BUG();
}

void __init m2p_init(void)
{
    unsigned long done = 0;     /* first piece not yet looked at */

    for (unsigned int i = 0; i < ram_map.count; i++) {
        const struct memory_range *r = &ram_map.range[i];
        unsigned long first, last;

        if (r->type != MEMORY_RAM)
            continue;
        first = (r->start >> PAGE_SHIFT) / FRAMES_PER_PIECE;
        last = ((r->end - 1) >> PAGE_SHIFT) / FRAMES_PER_PIECE;
        for (first = MAX(first, done); first <= last; first++)
            add_piece(first);
        done = last + 1;
    }
}

mfn_t m2p_piece(unsigned long piece)
{
    pte_t *slot;

    if (piece * FRAMES_PER_PIECE >= frame_table_end)
        return INVALID_MFN;
    slot = hv_l2_slot(M2P_RW_START + piece * PAGE_SIZE_2M);
    return slot && pte_is_present(*slot) ? pte_mfn(*slot) : INVALID_MFN;
}

unsigned long m2p_pieces(void)
{
    return (frame_table_end + FRAMES_PER_PIECE - 1) / FRAMES_PER_PIECE;
}

void __init m2p_share(void)
{
    for (unsigned long i = 0; i < m2p_pieces(); i++) {
        mfn_t m = m2p_piece(i);

        for (unsigned int k = 0; !mfn_eq(m, INVALID_MFN) && k < PT_ENTRIES; k++)
            frame_share(dom_hv, mfn_add(m, k), false);
    }
}

void m2p_set(mfn_t m, pfn_t p)
{
    ((volatile uint64_t *)M2P_RW_START)[m.n] = p.n;
}

unsigned long m2p_get(mfn_t m)
{
    return ((volatile uint64_t *)M2P_RW_START)[m.n];
}
