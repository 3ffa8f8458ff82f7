/* SPDX-License-Identifier: MIT */
/*
 * multicall/main.c - many hypercalls in one.
 *
 * Promise: each entry is called in order and its result stored beside it; one
 * that fails stops nothing. The whole answers 0, or -EFAULT at the first entry
 * that cannot be read. Entries before that one have been carried out.
 */
#include "guest.h"

const char test_folder[] = "multicall";

static struct multicall_entry calls[4];

static void entry(unsigned n, unsigned op, uint64_t a, uint64_t b)
{
    calls[n] = (struct multicall_entry){ .op = op, .result = 0x5a5a };
    calls[n].args[0] = a;
    calls[n].args[1] = b;
}

static void results(void)
{
    long version = hc_xen_version(XENVER_version, NULL);

    entry(0, __HYPERVISOR_xen_version, XENVER_version, 0);
    entry(1, 63, 0, 0);
    entry(2, __HYPERVISOR_xen_version, XENVER_extraversion, 0);
    entry(3, __HYPERVISOR_xen_version, XENVER_pagesize, 0);
    expect_ok("four_calls", hc_multicall(calls, 4));
    expect_rc("the_first_result", version, (long)calls[0].result);
    expect_rc("an_unknown_number", -XEN_ENOSYS, (long)calls[1].result);
    expect_rc("a_bad_pointer", -XEN_EFAULT, (long)calls[2].result);
    expect_rc("the_last_result", PAGE_SIZE, (long)calls[3].result);
    expect_eq("the_arguments_are_kept", XENVER_pagesize, calls[3].args[0]);
    entry(0, __HYPERVISOR_multicall, (uint64_t)&calls[1], 1);
    expect_ok("a_multicall_in_a_multicall", hc_multicall(calls, 1));
    expect_rc("is_not_known", -XEN_EINVAL, (long)calls[0].result);
}

static void edges(void)
{
    struct multicall_entry *last;
    uint8_t *page = window_page(0);
    void *spare = page_alloc();

    expect_ok("no_calls", hc_multicall(calls, 0));
    expect_ok("no_calls_from_nowhere", hc_multicall(NULL, 0));
    expect_rc("one_call_from_nowhere", -XEN_EFAULT, hc_multicall(NULL, 1));
    expect_rc("calls_in_the_hypervisor", -XEN_EFAULT,
              hc_multicall((void *)HV_PRIVATE, 1));
    page_map(page, pte_make(va_to_mfn(spare), PTE_PAGE));
    last = (struct multicall_entry *)(page + PAGE_SIZE) - 1;
    entry(0, __HYPERVISOR_xen_version, XENVER_pagesize, 0);
    *last = calls[0];
    expect_rc("calls_that_run_into_a_hole", -XEN_EFAULT, hc_multicall(last, 2));
    expect_rc("those_before_it_are_done", PAGE_SIZE, (long)last->result);
    expect_rc("more_calls_than_addresses", -XEN_EFAULT,
              hc_multicall(last, ~0u));
    page_map(page, 0);
}

void test_main(void)
{
    results();
    edges();
}
