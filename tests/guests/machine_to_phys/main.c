/* SPDX-License-Identifier: MIT */
/*
 * machine_to_phys/main.c - the table that tells a frame's pfn.
 *
 * Promise: the guest's kernel reads the table and nobody writes or executes it;
 * each row of the domain's own
 * frames is what MMU_MACHPHYS_UPDATE said last, whatever the value. Rows of
 * other frames cannot be changed. A frame that is given back loses its pfn.
 * The lower three bits of the address choose the command, so all bytes of a
 * frame name its row.
 */
#include "guest.h"

const char test_folder[] = "machine_to_phys";

static long set(uint64_t mfn, uint64_t pfn)
{
    struct mmu_update req = { mfn << PAGE_SHIFT | MMU_MACHPHYS_UPDATE, pfn };

    return hc_mmu_update(&req, 1, NULL, DOMID_SELF);
}

static void values(void)
{
    static const struct {
        const char *name;
        uint64_t value;
    } row[] = {
        { "zero", 0 }, { "one", 1 }, { "the_last", ~0ul },
        { "half", 0x00000000fffffffful },
        { "top", 1ul << 63 },
    };
    void *page = page_alloc();
    uint64_t mfn = va_to_mfn(page), pfn = mfn_to_pfn(mfn);
    struct mmu_update req = { .val = 0x1234 };

    for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
        report_group(row[i].name);
        expect_ok("is_set", set(mfn, row[i].value));
        expect_eq("is_read", row[i].value, mfn_to_pfn(mfn));
    }
    report_group(NULL);
    req.ptr = (mfn << PAGE_SHIFT) + 4088 + MMU_MACHPHYS_UPDATE;
    expect_ok("by_the_last_bytes_of_the_frame",
              hc_mmu_update(&req, 1, NULL, DOMID_SELF));
    expect_eq("it_is_read", 0x1234, mfn_to_pfn(mfn));
    expect_ok("back", set(mfn, pfn));
    expect_true("as_it_was", mfn_to_pfn(mfn) == pfn);
    page_free(page);
}

static void rows_of_others(void)
{
    uint64_t hypervisors = pte_mfn(((pte_t *)start_info->pt_base)[256]);
    uint64_t *page = page_alloc(), mfn = va_to_mfn(page);

    expect_rc("of_no_memory", -XEN_EINVAL, set(0xffffffffful, 1));
    expect_rc("of_the_last_frame_number", -XEN_EINVAL, set(PTE_ADDR >> 12, 1));
    expect_rc("of_the_last_address", -XEN_EINVAL, set(~0ul >> 12, 1));
    expect_rc("of_device_registers", -XEN_EINVAL, set(0xfee00, 1));
    if (hypervisors)
        expect_rc("of_the_hypervisor", -XEN_EINVAL, set(hypervisors, 1));
    page_map(page, 0);
    expect_ok("of_a_frame_that_is_not_mapped", set(mfn, mfn_to_pfn(mfn)));
    expect_ok("of_a_page_table", set(pt_root_mfn(), mfn_to_pfn(pt_root_mfn())));
    page_map(page, pte_make(mfn, PTE_PAGE));
    page_free(page);
}

static void given_back(void)
{
    void *page = page_alloc();
    xen_pfn_t frame = va_to_mfn(page);
    uint64_t pfn = mfn_to_pfn(frame), gone = frame;
    struct xen_memory_reservation res = {
        .nr_extents = 1, .domid = DOMID_SELF,
    };

    set_xen_guest_handle(res.extent_start, &frame);
    page_map(page, 0);
    expect_rc("a_page_is_given_back", 1,
              hc_memory_op(XENMEM_decrease_reservation, &res));
    expect_rc("its_row_is_not_ours", -XEN_EINVAL, set(gone, pfn));
    expect_true("and_has_no_pfn", mfn_to_pfn(gone) == ~0ul);
    frame = pfn;
    expect_rc("another_is_taken", 1,
              hc_memory_op(XENMEM_populate_physmap, &res));
    expect_true("its_row_is", mfn_to_pfn(frame) == pfn);
    page_map(page, pte_make(frame, PTE_PAGE));
    ((unsigned long *)start_info->mfn_list)[pfn] = frame;
    page_free(page);
}

static void reading(void)
{
    uint64_t wrong = 0, n = start_info->nr_pages;

    for (uint64_t pfn = 0; pfn < n; pfn++)
        wrong += mfn_to_pfn(pfn_to_mfn(pfn)) != pfn;
    expect_eq("rows_that_do_not_agree_with_our_table", 0, wrong);
    PROBE("movq $0, (%0)", "r" (&machine_to_phys_mapping[pt_root_mfn()]));
    expect_eq("a_store_to_it", TRAP_PF, probe.vector);
    expect_eq("is_a_fault_on_a_present_page", PF_PRESENT | PF_WRITE,
              probe.error);
    PROBE("lock btsq $0, (%0)",
          "r" (&machine_to_phys_mapping[pt_root_mfn()]));
    expect_eq("a_locked_store_to_it", TRAP_PF, probe.vector);
    PROBE("call *%0", "r" (machine_to_phys_mapping));
    expect_eq("it_is_not_executed", TRAP_PF, probe.vector);
}

void test_main(void)
{
    reading();
    values();
    rows_of_others();
    given_back();
}
