/* SPDX-License-Identifier: MIT */
/* op_tables.c - page tables: built, changed and stored to in every way. */
#include "fuzz.h"

/* --- building --- */

static void fill(pte_t *table, unsigned level)
{
    unsigned count = (unsigned)below(one_in(3) ? 200 : 12);

    memset(table, 0, PAGE_SIZE);
    while (count--)
        table[below(one_in(2) ? 512 : 16)] = pick_pte(level);
    if (level == 4) {
        const pte_t *root = (const pte_t *)start_info->pt_base;

        for (unsigned i = one_in(4) ? 511 : 272; i < 512; i++)
            table[i] = root[i];
    }
}

void op_make_table(void)
{
    struct pool_page *page = pick_page(), *upper;
    unsigned level = (unsigned)(1 + below(4));
    long rc;

    if (page->level)
        return;
    fill(page->va, level);
    page_set_readonly(page->va);
    upper = level < 4 ? pick_table(level + 1) : NULL;
    if (upper && one_in(2))
        rc = pt_write(upper->mfn << PAGE_SHIFT | below(512) << 3,
                      pte_make(page->mfn, PTE_TABLE));
    else
        rc = mmuext_mfn(MMUEXT_PIN_L1_TABLE + level - 1, page->mfn);
    if (!rc)
        page->level = level;
    else if (!one_in(4))
        page_map(page->va, pte_make(page->mfn, PTE_PAGE));
}

void op_unmake_table(void)
{
    struct pool_page *page = pick_table((unsigned)(1 + below(4)));

    if (!page)
        return;
    mmuext_mfn(MMUEXT_UNPIN_TABLE, page->mfn);
    if (!page_map(page->va, pte_make(page->mfn, PTE_PAGE)))
        page->level = 0;
}

/* --- hypercalls --- */

static uint64_t pick_slot(unsigned *level)
{
    struct pool_page *table = pick_table((unsigned)(1 + below(4)));
    uint64_t slot = below(one_in(2) ? 512 : 16) << 3;

    *level = (unsigned)below(5);
    if (table && !one_in(6)) {
        *level = table->level;
        return table->mfn << PAGE_SHIFT | slot;
    }
    if (is_late && one_in(8))
        return pt_entry_maddr(pick_va(), (unsigned)(1 + below(4)));
    return pick_page()->mfn << PAGE_SHIFT | slot;
}

void op_mmu_update(void)
{
    unsigned count = (unsigned)below(one_in(4) ? 40 : 4) + 1;
    struct mmu_update *list = argument(count * sizeof(*list));
    unsigned *done = argument(sizeof(*done));

    for (unsigned i = 0; i < count; i++) {
        unsigned level;

        list[i].ptr = pick_slot(&level);
        if (one_in(8))
            list[i].ptr = (pick_frame() << PAGE_SHIFT) |
                          (is_late ? 0 : MMU_MACHPHYS_UPDATE);
        else if (one_in(5))
            list[i].ptr |= below(8);
        list[i].val = pick_pte(level ? level : 1);
    }
    if (one_in(30))
        count = (unsigned)pick_word();
    call(__HYPERVISOR_mmu_update, pick_pointer(list), count,
         one_in(2) ? 0 : pick_pointer(done),
         one_in(6) ? pick_domain() | (one_in(2) ? pick_domain() << 16 : 0)
                   : DOMID_SELF, 0);
}

/* A new kernel base that does not map us is the end: mostly one that does. */
static void fill_mmuext(struct mmuext_op *op)
{
    struct pool_page *table = pick_table((unsigned)(1 + below(4)));

    op->cmd = (unsigned)below(one_in(10) ? 64 : 20);
    op->arg1.mfn = table && one_in(2) ? table->mfn : pick_frame();
    op->arg2.src_mfn = one_in(2) ? pick_frame() : pick_va();
    if (op->cmd == MMUEXT_NEW_BASEPTR && !is_late) {
        table = pick_table(4);
        op->arg1.mfn = table && one_in(2) ? table->mfn : pt_root_mfn();
    }
    if (op->cmd == MMUEXT_CLEAR_PAGE || op->cmd == MMUEXT_COPY_PAGE)
        op->arg1.mfn = is_late ? pick_frame() : pick_page()->mfn;
    if (op->cmd == MMUEXT_SET_LDT || op->cmd == MMUEXT_INVLPG_LOCAL)
        op->arg1.linear_addr = pick_va() & (one_in(8) ? ~0ul : PAGE_MASK);
    if (op->cmd == MMUEXT_SET_LDT)
        op->arg2.nr_ents = (unsigned)below(9000);
}

void op_mmuext(void)
{
    unsigned count = (unsigned)below(one_in(4) ? 16 : 3) + 1;
    struct mmuext_op *list = argument(count * sizeof(*list));
    unsigned *done = argument(sizeof(*done));

    for (unsigned i = 0; i < count; i++)
        fill_mmuext(&list[i]);
    if (one_in(30))
        count = (unsigned)pick_word();
    call(__HYPERVISOR_mmuext_op, pick_pointer(list), count,
         one_in(2) ? 0 : pick_pointer(done),
         one_in(8) ? pick_domain() : DOMID_SELF, 0);
}

void op_va(void)
{
    uint64_t va = pick_va(), flags = below(4);

    if (one_in(2))
        flags |= UVMF_ALL;
    else if (one_in(4))
        flags |= pick_pointer(arguments) & ~3ul;
    if (one_in(10))
        call(__HYPERVISOR_update_va_mapping_otherdomain, va, pick_pte(1),
             flags, pick_domain(), 0);
    else
        call(__HYPERVISOR_update_va_mapping, va, pick_pte(1), flags, 0, 0);
}

void op_assist(void)
{
    call(__HYPERVISOR_vm_assist, below(3) == 0 ? below(4) : 0,
         one_in(2) ? VMASST_TYPE_writable_pagetables : below(40), 0, 0, 0);
}

/* --- stores, which the hypervisor may carry out for us --- */

static void store(volatile uint64_t *at, uint64_t value)
{
    uint64_t old = one_in(2) ? *at : rnd();

    switch (below(14)) {
    case 0: *at = value; break;
    case 1: *(volatile uint32_t *)at = (uint32_t)value; break;
    case 2: *(volatile uint16_t *)at = (uint16_t)value; break;
    case 3: *(volatile uint8_t *)at = (uint8_t)value; break;
    case 4: asm volatile("xchg %0, %1" : "+r" (value), "+m" (*at)); break;
    case 5: asm volatile("lock cmpxchg %2, %1"
                         : "+a" (old), "+m" (*at) : "r" (value)); break;
    case 6: asm volatile("lock xadd %0, %1" : "+r" (value), "+m" (*at)); break;
    case 7: asm volatile("lock or %1, %0" : "+m" (*at) : "r" (value)); break;
    case 8: asm volatile("lock andq $~0x42, %0" : "+m" (*at)); break;
    case 9: asm volatile("lock btcq %1, %0"
                         : "+m" (*at) : "r" (below(64))); break;
    case 10: asm volatile("movsq" : : "D" (at), "S" (&value) : "memory"); break;
    case 11: asm volatile("rep stosq" : : "D" (at), "a" (value),
                          "c" (below(4)) : "memory"); break;
    case 12: asm volatile("lock cmpxchg8b %0"
                          : "+m" (*at), "+a" (old)
                          : "b" (value), "c" (value >> 32),
                            "d" (old >> 32)); break;
    default: asm volatile("lock cmpxchg16b %0"
                          : "+m" (*(volatile unsigned __int128 *)at),
                            "+a" (old) : "b" (value), "c" (value), "d" (old));
    }
}

void op_store(void)
{
    struct pool_page *table = pick_table((unsigned)(1 + below(4)));
    uint64_t at = table ? (uint64_t)table->va : (uint64_t)pick_page()->va;

    at += below(one_in(2) ? 512 : 16) << 3;
    if (one_in(10))
        at += below(16);
    store((volatile uint64_t *)at, pick_pte(table ? table->level : 1));
}

void op_plain_store(void)
{
    uint64_t va = one_in(2) ? pick_va() : (uint64_t)pick_page()->va;

    /* Not to ourselves, while we want to live. */
    if (!is_late && va >= (uint64_t)guest_start && va < (uint64_t)pool[0].va)
        return;
    store((volatile uint64_t *)va, pick_word());
}
