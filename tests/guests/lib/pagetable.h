/* SPDX-License-Identifier: MIT */
/*
 * pagetable.h - this domain's page tables, and pages to try things with.
 *
 * All of the domain that the builder mapped lies at VIRT_BASE + physical, so
 * a machine frame is reached through the machine-to-physical table.
 */
#ifndef GUEST_PAGETABLE_H
#define GUEST_PAGETABLE_H

#include "types.h"

typedef uint64_t pte_t;

#define PTE_P       (1ul << 0)
#define PTE_RW      (1ul << 1)
#define PTE_US      (1ul << 2)
#define PTE_PWT     (1ul << 3)
#define PTE_PCD     (1ul << 4)
#define PTE_A       (1ul << 5)
#define PTE_D       (1ul << 6)
#define PTE_PS      (1ul << 7)
#define PTE_G       (1ul << 8)
#define PTE_NX      (1ul << 63)
#define PTE_ADDR    0x000ffffffffff000ul
#define PTE_RO_PAGE (PTE_P | PTE_US | PTE_A)
#define PTE_PAGE    (PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D)
#define PTE_TABLE   PTE_PAGE

static inline pte_t pte_make(uint64_t mfn, uint64_t flags)
{
    return mfn << PAGE_SHIFT | flags;
}

static inline uint64_t pte_mfn(pte_t pte)
{
    return (pte & PTE_ADDR) >> PAGE_SHIFT;
}

static inline unsigned pt_index(uint64_t va, unsigned level)
{
    return va >> (PAGE_SHIFT + 9 * (level - 1)) & 511;
}

uint64_t pfn_to_mfn(uint64_t pfn);
uint64_t mfn_to_pfn(uint64_t mfn);

/* Where @mfn is mapped; it must be one that the builder or a test mapped. */
void *mfn_to_va(uint64_t mfn);
/* The frame behind @va as the page tables have it; 0 if unmapped. */
uint64_t va_to_mfn(const void *va);

/* The entry of @level (1-4) that translates @va, or NULL: a level is missing.
 * Entries lie in read-only pages. */
const pte_t *pt_entry(uint64_t va, unsigned level);
uint64_t pt_entry_maddr(uint64_t va, unsigned level);
uint64_t pt_root_mfn(void);

/* Replace the entry at a machine address by mmu_update. */
long pt_write(uint64_t maddr, pte_t value);
/* Replace the level-1 entry of @va by update_va_mapping and flush. */
long page_map(const void *va, pte_t pte);
long page_set_readonly(const void *va);
long page_set_writable(const void *va);

long mmuext_mfn(unsigned cmd, uint64_t mfn);
long mmuext_va(unsigned cmd, const void *va);

/* A zeroed page of the domain, mapped writable; runs the test aground if there
 * is none left. */
void *page_alloc(void);
void page_free(void *page);
/* A page's frame without any mapping: its own mapping is taken away. */
void *page_alloc_unmapped(uint64_t *mfn);
/* A pfn that the builder gave the domain but did not map. */
uint64_t pfn_alloc_unmapped(void);

/* A virtual address (@n of 512) with a level-1 table but nothing mapped. */
void *window_page(unsigned n);

#endif
