/* SPDX-License-Identifier: MIT */
/* policy.c - what CPUID shows a domain, read and written. */
#include "cpus.h"

#include <xen/sysctl.h>

#define ROWS        256
#define MSRS        8
#define NONE        XEN_CPUID_NO_SUBLEAF
#define SSE3        (1u << 0)       /* SDM 2A, CPUID 1 ECX */
#define SMX         (1u << 6)       /* no guest has it */
#define EXTENDED    0x80000000u
#define FLAG        1u              /* of an MSR: must be 0 */

static struct xen_domctl_cpu_policy *const policy = &op.u.cpu_policy;
static xen_cpuid_leaf_t rows[ROWS];
static xen_msr_entry_t msrs[MSRS];

static long get(domid_t domid, uint32_t row_room, void *row_to,
                uint32_t msr_room, void *msr_to)
{
    op_clear();
    policy->nr_leaves = row_room;
    policy->nr_msrs = msr_room;
    set_xen_guest_handle(policy->leaves, row_to);
    set_xen_guest_handle(policy->msrs, msr_to);
    return control(XEN_DOMCTL_get_cpu_policy, domid);
}

static long get_all(void)
{
    return get(other, ROWS, rows, MSRS, msrs);
}

static long set(domid_t domid, uint32_t row_count, void *row_from,
                uint32_t msr_count, void *msr_from)
{
    op_clear();
    policy->nr_leaves = row_count;
    policy->nr_msrs = msr_count;
    policy->err_leaf = policy->err_subleaf = policy->err_msr = 5;
    set_xen_guest_handle(policy->leaves, row_from);
    set_xen_guest_handle(policy->msrs, msr_from);
    return control(XEN_DOMCTL_set_cpu_policy, domid);
}

static xen_cpuid_leaf_t *row(uint32_t leaf, uint32_t subleaf)
{
    static xen_cpuid_leaf_t none;

    for (unsigned i = 0; i < ROWS; i++)
        if (rows[i].leaf == leaf && rows[i].subleaf == subleaf)
            return &rows[i];
    return &none;
}

static void there_and_back(void)
{
    static xen_cpuid_leaf_t before[ROWS];
    uint32_t count;

    expect_ok("how_much", get(other, 0, NULL, 0, NULL));
    expect_true("rows", policy->nr_leaves > 30 && policy->nr_leaves <= ROWS);
    expect_ok("read", get_all());
    count = policy->nr_leaves;
    expect_true("it_has_sse3", row(1, NONE)->c & SSE3);
    memcpy(before, rows, sizeof(rows));
    expect_ok("write_what_was_read", set(other, count, rows, 0, NULL));
    expect_true("no_error_is_named", policy->err_leaf == 5 &&
                policy->err_subleaf == 5 && policy->err_msr == 5);
    expect_ok("read_again", get_all());
    expect_true("is_the_same", policy->nr_leaves == count &&
                !memcmp(before, rows, count * sizeof(rows[0])));
    expect_rc("a_row_less", -XEN_ENOBUFS,
              get(other, count - 1, rows, MSRS, msrs));
    expect_rc("no_room_for_msrs", -XEN_ENOBUFS,
              get(other, count, rows, 0, msrs));
}

static void less(void)
{
    xen_cpuid_leaf_t one;

    get_all();
    one = *row(1, NONE);
    one.c &= ~SSE3;
    one.c |= SMX;
    expect_ok("write_one_row", set(other, 1, &one, 0, NULL));
    get_all();
    expect_eq("what_was_taken_is_gone", 0, row(1, NONE)->c & SSE3);
    expect_eq("what_cannot_be_is_not", 0, row(1, NONE)->c & SMX);
    expect_true("other_rows_are_there", row(0, NONE)->a > 1);
    one.c |= SSE3;
    expect_ok("give_it_back", set(other, 1, &one, 0, NULL));
    get_all();
    expect_eq("it_is_there_again", SSE3, row(1, NONE)->c & SSE3);
    expect_ok("nothing", set(other, 0, NULL, 0, NULL));
}

static void wrong_row(const char *name, long rc, uint32_t leaf,
                      uint32_t subleaf)
{
    xen_cpuid_leaf_t one = { .leaf = leaf, .subleaf = subleaf };

    expect_rc(name, rc, set(other, 1, &one, 0, NULL));
    expect_true(name[0] == 'a' ? "named_a" : "named_b",
                policy->err_leaf == leaf && policy->err_subleaf == subleaf &&
                policy->err_msr == ~0u);
}

static void wrong_rows(void)
{
    xen_cpuid_leaf_t one;

    wrong_row("a_leaf_that_cannot_be", -XEN_ERANGE, 0x1234, NONE);
    wrong_row("but_not_that_subleaf", -XEN_ERANGE, 1, 0);
    get_all();
    one = *row(0, NONE);
    one.a = 0x100;
    expect_rc("too_many_leaves", -XEN_EINVAL, set(other, 1, &one, 0, NULL));
    expect_eq("leaf_0_is_named", 0, policy->err_leaf);
    expect_eq("without_a_subleaf", NONE, policy->err_subleaf);
    one = *row(EXTENDED, NONE);
    one.a = EXTENDED + 0x100;
    expect_rc("too_many_extended_ones", -XEN_EINVAL,
              set(other, 1, &one, 0, NULL));
    expect_eq("their_first_is_named", EXTENDED, policy->err_leaf);
    get_all();
    expect_true("nothing_has_changed", row(0, NONE)->a < 0x100);
    expect_rc("more_rows_than_can_be", -XEN_E2BIG,
              set(other, ~0u, rows, 0, NULL));
    expect_rc("rows_from_nowhere", -XEN_EFAULT,
              set(other, 1, window_page(0), 0, NULL));
    expect_rc("rows_of_the_hypervisor", -XEN_EFAULT,
              set(other, 1, (void *)HV_PRIVATE, 0, NULL));
    expect_rc("rows_to_no_address", -XEN_EFAULT,
              get(other, ROWS, (void *)NON_CANONICAL, 0, NULL));
}

static void wrong_msrs(void)
{
    xen_msr_entry_t one = { .idx = 0xce };

    expect_ok("an_msr", set(other, 0, NULL, 1, &one));
    one.flags = FLAG;
    expect_rc("with_flags", -XEN_EINVAL, set(other, 0, NULL, 1, &one));
    expect_eq("it_is_named", 0xce, policy->err_msr);
    one = (xen_msr_entry_t){ .idx = 0x1234 };
    expect_rc("that_cannot_be", -XEN_ERANGE, set(other, 0, NULL, 1, &one));
    expect_eq("that_is_named_too", 0x1234, policy->err_msr);
    expect_rc("more_msrs_than_can_be", -XEN_E2BIG,
              set(other, 0, NULL, ~0u, &one));
    expect_rc("msrs_from_nowhere", -XEN_EFAULT,
              set(other, 0, NULL, 1, window_page(0)));
}

void test_policy(void)
{
    report_group("policy");
    there_and_back();
    less();
    wrong_rows();
    wrong_msrs();
    expect_rc("no_domain", -XEN_ESRCH, get(NO_DOMAIN, ROWS, rows, 0, NULL));
    expect_rc("set_no_domain", -XEN_ESRCH,
              set(NO_DOMAIN, 0, NULL, 0, NULL));
    expect_ok("read_ours", get(0, ROWS, rows, MSRS, msrs));
    expect_rc("write_ours", -XEN_EINVAL, set(0, 0, NULL, 0, NULL));
}
