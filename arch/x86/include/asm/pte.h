/* SPDX-License-Identifier: MIT */
/*
 * pte.h - page-table entries of every level, SDM 3A 4.5.
 */
#ifndef ASM_PTE_H
#define ASM_PTE_H

#include <hv/frame_num.h>

typedef struct { uint64_t v; } pte_t;

#define PTE_P           (1ul << 0)
#define PTE_RW          (1ul << 1)
#define PTE_US          (1ul << 2)
#define PTE_PWT         (1ul << 3)
#define PTE_PCD         (1ul << 4)
#define PTE_A           (1ul << 5)
#define PTE_D           (1ul << 6)
#define PTE_PSE         (1ul << 7)  /* levels 2 and 3 */
#define PTE_PAT         (1ul << 7)  /* level 1 */
#define PTE_G           (1ul << 8)
#define PTE_AVAIL_LOW   (7ul << 9)
#define PTE_AVAIL_HIGH  (0x7fful << 52)
#define PTE_GUEST_KERNEL (1ul << 52) /* a guest's own use: kernel page */
#define PTE_NX          (1ul << 63)
#define PTE_ADDR_MASK   0x000ffffffffff000ul
#define PTE_CACHE_MASK  (PTE_PWT | PTE_PCD | PTE_PAT)

/* With the PAT that guests' entries are written for (cpu/init.c). */
#define PTE_CACHE_WB    0ul
#define PTE_CACHE_WT    PTE_PWT
#define PTE_CACHE_WC    PTE_PAT
#define PTE_CACHE_UC    (PTE_PCD | PTE_PWT)

#define PTE_HV_DATA     (PTE_P | PTE_RW | PTE_A | PTE_D | PTE_NX | PTE_G)
#define PTE_HV_RO       (PTE_P | PTE_A | PTE_D | PTE_NX | PTE_G)
#define PTE_HV_CODE     (PTE_P | PTE_A | PTE_D | PTE_G)
#define PTE_HV_TABLE    (PTE_P | PTE_RW | PTE_A | PTE_D)

#define PT_ENTRIES      512u
#define PT_SHIFT(level) (12 + 9 * ((level) - 1))
#define PT_INDEX(va, level) (((va) >> PT_SHIFT(level)) & (PT_ENTRIES - 1))
#define PAGE_SIZE_2M    (1ul << 21)
#define PAGE_SIZE_1G    (1ul << 30)

static inline pte_t pte_make(mfn_t m, uint64_t flags)
{
    return (pte_t){ mfn_to_paddr(m) | flags };
}

static inline mfn_t pte_mfn(pte_t e)
{
    return mfn((e.v & PTE_ADDR_MASK) >> PAGE_SHIFT);
}

static inline uint64_t pte_flags(pte_t e)
{
    return e.v & ~PTE_ADDR_MASK;
}

static inline bool pte_is_present(pte_t e)
{
    return (e.v & PTE_P) != 0;
}

static inline pte_t pte_read(const pte_t *slot)
{
    return (pte_t){ *(const volatile uint64_t *)&slot->v };
}

static inline void pte_write(pte_t *slot, pte_t e)
{
    *(volatile uint64_t *)&slot->v = e.v;
}

static inline bool pte_cmpxchg(pte_t *slot, pte_t old, pte_t new)
{
    return __atomic_compare_exchange_n(&slot->v, &old.v, new.v, false,
                                       __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

static inline bool va_is_canonical(unsigned long va)
{
    return (unsigned long)((long)(va << 16) >> 16) == va;
}

#endif
