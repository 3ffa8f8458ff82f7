/* SPDX-License-Identifier: MIT */
/*
 * rangeset_test.c - rangeset.c against one flag per number. Numbers lie in two
 * windows, at the bottom and at the top of the unsigned longs, so that the
 * edges where first - 1 and last + 1 do not exist are met all the time.
 */
#include <string.h>
#include <hv/errno.h>
#include <hv/rangeset.h>
#include "fake_heap.h"
#include "unit.h"

#define WINDOW  40
#define ROUNDS  30000
#define FIXED   6

/* Flag @i stands for number i, or, in the upper half, for ~0 - (79 - i). */
static unsigned long number_of(unsigned int i)
{
    return i < WINDOW ? i : ~0ul - (2 * WINDOW - 1 - i);
}

static void check_against(const struct rangeset *set, const bool *member)
{
    for (unsigned int i = 0; i < set->count; i++) {
        UNIT_REQUIRE(set->ranges[i].first <= set->ranges[i].last);  /* R1 */
        if (i)
            UNIT_REQUIRE(set->ranges[i - 1].last != ~0ul &&         /* R2 */
                         set->ranges[i - 1].last + 1 <
                         set->ranges[i].first);
    }
    ck_assert_uint_le(set->count, set->capacity);
    for (unsigned int i = 0; i < 2 * WINDOW; i++) {
        unsigned long n = number_of(i);

        UNIT_REQUIRE(rangeset_contains(set, n, n) == member[i]);
        UNIT_REQUIRE(rangeset_overlaps(set, n, n) == member[i]);
    }
}

static void check_query(const struct rangeset *set, const bool *member,
                        unsigned int from, unsigned int to)
{
    bool all = from <= to, any = false;

    for (unsigned int i = from; i <= to; i++) {
        all &= member[i];
        any |= member[i];
    }
    /* Between the windows lie numbers without a flag. */
    if ((from < WINDOW) == (to < WINDOW)) {
        ck_assert(rangeset_contains(set, number_of(from), number_of(to))
                  == all);
        ck_assert(rangeset_overlaps(set, number_of(from), number_of(to))
                  == any);
    }
}

/* One random change within one window, applied to both; returns its result. */
static int change(struct rangeset *set, bool *member, uint64_t *seed)
{
    unsigned int base = WINDOW * (unsigned int)unit_random_below(seed, 2);
    unsigned int from = base + (unsigned int)unit_random_below(seed, WINDOW);
    unsigned int to = base + (unsigned int)unit_random_below(seed, WINDOW);
    bool add = unit_random_below(seed, 2);
    int rc;

    if (unit_random_below(seed, 2))
        to = MIN(from + (to & 3), base + WINDOW - 1);
    rc = add ? rangeset_add(set, number_of(from), number_of(to))
             : rangeset_remove(set, number_of(from), number_of(to));
    ck_assert_int_eq(rc == -EINVAL, from > to);
    if (!rc)
        for (unsigned int i = from; i <= to; i++)
            member[i] = add;
    return rc;
}

START_TEST(a_set_on_the_heap_holds_what_was_added)
{
    bool member[2 * WINDOW] = { false };
    struct rangeset set;
    uint64_t seed = 50;

    rangeset_init_heap(&set);
    for (int round = 0; round < ROUNDS; round++) {
        int rc = change(&set, member, &seed);

        ck_assert(rc == 0 || rc == -EINVAL);
        check_against(&set, member);
        check_query(&set, member,
                    (unsigned int)unit_random_below(&seed, 2 * WINDOW),
                    (unsigned int)unit_random_below(&seed, 2 * WINDOW));
    }
    rangeset_destroy(&set);
    ck_assert_int_eq(fake_heap_live, 0);
}
END_TEST

START_TEST(a_full_set_refuses_and_stays_as_it_was)
{
    bool member[2 * WINDOW] = { false };
    struct range storage[FIXED + 1], guard = { 0x5555, 0xaaaa };
    unsigned int refused = 0;
    struct rangeset set;
    uint64_t seed = 51;

    storage[FIXED] = guard;
    rangeset_init(&set, storage, FIXED);
    for (int round = 0; round < ROUNDS; round++) {
        int rc = change(&set, member, &seed);

        refused += rc == -ENOSPC;
        ck_assert(rc == 0 || rc == -EINVAL ||
                  (rc == -ENOSPC && set.count == FIXED));
        check_against(&set, member);
        ck_assert_mem_eq(&storage[FIXED], &guard, sizeof(guard));
    }
    ck_assert_uint_gt(refused, 100);
    ck_assert_int_eq(fake_heap_live, 0);
}
END_TEST

START_TEST(without_memory_a_set_stays_as_it_was)
{
    bool member[2 * WINDOW] = { false };
    struct rangeset set;
    uint64_t seed = 52;
    unsigned int refused = 0;

    rangeset_init_heap(&set);
    fake_heap_budget = 0;
    ck_assert_int_eq(rangeset_add(&set, 1, 2), -ENOMEM);
    check_against(&set, member);
    fake_heap_budget = 1;
    for (int round = 0; round < ROUNDS / 10; round++) {
        refused += change(&set, member, &seed) == -ENOMEM;
        check_against(&set, member);
    }
    ck_assert_uint_gt(refused, 10);
    rangeset_destroy(&set);
    ck_assert_int_eq(fake_heap_live, 0);
}
END_TEST

START_TEST(all_numbers_make_one_range)
{
    struct range storage[2], *range;
    struct rangeset set;
    unsigned int seen = 0;

    rangeset_init(&set, storage, 2);
    ck_assert(rangeset_is_empty(&set));
    ck_assert(!rangeset_overlaps(&set, 0, ~0ul));
    ck_assert(!rangeset_contains(&set, 0, ~0ul));
    ck_assert_int_eq(rangeset_add(&set, 0, ~0ul), 0);
    ck_assert(rangeset_contains(&set, 0, ~0ul));
    ck_assert_int_eq(rangeset_remove(&set, 0x60, 0x64), 0);
    ck_assert(!rangeset_contains(&set, 0, ~0ul));
    rangeset_for_each(range, &set) {
        ck_assert_uint_eq(range->first, seen ? 0x65 : 0);
        ck_assert_uint_eq(range->last, seen ? ~0ul : 0x5f);
        seen++;
    }
    ck_assert_uint_eq(seen, 2);
    ck_assert(!rangeset_overlaps(&set, 0x60, 0x64));
    ck_assert(!rangeset_overlaps(&set, 0x70, 0x6f));
    ck_assert(!rangeset_contains(&set, 0x70, 0x6f));
    ck_assert_int_eq(rangeset_remove(&set, 0, ~0ul), 0);
    ck_assert(rangeset_is_empty(&set));
}
END_TEST

int main(void)
{
    return UNIT_RUN("rangeset",
                    a_set_on_the_heap_holds_what_was_added,
                    a_full_set_refuses_and_stays_as_it_was,
                    without_memory_a_set_stays_as_it_was,
                    all_numbers_make_one_range);
}
