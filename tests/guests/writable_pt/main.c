/* SPDX-License-Identifier: MIT */
/*
 * writable_pt/main.c - plain stores to level-1 tables.
 *
 * Promise: once vm_assist has switched it on, a store by the guest kernel to a
 * read-only mapping of a level-1 table is checked as mmu_update would and then
 * carried out, with the result and flags of the instruction. A refused entry,
 * and any store to a table of a higher level, is a page fault on the store,
 * which changes nothing. (Debian's Xen does the same while it is off, which
 * nobody may count on.)
 */
#include "guest.h"

const char test_folder[] = "writable_pt";

static volatile uint64_t *va, *page_a;
static uint64_t mfn_a;
static volatile pte_t *slot;    /* the window's entry, in a read-only page */

#define STORE(value) PROBE("mov %1, (%0)", "r" (slot), "r" (value))

static void stores(void)
{
    pte_t want = pte_make(mfn_a, PTE_PAGE), old;
    uint8_t flag;

    STORE(want);
    expect_eq("a_store_is_carried_out", NO_TRAP, probe.vector);
    *va = 0x77;
    expect_eq("and_maps_the_page", 0x77, *page_a);
    old = pte_make(mfn_a, PTE_RO_PAGE);
    PROBE_IO("xchg %0, (%1)", "+&r" (old), "r" (slot));
    expect_eq("xchg_is_carried_out", NO_TRAP, probe.vector);
    expect_eq("and_returns_the_old_frame", mfn_a, pte_mfn(old));
    expect_eq("with_its_dirty_bit", PTE_D, old & PTE_D);
    expect_eq("the_entry_is_read_only", 0, *slot & PTE_RW);
    old = *slot;
    PROBE_IO("mov %2, %%rax\n\t lock cmpxchg %3, (%1)\n\t setz %b0",
             "=&r" (flag), "r" (slot), "r" (old), "r" (want));
    expect_eq("cmpxchg_is_carried_out", NO_TRAP, probe.vector);
    expect_eq("and_says_so", 1, flag);
    expect_eq("the_entry_is_writable", PTE_RW, *slot & PTE_RW);
    PROBE_IO("mov $1, %%eax\n\t lock cmpxchg %2, (%1)\n\t setz %b0\n\t",
             "=&r" (flag), "r" (slot), "r" (want));
    expect_eq("a_cmpxchg_that_fails", NO_TRAP, probe.vector);
    expect_eq("says_so_too", 0, flag);
    PROBE_IO("lock btrq $1, (%1)\n\t setc %b0", "=&r" (flag), "r" (slot));
    expect_eq("btr_is_carried_out", NO_TRAP, probe.vector);
    expect_eq("and_returns_the_bit", 1, flag);
    expect_eq("btr_cleared_it", 0, *slot & PTE_RW);
    PROBE("lock orq $2, (%0)", "r" (slot));
    expect_eq("or_is_carried_out", NO_TRAP, probe.vector);
    expect_eq("or_set_it", PTE_RW, *slot & PTE_RW);
    PROBE("lock andq $-3, (%0)", "r" (slot));
    expect_eq("and_is_carried_out", NO_TRAP, probe.vector);
    expect_eq("and_cleared_it", 0, *slot & PTE_RW);
    STORE(0ul);
    expect_eq("zero_is_stored", 0, *slot);
    PROBE("movl $0x1230, (%0)\n\t movl $0x4567, 4(%0)", "r" (slot));
    expect_eq("halves_are_stored", 0x456700001230ul, *slot);
    STORE(0ul);
}

static void refused(void)
{
    volatile pte_t *upper = (pte_t *)(uint64_t)pt_entry((uint64_t)va, 2);
    pte_t before;

    STORE(pte_make(mfn_a, PTE_PAGE));
    before = *slot;
    STORE(pte_make(pt_root_mfn(), PTE_PAGE));
    expect_eq("a_page_table_mapped_writable", TRAP_PF, probe.vector);
    expect_eq("faults_at_the_entry", (uint64_t)slot, probe_cr2);
    STORE(pte_make(0xfffffffffful, PTE_PAGE));
    expect_eq("a_frame_that_does_not_exist", TRAP_PF, probe.vector);
    expect_eq("the_entry_is_as_before", before, *slot);
    PROBE("movq $0, 4(%0)", "r" (slot));
    expect_eq("an_unaligned_store", TRAP_PF, probe.vector);
    expect_eq("leaves_the_entry", before, *slot);
    before = *upper;
    PROBE("mov %1, (%0)", "r" (upper), "r" (before));
    expect_eq("a_store_to_a_level_2_table", TRAP_PF, probe.vector);
    expect_eq("leaves_that_entry", before, *upper);
    STORE(0ul);
}

void test_main(void)
{
    va = window_page(0);
    slot = (volatile pte_t *)(uint64_t)pt_entry((uint64_t)va, 1);
    page_a = page_alloc();
    mfn_a = va_to_mfn((void *)(uint64_t)page_a);
    expect_ok("switch_it_on",
              hc_vm_assist(VMASST_CMD_enable,
                           VMASST_TYPE_writable_pagetables));
    stores();
    refused();
}
