/* SPDX-License-Identifier: MIT */
/*
 * memory_cases.h - what each of our implementations of the C library's memory
 * functions has to do, under the names of fake/renamed.h: the same as libc's,
 * which these tests hold it against.
 */
#ifndef MEMORY_CASES_H
#define MEMORY_CASES_H

#include <string.h>
#include "unit.h"

void *our_memcpy(void *to, const void *from, size_t n);
void *our_memmove(void *to, const void *from, size_t n);
void *our_memset(void *to, int byte, size_t n);
int our_memcmp(const void *a, const void *b, size_t n);

#define MEMORY_ROUNDS   20000
#define ARENA           600

static inline int sign(int n)
{
    return (n > 0) - (n < 0);
}

static inline void fill_random(uint64_t *seed, unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        p[i] = (unsigned char)unit_random(seed);
}

/* Short lengths more often than long ones, and sometimes 0. */
static inline size_t any_length(uint64_t *seed, size_t max)
{
    size_t n = unit_random_below(seed, max + 1);

    return unit_random_below(seed, 2) ? n % 24 : n;
}

START_TEST(memmove_copies_as_libc_at_every_overlap)
{
    unsigned char ours[ARENA], libcs[ARENA];
    uint64_t seed = 1;

    for (int round = 0; round < MEMORY_ROUNDS; round++) {
        size_t n = any_length(&seed, ARENA / 2);
        size_t from = unit_random_below(&seed, ARENA - n + 1);
        size_t near = from + unit_random_below(&seed, 21);
        size_t to = unit_random_below(&seed, ARENA - n + 1);

        if (unit_random_below(&seed, 2) && near >= 10 && near - 10 + n <= ARENA)
            to = near - 10;
        fill_random(&seed, ours, ARENA);
        memcpy(libcs, ours, ARENA);
        memmove(libcs + to, libcs + from, n);
        ck_assert_ptr_eq(our_memmove(ours + to, ours + from, n), ours + to);
        ck_assert_mem_eq(ours, libcs, ARENA);
    }
}
END_TEST

START_TEST(memcpy_writes_its_range_and_nothing_else)
{
    unsigned char ours[ARENA], libcs[ARENA], source[ARENA];
    uint64_t seed = 2;

    for (int round = 0; round < MEMORY_ROUNDS; round++) {
        size_t n = any_length(&seed, ARENA);
        size_t from = unit_random_below(&seed, ARENA - n + 1);
        size_t to = unit_random_below(&seed, ARENA - n + 1);

        fill_random(&seed, ours, ARENA);
        fill_random(&seed, source, ARENA);
        memcpy(libcs, ours, ARENA);
        memcpy(libcs + to, source + from, n);
        ck_assert_ptr_eq(our_memcpy(ours + to, source + from, n), ours + to);
        ck_assert_mem_eq(ours, libcs, ARENA);
    }
}
END_TEST

START_TEST(memset_writes_its_range_and_nothing_else)
{
    unsigned char ours[ARENA], libcs[ARENA];
    uint64_t seed = 3;

    for (int round = 0; round < MEMORY_ROUNDS; round++) {
        size_t n = any_length(&seed, ARENA);
        size_t to = unit_random_below(&seed, ARENA - n + 1);
        int byte = (int)unit_random(&seed);

        fill_random(&seed, ours, ARENA);
        memcpy(libcs, ours, ARENA);
        memset(libcs + to, byte, n);
        ck_assert_ptr_eq(our_memset(ours + to, byte, n), ours + to);
        ck_assert_mem_eq(ours, libcs, ARENA);
    }
}
END_TEST

START_TEST(memcmp_orders_by_the_first_byte_that_differs)
{
    unsigned char a[ARENA], b[ARENA];
    uint64_t seed = 4;

    for (int round = 0; round < MEMORY_ROUNDS; round++) {
        size_t n = any_length(&seed, ARENA);
        size_t differences = unit_random_below(&seed, 3);

        fill_random(&seed, a, ARENA);
        memcpy(b, a, ARENA);
        while (differences--)
            b[unit_random_below(&seed, n + 1) % ARENA] =
                (unsigned char)unit_random(&seed);
        ck_assert_int_eq(sign(our_memcmp(a, b, n)), sign(memcmp(a, b, n)));
        ck_assert_int_eq(sign(our_memcmp(b, a, n)), sign(memcmp(b, a, n)));
    }
}
END_TEST

#define MEMORY_CASES                                                    \
    memmove_copies_as_libc_at_every_overlap,                            \
    memcpy_writes_its_range_and_nothing_else,                           \
    memset_writes_its_range_and_nothing_else,                           \
    memcmp_orders_by_the_first_byte_that_differs

#endif
