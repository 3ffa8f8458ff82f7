/* SPDX-License-Identifier: MIT */
/*
 * mmuext/main.c - flushes, clearing and copying, and batches of them.
 *
 * Promise: a flush is complete when its call returns. Operations of a batch are
 * carried out in order until one fails; the number done before it is stored.
 * CLEAR_PAGE and COPY_PAGE write frames that may be written. (Pins and roots
 * are tested in pin, LDTs in descriptors.)
 */
#include "guest.h"

const char test_folder[] = "mmuext";

static volatile uint64_t *va, *page_a, *page_b;
static uint64_t mfn_a, mfn_b, slot;

static void flush(const char *name, unsigned cmd, const void *mask)
{
    struct mmuext_op op = { .cmd = cmd };

    op.arg1.linear_addr = (unsigned long)va;
    set_xen_guest_handle(op.arg2.vcpumask, mask);
    pt_write(slot, pte_make(mfn_a, PTE_PAGE));
    mmuext_va(MMUEXT_TLB_FLUSH_LOCAL, NULL);
    (void)*va;
    pt_write(slot, pte_make(mfn_b, PTE_PAGE));
    report_group(name);
    expect_ok("is_done", hc_mmuext_op(&op, 1, NULL, DOMID_SELF));
    expect_eq("reads_the_new_page", 0xb, *va);
    report_group(NULL);
}

static void flushes(void)
{
    unsigned long mask = 1, none = 0;
    struct mmuext_op op = { .cmd = MMUEXT_TLB_FLUSH_MULTI };

    *page_a = 0xa;
    *page_b = 0xb;
    flush("flush_local", MMUEXT_TLB_FLUSH_LOCAL, NULL);
    flush("flush_all", MMUEXT_TLB_FLUSH_ALL, NULL);
    flush("flush_multi", MMUEXT_TLB_FLUSH_MULTI, &mask);
    flush("invlpg_local", MMUEXT_INVLPG_LOCAL, NULL);
    flush("invlpg_all", MMUEXT_INVLPG_ALL, NULL);
    flush("invlpg_multi", MMUEXT_INVLPG_MULTI, &mask);
    set_xen_guest_handle(op.arg2.vcpumask, &none);
    expect_ok("flush_nobody", hc_mmuext_op(&op, 1, NULL, DOMID_SELF));
    set_xen_guest_handle(op.arg2.vcpumask, window_page(5));
    expect_rc("flush_by_an_unmapped_mask", -XEN_EINVAL,
              hc_mmuext_op(&op, 1, NULL, DOMID_SELF));
    expect_ok("invlpg_of_a_non_canonical_address",
              mmuext_va(MMUEXT_INVLPG_LOCAL, (void *)NON_CANONICAL));
    expect_ok("invlpg_of_a_hypervisor_address",
              mmuext_va(MMUEXT_INVLPG_LOCAL, (void *)HV_PRIVATE));
    expect_rc("flush_the_caches", is_domain_0() ? 0 : -XEN_EACCES,
              mmuext_va(MMUEXT_FLUSH_CACHE, NULL));
    expect_rc("flush_the_caches_of_all_cpus", is_domain_0() ? 0 : -XEN_EINVAL,
              mmuext_va(MMUEXT_FLUSH_CACHE_GLOBAL, NULL));
}

static void pages(void)
{
    struct mmuext_op op = { .cmd = MMUEXT_COPY_PAGE };

    op.arg1.mfn = mfn_a;
    op.arg2.src_mfn = mfn_b;
    expect_ok("copy", hc_mmuext_op(&op, 1, NULL, DOMID_SELF));
    expect_eq("is_copied", 0xb, *page_a);
    expect_ok("clear", mmuext_mfn(MMUEXT_CLEAR_PAGE, mfn_a));
    expect_eq("is_cleared", 0, *page_a);
    expect_rc("clear_a_page_table", -XEN_EINVAL,
              mmuext_mfn(MMUEXT_CLEAR_PAGE, pt_root_mfn()));
    expect_rc("clear_nothing", -XEN_EINVAL,
              mmuext_mfn(MMUEXT_CLEAR_PAGE, 0xfffffffffful));
    op.arg1.mfn = pt_root_mfn();
    expect_rc("copy_over_a_page_table", -XEN_EINVAL,
              hc_mmuext_op(&op, 1, NULL, DOMID_SELF));
    op.arg1.mfn = mfn_a;
    op.arg2.src_mfn = 0xfffffffffful;
    expect_rc("copy_from_nothing", -XEN_EINVAL,
              hc_mmuext_op(&op, 1, NULL, DOMID_SELF));
}

static void batches(void)
{
    struct mmuext_op op[3] = { 0 };
    unsigned done = 77;

    op[0].cmd = MMUEXT_TLB_FLUSH_LOCAL;
    op[1].cmd = MMUEXT_CLEAR_PAGE;
    op[1].arg1.mfn = pt_root_mfn();
    op[2].cmd = MMUEXT_CLEAR_PAGE;
    op[2].arg1.mfn = mfn_b;
    expect_rc("the_second_of_three_is_bad", -XEN_EINVAL,
              hc_mmuext_op(op, 3, &done, DOMID_SELF));
    expect_eq("one_was_done", 1, done);
    expect_eq("the_third_was_not", 0xb, *page_b);
    op[1].arg1.mfn = mfn_a;
    expect_ok("three_good_ones", hc_mmuext_op(op, 3, &done, DOMID_SELF));
    expect_eq("three_are_done", 3, done);
    expect_ok("none", hc_mmuext_op(op, 0, &done, DOMID_SELF));
    expect_rc("operations_from_nowhere", -XEN_EFAULT,
              hc_mmuext_op(window_page(5), 1, NULL, DOMID_SELF));
    expect_rc("an_unknown_domain", -XEN_ESRCH, hc_mmuext_op(op, 1, NULL, 77));
    op[0].cmd = 99;
    expect_rc("an_unknown_operation", -XEN_ENOSYS,
              hc_mmuext_op(op, 1, NULL, DOMID_SELF));
}

void test_main(void)
{
    va = window_page(0);
    slot = pt_entry_maddr((uint64_t)va, 1);
    page_a = page_alloc();
    page_b = page_alloc();
    mfn_a = va_to_mfn((void *)(uint64_t)page_a);
    mfn_b = va_to_mfn((void *)(uint64_t)page_b);
    flushes();
    pages();
    batches();
}
