/* SPDX-License-Identifier: MIT */
/*
 * clear_copy/main.c - whole frames cleared and copied by the hypervisor.
 *
 * Promise: CLEAR_PAGE and COPY_PAGE write all bytes of a frame of the domain
 * that is, or can become, a writable one, mapped or not, and touch no other. A
 * frame that is a page table, descriptors, none or somebody else's is refused;
 * any frame of the domain can be the source. A refusal changes nothing.
 */
#include "guest.h"

const char test_folder[] = "clear_copy";

static uint64_t *a, *b;
static uint64_t mfn_a, mfn_b;

static long copy(uint64_t to, uint64_t from)
{
    struct mmuext_op op = { .cmd = MMUEXT_COPY_PAGE };

    op.arg1.mfn = to;
    op.arg2.src_mfn = from;
    return hc_mmuext_op(&op, 1, NULL, DOMID_SELF);
}

static long clear(uint64_t mfn)
{
    return mmuext_mfn(MMUEXT_CLEAR_PAGE, mfn);
}

static void fill(uint64_t *page, uint64_t with)
{
    for (unsigned i = 0; i < 512; i++)
        page[i] = with + i;
}

static unsigned wrong(const uint64_t *page, uint64_t with, uint64_t step)
{
    unsigned n = 0;

    for (unsigned i = 0; i < 512; i++)
        n += page[i] != with + i * step;
    return n;
}

static void work(void)
{
    fill(a, 0x1000);
    fill(b, 0x2000);
    expect_ok("copy", copy(mfn_a, mfn_b));
    expect_eq("words_not_copied", 0, wrong(a, 0x2000, 1));
    expect_eq("words_changed_in_the_source", 0, wrong(b, 0x2000, 1));
    expect_ok("copy_to_itself", copy(mfn_a, mfn_a));
    expect_eq("words_changed_by_that", 0, wrong(a, 0x2000, 1));
    expect_ok("clear", clear(mfn_a));
    expect_eq("words_not_cleared", 0, wrong(a, 0, 0));
    expect_eq("words_changed_in_another", 0, wrong(b, 0x2000, 1));
    fill(a, 0x1000);
    page_map(a, 0);
    expect_ok("clear_a_frame_that_is_not_mapped", clear(mfn_a));
    page_map(a, pte_make(mfn_a, PTE_RO_PAGE));
    expect_eq("words_not_cleared_of_that", 0, wrong(a, 0, 0));
    expect_ok("copy_to_a_frame_mapped_read_only", copy(mfn_a, mfn_b));
    expect_eq("words_not_copied_to_that", 0, wrong(a, 0x2000, 1));
    page_map(a, pte_make(mfn_a, PTE_PAGE));
    fill(a, 0x1000);
}

static void refused(const char *name, uint64_t mfn, bool source_too)
{
    report_group(name);
    expect_rc("clear", -XEN_EINVAL, clear(mfn));
    expect_rc("copy_to", -XEN_EINVAL, copy(mfn, mfn_a));
    expect_rc("copy_from", source_too ? -XEN_EINVAL : 0, copy(mfn_a, mfn));
    report_group(NULL);
    if (!source_too)
        fill(a, 0x1000);
    expect_eq(name, 0, wrong(a, 0x1000, 1));
}

static void frames(void)
{
    struct tree tree;
    static unsigned long gdt[1];
    uint64_t *segments = page_alloc();
    pte_t before;

    tree_build(&tree, 4);
    tree_pin(&tree);
    before = tree.table[2][0];
    refused("a_level_1_table", tree.mfn[1], false);
    refused("a_level_2_table", tree.mfn[2], false);
    refused("a_level_3_table", tree.mfn[3], false);
    refused("a_level_4_table", tree.mfn[4], false);
    refused("the_root_in_use", pt_root_mfn(), false);
    expect_eq("no_table_was_changed", 0, tree.table[2][0] ^ before);
    tree_unpin(&tree);
    expect_ok("a_table_that_is_none_any_more", clear(tree.mfn[2]));
    expect_eq("is_cleared", 0, tree.table[2][0]);
    expect_true("nothing_holds_the_tables", tree_free(&tree));
    gdt[0] = va_to_mfn(segments);
    page_set_readonly(segments);
    hc_set_gdt(gdt, 8);
    refused("descriptors", gdt[0], false);
    refused("no_memory", 0xffffffffful, true);
    refused("the_last_frame_number", PTE_ADDR >> 12, true);
    refused("more_than_a_frame_number", mfn_b | 1ul << 52, true);
    refused("all_ones", ~0ul, true);
    refused("device_registers", 0xfee00, true);
}

static void given_back(void)
{
    uint64_t *page = page_alloc();
    struct xen_memory_reservation res = {
        .nr_extents = 1, .domid = DOMID_SELF,
    };
    xen_pfn_t frame = va_to_mfn(page);

    set_xen_guest_handle(res.extent_start, &frame);
    page_map(page, 0);
    hc_memory_op(XENMEM_decrease_reservation, &res);
    refused("a_frame_given_back", frame, true);
}

void test_main(void)
{
    a = page_alloc();
    b = page_alloc();
    mfn_a = va_to_mfn(a);
    mfn_b = va_to_mfn(b);
    work();
    frames();
    given_back();
    expect_true("nothing_holds_a", page_renew(a));
    expect_true("nothing_holds_b", page_renew(b));
}
