/* SPDX-License-Identifier: MIT */
/* sort_test.c - sort() against libc's qsort. */
#include <stdlib.h>
#include <string.h>
#include <hv/sort.h>
#include "unit.h"

#define ROUNDS      2000
#define ELEMENTS    300

static int compare_u64(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static int compare_triple(const void *a, const void *b)
{
    return memcmp(a, b, 3);
}

START_TEST(numbers_come_out_as_qsort_has_them)
{
    uint64_t ours[ELEMENTS], libcs[ELEMENTS], seed = 40;

    for (int round = 0; round < ROUNDS; round++) {
        size_t n = unit_random_below(&seed, ELEMENTS + 1);
        uint64_t limit = 1 + unit_random_below(&seed, 2 * ELEMENTS);

        for (size_t i = 0; i < n; i++)
            ours[i] = libcs[i] = unit_random_below(&seed, limit);
        sort(ours, n, sizeof(*ours), compare_u64);
        qsort(libcs, n, sizeof(*libcs), compare_u64);
        ck_assert_mem_eq(ours, libcs, n * sizeof(*ours));
    }
}
END_TEST

START_TEST(elements_of_an_odd_size_move_whole)
{
    unsigned char ours[ELEMENTS][3], libcs[ELEMENTS][3];
    uint64_t seed = 41;

    for (int round = 0; round < ROUNDS; round++) {
        size_t n = unit_random_below(&seed, ELEMENTS + 1);

        for (size_t i = 0; i < n; i++)
            for (int k = 0; k < 3; k++)
                ours[i][k] = (unsigned char)unit_random(&seed) & 3;
        memcpy(libcs, ours, n * 3);
        sort(ours, n, 3, compare_triple);
        qsort(libcs, n, 3, compare_triple);
        ck_assert_mem_eq(ours, libcs, n * 3);
    }
}
END_TEST

START_TEST(sorted_and_reversed_arrays_are_no_special_case)
{
    uint64_t up[ELEMENTS], down[ELEMENTS];

    for (uint64_t i = 0; i < ELEMENTS; i++) {
        up[i] = i;
        down[i] = ELEMENTS - 1 - i;
    }
    sort(up, ELEMENTS, sizeof(*up), compare_u64);
    sort(down, ELEMENTS, sizeof(*down), compare_u64);
    for (uint64_t i = 0; i < ELEMENTS; i++) {
        ck_assert_uint_eq(up[i], i);
        ck_assert_uint_eq(down[i], i);
    }
}
END_TEST

int main(void)
{
    return UNIT_RUN("sort",
                    numbers_come_out_as_qsort_has_them,
                    elements_of_an_odd_size_move_whole,
                    sorted_and_reversed_arrays_are_no_special_case);
}
