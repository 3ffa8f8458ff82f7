/* SPDX-License-Identifier: MIT */
/*
 * hypervisor_frames/main.c - a frame of the hypervisor's own is out of reach.
 *
 * Promise: the guest may see in its root table which frames hold the tables of
 * the hypervisor's addresses, but no call maps, types, writes, copies, gives
 * away or renames such a frame; each is refused and changes nothing.
 */
#include "guest.h"

const char test_folder[] = "hypervisor_frames";

static uint64_t frame;          /* the level-3 table of root slot 256 */

static void refused(const char *name, long rc)
{
    expect_that(name, rc < 0, (uint64_t)rc);
}

static void mapping(void)
{
    volatile uint64_t *va = window_page(0);
    uint64_t at = pt_entry_maddr((uint64_t)va, 1);
    uint64_t upper = pt_entry_maddr((uint64_t)va, 2);
    pte_t before = *pt_entry((uint64_t)va, 2);
    pte_t *table = page_alloc();

    refused("mapped_read_only", pt_write(at, pte_make(frame, PTE_RO_PAGE)));
    refused("mapped_writable", pt_write(at, pte_make(frame, PTE_PAGE)));
    refused("mapped_by_va", page_map((void *)(uint64_t)va,
                                     pte_make(frame, PTE_RO_PAGE)));
    refused("as_a_level_1_table", pt_write(upper, pte_make(frame, PTE_TABLE)));
    refused("as_a_level_2_table",
            pt_write(pt_entry_maddr((uint64_t)va, 3),
                     pte_make(frame, PTE_TABLE)));
    refused("as_a_level_3_table",
            pt_write(pt_root_mfn() << PAGE_SHIFT | 300 * 8,
                     pte_make(frame, PTE_TABLE)));
    expect_eq("no_entry_was_made", 0, *pt_entry((uint64_t)va, 1));
    expect_eq("no_table_was_replaced", before, *pt_entry((uint64_t)va, 2));
    table[0] = pte_make(frame, PTE_RO_PAGE);
    page_set_readonly(table);
    refused("in_a_table_to_be_pinned",
            mmuext_mfn(MMUEXT_PIN_L1_TABLE, va_to_mfn(table)));
    expect_ok("that_table_is_free", page_set_writable(table));
    page_free(table);
}

static void typing(void)
{
    refused("pinned_as_level_1", mmuext_mfn(MMUEXT_PIN_L1_TABLE, frame));
    refused("pinned_as_level_3", mmuext_mfn(MMUEXT_PIN_L3_TABLE, frame));
    refused("pinned_as_level_4", mmuext_mfn(MMUEXT_PIN_L4_TABLE, frame));
    refused("unpinned", mmuext_mfn(MMUEXT_UNPIN_TABLE, frame));
    refused("loaded_as_root", mmuext_mfn(MMUEXT_NEW_BASEPTR, frame));
    refused("loaded_as_user_root",
            mmuext_mfn(MMUEXT_NEW_USER_BASEPTR, frame));
    refused("as_a_gdt", hc_set_gdt((unsigned long[16]){ frame }, 512));
}

static void writing(void)
{
    struct mmuext_op copy = { .cmd = MMUEXT_COPY_PAGE };
    struct vcpu_register_vcpu_info info = { .mfn = frame };
    uint64_t *page = page_alloc();

    refused("an_entry_of_it", pt_write(frame << PAGE_SHIFT | 8, 0));
    refused("a_descriptor_in_it", hc_update_descriptor(frame << PAGE_SHIFT, 0));
    refused("cleared", mmuext_mfn(MMUEXT_CLEAR_PAGE, frame));
    copy.arg1.mfn = frame;
    copy.arg2.src_mfn = va_to_mfn(page);
    refused("copied_over", hc_mmuext_op(&copy, 1, NULL, DOMID_SELF));
    copy.arg1.mfn = va_to_mfn(page);
    copy.arg2.src_mfn = frame;
    page[1] = 0x1234;
    refused("copied_from", hc_mmuext_op(&copy, 1, NULL, DOMID_SELF));
    expect_eq("nothing_was_copied", 0x1234, page[1]);
    refused("as_vcpu_info", hc_vcpu_op(VCPUOP_register_vcpu_info, 0, &info));
}

static void naming(void)
{
    struct mmu_update rename = { frame << PAGE_SHIFT | MMU_MACHPHYS_UPDATE, 1 };
    struct xen_memory_reservation give = {
        .nr_extents = 1, .domid = DOMID_SELF,
    };
    xen_pfn_t list = frame;
    domid_t self = DOMID_SELF;
    long before = hc_memory_op(XENMEM_current_reservation, &self);

    refused("renamed", hc_mmu_update(&rename, 1, NULL, DOMID_SELF));
    set_xen_guest_handle(give.extent_start, &list);
    expect_rc("given_away", 0,
              hc_memory_op(XENMEM_decrease_reservation, &give));
    expect_rc("the_reservation_is_as_before", before,
              hc_memory_op(XENMEM_current_reservation, &self));
}

void test_main(void)
{
    const pte_t *root = (const pte_t *)start_info->pt_base;

    frame = pte_mfn(root[256]);
    if (!frame) {
        report_skip("all", "the_root_does_not_show_one");
        return;
    }
    mapping();
    typing();
    writing();
    naming();
    PROBE("mov (%0), %%rax", "r" (HV_START));
    expect_eq("the_m2p_is_still_readable", NO_TRAP, probe.vector);
    expect_eq("and_right", (root - (pte_t *)VIRT_BASE) / 512,
              mfn_to_pfn(pt_root_mfn()));
}
