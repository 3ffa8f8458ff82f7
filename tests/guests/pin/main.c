/* SPDX-License-Identifier: MIT */
/*
 * pin/main.c - what makes a frame a page table, and what ends it.
 *
 * Promise: a frame is at one time a page table of one level, a writable page,
 * or neither. Pinning checks every entry below and needs that nothing maps the
 * tables writable; it is refused for a pinned frame, unpinning for one that is
 * not. A table stays a table while it is pinned or another table or cr3 refers
 * to it. A refused pin leaves the frame free for other use.
 */
#include "guest.h"

const char test_folder[] = "pin";

static pte_t *table;
static uint64_t mfn;

static void level_1(void)
{
    expect_rc("a_page_mapped_writable", -XEN_EINVAL,
              mmuext_mfn(MMUEXT_PIN_L1_TABLE, mfn));
    expect_ok("which_stays_writable", page_set_writable(table));
    page_set_readonly(table);
    expect_ok("the_same_page_read_only", mmuext_mfn(MMUEXT_PIN_L1_TABLE, mfn));
    expect_rc("a_second_time", -XEN_EINVAL,
              mmuext_mfn(MMUEXT_PIN_L1_TABLE, mfn));
    expect_rc("as_level_2", -XEN_EINVAL, mmuext_mfn(MMUEXT_PIN_L2_TABLE, mfn));
    expect_rc("as_level_4", -XEN_EINVAL, mmuext_mfn(MMUEXT_PIN_L4_TABLE, mfn));
    expect_rc("pinned_it_cannot_be_writable", -XEN_EBUSY,
              page_set_writable(table));
    expect_ok("unpin", mmuext_mfn(MMUEXT_UNPIN_TABLE, mfn));
    expect_rc("unpin_a_second_time", -XEN_EINVAL,
              mmuext_mfn(MMUEXT_UNPIN_TABLE, mfn));
    expect_ok("unpinned_it_can_be_writable", page_set_writable(table));
}

static void contents(void)
{
    void *other = page_alloc();

    table[5] = pte_make(pt_root_mfn(), PTE_PAGE);
    page_set_readonly(table);
    expect_rc("an_entry_maps_a_page_table_writable", -XEN_EBUSY,
              mmuext_mfn(MMUEXT_PIN_L1_TABLE, mfn));
    expect_ok("refused_it_is_free", page_set_writable(table));
    table[5] = pte_make(0xfffffffffful, PTE_PAGE);
    page_set_readonly(table);
    expect_rc("an_entry_maps_no_frame", -XEN_EINVAL,
              mmuext_mfn(MMUEXT_PIN_L1_TABLE, mfn));
    page_set_writable(table);
    table[5] = pte_make(mfn, PTE_PAGE);
    page_set_readonly(table);
    expect_rc("an_entry_maps_the_table_itself_writable", -XEN_EBUSY,
              mmuext_mfn(MMUEXT_PIN_L1_TABLE, mfn));
    page_set_writable(table);
    table[5] = pte_make(mfn, PTE_RO_PAGE);
    table[6] = pte_make(va_to_mfn(other), PTE_PAGE);
    table[7] = 0xdeadbeef0ul;
    page_set_readonly(table);
    expect_ok("its_own_page_read_only_and_good_entries",
              mmuext_mfn(MMUEXT_PIN_L1_TABLE, mfn));
    expect_eq("an_absent_entry_is_kept", 0xdeadbeef0ul, table[7]);
    expect_ok("unpin_it", mmuext_mfn(MMUEXT_UNPIN_TABLE, mfn));
    page_set_writable(table);
    memset(table, 0, PAGE_SIZE);
}

static void upper_levels(void)
{
    pte_t *lower = page_alloc();
    uint64_t lower_mfn = va_to_mfn(lower);

    table[0] = pte_make(lower_mfn, PTE_TABLE);
    page_set_readonly(table);
    expect_rc("level_2_over_a_page_mapped_writable", -XEN_EINVAL,
              mmuext_mfn(MMUEXT_PIN_L2_TABLE, mfn));
    page_set_readonly(lower);
    expect_ok("level_2_over_the_page_read_only",
              mmuext_mfn(MMUEXT_PIN_L2_TABLE, mfn));
    expect_rc("the_lower_page_is_a_table_now", -XEN_EBUSY,
              page_set_writable(lower));
    expect_ok("it_may_be_pinned_too",
              mmuext_mfn(MMUEXT_PIN_L1_TABLE, lower_mfn));
    expect_ok("and_unpinned", mmuext_mfn(MMUEXT_UNPIN_TABLE, lower_mfn));
    expect_rc("referred_to_it_stays_a_table", -XEN_EBUSY,
              page_set_writable(lower));
    expect_ok("unpin_level_2", mmuext_mfn(MMUEXT_UNPIN_TABLE, mfn));
    expect_ok("then_the_lower_page_is_free", page_set_writable(lower));
    expect_ok("and_the_upper_one", page_set_writable(table));

    page_set_readonly(lower);
    mmuext_mfn(MMUEXT_PIN_L2_TABLE, lower_mfn);
    page_set_readonly(table);
    expect_rc("level_2_over_a_level_2_table", -XEN_EINVAL,
              mmuext_mfn(MMUEXT_PIN_L2_TABLE, mfn));
    expect_ok("level_3_over_it", mmuext_mfn(MMUEXT_PIN_L3_TABLE, mfn));
    expect_ok("unpin_level_3", mmuext_mfn(MMUEXT_UNPIN_TABLE, mfn));
    mmuext_mfn(MMUEXT_UNPIN_TABLE, lower_mfn);
    page_set_writable(lower);
    page_set_writable(table);
    table[0] = pte_make(lower_mfn, PTE_TABLE | PTE_PS);
    page_set_readonly(lower);
    page_set_readonly(table);
    expect_rc("level_2_with_a_large_page", -XEN_EINVAL,
              mmuext_mfn(MMUEXT_PIN_L2_TABLE, mfn));
    expect_ok("nothing_was_left_typed", page_set_writable(lower));
    page_set_writable(table);
    table[0] = 0;
}

/*
 * A mapping that was taken away without a flush must not outlive the change of
 * type: the frame may become a table only when no TLB can write it.
 */
static void stale_mappings(void)
{
    volatile uint64_t *va = window_page(0);

    page_map((void *)(uint64_t)va, pte_make(mfn, PTE_PAGE));
    page_set_readonly(table);
    expect_rc("one_writable_mapping_is_left", -XEN_EINVAL,
              mmuext_mfn(MMUEXT_PIN_L1_TABLE, mfn));
    *va = 0;
    expect_ok("take_it_away_without_a_flush",
              hc_update_va_mapping((uint64_t)va, 0, UVMF_NONE));
    expect_ok("then_it_can_be_pinned",
              mmuext_mfn(MMUEXT_PIN_L1_TABLE, mfn));
    PROBE("movq $0x1000, (%0)", "r" (va));
    expect_eq("the_old_mapping_writes_no_more", TRAP_PF, probe.vector);
    expect_eq("and_wrote_nothing", 0, table[0]);
    mmuext_mfn(MMUEXT_UNPIN_TABLE, mfn);

    page_map((void *)(uint64_t)va, pte_make(mfn, PTE_PAGE));
    *va = 0;
    hc_update_va_mapping((uint64_t)va, pte_make(mfn, PTE_RO_PAGE), UVMF_NONE);
    expect_ok("the_same_with_a_mapping_made_read_only",
              mmuext_mfn(MMUEXT_PIN_L1_TABLE, mfn));
    /* A good entry might be carried out for us: this one is not. */
    PROBE("mov %1, (%0)", "r" (va), "r" (pte_make(pt_root_mfn(), PTE_PAGE)));
    expect_eq("it_writes_no_more", TRAP_PF, probe.vector);
    expect_eq("and_wrote_nothing_either", 0, table[0]);
    mmuext_mfn(MMUEXT_UNPIN_TABLE, mfn);
    page_map((void *)(uint64_t)va, 0);
    page_set_writable(table);
}

static void frames(void)
{
    expect_rc("a_frame_that_does_not_exist", -XEN_EINVAL,
              mmuext_mfn(MMUEXT_PIN_L1_TABLE, 0xfffffffffful));
    expect_rc("unpin_a_frame_that_does_not_exist", -XEN_EINVAL,
              mmuext_mfn(MMUEXT_UNPIN_TABLE, 0xfffffffffful));
    expect_rc("unpin_a_page_that_is_no_table", -XEN_EINVAL,
              mmuext_mfn(MMUEXT_UNPIN_TABLE, mfn));
    expect_rc("the_root_as_level_1", -XEN_EINVAL,
              mmuext_mfn(MMUEXT_PIN_L1_TABLE, pt_root_mfn()));
    expect_rc("the_root_again", -XEN_EINVAL,
              mmuext_mfn(MMUEXT_PIN_L4_TABLE, pt_root_mfn()));
    expect_rc("shared_info_as_level_1", -XEN_EINVAL,
              mmuext_mfn(MMUEXT_PIN_L1_TABLE,
                         start_info->shared_info >> PAGE_SHIFT));
}

static void roots(void)
{
    const pte_t *old = (const pte_t *)start_info->pt_base;
    uint64_t old_mfn = pt_root_mfn();

    expect_rc("a_root_that_does_not_exist", -XEN_EINVAL,
              mmuext_mfn(MMUEXT_NEW_BASEPTR, 0xfffffffffful));
    expect_rc("a_root_mapped_writable", -XEN_EINVAL,
              mmuext_mfn(MMUEXT_NEW_BASEPTR, mfn));
    for (unsigned i = 0; i < 512; i++)
        table[i] = i >= 256 && i < 272 ? 0 : old[i];
    page_set_readonly(table);
    expect_ok("a_copy_of_the_root", mmuext_mfn(MMUEXT_NEW_BASEPTR, mfn));
    expect_true("its_hypervisor_slots_were_filled", table[256] != 0);
    expect_eq("the_m2p_is_still_there", mfn_to_pfn(mfn),
              ((uint64_t)table - VIRT_BASE) >> PAGE_SHIFT);
    expect_rc("the_root_in_use_cannot_be_writable", -XEN_EBUSY,
              page_set_writable(table));
    expect_ok("unpin_the_builders_root",
              mmuext_mfn(MMUEXT_UNPIN_TABLE, old_mfn));
    expect_ok("pin_it_again", mmuext_mfn(MMUEXT_PIN_L4_TABLE, old_mfn));
    expect_ok("go_back_to_it", mmuext_mfn(MMUEXT_NEW_BASEPTR, old_mfn));
    expect_ok("the_copy_is_free", page_set_writable(table));
    expect_ok("unpin_the_root_in_use",
              mmuext_mfn(MMUEXT_UNPIN_TABLE, old_mfn));
    PROBE("nop");
    expect_ok("and_pin_it", mmuext_mfn(MMUEXT_PIN_L4_TABLE, old_mfn));
    expect_ok("no_user_root", mmuext_mfn(MMUEXT_NEW_USER_BASEPTR, 0));
    expect_rc("a_user_root_mapped_writable", -XEN_EINVAL,
              mmuext_mfn(MMUEXT_NEW_USER_BASEPTR, mfn));
}

void test_main(void)
{
    table = page_alloc();
    mfn = va_to_mfn(table);
    level_1();
    contents();
    upper_levels();
    stale_mappings();
    frames();
    roots();
}
