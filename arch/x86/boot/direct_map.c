/* SPDX-License-Identifier: MIT */
/*
 * direct_map.c - the page tables the hypervisor keeps: image, direct map,
 * frame table and machine-to-pseudophysical table. Until paging_init() returns
 * the tables of boot/entry32.S are in use.
 */
#include <asm/boot_memory.h>
#include <asm/layout.h>
#include <asm/paging.h>
#include <asm/sections.h>
#include <hv/assert.h>
#include <hv/direct_map.h>
#include <hv/frame.h>

unsigned long frame_table_end;

static void __init map_or_stop(unsigned long va, paddr_t p, uint64_t bytes,
                               uint64_t flags, bool may_be_large)
{
    if (hv_map(va, paddr_to_mfn(p), bytes_to_frames(bytes), flags,
               may_be_large))
        BUG();
}

static void __init map_image_part(const char *start, const char *end,
                                  uint64_t flags)
{
    unsigned long va = (unsigned long)start;

    map_or_stop(va, va - IMAGE_OFFSET, (uint64_t)(end - start), flags, false);
}

/* The init part is code and data at once; it goes away soon. */
static void __init map_image(void)
{
    map_image_part(__text_start, __text_end, PTE_HV_CODE);
    map_image_part(__text_end, __data_start, PTE_HV_RO);
    map_image_part(__data_start, __data_end, PTE_HV_DATA);
    map_image_part(__init_start, __init_end, PTE_HV_DATA & ~PTE_NX);
    map_image_part(__bss_start, __bss_end, PTE_HV_DATA);
}

/* The L2 entry that maps the records of a piece. */
static pte_t *__init piece_slot(unsigned long piece)
{
    pte_t *slot = hv_l2_slot(FRAME_TABLE_START + piece * PAGE_SIZE_2M);

    if (!slot)
        BUG();
    return slot;
}

static void __init add_frame_piece(unsigned long piece)
{
    pte_t *slot = piece_slot(piece);
    paddr_t p;

    if (pte_is_present(*slot))
        return;
    p = boot_memory_alloc(PAGE_SIZE_2M, PAGE_SIZE_2M);
    pte_write(slot, pte_make(paddr_to_mfn(p), PTE_HV_DATA | PTE_PSE));
    frame_table_end = MAX(frame_table_end, (piece + 1) << FRAME_PIECE_SHIFT);
}

static void __init map_ram(paddr_t start, paddr_t end)
{
    start &= PAGE_MASK;
    end = (end + PAGE_SIZE - 1) & PAGE_MASK;
    map_or_stop(DIRECT_MAP_START + start, start, end - start, PTE_HV_DATA,
                true);
    for (unsigned long piece = start >> (PAGE_SHIFT + FRAME_PIECE_SHIFT);
         piece <= (end - 1) >> (PAGE_SHIFT + FRAME_PIECE_SHIFT); piece++)
        add_frame_piece(piece);
}

/* A table whose entries all map the one page of a hole's records. */
static mfn_t __init make_hole_table(void)
{
    mfn_t page = paddr_to_mfn(boot_memory_alloc(PAGE_SIZE, PAGE_SIZE));
    mfn_t table = paddr_to_mfn(boot_memory_alloc(PAGE_SIZE, PAGE_SIZE));
    struct frame *record = mfn_to_virt(page);
    pte_t *entry = mfn_to_virt(table);

    for (unsigned int i = 0; i < PAGE_SIZE / sizeof(*record); i++)
        record[i].state = FRAME_NO_RAM;
    for (unsigned int i = 0; i < PT_ENTRIES; i++)
        pte_write(&entry[i], pte_make(page, PTE_HV_RO));
    return table;
}

static void __init map_hole_pieces(void)
{
    mfn_t table = make_hole_table();

    for (unsigned long p = 0; p < frame_table_end >> FRAME_PIECE_SHIFT; p++)
        if (!pte_is_present(*piece_slot(p)))
            pte_write(piece_slot(p), pte_make(table, PTE_HV_TABLE));
}

/* For the buddy allocator. */
struct page_link *page_link(mfn_t m)
{
    struct frame *f = frame_of(m);

    return f ? &f->link : NULL;
}

/* Records of frames that are no RAM, in pieces that exist for others: no record
 * of these is marked yet, and all of the rest are. */
static void __init mark_holes(void)
{
    paddr_t at = 0, end = (paddr_t)frame_table_end << PAGE_SHIFT;

    for (unsigned int i = 0; i <= ram_map.count && at < end; i++) {
        bool is_last = i == ram_map.count;
        const struct memory_range *r = &ram_map.range[i];
        paddr_t stop = is_last ? end : (r->start + PAGE_SIZE - 1) & PAGE_MASK;

        if (!is_last && r->type != MEMORY_RAM)
            continue;
        for (; at < stop; at += PAGE_SIZE) {
            struct frame *f = frame_of(paddr_to_mfn(at));

            if (frame_is_ram(f))
                f->state = FRAME_NO_RAM;
            else        /* on to the next piece */
                at |= ((1ul << FRAME_PIECE_SHIFT) - 1) << PAGE_SHIFT;
        }
        if (!is_last)
            at = r->end & PAGE_MASK;
    }
}

/* The first megabyte belongs to firmware, whatever its map says. */
static void __init mark_low_megabyte(void)
{
    for (unsigned long n = 0; n < MIB(1) >> PAGE_SHIFT; n++)
        if (frame_is_ram(frame_of(mfn(n))))
            frame_of(mfn(n))->state = FRAME_NO_RAM;
}

/* Page tables for all slots, so that L4 entries never change again. */
static void __init make_slots(void)
{
    for (unsigned int i = HV_SLOT_FIRST; i <= HV_SLOT_LAST; i++)
        if (i != PERDOMAIN_SLOT && !pte_is_present(hv_l4[i]))
            pte_write(&hv_l4[i],
                      pte_make(paddr_to_mfn(boot_memory_alloc(PAGE_SIZE,
                                                              PAGE_SIZE)),
                               PTE_HV_TABLE | PTE_US));
}

void __init paging_init(void)
{
    hv_l4_mfn = paddr_to_mfn(boot_memory_alloc(PAGE_SIZE, PAGE_SIZE));
    hv_l4 = mfn_to_virt(hv_l4_mfn);
    map_image();
    for (unsigned int i = 0; i < ram_map.count; i++)
        if (ram_map.range[i].type == MEMORY_RAM)
            map_ram(ram_map.range[i].start, ram_map.range[i].end);
    map_hole_pieces();
    map_early_windows();
    m2p_init();
    make_slots();
    tlb_load_l4(hv_l4_mfn);
    mark_holes();
    mark_low_megabyte();
}
