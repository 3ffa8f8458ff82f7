/* SPDX-License-Identifier: MIT */
/*
 * memory_exchange/main.c - frames for other frames.
 *
 * Promise: as many frames come as go, in extents of any order both ways. What
 * goes is out of the domain, what comes answers to the pfns that the list of
 * new extents held, its numbers are put there, and it is below the address
 * asked for. Groups that make up one extent of the larger order are done one
 * after the other, whole or not at all; nr_exchanged tells how many of the old
 * extents are gone, and a call may go on from there.
 */
#include "guest.h"
#include "hypervisor.h"

const char test_folder[] = "memory_exchange";

#define FRAMES 16u

static xen_pfn_t in[FRAMES], out[FRAMES];
static uint64_t first_pfn;      /* of FRAMES frames that nobody mapped */

static struct xen_memory_exchange call(unsigned long nr_in, unsigned order_in,
                                       unsigned long nr_out, unsigned order_out)
{
    struct xen_memory_exchange ex = {
        .in = { .nr_extents = nr_in, .extent_order = order_in,
                .domid = DOMID_SELF },
        .out = { .nr_extents = nr_out, .extent_order = order_out,
                 .domid = DOMID_SELF },
    };

    set_xen_guest_handle(ex.in.extent_start, in);
    set_xen_guest_handle(ex.out.extent_start, out);
    return ex;
}

static long run(struct xen_memory_exchange *ex)
{
    return hc_memory_op(XENMEM_exchange, ex);
}

/* List the frames as they are now, one by one, and the pfns they shall have. */
static void fill(void)
{
    unsigned long *p2m = (unsigned long *)start_info->mfn_list;

    for (unsigned i = 0; i < FRAMES; i++) {
        in[i] = p2m[first_pfn + i];
        out[i] = first_pfn + i;
    }
}

/* Note in our table what frames the pfns have; false if the table of the
 * machine does not agree. */
static bool note(unsigned order, unsigned nr)
{
    unsigned long *p2m = (unsigned long *)start_info->mfn_list;
    bool ok = true;

    for (unsigned i = 0; i < nr << order; i++) {
        p2m[first_pfn + i] = out[i >> order] + (i & ((1u << order) - 1));
        ok &= mfn_to_pfn(p2m[first_pfn + i]) == first_pfn + i;
    }
    return ok;
}

/* All can be mapped, and are different frames. */
static bool all_work(void)
{
    volatile uint64_t *va = window_page(0);
    bool ok = true;

    for (unsigned i = 0; i < FRAMES; i++) {
        if (page_map((void *)(uint64_t)va,
                     pte_make(pfn_to_mfn(first_pfn + i), PTE_PAGE)))
            return false;
        *va = i;
    }
    for (unsigned i = 0; i < FRAMES; i++) {
        page_map((void *)(uint64_t)va,
                 pte_make(pfn_to_mfn(first_pfn + i), PTE_PAGE));
        ok &= *va == i;
    }
    page_map((void *)(uint64_t)va, 0);
    return ok;
}

static bool all_gone(const xen_pfn_t *old)
{
    for (unsigned i = 0; i < FRAMES; i++) {
        bool back = false;

        for (unsigned k = 0; k < FRAMES; k++)
            back |= pfn_to_mfn(first_pfn + k) == old[i];
        if (!back && page_map(window_page(1), pte_make(old[i], PTE_PAGE)) !=
                         -XEN_EBUSY)
            return false;
    }
    return true;
}

static void one(const char *group, unsigned order_in, unsigned order_out,
                unsigned bits)
{
    unsigned nr_in = FRAMES >> order_in, nr_out = FRAMES >> order_out;
    struct xen_memory_exchange ex = call(nr_in, order_in, nr_out, order_out);
    long before = page_count();
    bool aligned = true, below = true;
    xen_pfn_t old[FRAMES];

    fill();
    memcpy(old, in, sizeof(in));
    for (unsigned i = 0; i < nr_in; i++)
        in[i] = old[i << order_in];
    for (unsigned i = 0; i < nr_out; i++)
        out[i] = first_pfn + ((uint64_t)i << order_out);
    ex.out.mem_flags = bits ? XENMEMF_address_bits(bits) : 0;
    report_group(group);
    expect_ok("answer", run(&ex));
    expect_eq("extents_exchanged", nr_in, ex.nr_exchanged);
    for (unsigned i = 0; i < nr_out; i++) {
        aligned &= !(out[i] & ((1ul << order_out) - 1));
        below &= !bits || out[i] < 1ul << (bits - PAGE_SHIFT);
    }
    expect_true("aligned", aligned);
    expect_true("below_the_limit", below);
    expect_true("the_pfns_are_those_asked_for", note(order_out, nr_out));
    expect_rc("frames_more_than_before", 0, page_count() - before);
    expect_true("all_can_be_used", all_work());
    expect_true("old_ones_that_did_not_come_back_are_not_ours", all_gone(old));
    report_group(NULL);
}

static void shapes(void)
{
    one("singles_for_singles", 0, 0, 0);
    one("singles_for_pairs", 0, 1, 0);
    one("pairs_for_singles", 1, 0, 0);
    one("singles_for_sixteen", 0, 4, 32);
    one("sixteen_for_sixteen", 4, 4, 31);
    one("sixteen_for_fours", 4, 2, 0);
    one("fours_for_eights", 2, 3, 0);
    one("eights_for_singles", 3, 0, 32);
}

static void refused(const char *name, long want, struct xen_memory_exchange ex,
                    unsigned long exchanged)
{
    long before = page_count();

    report_group(name);
    expect_rc("answer", want, run(&ex));
    expect_eq("extents_exchanged", exchanged, ex.nr_exchanged);
    expect_rc("frames_more_than_before", 0, page_count() - before);
    report_group(NULL);
}

static void nonsense(void)
{
    struct xen_memory_exchange ex;

    fill();
    refused("more_come_than_go", -XEN_EINVAL, call(1, 0, 2, 0), 0);
    refused("fewer_come_than_go", -XEN_EINVAL, call(2, 0, 1, 0), 0);
    refused("no_group_is_whole", -XEN_EINVAL, call(3, 0, 1, 2), 0);
    refused("order_19_goes", -XEN_EPERM, call(1, 19, 1, 19), 0);
    refused("the_last_order_comes", -XEN_EPERM, call(1, 0, 1, ~0u), 0);
    refused("counts_that_overflow", -XEN_EINVAL,
            call(1ul << 63, 1, 1ul << 63, 1), 0);
    refused("none_for_none", 0, call(0, 0, 0, 0), 0);
    ex = call(1, 0, 1, 0);
    ex.nr_exchanged = 2;
    refused("more_done_than_there_are", -XEN_EINVAL, ex, 2);
    ex.nr_exchanged = 1;
    refused("all_done_before", 0, ex, 1);
    ex = call(1, 0, 1, 0);
    ex.out.domid = 5;
    refused("two_domains", -XEN_EINVAL, ex, 0);
    ex.in.domid = 5;
    refused("an_unknown_domain", -XEN_ESRCH, ex, 0);
    expect_rc("an_argument_that_is_not_mapped", -XEN_EFAULT,
              hc_memory_op(XENMEM_exchange, window_page(9)));
    expect_rc("an_argument_in_the_hypervisor", -XEN_EFAULT,
              hc_memory_op(XENMEM_exchange, (void *)HV_PRIVATE));
    ex = call(1, 0, 1, 0);
    expect_rc("a_start_in_the_command", -XEN_EINVAL,
              hc_memory_op(XENMEM_exchange | 1u << 6, &ex));
}

static void lists(void)
{
    struct xen_memory_exchange ex;

    fill();
    ex = call(1, 0, 1, 0);
    set_xen_guest_handle(ex.in.extent_start, window_page(9));
    refused("old_ones_by_a_list_that_is_not_mapped", -XEN_EFAULT, ex, 0);
    set_xen_guest_handle(ex.in.extent_start, (xen_pfn_t *)HV_PRIVATE);
    refused("old_ones_by_a_list_in_the_hypervisor", -XEN_EFAULT, ex, 0);
    ex = call(1, 0, 1, 0);
    set_xen_guest_handle(ex.out.extent_start, (xen_pfn_t *)HV_PRIVATE);
    refused("new_ones_by_a_list_in_the_hypervisor", -XEN_EFAULT, ex, 0);
    set_xen_guest_handle(ex.out.extent_start, (xen_pfn_t *)NON_CANONICAL);
    refused("new_ones_by_a_list_at_no_address", -XEN_EFAULT, ex, 0);
    expect_true("all_are_as_before", all_work());
}

/* Where the new frames' numbers cannot be put, none comes and none goes; Xen has
 * exchanged them by then. */
static void read_only_list(void)
{
    struct xen_memory_exchange ex = call(4, 0, 1, 2);
    xen_pfn_t *list = page_alloc();
    uint64_t mfn = va_to_mfn(list);

    if (!own_answer("read_only_list"))
        return;
    fill();
    list[0] = out[0];
    set_xen_guest_handle(ex.out.extent_start, list);
    page_map(list, pte_make(mfn, PTE_RO_PAGE));
    refused("read_only_list", -XEN_EFAULT, ex, 0);
    page_map(list, pte_make(mfn, PTE_PAGE));
    expect_true("read_only_list_changes_nothing", all_work());
}

static void bad_frames(void)
{
    long before = page_count();
    struct xen_memory_exchange ex = call(4, 0, 4, 0);

    fill();
    in[2] = 0xffffffffful;
    report_group("the_third_of_four_is_none");
    expect_rc("answer", -XEN_EINVAL, run(&ex));
    expect_eq("two_are_exchanged", 2, ex.nr_exchanged);
    expect_rc("frames_more_than_before", 0, page_count() - before);
    expect_true("they_are_there", note(0, 2));
    expect_true("the_new_list_is_untouched_from_there",
                out[2] == first_pfn + 2 && out[3] == first_pfn + 3);
    fill();
    ex.nr_exchanged = 2;
    expect_ok("it_goes_on_with_the_third", run(&ex));
    expect_eq("four_are_exchanged", 4, ex.nr_exchanged);
    expect_true("the_first_two_are_as_they_were",
                out[0] == first_pfn && out[1] == first_pfn + 1);
    out[0] = in[0];
    out[1] = in[1];
    expect_true("the_others_are_there", note(0, 4));
    report_group("one_twice");
    fill();
    in[1] = in[0];
    ex = call(2, 0, 1, 1);
    expect_rc("answer", -XEN_EINVAL, run(&ex));
    expect_eq("none_is_exchanged", 0, ex.nr_exchanged);
    expect_rc("frames_more_than_before", 0, page_count() - before);
    report_group(NULL);
    expect_true("all_are_there", all_work());
}

/* A frame in use stays. */
static void used(void)
{
    struct tree tree;
    void *page = page_alloc();
    xen_pfn_t mapped = va_to_mfn(page);

    tree_build(&tree, 1);
    tree_pin(&tree);
    in[0] = mapped;
    out[0] = mfn_to_pfn(mapped);
    refused("a_mapped_page", -XEN_EINVAL, call(1, 0, 1, 0), 0);
    page_map(page, pte_make(mapped, PTE_RO_PAGE));
    refused("a_page_mapped_read_only", -XEN_EINVAL, call(1, 0, 1, 0), 0);
    in[0] = tree.mfn[1];
    refused("a_page_table", -XEN_EINVAL, call(1, 0, 1, 0), 0);
    in[0] = pt_root_mfn();
    refused("the_root", -XEN_EINVAL, call(1, 0, 1, 0), 0);
    expect_eq("its_list_is_untouched", out[0], mfn_to_pfn(mapped));
    in[0] = va_to_mfn(&shared_info);
    refused("shared_info", -XEN_EINVAL, call(1, 0, 1, 0), 0);
    tree_unpin(&tree);
    expect_true("nothing_holds_the_table", tree_free(&tree));
    page_map(page, pte_make(mapped, PTE_PAGE));
    expect_true("nothing_holds_the_page", page_renew(page));
}

void test_main(void)
{
    first_pfn = pfn_alloc_unmapped();
    for (unsigned i = 1; i < FRAMES; i++)
        (void)pfn_alloc_unmapped();
    shapes();
    nonsense();
    lists();
    read_only_list();
    bad_frames();
    used();
}
