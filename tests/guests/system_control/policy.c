/* SPDX-License-Identifier: MIT */
/* policy.c - what CPUID shows to guests: feature sets and policies. */
#include "system.h"

#define ROWS        256
#define WORDS       32
#define VENDOR      0u
#define EXTENDED    0x80000000u
#define FEATURE_SYSCALL (1u << 11)  /* of EXTENDED + 1, EDX */
#define FEATURE_SMEP (1u << 7)      /* of 7, EBX */

/* -- feature sets ---------------------------------------------------------- */

static uint32_t words[WORDS];

static long features(uint32_t index, uint32_t room, void *to)
{
    op_clear();
    memset(words, 0x55, sizeof(words));
    op.u.cpu_featureset.index = index;
    op.u.cpu_featureset.nr_features = room;
    set_xen_guest_handle(op.u.cpu_featureset.features, to);
    return sysctl(XEN_SYSCTL_get_cpu_featureset);
}

static void words_of_all(void)
{
    uint32_t host;

    expect_ok("of_the_host",
              features(XEN_SYSCTL_cpu_featureset_host, WORDS, words));
    host = words[2];
    expect_true("it_has_syscall", words[2] & FEATURE_SYSCALL);
    expect_ok("of_the_machine",
              features(XEN_SYSCTL_cpu_featureset_raw, WORDS, words));
    expect_true("has_all_of_that", (words[2] & host) == host);
    expect_ok("of_guests",
              features(XEN_SYSCTL_cpu_featureset_pv, WORDS, words));
    expect_true("they_have_syscall", words[2] & FEATURE_SYSCALL);
    expect_eq("and_not_smep", 0, words[5] & FEATURE_SMEP);
    expect_ok("of_guests_at_most",
              features(XEN_SYSCTL_cpu_featureset_pv_max, WORDS, words));
}

void test_features(void)
{
    uint32_t count;

    report_group("features");
    op_clear();
    op.u.cpu_levelling_caps.caps = 0x5555;
    expect_ok("levelling", sysctl(XEN_SYSCTL_get_cpu_levelling_caps));
    if (own_answer("is_of_nothing"))
        expect_eq("is_of_nothing", 0, op.u.cpu_levelling_caps.caps);
    expect_ok("how_many", features(XEN_SYSCTL_cpu_featureset_host, 0, NULL));
    count = op.u.cpu_featureset.nr_features;
    expect_eq("as_many_as_there_are", 19, count);
    words_of_all();
    expect_eq("as_many_as_were_said", count, op.u.cpu_featureset.nr_features);
    expect_eq("no_more_is_written", 0x55555555, words[count]);
    expect_rc("one_word", -XEN_ENOBUFS,
              features(XEN_SYSCTL_cpu_featureset_host, 1, words));
    expect_eq("is_one_word", 1, op.u.cpu_featureset.nr_features);
    expect_eq("and_no_more_is_written", 0x55555555, words[1]);
    expect_rc("no_such_set", -XEN_EINVAL, features(6, WORDS, words));
    expect_rc("no_set_at_all", -XEN_EINVAL, features(~0u, WORDS, words));
    expect_rc("to_nowhere", -XEN_EFAULT,
              features(XEN_SYSCTL_cpu_featureset_pv, WORDS, window_page(0)));
    expect_rc("to_the_hypervisor", -XEN_EFAULT,
              features(XEN_SYSCTL_cpu_featureset_pv, WORDS,
                       (void *)HV_PRIVATE));
    if (own_answer("of_other_guests"))
        expect_rc("of_other_guests", -XEN_EOPNOTSUPP,
                  features(XEN_SYSCTL_cpu_featureset_hvm, WORDS, words));
    if (own_answer("of_other_guests_at_most"))
        expect_rc("of_other_guests_at_most", -XEN_EOPNOTSUPP,
                  features(XEN_SYSCTL_cpu_featureset_hvm_max, WORDS, words));
}

/* -- policies -------------------------------------------------------------- */

static struct xen_sysctl_cpu_policy *const policy = &op.u.cpu_policy;
static xen_cpuid_leaf_t rows[ROWS];
static xen_msr_entry_t msrs[8];

static long ask(uint32_t index, uint32_t rows_room, void *rows_to,
                uint32_t msrs_room, void *msrs_to)
{
    op_clear();
    memset(rows, 0x55, sizeof(rows));
    policy->index = index;
    policy->nr_leaves = rows_room;
    policy->nr_msrs = msrs_room;
    set_xen_guest_handle(policy->leaves, rows_to);
    set_xen_guest_handle(policy->msrs, msrs_to);
    return sysctl(XEN_SYSCTL_get_cpu_policy);
}

static long ask_all(uint32_t index)
{
    return ask(index, ROWS, rows, ARRAY_SIZE(msrs), msrs);
}

static const xen_cpuid_leaf_t *row(uint32_t leaf, uint32_t subleaf)
{
    static const xen_cpuid_leaf_t none;

    for (unsigned i = 0; i < policy->nr_leaves && i < ROWS; i++)
        if (rows[i].leaf == leaf && rows[i].subleaf == subleaf)
            return &rows[i];
    return &none;
}

static bool are_in_order(void)
{
    for (unsigned i = 1; i < policy->nr_leaves; i++)
        if (rows[i].leaf < rows[i - 1].leaf ||
            (rows[i].leaf == rows[i - 1].leaf &&
             rows[i].subleaf <= rows[i - 1].subleaf))
            return false;
    return true;
}

static void shown(uint32_t leaf, uint32_t subleaf, uint32_t reg[4])
{
    reg[0] = leaf;
    reg[2] = subleaf;
    asm volatile(XEN_CPUID : "+a" (reg[0]), "=b" (reg[1]), "+c" (reg[2]),
                             "=d" (reg[3]));
}

static void of_guests(void)
{
    const xen_cpuid_leaf_t *r;
    uint32_t reg[4];

    expect_ok("of_guests", ask_all(XEN_SYSCTL_cpu_policy_pv_default));
    expect_true("rows_are_in_order", are_in_order());
    shown(VENDOR, 0, reg);
    r = row(VENDOR, XEN_CPUID_NO_SUBLEAF);
    expect_true("maker_and_leaves", r->a == reg[0] && r->b == reg[1] &&
                r->c == reg[2] && r->d == reg[3]);
    shown(7, 0, reg);
    r = row(7, 0);
    expect_eq("features_are_those_we_see", reg[1], r->b);
    shown(EXTENDED + 1, 0, reg);
    r = row(EXTENDED + 1, XEN_CPUID_NO_SUBLEAF);
    expect_true("extended_ones_too", (r->d & FEATURE_SYSCALL) &&
                !(r->d & ~reg[3]));
    expect_eq("a_row_for_the_hypervisor", 0x40000000,
              row(0x40000000, XEN_CPUID_NO_SUBLEAF)->leaf);
    expect_eq("no_leaf_beyond_the_last", 0,
              row(row(VENDOR, XEN_CPUID_NO_SUBLEAF)->a + 1,
                  XEN_CPUID_NO_SUBLEAF)->leaf);
    expect_eq("first_msr", 0xce, msrs[0].idx);
    expect_eq("has_no_flags", 0, msrs[0].flags);
}

static void room(void)
{
    uint32_t most, msrs_most, count;

    expect_ok("how_much", ask(XEN_SYSCTL_cpu_policy_host, 0, NULL, 0, NULL));
    most = policy->nr_leaves;
    msrs_most = policy->nr_msrs;
    expect_true("rows", most > 30 && most <= ROWS);
    expect_that("msrs", msrs_most && msrs_most <= ARRAY_SIZE(msrs), msrs_most);
    expect_ok("of_the_host", ask_all(XEN_SYSCTL_cpu_policy_host));
    expect_ok("of_the_machine", ask_all(XEN_SYSCTL_cpu_policy_raw));
    expect_true("is_not_more_than_was_said", policy->nr_leaves <= most);
    expect_eq("nor_are_the_msrs", msrs_most, policy->nr_msrs);
    expect_ok("at_most", ask_all(XEN_SYSCTL_cpu_policy_pv_max));
    count = policy->nr_leaves;
    expect_rc("a_row_less", -XEN_ENOBUFS,
              ask(XEN_SYSCTL_cpu_policy_pv_max, count - 1, rows, 8, msrs));
    expect_rc("an_msr_less", -XEN_ENOBUFS,
              ask(XEN_SYSCTL_cpu_policy_pv_max, count, rows, msrs_most - 1,
                  msrs));
    expect_ok("rows_alone",
              ask(XEN_SYSCTL_cpu_policy_pv_max, count, rows, 0, NULL));
    expect_ok("msrs_alone",
              ask(XEN_SYSCTL_cpu_policy_pv_max, 0, NULL, 8, msrs));
}

static void policy_errors(void)
{
    expect_rc("no_such_policy", -XEN_EINVAL, ask_all(6));
    expect_rc("no_policy_at_all", -XEN_EINVAL, ask_all(~0u));
    op_clear();
    policy->_rsvd = 1;
    expect_rc("padding", -XEN_EINVAL, sysctl(XEN_SYSCTL_get_cpu_policy));
    expect_rc("rows_to_nowhere", -XEN_EFAULT,
              ask(XEN_SYSCTL_cpu_policy_pv_max, ROWS, window_page(0), 0,
                  NULL));
    expect_rc("msrs_to_the_hypervisor", -XEN_EFAULT,
              ask(XEN_SYSCTL_cpu_policy_pv_max, ROWS, rows, 8,
                  (void *)HV_PRIVATE));
    expect_rc("rows_without_end", -XEN_EFAULT,
              ask(XEN_SYSCTL_cpu_policy_pv_max, ~0u, (void *)NON_CANONICAL, 0,
                  NULL));
    if (own_answer("of_other_guests"))
        expect_rc("of_other_guests", -XEN_EOPNOTSUPP,
                  ask_all(XEN_SYSCTL_cpu_policy_hvm_max));
    if (own_answer("of_other_guests_by_default"))
        expect_rc("of_other_guests_by_default", -XEN_EOPNOTSUPP,
                  ask_all(XEN_SYSCTL_cpu_policy_hvm_default));
}

void test_policies(void)
{
    report_group("policies");
    of_guests();
    room();
    policy_errors();
}
