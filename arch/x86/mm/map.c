/* SPDX-License-Identifier: MIT */
/*
 * map.c - the hypervisor's own mappings, and windows on machine addresses that
 * are not its RAM. The L3 tables of all its slots are made at boot, so that
 * every L4 in the system, guests' included, sees later changes below them.
 */
#include <asm/boot_memory.h>
#include <asm/layout.h>
#include <asm/paging.h>
#include <hv/assert.h>
#include <hv/direct_map.h>
#include <hv/errno.h>
#include <hv/page_alloc.h>
#include <hv/phys_map.h>
#include <hv/spinlock.h>
#include <hv/string.h>

pte_t *hv_l4;
mfn_t hv_l4_mfn;
bool map_from_boot_memory = true;   /* until the buddy allocator has memory */

/* Windows that were asked for before there were page tables for them. */
#define EARLY_WINDOWS   4u
static struct early_window {
    paddr_t paddr;
    unsigned long count;        /* of frames */
    uint64_t flags;
} early[EARLY_WINDOWS];
static unsigned int early_count;

static spinlock_t map_lock = SPINLOCK_INIT(LOCK_LEVEL_HEAP);
static unsigned long iomap_next = IOMAP_START;

static mfn_t table_alloc(void)
{
    mfn_t m;

    if (map_from_boot_memory)
        return paddr_to_mfn(boot_memory_alloc(PAGE_SIZE, PAGE_SIZE));
    m = page_alloc_frames(0, 0);
    if (!mfn_eq(m, INVALID_MFN))
        memset(mfn_to_virt(m), 0, PAGE_SIZE);
    return m;
}

/* The entry of @va at @level below the L4 @table, tables on the way made as
 * needed, or NULL. */
static pte_t *slot_of(pte_t *table, unsigned long va, unsigned int level)
{
    for (unsigned int l = 4; l > level; l--) {
        pte_t *e = &table[PT_INDEX(va, l)];

        if (!pte_is_present(*e)) {
            mfn_t m = table_alloc();

            if (mfn_eq(m, INVALID_MFN))
                return NULL;
            /* US: the leaf decides what a guest may read. */
            pte_write(e, pte_make(m, PTE_HV_TABLE | PTE_US));
        }
        ASSERT(!(e->v & PTE_PSE));
        table = mfn_to_virt(pte_mfn(*e));
    }
    return &table[PT_INDEX(va, level)];
}

pte_t *hv_l2_slot(unsigned long va)
{
    return slot_of(hv_l4, va, 2);
}

int map_in(pte_t *l4, unsigned long va, mfn_t m, unsigned long count,
           uint64_t flags, bool may_be_large)
{
    while (count) {
        bool large = may_be_large && count >= PT_ENTRIES &&
                     !(va & (PAGE_SIZE_2M - 1)) && !(m.n & (PT_ENTRIES - 1));
        unsigned long step = large ? PT_ENTRIES : 1;
        pte_t *e = slot_of(l4, va, large ? 2 : 1);

        if (!e)
            return -ENOMEM;
        pte_write(e, pte_make(m, flags | (large ? PTE_PSE : 0)));
        va += step << PAGE_SHIFT;
        m = mfn_add(m, step);
        count -= step;
    }
    return 0;
}

int hv_map(unsigned long va, mfn_t m, unsigned long count, uint64_t flags,
           bool may_be_large)
{
    return map_in(hv_l4, va, m, count, flags, may_be_large);
}

void hv_unmap(unsigned long va, unsigned long count)
{
    for (; count; count--, va += PAGE_SIZE) {
        pte_t *e = slot_of(hv_l4, va, 1);

        if (e)
            pte_write(e, (pte_t){ 0 });
    }
    tlb_flush_global();
}

/* Until paging_init(): where the direct map would have it, as the tables of
 * boot/entry32.S map all of the low 4 GiB there. */
static void *early_window(paddr_t paddr, unsigned long count, uint64_t flags)
{
    if (early_count == EARLY_WINDOWS ||
        paddr + (count << PAGE_SHIFT) > BOOT_MAPPED_END)
        return NULL;
    early[early_count++] = (struct early_window){ paddr & PAGE_MASK, count,
                                                  flags };
    return (void *)(DIRECT_MAP_START + paddr);
}

static bool __init touches_ram(const struct early_window *w)
{
    paddr_t end = w->paddr + (w->count << PAGE_SHIFT);

    for (unsigned int i = 0; i < ram_map.count; i++) {
        const struct memory_range *r = &ram_map.range[i];

        if (r->type == MEMORY_RAM && w->paddr < r->end && r->start < end)
            return true;        /* the direct map itself has it */
    }
    return false;
}

void __init map_early_windows(void)
{
    for (unsigned int i = 0; i < early_count; i++) {
        const struct early_window *w = &early[i];

        if (touches_ram(w))
            continue;
        if (hv_map(DIRECT_MAP_START + w->paddr, paddr_to_mfn(w->paddr),
                   w->count, w->flags, false))
            BUG();
    }
}

static void *window(paddr_t paddr, size_t size, uint64_t flags)
{
    unsigned long offset = paddr & ~PAGE_MASK, count, va, irq;
    int rc;

    if (!size || paddr + size < paddr || size > GIB(64))
        return NULL;
    count = bytes_to_frames(offset + size);
    if (!hv_l4)
        return early_window(paddr, count, flags);
    irq = spin_lock_irqsave(&map_lock);
    va = iomap_next;
    if (IOMAP_END - va < (count + 1) << PAGE_SHIFT) {
        spin_unlock_irqrestore(&map_lock, irq);
        return NULL;
    }
    iomap_next += (count + 1) << PAGE_SHIFT;    /* and a guard page */
    rc = hv_map(va, paddr_to_mfn(paddr), count, flags, false);
    spin_unlock_irqrestore(&map_lock, irq);
    return rc ? NULL : (void *)(va + offset);
}

void *map_phys(paddr_t paddr, size_t size)
{
    return window(paddr, size, PTE_HV_DATA);
}

void *ioremap(paddr_t paddr, size_t size)
{
    return window(paddr, size, PTE_HV_DATA | PTE_CACHE_UC);
}

void unmap_phys(void *va, size_t size)
{
    unsigned long start = (unsigned long)va & PAGE_MASK, irq;
    unsigned long count = bytes_to_frames(((unsigned long)va & ~PAGE_MASK) +
                                          size);

    if (!va)
        return;
    hv_unmap(start, count);
    irq = spin_lock_irqsave(&map_lock);
    if (iomap_next == start + ((count + 1) << PAGE_SHIFT))
        iomap_next = start;
    spin_unlock_irqrestore(&map_lock, irq);
}

void iounmap(void *va, size_t size)
{
    unmap_phys(va, size);
}

void *mfn_to_virt(mfn_t m)
{
    return (void *)(DIRECT_MAP_START + mfn_to_paddr(m));
}

/* Of the direct map, or of the image. */
mfn_t virt_to_mfn(const void *p)
{
    unsigned long va = (unsigned long)p;

    if (va >= DIRECT_MAP_START)
        return paddr_to_mfn(va - DIRECT_MAP_START);
    return paddr_to_mfn(va - IMAGE_OFFSET);
}

void *map_frame(mfn_t m)
{
    return mfn_to_virt(m);
}

void unmap_frame(const void *va)
{
    (void)va;
}
