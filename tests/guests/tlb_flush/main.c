/* SPDX-License-Identifier: MIT */
/*
 * tlb_flush/main.c - no translation outlives the flush that was asked for.
 *
 * Promise: once a call with a flush has returned, no access goes through an
 * entry of before: for every flush type and target of update_va_mapping (and
 * _otherdomain), every flush of mmuext_op, a change of an entry of a higher
 * level and a new base table. A flush of one page need flush that page only;
 * whatever page the address is in, aligned or not. A bitmap of vcpus names
 * those to flush; one that cannot be read is refused. An error of the entry
 * leaves the entry.
 */
#include "guest.h"
#include "hypervisor.h"

const char test_folder[] = "tlb_flush";

static volatile uint64_t *va;
static uint64_t *page_a, *page_b, mfn_a, mfn_b, slot;

/* Have the TLB hold @va -> a, while the entry says b. */
static void make_stale(void)
{
    pt_write(slot, pte_make(mfn_a, PTE_PAGE));
    mmuext_va(MMUEXT_TLB_FLUSH_LOCAL, NULL);
    *va = 0xa;
    pt_write(slot, pte_make(mfn_b, PTE_PAGE));
}

static void expect_fresh(const char *name, long rc, long want)
{
    report_group(name);
    expect_rc("answer", want, rc);
    expect_eq("reads_the_new_page", 0xb, *va);
    *va = 0xb;
    expect_eq("writes_the_new_page", 0xa, *page_a);
    report_group(NULL);
}

static long other(uint64_t at, pte_t pte, uint64_t flags, unsigned domain)
{
    return HC4(__HYPERVISOR_update_va_mapping_otherdomain, at, pte, flags,
               domain);
}

/* Turn the entry from a to b by update_va_mapping of @offset in the page. */
static void by_offset(const char *name, unsigned offset, uint64_t flags)
{
    pt_write(slot, pte_make(mfn_a, PTE_PAGE));
    mmuext_va(MMUEXT_TLB_FLUSH_LOCAL, NULL);
    *va = 0xa;
    expect_fresh(name, hc_update_va_mapping((uint64_t)va + offset,
                                            pte_make(mfn_b, PTE_PAGE), flags),
                 0);
}

static void by_address(const char *name, uint64_t flags)
{
    by_offset(name, 0, flags);
}

static void update_va(void)
{
    static unsigned long mask[2] = { 1, 0 };

    by_address("va.flush_local", UVMF_TLB_FLUSH | UVMF_LOCAL);
    by_address("va.flush_all", UVMF_TLB_FLUSH | UVMF_ALL);
    by_address("va.flush_mask", UVMF_TLB_FLUSH | UVMF_MULTI | (uint64_t)mask);
    by_address("va.page_local", UVMF_INVLPG | UVMF_LOCAL);
    by_address("va.page_all", UVMF_INVLPG | UVMF_ALL);
    by_address("va.page_mask", UVMF_INVLPG | UVMF_MULTI | (uint64_t)mask);
    mask[0] = ~0ul;
    by_address("va.flush_more_vcpus_than_there_are",
               UVMF_TLB_FLUSH | (uint64_t)mask);
    by_address("va.page_more_vcpus_than_there_are",
               UVMF_INVLPG | (uint64_t)mask);
    by_offset("va.page_by_its_last_byte", 4095, UVMF_INVLPG | UVMF_LOCAL);
    by_offset("va.page_by_an_odd_address", 1, UVMF_INVLPG | UVMF_ALL);
}

static void update_va_errors(void)
{
    pte_t good = pte_make(mfn_a, PTE_PAGE), before;
    bool privileged = start_info->flags & SIF_PRIVILEGED;

    pt_write(slot, pte_make(mfn_b, PTE_PAGE));
    before = *pt_entry((uint64_t)va, 1);
    if (own_answer("flush_type_3_is_refused")) {
        expect_rc("flush_type_3_is_refused", -XEN_EINVAL,
                  hc_update_va_mapping((uint64_t)va, good, 3));
        expect_eq("and_leaves_the_entry", before,
                  *pt_entry((uint64_t)va, 1));
        pt_write(slot, before);
    }
    expect_rc("a_bitmap_that_is_not_mapped", -XEN_EFAULT,
              hc_update_va_mapping((uint64_t)va, before, UVMF_INVLPG |
                                   (uint64_t)window_page(7)));
    expect_rc("a_bitmap_in_the_hypervisor", -XEN_EFAULT,
              hc_update_va_mapping((uint64_t)va, before, UVMF_TLB_FLUSH |
                                   HV_PRIVATE));
    expect_rc("a_bitmap_at_no_address", -XEN_EFAULT,
              hc_update_va_mapping((uint64_t)va, before, UVMF_TLB_FLUSH |
                                   NON_CANONICAL));
    expect_ok("a_bad_bitmap_and_no_flush",
              hc_update_va_mapping((uint64_t)va, before, UVMF_NONE |
                                   (uint64_t)window_page(7)));
    if (!privileged)
        expect_ok("otherdomain_of_itself",
                  other((uint64_t)va, before, UVMF_INVLPG, DOMID_SELF));
    expect_rc("otherdomain_of_an_unknown_one", -XEN_ESRCH,
              other((uint64_t)va, good, UVMF_INVLPG, 77));
    expect_eq("and_leaves_the_entry_too", 0,
              *pt_entry((uint64_t)va, 1) ^ before);
}

static void update_va_other(void)
{
    if (!(start_info->flags & SIF_PRIVILEGED))
        return;
    pt_write(slot, pte_make(mfn_a, PTE_PAGE));
    mmuext_va(MMUEXT_TLB_FLUSH_LOCAL, NULL);
    *va = 0xa;
    expect_fresh("va.otherdomain_self",
                 other((uint64_t)va, pte_make(mfn_b, PTE_PAGE),
                       UVMF_INVLPG | UVMF_ALL, DOMID_SELF), 0);
}

static void by_operation(const char *name, unsigned cmd, uint64_t address,
                         const void *mask)
{
    struct mmuext_op op = { .cmd = cmd };

    op.arg1.linear_addr = address;
    set_xen_guest_handle(op.arg2.vcpumask, mask);
    make_stale();
    expect_fresh(name, hc_mmuext_op(&op, 1, NULL, DOMID_SELF), 0);
}

static void operations(void)
{
    static unsigned long mask[2] = { 1, 0 };
    uint64_t at = (uint64_t)va;

    by_operation("op.flush_local", MMUEXT_TLB_FLUSH_LOCAL, 0, NULL);
    by_operation("op.flush_multi", MMUEXT_TLB_FLUSH_MULTI, 0, mask);
    by_operation("op.flush_all", MMUEXT_TLB_FLUSH_ALL, 0, NULL);
    by_operation("op.page_local", MMUEXT_INVLPG_LOCAL, at, NULL);
    by_operation("op.page_multi", MMUEXT_INVLPG_MULTI, at, mask);
    by_operation("op.page_all", MMUEXT_INVLPG_ALL, at, NULL);
    by_operation("op.page_by_its_last_byte", MMUEXT_INVLPG_LOCAL, at + 4095,
                 NULL);
    by_operation("op.page_all_by_its_last_byte", MMUEXT_INVLPG_ALL, at + 4095,
                 NULL);
    by_operation("op.same_base", MMUEXT_NEW_BASEPTR, pt_root_mfn(), NULL);
    mask[0] = ~0ul;
    by_operation("op.flush_more_vcpus_than_there_are", MMUEXT_TLB_FLUSH_MULTI,
                 0, mask);
}

static long bad(unsigned cmd, uint64_t address, const void *mask)
{
    struct mmuext_op op = { .cmd = cmd };

    op.arg1.linear_addr = address;
    set_xen_guest_handle(op.arg2.vcpumask, mask);
    return hc_mmuext_op(&op, 1, NULL, DOMID_SELF);
}

static void operation_errors(void)
{
    static unsigned long none[2];
    uint64_t at = (uint64_t)va;

    expect_rc("flush_by_a_bitmap_that_is_not_mapped", -XEN_EINVAL,
              bad(MMUEXT_TLB_FLUSH_MULTI, 0, window_page(7)));
    expect_rc("page_by_a_bitmap_that_is_not_mapped", -XEN_EINVAL,
              bad(MMUEXT_INVLPG_MULTI, at, window_page(7)));
    expect_rc("flush_by_a_bitmap_in_the_hypervisor", -XEN_EINVAL,
              bad(MMUEXT_TLB_FLUSH_MULTI, 0, (void *)HV_PRIVATE));
    expect_rc("flush_by_a_bitmap_at_no_address", -XEN_EINVAL,
              bad(MMUEXT_TLB_FLUSH_MULTI, 0, (void *)NON_CANONICAL));
    expect_rc("flush_by_no_bitmap", -XEN_EINVAL,
              bad(MMUEXT_TLB_FLUSH_MULTI, 0, window_page(6)));
    expect_ok("flush_of_no_vcpu", bad(MMUEXT_TLB_FLUSH_MULTI, 0, none));
    expect_ok("page_of_no_vcpu", bad(MMUEXT_INVLPG_MULTI, at, none));
    expect_ok("page_of_no_address",
              bad(MMUEXT_INVLPG_ALL, NON_CANONICAL, NULL));
    expect_ok("page_of_the_hypervisor",
              bad(MMUEXT_INVLPG_ALL, HV_PRIVATE, NULL));
    expect_ok("the_last_page", bad(MMUEXT_INVLPG_LOCAL, ~0ul, NULL));
    expect_rc("a_flush_of_an_unknown_domain", -XEN_ESRCH,
              hc_mmuext_op(&(struct mmuext_op){
                           .cmd = MMUEXT_TLB_FLUSH_LOCAL }, 1, NULL, 77));
}

/* An entry of level 2 to 4 is changed: no flush is asked for, none needed. */
static void upper_levels(void)
{
    static const char *const name[5] = {
        [2] = "upper.level_2", [3] = "upper.level_3", [4] = "upper.level_4",
    };
    struct tree one, two;
    uint64_t root = pt_root_mfn() << PAGE_SHIFT;
    volatile uint64_t *low = 0;

    asm("" : "+r" (low));               /* the compiler knows no address 0 */
    tree_build(&one, 4);
    tree_build(&two, 4);
    expect_ok("one_tree", tree_pin(&one));
    expect_ok("another_tree", tree_pin(&two));
    pt_write(tree_entry(&one, 1, 0), pte_make(mfn_a, PTE_PAGE));
    pt_write(tree_entry(&two, 1, 0), pte_make(mfn_b, PTE_PAGE));
    *page_a = 0xa;
    *page_b = 0xb;
    for (unsigned level = 2; level <= 4; level++) {
        uint64_t at = level == 4 ? root : tree_entry(&one, level, 0);
        pte_t was = pte_make(one.mfn[level - 1], PTE_TABLE);

        pt_write(root, pte_make(one.mfn[3], PTE_TABLE));
        report_group(name[level]);
        expect_eq("reads_the_first_page", 0xa, *low);
        expect_ok("name_another_table",
                  pt_write(at, pte_make(two.mfn[level - 1], PTE_TABLE)));
        expect_eq("reads_the_new_page", 0xb, *low);
        expect_ok("name_none", pt_write(at, 0));
        PROBE("mov (%0), %%rax", "r" (low));
        expect_eq("reads_nothing", TRAP_PF, probe.vector);
        expect_ok("name_the_first", pt_write(at, was));
        expect_eq("reads_the_old_page", 0xa, *low);
        expect_ok("without_write_permission", pt_write(at, was & ~PTE_RW));
        PROBE("movq $1, (%0)", "r" (low));
        expect_eq("writes_nothing", TRAP_PF, probe.vector);
        expect_ok("with_it", pt_write(at, was));
        report_group(NULL);
    }
    pt_write(root, 0);
    tree_unpin(&one);
    tree_unpin(&two);
    expect_true("nothing_holds_the_first_tree", tree_free(&one));
    expect_true("nothing_holds_the_other", tree_free(&two));
}

void test_main(void)
{
    va = window_page(0);
    slot = pt_entry_maddr((uint64_t)va, 1);
    page_a = page_alloc();
    page_b = page_alloc();
    mfn_a = va_to_mfn(page_a);
    mfn_b = va_to_mfn(page_b);
    page_a[0] = 0xa;
    page_b[0] = 0xb;
    update_va();
    update_va_errors();
    update_va_other();
    operations();
    operation_errors();
    upper_levels();
}
