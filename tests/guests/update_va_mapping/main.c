/* SPDX-License-Identifier: MIT */
/*
 * update_va_mapping/main.c - change the level-1 entry behind an address.
 *
 * Promise: the entry that translates the address now is replaced, under the
 * same rules as by mmu_update, and the flush asked for is done. Without a
 * level-1 table, or with an address that is not the guest's, it is refused.
 * A refused change leaves the entry, also when whom to flush cannot be read.
 */
#include "guest.h"
#include "hypervisor.h"

const char test_folder[] = "update_va_mapping";

static volatile uint64_t *va, *page_a, *page_b;
static uint64_t mfn_a, mfn_b;

static long map(const volatile void *at, pte_t pte, uint64_t flags)
{
    return hc_update_va_mapping((uint64_t)at, pte, flags);
}

static void flush_types(void)
{
    static const struct {
        const char *name;
        uint64_t flags;
    } flush[] = {
        { "invlpg_local", UVMF_INVLPG | UVMF_LOCAL },
        { "invlpg_all", UVMF_INVLPG | UVMF_ALL },
        { "flush_local", UVMF_TLB_FLUSH | UVMF_LOCAL },
        { "flush_all", UVMF_TLB_FLUSH | UVMF_ALL },
    };
    unsigned long mask = 1;

    *page_a = 0xa;
    *page_b = 0xb;
    for (size_t i = 0; i < ARRAY_SIZE(flush); i++) {
        report_group(flush[i].name);
        expect_ok("map_a", map(va, pte_make(mfn_a, PTE_PAGE), flush[i].flags));
        expect_eq("reads_a", 0xa, *va);
        expect_ok("map_b", map(va, pte_make(mfn_b, PTE_PAGE), flush[i].flags));
        expect_eq("reads_b", 0xb, *va);
    }
    report_group(NULL);
    expect_ok("invlpg_by_mask", map(va, pte_make(mfn_a, PTE_PAGE),
                                    UVMF_INVLPG | (uint64_t)&mask));
    expect_eq("reads_by_mask", 0xa, *va);
    expect_ok("flush_by_mask", map(va, pte_make(mfn_b, PTE_PAGE),
                                   UVMF_TLB_FLUSH | (uint64_t)&mask));
    expect_eq("reads_by_mask_again", 0xb, *va);
    expect_ok("no_flush", map(va, 0, UVMF_NONE));
    mmuext_va(MMUEXT_INVLPG_LOCAL, (void *)(uint64_t)va);
}

static void protection(void)
{
    map(va, pte_make(mfn_a, PTE_PAGE), UVMF_INVLPG);
    *va = 1;
    expect_ok("drop_the_write_bit", map(va, pte_make(mfn_a, PTE_RO_PAGE),
                                        UVMF_INVLPG));
    PROBE("movq $2, (%0)", "r" (va));
    expect_eq("a_store_faults", TRAP_PF, probe.vector);
    expect_eq("and_changes_nothing", 1, *page_a);
    expect_ok("give_it_back", map(va, pte_make(mfn_a, PTE_PAGE), UVMF_INVLPG));
    PROBE("movq $3, (%0)", "r" (va));
    expect_eq("a_store_arrives", 3, *page_a);
}

static void errors(void)
{
    pte_t before = *pt_entry((uint64_t)va, 1);

    expect_rc("an_address_without_a_level_1_table", -XEN_EINVAL,
              map((uint8_t *)va + 0x10000000, pte_make(mfn_a, PTE_PAGE),
                  UVMF_INVLPG));
    expect_rc("an_address_without_any_table", -XEN_EINVAL,
              map((void *)0x7f0000000000ul, pte_make(mfn_a, PTE_PAGE),
                  UVMF_INVLPG));
    expect_rc("a_non_canonical_address", -XEN_EINVAL,
              map((void *)NON_CANONICAL, pte_make(mfn_a, PTE_PAGE),
                  UVMF_INVLPG));
    expect_rc("the_machine_to_physical_table", -XEN_EINVAL,
              map((void *)HV_START, pte_make(mfn_a, PTE_PAGE), UVMF_INVLPG));
    expect_rc("a_hypervisor_address", -XEN_EINVAL,
              map((void *)HV_PRIVATE, pte_make(mfn_a, PTE_PAGE), UVMF_INVLPG));
    expect_rc("a_page_table_writable", -XEN_EBUSY,
              map(va, pte_make(pt_root_mfn(), PTE_PAGE), UVMF_INVLPG));
    expect_rc("a_frame_that_does_not_exist", -XEN_EINVAL,
              map(va, pte_make(0xfffffffffful, PTE_PAGE), UVMF_INVLPG));
    expect_eq("the_entry_is_as_before", before, *pt_entry((uint64_t)va, 1));
    *va = 9;
    expect_eq("and_still_works", 9, *page_a);
    expect_rc("making_a_page_table_page_writable", -XEN_EBUSY,
              page_set_writable((void *)start_info->pt_base));
}

/* Whom to flush is asked before anything is done. */
static void bad_masks(void)
{
    static const struct {
        const char *name;
        uint64_t at;
    } masks[] = {
        { "nowhere", NON_CANONICAL & ~7ul },
        { "in_the_hypervisor", HV_PRIVATE & ~7ul },
        { "in_no_page", 8 },
    };
    pte_t before = *pt_entry((uint64_t)va, 1);

    for (size_t i = 0; i < ARRAY_SIZE(masks); i++) {
        report_group(masks[i].name);
        expect_rc("invlpg", -XEN_EFAULT, map(va, pte_make(mfn_b, PTE_PAGE),
                                             UVMF_INVLPG | masks[i].at));
        expect_rc("flush", -XEN_EFAULT, map(va, pte_make(mfn_b, PTE_PAGE),
                                            UVMF_TLB_FLUSH | masks[i].at));
        if (own_answer("the_entry_stays"))
            expect_eq("the_entry_stays", before, *pt_entry((uint64_t)va, 1));
        map(va, before, UVMF_INVLPG);
        expect_ok("is_not_read_for_no_flush",
                  map(va, pte_make(mfn_b, PTE_PAGE), UVMF_NONE | masks[i].at));
        map(va, before, UVMF_INVLPG);
    }
    report_group(NULL);
}

static void non_present(void)
{
    expect_ok("any_absent_value", map(va, 0xfedcba9876543210ul, UVMF_INVLPG));
    expect_eq("is_kept", 0xfedcba9876543210ul, *pt_entry((uint64_t)va, 1));
    PROBE("mov (%0), %%rax", "r" (va));
    expect_eq("and_faults", TRAP_PF, probe.vector);
    map(va, 0, UVMF_INVLPG);
}

void test_main(void)
{
    va = window_page(0);
    page_a = page_alloc();
    page_b = page_alloc();
    mfn_a = va_to_mfn((void *)(uint64_t)page_a);
    mfn_b = va_to_mfn((void *)(uint64_t)page_b);
    flush_types();
    protection();
    errors();
    bad_masks();
    non_present();
}
