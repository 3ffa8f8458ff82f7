/* SPDX-License-Identifier: MIT */
/*
 * cpu_policy_test.c - rows of CPUID: made in the order that tools expect, looked
 * up as a guest would, and never more than the most after any change.
 */
#include <string.h>
#include <asm/cpu_policy.h>
#include <hv/errno.h>
#include <hv/heap.h>
#include <public/arch-x86/cpuid.h>
#include "fake_heap.h"
#include "unit.h"

#define NONE        XEN_CPUID_NO_SUBLEAF
#define XSAVE       (1u << 26)
#define AVX         (1u << 28)
#define FMA         (1u << 12)
#define HYPERVISOR  (1u << 31)
#define AVX2        (1u << 5)
#define AVX512F     (1u << 16)
#define AVX512VL    (1u << 31)
#define ERMS        (1u << 9)

/* A machine with AVX-512; two caches; no leaf 3, no leaf beyond 0x80000008. */
static struct cpuid_regs machine(uint32_t leaf, uint32_t subleaf)
{
    static const struct {
        uint32_t leaf, subleaf;
        struct cpuid_regs r;
    } answer[] = {
        { 0, 0, { 0xd, 0x756e6547, 0x6c65746e, 0x49656e69 } },
        { 1, 0, { 0x506e3, 0x0800, HYPERVISOR | XSAVE | AVX | FMA | 1,
                  0x178bfbff } },
        { 2, 0, { 1, 2, 3, 4 } },
        { 4, 0, { 0x121, 1, 1, 1 } }, { 4, 1, { 0x143, 2, 2, 2 } },
        { 4, 2, { 0, 0, 0, 0 } },
        { 7, 0, { 0, ERMS | AVX2 | AVX512F | AVX512VL, 4, 8 } },
        { 0xd, 0, { 0xe7, 2696, 2696, 0 } }, { 0xd, 1, { 7, 0, 0, 0 } },
        { 0xd, 2, { 256, 576, 0, 0 } }, { 0xd, 5, { 64, 1088, 0, 0 } },
        { 0xd, 6, { 512, 1152, 0, 0 } }, { 0xd, 7, { 1024, 1664, 0, 0 } },
        { 0x80000000, 0, { 0x80000008, 0x756e6547, 0x6c65746e, 0x49656e69 } },
        { 0x80000001, 0, { 0, 0, 0x121, 0x2c100800 } },
        { 0x80000002, 0, { 'a', 'b', 'c', 'd' } },
        { 0x80000007, 0, { 0, 0, 0, 0x100 } },
        { 0x80000008, 0, { 0x3028, 0, 0, 0 } },
    };

    for (size_t i = 0; i < sizeof(answer) / sizeof(answer[0]); i++)
        if (answer[i].leaf == leaf && answer[i].subleaf == subleaf)
            return answer[i].r;
    return (struct cpuid_regs){ 0, 0, 0, 0 };
}

/* One that has nothing, and one that says it has everything. */
static struct cpuid_regs zeros(uint32_t leaf, uint32_t subleaf)
{
    (void)leaf;
    (void)subleaf;
    return (struct cpuid_regs){ 0, 0, 0, 0 };
}

static struct cpuid_regs ones(uint32_t leaf, uint32_t subleaf)
{
    (void)leaf;
    (void)subleaf;
    return (struct cpuid_regs){ ~0u, ~0u, ~0u, ~0u };
}

static struct cpu_policy *p;

static void begin(void)
{
    heap_free(p);
    p = policy_make(machine);
    ck_assert_ptr_nonnull(p);
}

static int merge(uint32_t leaf, uint32_t subleaf, uint32_t a, uint32_t b,
                 uint32_t c, uint32_t d)
{
    const struct xen_cpuid_leaf in = { leaf, subleaf, a, b, c, d };

    return policy_merge(p, &in, machine);
}

static struct cpuid_regs look(uint32_t leaf, uint32_t subleaf)
{
    return policy_lookup(p, leaf, subleaf);
}

static bool is_same(struct cpuid_regs a, struct cpuid_regs b)
{
    return a.eax == b.eax && a.ebx == b.ebx && a.ecx == b.ecx &&
           a.edx == b.edx;
}

START_TEST(rows_stand_in_the_order_of_the_interface)
{
    static const uint32_t want[][2] = {
        { 0, NONE }, { 1, NONE }, { 2, NONE }, { 3, NONE }, { 4, 0 }, { 4, 1 },
        { 4, 2 }, { 5, NONE }, { 6, NONE }, { 7, 0 }, { 8, NONE }, { 9, NONE },
        { 0xa, NONE }, { 0xb, 0 }, { 0xb, 1 }, { 0xc, NONE }, { 0xd, 0 },
        { 0xd, 1 }, { 0xd, 2 }, { 0xd, 5 }, { 0xd, 6 }, { 0xd, 7 },
        { 0x40000000, NONE }, { 0x40000100, NONE }, { 0x80000000, NONE },
        { 0x80000001, NONE }, { 0x80000002, NONE }, { 0x80000003, NONE },
        { 0x80000004, NONE }, { 0x80000005, NONE }, { 0x80000006, NONE },
        { 0x80000007, NONE }, { 0x80000008, NONE },
    };

    begin();
    ck_assert_uint_eq(p->count, sizeof(want) / sizeof(want[0]));
    for (unsigned int i = 0; i < p->count; i++) {
        ck_assert_uint_eq(p->row[i].leaf, want[i][0]);
        ck_assert_uint_eq(p->row[i].subleaf, want[i][1]);
    }
}
END_TEST

START_TEST(no_machine_has_more_rows_than_we_say)
{
    struct cpu_policy *few = policy_make(zeros), *many = policy_make(ones);

    ck_assert_uint_eq(few->count, 3);
    ck_assert_uint_le(many->count, POLICY_ROWS_MAX);
    ck_assert_uint_gt(many->count, 100);
    ck_assert_uint_eq(many->row[many->count - 1].leaf, 0x80000021);
    heap_free(few);
    heap_free(many);
    ck_assert_int_eq(fake_heap_live, 0);
}
END_TEST

START_TEST(a_guest_is_answered_as_the_maker_would)
{
    begin();
    for (uint32_t leaf = 0; leaf < 0x20; leaf++)
        for (uint32_t sub = 0; sub < 8; sub++) {
            bool has_subleaf = leaf == 4 || leaf == 7 || leaf == 0xb ||
                               leaf == 0xd;

            ck_assert(is_same(look(leaf, sub),
                              machine(leaf, has_subleaf ? sub : 0)));
            ck_assert(is_same(look(0x80000000 + leaf, sub),
                              machine(0x80000000 + leaf, 0)));
        }
    ck_assert(is_same(look(0xd, NONE), zeros(0, 0)));
    ck_assert(is_same(look(~0u, 0), zeros(0, 0)));
}
END_TEST

START_TEST(what_tools_read_and_write_back_changes_nothing)
{
    struct cpu_policy *before;

    begin();
    before = policy_copy(p);
    for (unsigned int i = 0; i < before->count; i++)
        ck_assert_int_eq(policy_merge(p, &before->row[i], machine), 0);
    policy_settle(p);
    ck_assert_uint_eq(p->count, before->count);
    ck_assert_mem_eq(p->row, before->row, p->count * sizeof(p->row[0]));
    heap_free(before);
}
END_TEST

START_TEST(no_row_that_tools_write_shows_more)
{
    uint64_t seed = 1;

    begin();
    for (unsigned int i = 0; i < 20000; i++) {
        struct xen_cpuid_leaf in = p->row[unit_random_below(&seed, p->count)];

        in.a = (uint32_t)unit_random(&seed);
        in.b = (uint32_t)unit_random(&seed);
        in.c = (uint32_t)unit_random(&seed);
        in.d = (uint32_t)unit_random(&seed);
        (void)!policy_merge(p, &in, machine);
        policy_settle(p);
        ck_assert_uint_eq(look(1, 0).ecx & ~machine(1, 0).ecx, 0);
        ck_assert_uint_eq(look(1, 0).edx & ~machine(1, 0).edx, 0);
        ck_assert(look(1, 0).ecx & HYPERVISOR);
        ck_assert_uint_eq(look(7, 0).ebx & ~machine(7, 0).ebx, 0);
        ck_assert_uint_eq(look(0xd, 0).eax & ~0xe7u, 0);
        ck_assert_uint_eq(look(0xd, 1).eax & ~7u, 0);
        ck_assert_uint_eq(look(0x80000001, 0).edx &
                          ~machine(0x80000001, 0).edx, 0);
        ck_assert_uint_eq(look(0x80000008, 0).eax, 0x3028);
        ck_assert_uint_eq(look(0x80000007, 0).edx & ~0x100u, 0);
        ck_assert(is_same(look(5, 0), zeros(0, 0)));
        ck_assert_uint_eq(look(0, 0).eax, 0xd);
    }
}
END_TEST

START_TEST(features_go_with_what_they_need)
{
    begin();
    ck_assert_int_eq(merge(1, NONE, 0x506e3, 0, XSAVE | FMA | 1, 0), 0);
    policy_settle(p);
    ck_assert_uint_eq(look(1, 0).ecx, HYPERVISOR | XSAVE | 1);
    ck_assert_uint_eq(look(7, 0).ebx, ERMS);
    ck_assert_uint_eq(look(0xd, 0).eax, 3);

    begin();
    ck_assert_int_eq(merge(7, 0, 0, ERMS | AVX2 | AVX512VL, 0, 0), 0);
    policy_settle(p);
    ck_assert_uint_eq(look(7, 0).ebx, ERMS | AVX2);
    ck_assert_uint_eq(look(0xd, 0).eax, 7);

    begin();
    ck_assert_int_eq(merge(1, NONE, 0x506e3, 0, AVX | 1, 0), 0);
    policy_settle(p);
    ck_assert_uint_eq(look(1, 0).ecx, HYPERVISOR | 1);
    for (uint32_t i = 0; i < 8; i++)
        ck_assert(is_same(look(0xd, i), zeros(0, 0)));
}
END_TEST

START_TEST(leaves_beyond_what_tools_allow_are_not_shown)
{
    begin();
    ck_assert_int_eq(merge(0, NONE, 6, 0x756e6547, 0x6c65746e, 0x49656e69), 0);
    ck_assert_int_eq(merge(0x80000000, NONE, 0x80000004, 0x756e6547,
                           0x6c65746e, 0x49656e69), 0);
    ck_assert(is_same(look(7, 0), zeros(0, 0)));
    ck_assert(is_same(look(0xd, 0), zeros(0, 0)));
    ck_assert(!is_same(look(4, 0), zeros(0, 0)));
    ck_assert(is_same(look(0x80000007, 0), zeros(0, 0)));
    ck_assert(!is_same(look(0x80000001, 0), zeros(0, 0)));
}
END_TEST

START_TEST(more_leaves_or_another_maker_are_refused)
{
    begin();
    ck_assert_int_eq(merge(0, NONE, 0xe, 0x756e6547, 0x6c65746e, 0x49656e69),
                     -EINVAL);
    ck_assert_int_eq(merge(0, NONE, 0xd, 0x68747541, 0x444d4163, 0x69746e65),
                     -EINVAL);
    ck_assert_int_eq(merge(0x80000000, NONE, 0x80000009, 0x756e6547,
                           0x6c65746e, 0x49656e69), -EINVAL);
    ck_assert_int_eq(merge(7, 0, 1, 0, 0, 0), -EINVAL);
    ck_assert(is_same(look(0, 0), machine(0, 0)));
    ck_assert(is_same(look(7, 0), machine(7, 0)));
}
END_TEST

START_TEST(rows_that_no_policy_has_are_out_of_range)
{
    begin();
    ck_assert_int_eq(merge(0xe, NONE, 0, 0, 0, 0), -ERANGE);
    ck_assert_int_eq(merge(1, 0, 0, 0, 0, 0), -ERANGE);
    ck_assert_int_eq(merge(4, 6, 0, 0, 0, 0), -ERANGE);
    ck_assert_int_eq(merge(4, NONE, 0, 0, 0, 0), -ERANGE);
    ck_assert_int_eq(merge(7, 2, 0, 0, 0, 0), -ERANGE);
    ck_assert_int_eq(merge(0xb, 2, 0, 0, 0, 0), -ERANGE);
    ck_assert_int_eq(merge(0xd, 63, 0, 0, 0, 0), -ERANGE);
    ck_assert_int_eq(merge(0x40000001, NONE, 0, 0, 0, 0), -ERANGE);
    ck_assert_int_eq(merge(0x80000022, NONE, 0, 0, 0, 0), -ERANGE);
    ck_assert_int_eq(merge(~0u, NONE, 0, 0, 0, 0), -ERANGE);
    /* known, but not of this machine: passed over */
    ck_assert_int_eq(merge(0xd, 62, ~0u, ~0u, ~0u, ~0u), 0);
    ck_assert_int_eq(merge(0x80000021, NONE, ~0u, ~0u, ~0u, ~0u), 0);
    ck_assert(is_same(look(0xd, 62), zeros(0, 0)));
    ck_assert(is_same(look(0x80000021, 0), zeros(0, 0)));
}
END_TEST

START_TEST(names_and_our_leaves_are_the_tools_to_choose)
{
    begin();
    ck_assert_int_eq(merge(0x80000002, NONE, 1, 2, 3, 4), 0);
    ck_assert_uint_eq(look(0x80000002, 0).edx, 4);
    ck_assert_int_eq(merge(0x40000000, NONE, 0x40000002, 9, 9, 9), 0);
    ck_assert_uint_eq(look(0x40000000, 0).eax, 0x40000002);
    ck_assert_uint_eq(look(0x40000000, 0).ebx, 0);
    ck_assert_int_eq(merge(0x40000100, NONE, 0x40000102, 0, 0, 0), 0);
    ck_assert_uint_eq(look(0x40000100, 0).eax, 0);
}
END_TEST

START_TEST(feature_words_come_from_leaves_that_are_there)
{
    uint32_t words[FEATURE_WORDS];

    policy_feature_words(machine, words);
    ck_assert_uint_eq(words[0], machine(1, 0).edx);
    ck_assert_uint_eq(words[1], machine(1, 0).ecx);
    ck_assert_uint_eq(words[2], machine(0x80000001, 0).edx);
    ck_assert_uint_eq(words[3], machine(0x80000001, 0).ecx);
    ck_assert_uint_eq(words[4], 7);
    ck_assert_uint_eq(words[5], machine(7, 0).ebx);
    ck_assert_uint_eq(words[6], 4);
    ck_assert_uint_eq(words[7], 0x100);
    ck_assert_uint_eq(words[9], 8);
    for (unsigned int i = 10; i < FEATURE_WORDS; i++)
        ck_assert_uint_eq(words[i], 0);
    policy_feature_words(ones, words);
    ck_assert_uint_eq(words[18], ~0u);
    ck_assert_uint_eq(words[16] | words[17], 0);    /* MSRs */
    policy_feature_words(zeros, words);
    ck_assert_uint_eq(words[0], 0);
}
END_TEST

START_TEST(no_memory_is_no_policy)
{
    begin();
    fake_heap_budget = 0;
    ck_assert_ptr_null(policy_make(machine));
    ck_assert_ptr_null(policy_copy(p));
}
END_TEST

int main(void)
{
    return UNIT_RUN("cpu_policy", rows_stand_in_the_order_of_the_interface,
                    no_machine_has_more_rows_than_we_say,
                    a_guest_is_answered_as_the_maker_would,
                    what_tools_read_and_write_back_changes_nothing,
                    no_row_that_tools_write_shows_more,
                    features_go_with_what_they_need,
                    leaves_beyond_what_tools_allow_are_not_shown,
                    more_leaves_or_another_maker_are_refused,
                    rows_that_no_policy_has_are_out_of_range,
                    names_and_our_leaves_are_the_tools_to_choose,
                    feature_words_come_from_leaves_that_are_there,
                    no_memory_is_no_policy);
}
