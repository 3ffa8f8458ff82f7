/* SPDX-License-Identifier: MIT */
/*
 * gdt_ldt/main.c - set_gdt and MMUEXT_SET_LDT at their edges.
 *
 * Promise: a GDT has up to 7168 entries in up to 14 frames, which may repeat;
 * of the frames that count all must be good, or the old table stays and no
 * frame is held. An LDT has up to 8192 entries at a page-aligned address of
 * the guest's; its pages are taken when they are used, and a change of LDT
 * lets them go. Reserved entries cannot be replaced.
 */
#include "guest.h"

const char test_folder[] = "gdt_ldt";

#define DATA  0x00cff3000000fffful
#define TSS   0x0000e90000000067ul
#define FRAMES_MAX 14u

static uint64_t *page[3];
static unsigned long mfn[3];

static bool loads(unsigned selector)
{
    PROBE("mov %0, %%es", "r" (selector));
    if (probe.vector != NO_TRAP)
        return false;
    PROBE("mov %0, %%es", "r" (0));
    return true;
}

static void entries(void)
{
    unsigned long frames[FRAMES_MAX + 2];

    for (unsigned i = 0; i < ARRAY_SIZE(frames); i++)
        frames[i] = mfn[0];
    expect_ok("no_entries_at_null", hc_set_gdt(NULL, 0));
    expect_ok("no_entries_at_a_hole", hc_set_gdt(window_page(0), 0));
    expect_rc("one_entry_at_null", -XEN_EFAULT, hc_set_gdt(NULL, 1));
    expect_rc("one_entry_at_the_hypervisors", -XEN_EFAULT,
              hc_set_gdt((void *)HV_PRIVATE, 1));
    expect_rc("7169_entries", -XEN_EINVAL, hc_set_gdt(frames, 7169));
    expect_rc("7169_entries_at_a_hole", -XEN_EINVAL,
              hc_set_gdt(window_page(0), 7169));
    expect_rc("entries_without_end", -XEN_EINVAL, hc_set_gdt(frames, ~0u));
    expect_ok("7168_entries_in_one_frame", hc_set_gdt(frames, 7168));
    expect_eq("each_shows_the_first", 1, loads(8 | 3));
    expect_eq("each_shows_the_last", 1, loads(13 * 4096 + 8 + 3));
    expect_ok("one_entry", hc_set_gdt(frames, 1));
    expect_eq("its_frame_is_all_there", 1, loads(8 | 3));
    expect_eq("and_none_beyond", 0, loads(4096 + 8 + 3));
    expect_ok("513_entries", hc_set_gdt(frames, 513));
    expect_eq("two_frames_are_there", 1, loads(4096 + 8 + 3));
    expect_eq("and_no_third", 0, loads(2 * 4096 + 8 + 3));
    expect_eq("the_flat_segments_stay", 1, loads(FLAT_KERNEL_SS));
    expect_ok("no_entries", hc_set_gdt(NULL, 0));
    expect_ok("the_page_is_free", page_set_writable(page[0]));
    page_set_readonly(page[0]);
}

static void bad_frame(const char *name, unsigned long bad)
{
    unsigned long frames[2] = { mfn[1], bad };

    report_group(name);
    expect_rc("is_refused", -XEN_EINVAL, hc_set_gdt(frames, 1024));
    expect_eq("the_old_table_stays", 1, loads(8 | 3));
    expect_ok("the_good_frame_is_not_held", page_set_writable(page[1]));
    page_set_readonly(page[1]);
    frames[1] = mfn[1];
    frames[0] = bad;
    expect_rc("is_refused_first_in_line", -XEN_EINVAL,
              hc_set_gdt(frames, 1024));
    report_group(NULL);
}

static void frames_that_are_bad(void)
{
    unsigned long frames[1] = { mfn[0] };

    hc_set_gdt(frames, 512);
    bad_frame("a_frame_that_does_not_exist", 0xffffffffful);
    bad_frame("frame_minus_1", ~0ul);
    bad_frame("a_frame_beyond_all_addresses", 1ul << 52);
    bad_frame("the_root_table", pt_root_mfn());
    bad_frame("a_writable_frame", mfn[2]);
    page[2][7] = TSS;
    page_set_readonly(page[2]);
    bad_frame("a_frame_with_a_tss", mfn[2]);
    page_set_writable(page[2]);
    page[2][7] = 0;
    bad_frame("shared_info", start_info->shared_info >> PAGE_SHIFT);
    bad_frame("the_console_in_low_memory", 0xb8);
    hc_set_gdt(NULL, 0);
}

static void while_in_force(void)
{
    unsigned long frames[1] = { mfn[0] };
    uint64_t at = mfn[0] << PAGE_SHIFT;

    hc_set_gdt(frames, 512);
    expect_rc("a_system_entry_into_it", -XEN_EINVAL,
              hc_update_descriptor(at + 16, TSS));
    expect_eq("is_not_written", 0, page[0][2]);
    expect_ok("an_entry_into_it", hc_update_descriptor(at + 16, DATA));
    expect_eq("is_there_at_once", 1, loads(16 | 3));
    expect_ok("its_end", hc_update_descriptor(at + 16, 0));
    expect_eq("is_gone_at_once", 0, loads(16 | 3));
    expect_rc("pinned_as_a_table", -XEN_EINVAL,
              mmuext_mfn(MMUEXT_PIN_L1_TABLE, mfn[0]));
    expect_rc("cleared", -XEN_EINVAL,
              mmuext_mfn(MMUEXT_CLEAR_PAGE, mfn[0]));
    expect_eq("it_is_as_before", DATA, page[0][1]);
    PROBE("movq $0, (%0)", "r" (page[0]));
    expect_eq("a_store_is_PF", TRAP_PF, probe.vector);
    expect_ok("the_same_again", hc_set_gdt(frames, 512));
    hc_set_gdt(NULL, 0);
    expect_ok("free_after_that", page_set_writable(page[0]));
    page_set_readonly(page[0]);
}

static long set_ldt(const void *va, unsigned long count)
{
    struct mmuext_op op = { .cmd = MMUEXT_SET_LDT };

    op.arg1.linear_addr = (unsigned long)va;
    op.arg2.nr_ents = (unsigned)count;
    return hc_mmuext_op(&op, 1, NULL, DOMID_SELF);
}

static void ldt_arguments(void)
{
    uint8_t *hole = window_page(8);

    expect_ok("ldt_of_8192_entries", set_ldt(hole, 8192));
    expect_rc("ldt_of_8193_entries", -XEN_EINVAL, set_ldt(hole, 8193));
    expect_rc("ldt_without_end", -XEN_EINVAL, set_ldt(hole, ~0u));
    expect_rc("ldt_unaligned", -XEN_EINVAL, set_ldt(hole + 8, 1));
    expect_rc("ldt_in_the_hypervisor", -XEN_EINVAL,
              set_ldt((void *)HV_PRIVATE, 8));
    expect_rc("ldt_at_the_m2p", -XEN_EINVAL, set_ldt((void *)HV_START, 8));
    expect_rc("ldt_that_is_not_canonical", -XEN_EINVAL,
              set_ldt((void *)NON_CANONICAL, 8));
    expect_ok("no_ldt_at_an_odd_address", set_ldt(hole + 1, 0));
    expect_ok("no_ldt_at_null", set_ldt(NULL, 0));
}

/* Two pages, of which the second is mapped only later. */
static void ldt_pages(void)
{
    uint8_t *first = window_page(8), *second = window_page(9);

    page_map(first, pte_make(mfn[0], PTE_RO_PAGE));
    expect_ok("ldt_of_two_pages", set_ldt(first, 1024));
    expect_eq("its_first_page", 1, loads(8 | 7));
    expect_eq("its_second_page_is_a_hole", 0, loads(4096 + 8 + 7));
    expect_eq("second_page_vector", TRAP_PF, probe.vector);
    expect_eq("second_page_address", (uint64_t)second + 8, probe_cr2);
    expect_eq("second_page_error", 0, probe.error);
    page_map(second, pte_make(mfn[1], PTE_RO_PAGE));
    expect_eq("until_it_is_mapped", 1, loads(4096 + 8 + 7));
    expect_eq("an_entry_of_zeros", 0, loads(24 | 7));
    expect_eq("is_GP", TRAP_GP, probe.vector);
    expect_eq("with_the_ldt_bit", 24 | 4, probe.error);
    page_map(second, 0);
    expect_eq("a_page_in_use_stays_when_unmapped", 1, loads(4096 + 8 + 7));
    expect_ok("a_smaller_ldt", set_ldt(first, 8));
    expect_eq("has_no_second_page", 0, loads(4096 + 8 + 7));
    expect_eq("which_is_GP", TRAP_GP, probe.vector);
    expect_ok("and_lets_it_go", page_set_writable(page[1]));
    page_set_readonly(page[1]);
    expect_eq("the_last_entry_is_in", 0, loads(7 * 8 | 7));
    expect_eq("the_last_entry_error", 7 * 8 | 4, probe.error);
    expect_eq("one_beyond_is_out", 0, loads(8 * 8 | 7));
    expect_ok("no_ldt", set_ldt(NULL, 0));
    expect_ok("all_pages_are_free", page_set_writable(page[0]));
    page_set_readonly(page[0]);
    page_map(first, 0);
}

static void ldt_with_bad_page(void)
{
    uint8_t *va = window_page(8);

    page[2][7] = TSS;
    page_set_readonly(page[2]);
    page_map(va, pte_make(mfn[2], PTE_RO_PAGE));
    expect_ok("ldt_with_a_tss_in_it", set_ldt(va, 512));
    expect_eq("cannot_be_used", 0, loads(8 | 7));
    expect_eq("but_is_PF", TRAP_PF, probe.vector);
    expect_eq("at_the_guests_address", (uint64_t)va + 8, probe_cr2);
    page_set_writable(page[2]);
    page[2][7] = 0;
    page_set_readonly(page[2]);
    expect_eq("mended_it_can", 1, loads(8 | 7));
    PROBE("push %q0\n\t push $2f\n\t lretq\n\t 2: ud2", "r" (16 | 7));
    expect_eq("code_in_it_runs", TRAP_UD, probe.vector);
    expect_eq("code_in_it_shows_in_cs", 16 | 4, regs_selector(&probe));
    set_ldt(NULL, 0);
    page_map(va, pte_make(pt_root_mfn(), PTE_RO_PAGE));
    set_ldt(va, 512);
    expect_eq("a_page_table_as_ldt", 0, loads(8 | 7));
    expect_eq("a_page_table_as_ldt_is_PF", TRAP_PF, probe.vector);
    set_ldt(NULL, 0);
    page_map(va, 0);
    expect_ok("that_page_is_free", page_set_writable(page[2]));
}

void test_main(void)
{
    for (unsigned i = 0; i < 3; i++) {
        page[i] = page_alloc();
        mfn[i] = va_to_mfn(page[i]);
        page[i][1] = DATA;
        if (i < 2)
            page_set_readonly(page[i]);
    }
    page[2][2] = 0x00affb000000fffful;
    entries();
    frames_that_are_bad();
    while_in_force();
    ldt_arguments();
    ldt_pages();
    ldt_with_bad_page();
}
