/* SPDX-License-Identifier: MIT */
/* foreign.c - a control domain works on another's memory, and on ours. */
#include "life.h"

static struct child child;

static long ext(unsigned cmd, uint64_t mfn)
{
    struct mmuext_op op = { .cmd = cmd, .arg1.mfn = mfn };

    return hc_mmuext_op(&op, 1, NULL, child.id);
}

static void frames(void)
{
    uint64_t ours = va_to_mfn(page_alloc()), spare = child.mfn[CHILD_SPARE];
    uint64_t *page = foreign_map(0, child.id, spare);

    if (!expect_true("a_frame_is_mapped", page))
        return;
    page[7] = 0x1234;
    foreign_unmap(0);
    page = foreign_map(0, child.id, spare);
    expect_eq("it_keeps_what_we_write", 0x1234, page[7]);
    foreign_unmap(0);
    expect_ok("it_is_cleared", ext(MMUEXT_CLEAR_PAGE, spare));
    page = foreign_map(0, child.id, spare);
    expect_eq("and_empty", 0, page[7]);
    foreign_unmap(0);
    expect_rc("ours_is_not_its", -XEN_EBUSY,
              foreign_map_flags(0, child.id, ours, PTE_PAGE));
    expect_rc("its_is_not_ours", -XEN_EBUSY,
              foreign_map_flags(0, DOMID_SELF, spare, PTE_PAGE));
    expect_rc("ours_is_not_cleared_as_its", -XEN_EINVAL,
              ext(MMUEXT_CLEAR_PAGE, ours));
    expect_rc("a_table_is_not_written", -XEN_EBUSY,
              foreign_map_flags(0, child.id, child.mfn[CHILD_L1], PTE_PAGE));
    expect_ok("but_read", foreign_map_flags(0, child.id, child.mfn[CHILD_L1],
                                            PTE_RO_PAGE));
    foreign_unmap(0);
    expect_rc("nor_cleared", -XEN_EINVAL,
              ext(MMUEXT_CLEAR_PAGE, child.mfn[CHILD_L1]));
}

static void tables(void)
{
    struct mmu_update u = {
        .ptr = child.mfn[CHILD_SPARE] << PAGE_SHIFT | MMU_MACHPHYS_UPDATE,
        .val = 0x77,
    };

    expect_rc("pinned_twice", -XEN_EINVAL,
              ext(MMUEXT_PIN_L4_TABLE, child.mfn[CHILD_L4]));
    expect_ok("unpinned", ext(MMUEXT_UNPIN_TABLE, child.mfn[CHILD_L4]));
    expect_rc("once", -XEN_EINVAL,
              ext(MMUEXT_UNPIN_TABLE, child.mfn[CHILD_L4]));
    expect_ok("pinned_again", ext(MMUEXT_PIN_L4_TABLE, child.mfn[CHILD_L4]));
    expect_rc("what_it_may_write_is_no_table", -XEN_EINVAL,
              ext(MMUEXT_PIN_L3_TABLE, child.mfn[CHILD_SPARE]));
    expect_ok("its_number_is_changed",
              hc_mmu_update(&u, 1, NULL, child.id));
    expect_eq("in_the_table", 0x77, mfn_to_pfn(child.mfn[CHILD_SPARE]));
    expect_rc("not_as_ours", -XEN_EINVAL,
              hc_mmu_update(&u, 1, NULL, DOMID_SELF));
}

static void m2p(void)
{
    uint64_t frame[4] = { 0 };
    struct xen_machphys_mfn_list list = { .max_extents = 4 };
    const uint64_t *page;

    report_group("m2p");
    set_xen_guest_handle(list.extent_start, frame);
    expect_ok("its_frames_are_told",
              hc_memory_op(XENMEM_machphys_mfn_list, &list));
    expect_true("there_is_one", list.nr_extents >= 1 && frame[0]);
    expect_rc("it_is_not_written", -XEN_EBUSY,
              foreign_map_flags(0, DOMID_XEN, frame[0], PTE_PAGE));
    if (!expect_ok("but_read", foreign_map_flags(0, DOMID_XEN, frame[0],
                                                 PTE_RO_PAGE)))
        return;
    page = window_page(0);
    expect_eq("and_is_what_we_see", mfn_to_pfn(5), page[5]);
    foreign_unmap(0);
    expect_rc("other_frames_of_the_hypervisor_are_not", -XEN_EBUSY,
              foreign_map_flags(0, DOMID_XEN, child.mfn[0], PTE_RO_PAGE));
    set_xen_guest_handle(list.extent_start, (void *)HV_PRIVATE);
    expect_rc("to_the_hypervisor", -XEN_EFAULT,
              hc_memory_op(XENMEM_machphys_mfn_list, &list));
}

static void shared(void)
{
    struct shared_info *info;

    report_group("shared");
    info = foreign_map(0, child.id, child.shared_info_mfn);
    if (!expect_true("its_shared_page_is_mapped", info))
        return;
    info->arch.max_pfn = 16;
    domid_t id = child.id;
    expect_eq("where_it_says_how_much_it_has", 15,
              (uint64_t)hc_memory_op(XENMEM_maximum_gpfn, &id));
    foreign_unmap(0);
}

void test_foreign(void)
{
    const char *why = child_build(&child);

    if (expect_text("a_domain", "built", why ? why : "built")) {
        frames();
        tables();
        m2p();
        shared();
    }
    child_destroy(&child);
}
