/* SPDX-License-Identifier: MIT */
/*
 * mmu_update/main.c - change page-table entries in batches.
 *
 * Promise: each request names a machine address and a value. Requests are
 * carried out in order until one fails; its error is the result and the number
 * done before it is stored. An entry is checked by the rules of its level: only
 * allowed bits, and a target the domain owns and may use so. A refused entry
 * changes nothing. A frame that is no page table takes the value as data. The
 * other two commands set the machine-to-physical table, and keep accessed and
 * dirty bits while an entry is replaced.
 */
#include "guest.h"

const char test_folder[] = "mmu_update";

static uint64_t slot, mfn_a, mfn_b;     /* the window's entry; two pages */
static volatile uint64_t *va, *page_a, *page_b;

static void plain(void)
{
    expect_ok("map_a_page", pt_write(slot, pte_make(mfn_a, PTE_PAGE)));
    expect_eq("the_entry_points_to_it", mfn_a,
              pte_mfn(*pt_entry((uint64_t)va, 1)));
    *va = 0x1234;
    expect_eq("a_store_arrives", 0x1234, *page_a);
    expect_ok("map_another", pt_write(slot, pte_make(mfn_b, PTE_PAGE)));
    mmuext_va(MMUEXT_INVLPG_LOCAL, (void *)(uint64_t)va);
    *va = 0x5678;
    expect_eq("a_store_arrives_there", 0x5678, *page_b);
    expect_eq("and_not_in_the_old_one", 0x1234, *page_a);
    expect_ok("unmap", pt_write(slot, 0));
    mmuext_va(MMUEXT_INVLPG_LOCAL, (void *)(uint64_t)va);
    PROBE("mov (%0), %%rax", "r" (va));
    expect_eq("then_it_faults", TRAP_PF, probe.vector);
    expect_ok("an_absent_entry_may_hold_anything",
              pt_write(slot, 0x0123456789abcde0ul));
    expect_eq("and_keeps_it", 0x0123456789abcde0ul,
              *pt_entry((uint64_t)va, 1));
    pt_write(slot, 0);
    expect_ok("data_in_a_page_of_no_type",
              pt_write(mfn_a << PAGE_SHIFT | 16, 0x4242));
    expect_eq("is_stored", 0x4242, page_a[2]);
}

static void flags(void)
{
    expect_ok("an_entry_without_the_user_bit",
              pt_write(slot, pte_make(mfn_a, PTE_P | PTE_RW | PTE_A | PTE_D)));
    expect_eq("gets_it", PTE_US, *pt_entry((uint64_t)va, 1) & PTE_US);
    *va = 7;
    expect_eq("and_works", 7, *page_a);
    expect_ok("available_bits",
              pt_write(slot, pte_make(mfn_a, PTE_PAGE | 7ul << 9)));
    expect_eq("are_kept", 7ul << 9, *pt_entry((uint64_t)va, 1) & 7ul << 9);
    pt_write(slot, 0);
}

static void targets(void)
{
    uint64_t root = pt_root_mfn();
    uint64_t own_l1 = slot >> PAGE_SHIFT;

    pt_write(slot, pte_make(mfn_a, PTE_RO_PAGE));
    expect_rc("a_root_mapped_writable", -XEN_EBUSY,
              pt_write(slot, pte_make(root, PTE_PAGE)));
    expect_rc("a_level_1_table_mapped_writable", -XEN_EBUSY,
              pt_write(slot, pte_make(own_l1, PTE_PAGE)));
    expect_rc("a_frame_that_does_not_exist", -XEN_EINVAL,
              pt_write(slot, pte_make(0xfffffffffful, PTE_PAGE)));
    expect_eq("the_entry_is_as_before", mfn_a,
              pte_mfn(*pt_entry((uint64_t)va, 1)));
    expect_ok("a_root_mapped_read_only",
              pt_write(slot, pte_make(root, PTE_RO_PAGE)));
    pt_write(slot, 0);
}

static void upper_level(unsigned level)
{
    static const struct {
        const char *name;
        uint64_t bit;
    } refused[] = {
        { "write_through", PTE_PWT }, { "cache_disable", PTE_PCD },
        { "large_page", PTE_PS }, { "global", PTE_G },
    };
    static const char *const group[] = {
        [2] = "level_2", [3] = "level_3", [4] = "level_4",
    };
    uint64_t at = pt_entry_maddr((uint64_t)va, level);
    pte_t before = *pt_entry((uint64_t)va, level);

    report_group(group[level]);
    for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
        expect_rc(refused[i].name, -XEN_EINVAL,
                  pt_write(at, before | refused[i].bit));
    expect_rc("a_plain_page_still_mapped_writable", -XEN_EINVAL,
              pt_write(at, pte_make(mfn_a, PTE_TABLE)));
    expect_rc("a_frame_that_does_not_exist", -XEN_EINVAL,
              pt_write(at, pte_make(0xfffffffffful, PTE_TABLE)));
    expect_eq("is_as_before", before, *pt_entry((uint64_t)va, level));
    expect_ok("its_own_value", pt_write(at, before));
    report_group(NULL);
}

static void wrong_level(void)
{
    uint64_t l2 = pt_entry_maddr((uint64_t)va, 2);
    uint64_t l3 = pte_mfn(*pt_entry((uint64_t)va, 4));

    expect_rc("a_level_3_table_in_a_level_2_entry", -XEN_EINVAL,
              pt_write(l2, pte_make(l3, PTE_TABLE)));
    expect_rc("the_root_in_a_level_2_entry", -XEN_EINVAL,
              pt_write(l2, pte_make(pt_root_mfn(), PTE_TABLE)));
}

static void hypervisor_slots(void)
{
    uint64_t root = pt_root_mfn() << PAGE_SHIFT;
    const pte_t *table = (const pte_t *)start_info->pt_base;
    pte_t first = table[256], last = table[271];

    expect_rc("slot_256_is_not_the_guests", -XEN_EINVAL,
              pt_write(root + 256 * 8, 0));
    expect_rc("slot_271_is_not_the_guests", -XEN_EINVAL,
              pt_write(root + 271 * 8, 0));
    expect_eq("slot_256_is_as_before", first, table[256]);
    expect_eq("slot_271_is_as_before", last, table[271]);
    expect_ok("slot_255_is_the_guests", pt_write(root + 255 * 8, 0));
    expect_ok("slot_272_is_the_guests", pt_write(root + 272 * 8, 0));
}

static void batch(void)
{
    struct mmu_update req[4];
    unsigned done = 77;

    req[0] = (struct mmu_update){ slot, pte_make(mfn_a, PTE_PAGE) };
    req[1] = (struct mmu_update){ slot + 8, pte_make(mfn_b, PTE_PAGE) };
    req[2] = (struct mmu_update){ slot + 16,
                                  pte_make(pt_root_mfn(), PTE_PAGE) };
    req[3] = (struct mmu_update){ slot + 24, pte_make(mfn_b, PTE_PAGE) };
    expect_ok("two_requests", hc_mmu_update(req, 2, &done, DOMID_SELF));
    expect_eq("two_are_done", 2, done);
    pt_write(slot, 0);
    pt_write(slot + 8, 0);
    expect_rc("the_third_of_four_is_bad", -XEN_EBUSY,
              hc_mmu_update(req, 4, &done, DOMID_SELF));
    expect_eq("two_were_done", 2, done);
    expect_eq("the_second_is_there", mfn_b,
              pte_mfn(pt_entry((uint64_t)va, 1)[1]));
    expect_eq("the_fourth_is_not", 0, pt_entry((uint64_t)va, 1)[3]);
    pt_write(slot, 0);
    pt_write(slot + 8, 0);
    expect_ok("no_requests", hc_mmu_update(req, 0, &done, DOMID_SELF));
    expect_eq("none_are_done", 0, done);
}

static void errors(void)
{
    struct mmu_update req = { slot, 0 };

    expect_rc("requests_from_nowhere", -XEN_EFAULT,
              hc_mmu_update(window_page(9), 1, NULL, DOMID_SELF));
    expect_rc("requests_in_the_hypervisor", -XEN_EFAULT,
              hc_mmu_update((void *)HV_PRIVATE, 1, NULL, DOMID_SELF));
    expect_rc("an_unknown_domain", -XEN_ESRCH,
              hc_mmu_update(&req, 1, NULL, 77));
    req.ptr = slot | 4;
    expect_rc("command_4_does_not_exist", -XEN_ENOSYS,
              hc_mmu_update(&req, 1, NULL, DOMID_SELF));
    req.ptr = 0xffffffffff000ul;
    expect_rc("an_entry_nowhere", -XEN_EINVAL,
              hc_mmu_update(&req, 1, NULL, DOMID_SELF));
}

static void machine_to_physical(void)
{
    uint64_t pfn = mfn_to_pfn(mfn_a);
    struct mmu_update req = {
        mfn_a << PAGE_SHIFT | MMU_MACHPHYS_UPDATE, 0x7654,
    };

    expect_ok("set_it", hc_mmu_update(&req, 1, NULL, DOMID_SELF));
    expect_eq("it_is_set", 0x7654, mfn_to_pfn(mfn_a));
    req.val = pfn;
    hc_mmu_update(&req, 1, NULL, DOMID_SELF);
    expect_eq("it_is_back", pfn, mfn_to_pfn(mfn_a));
    req.ptr = 0xffffffffff000ul | MMU_MACHPHYS_UPDATE;
    expect_rc("of_a_frame_that_does_not_exist", -XEN_EINVAL,
              hc_mmu_update(&req, 1, NULL, DOMID_SELF));
}

static void preserve(void)
{
    struct mmu_update req = {
        slot | MMU_PT_UPDATE_PRESERVE_AD, pte_make(mfn_a, PTE_P | PTE_US),
    };

    pt_write(slot, pte_make(mfn_a, PTE_PAGE));
    expect_ok("replace", hc_mmu_update(&req, 1, NULL, DOMID_SELF));
    expect_eq("accessed_and_dirty_are_kept", PTE_P | PTE_US | PTE_A | PTE_D,
              *pt_entry((uint64_t)va, 1) &
              (PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D));
    req.ptr = slot;
    hc_mmu_update(&req, 1, NULL, DOMID_SELF);
    expect_eq("a_normal_update_drops_them", 0,
              *pt_entry((uint64_t)va, 1) & (PTE_A | PTE_D));
    pt_write(slot, 0);
}

void test_main(void)
{
    va = window_page(0);
    slot = pt_entry_maddr((uint64_t)va, 1);
    page_a = page_alloc();
    page_b = page_alloc();
    mfn_a = va_to_mfn((void *)(uint64_t)page_a);
    mfn_b = va_to_mfn((void *)(uint64_t)page_b);
    plain();
    flags();
    targets();
    for (unsigned level = 2; level <= 4; level++)
        upper_level(level);
    wrong_level();
    hypervisor_slots();
    batch();
    errors();
    machine_to_physical();
    preserve();
}
