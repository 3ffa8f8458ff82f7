/* SPDX-License-Identifier: MIT */
/*
 * type_flush/main.c - no translation outlives what a frame was.
 *
 * Promise: a guest may take a mapping away and not flush. Before its frame
 * becomes a page table of any level, a page of descriptors, or somebody else's,
 * no TLB holds the mapping any more: neither a store through it arrives, nor
 * does a load show what the frame's next owner put there. (Debian's Xen flushes
 * when it hands a frame out again, Parapet when it takes it back.)
 */
#include "guest.h"
#include "hypervisor.h"

const char test_folder[] = "type_flush";

static volatile uint64_t *va;
static uint64_t slot;

/* The TLB may write @page through the window, the entry is gone. */
static void leave_stale(void *page)
{
    pt_write(slot, pte_make(va_to_mfn(page), PTE_PAGE));
    mmuext_va(MMUEXT_TLB_FLUSH_LOCAL, NULL);
    *va = *va;
    page_set_readonly(page);
    *va = *va;
    pt_write(slot, 0);
}

static void expect_no_store(const char *name, const uint64_t *page)
{
    uint64_t before = page[0];

    report_group(name);
    PROBE("movq $0x10, (%0)", "r" (va));
    expect_eq("a_store_by_the_old_mapping", TRAP_PF, probe.vector);
    expect_eq("changes_nothing", before, page[0]);
    report_group(NULL);
}

static void tables(void)
{
    static const char *const name[5] = {
        "", "as_level_1", "as_level_2", "as_level_3", "as_level_4",
    };

    for (unsigned level = 1; level <= 4; level++) {
        uint64_t *page = page_alloc();

        leave_stale(page);
        expect_ok(name[level], mmuext_mfn(MMUEXT_PIN_L1_TABLE + level - 1,
                                          va_to_mfn(page)));
        expect_no_store(name[level], page);
        report_group(name[level]);
        mmuext_mfn(MMUEXT_UNPIN_TABLE, va_to_mfn(page));
        page_set_writable(page);
        expect_true("it_is_free", page_renew(page));
        report_group(NULL);
        page_free(page);
    }
}

/* The same by an entry that names the page, which makes it a table. */
static void named(void)
{
    struct tree tree;
    uint64_t *page = page_alloc();

    tree_build(&tree, 2);
    tree_pin(&tree);
    leave_stale(page);
    expect_ok("a_table_by_being_named",
              pt_write(tree_entry(&tree, 2, 1),
                       pte_make(va_to_mfn(page), PTE_TABLE)));
    expect_no_store("named_by_level_2", page);
    tree_unpin(&tree);
    expect_true("the_tree_is_free", tree_free(&tree));
    page_set_writable(page);
    page_free(page);
}

static void descriptors(void)
{
    uint64_t *page = page_alloc();
    unsigned long frame = va_to_mfn(page);

    leave_stale(page);
    expect_ok("a_gdt", hc_set_gdt(&frame, 512));
    expect_no_store("as_a_gdt", page);
}

static long give_back(uint64_t mfn)
{
    struct xen_memory_reservation res = {
        .nr_extents = 1, .domid = DOMID_SELF,
    };
    xen_pfn_t frame = mfn;

    set_xen_guest_handle(res.extent_start, &frame);
    return hc_memory_op(XENMEM_decrease_reservation, &res);
}

/* @page is given back while the TLB has it: neither read nor written. */
static void freed(void)
{
    uint64_t *page = page_alloc(), mfn = va_to_mfn(page), pfn;
    struct xen_memory_reservation res = {
        .nr_extents = 1, .domid = DOMID_SELF,
    };
    xen_pfn_t frame;

    pfn = mfn_to_pfn(mfn);
    page_map(page, 0);
    pt_write(slot, pte_make(mfn, PTE_PAGE));
    mmuext_va(MMUEXT_TLB_FLUSH_LOCAL, NULL);
    *va = 0x5ec2e7;
    pt_write(slot, 0);
    expect_rc("give_it_back", 1, give_back(mfn));
    PROBE("mov (%0), %%rax", "r" (va));
    if (own_answer("a_frame_given_back_is_not_read"))
        expect_eq("a_frame_given_back_is_not_read", TRAP_PF, probe.vector);
    PROBE("movq $1, (%0)", "r" (va));
    if (own_answer("nor_written"))
        expect_eq("nor_written", TRAP_PF, probe.vector);
    frame = pfn;
    set_xen_guest_handle(res.extent_start, &frame);
    expect_rc("take_one", 1, hc_memory_op(XENMEM_populate_physmap, &res));
    expect_ok("map_it", page_map(page, pte_make(frame, PTE_PAGE)));
    ((unsigned long *)start_info->mfn_list)[pfn] = frame;
    expect_true("it_holds_nothing_of_before", page[0] != 0x5ec2e7);
    PROBE("movq $0x77, (%0)", "r" (va));
    expect_true("nor_does_the_old_mapping_write_it", page[0] != 0x77);
    page_free(page);
}

/* Given back while it is still mapped: it stays the domain's until unmapped. */
static void freed_while_mapped(void)
{
    uint64_t *page = page_alloc(), mfn = va_to_mfn(page), pfn;
    struct xen_memory_reservation res = {
        .nr_extents = 1, .domid = DOMID_SELF,
    };
    long before = page_count();
    xen_pfn_t frame;

    pfn = mfn_to_pfn(mfn);
    page[1] = 0x1234;
    expect_rc("give_back_a_mapped_page", 1, give_back(mfn));
    expect_rc("it_is_still_counted", before, page_count());
    expect_eq("it_is_still_readable", 0x1234, page[1]);
    expect_rc("give_it_back_again", 1, give_back(mfn));
    expect_ok("unmap_it_without_a_flush",
              hc_update_va_mapping((uint64_t)page, 0, UVMF_NONE));
    expect_rc("it_is_counted_no_more", before - 1, page_count());
    PROBE("movq $1, (%0)", "r" (page));
    if (own_answer("nor_written_by_the_old_mapping"))
        expect_eq("nor_written_by_the_old_mapping", TRAP_PF, probe.vector);
    expect_rc("it_cannot_be_mapped_again", -XEN_EBUSY,
              page_map(page, pte_make(mfn, PTE_PAGE)));
    frame = pfn;
    set_xen_guest_handle(res.extent_start, &frame);
    expect_rc("take_another", 1, hc_memory_op(XENMEM_populate_physmap, &res));
    page_map(page, pte_make(frame, PTE_PAGE));
    ((unsigned long *)start_info->mfn_list)[pfn] = frame;
    page_free(page);
}

static void exchanged(void)
{
    uint64_t *page = page_alloc(), mfn = va_to_mfn(page);
    xen_pfn_t in = mfn, out = mfn_to_pfn(mfn);
    struct xen_memory_exchange ex = {
        .in = { .nr_extents = 1, .domid = DOMID_SELF },
        .out = { .nr_extents = 1, .domid = DOMID_SELF },
    };
    long rc;

    set_xen_guest_handle(ex.in.extent_start, &in);
    set_xen_guest_handle(ex.out.extent_start, &out);
    page_map(page, 0);
    pt_write(slot, pte_make(mfn, PTE_PAGE));
    mmuext_va(MMUEXT_TLB_FLUSH_LOCAL, NULL);
    *va = 0x5ec2e7;
    pt_write(slot, 0);
    rc = hc_memory_op(XENMEM_exchange, &ex);
    expect_ok("exchange_it", rc);
    PROBE("mov (%0), %%rax", "r" (va));
    if (own_answer("an_exchanged_frame_is_not_read"))
        expect_eq("an_exchanged_frame_is_not_read", TRAP_PF, probe.vector);
    PROBE("movq $1, (%0)", "r" (va));
    if (own_answer("nor_written_either"))
        expect_eq("nor_written_either", TRAP_PF, probe.vector);
    page_map(page, pte_make(out, PTE_PAGE));
    ((unsigned long *)start_info->mfn_list)[mfn_to_pfn(out)] = out;
    expect_true("the_new_one_is_a_new_one", out != mfn);
    expect_true("and_holds_nothing_of_before", page[0] != 0x5ec2e7);
    page_free(page);
}

void test_main(void)
{
    va = window_page(0);
    slot = pt_entry_maddr((uint64_t)va, 1);
    tables();
    named();
    descriptors();
    freed();
    freed_while_mapped();
    exchanged();
}
