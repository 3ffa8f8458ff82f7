/* SPDX-License-Identifier: MIT */
/* bitmap_test.c - bitmap.c against the obvious loop over single bits. */
#include <hv/bitops.h>
#include "unit.h"

#define ROUNDS  4000
#define WORDS   5

/* Sparse, dense and even maps; every size that WORDS words can hold. */
static unsigned int make_map(uint64_t *seed, unsigned long *map)
{
    uint64_t density = unit_random_below(seed, 3);

    for (unsigned int i = 0; i < WORDS; i++) {
        map[i] = unit_random(seed);
        if (density != 1)
            for (int k = 0; k < 5; k++)
                map[i] &= unit_random(seed);
        if (density == 2)
            map[i] = ~map[i];
    }
    return (unsigned int)unit_random_below(seed, WORDS * BITS_PER_LONG + 1);
}

static unsigned int slow_find(const unsigned long *map, unsigned int size,
                              unsigned int from, bool wanted)
{
    for (; from < size; from++)
        if (test_bit(from, map) == wanted)
            return from;
    return size;
}

START_TEST(the_next_bit_is_the_one_a_slow_search_finds)
{
    unsigned long map[WORDS];
    uint64_t seed = 20;

    for (int round = 0; round < ROUNDS; round++) {
        unsigned int size = make_map(&seed, map);

        for (unsigned int from = 0; from <= size + 1; from++) {
            UNIT_REQUIRE(find_next_bit(map, size, from) ==
                         slow_find(map, size, from, true));
            UNIT_REQUIRE(find_next_zero_bit(map, size, from) ==
                         slow_find(map, size, from, false));
        }
    }
}
END_TEST

START_TEST(the_weight_counts_bits_below_the_size_only)
{
    unsigned long map[WORDS];
    uint64_t seed = 21;

    for (int round = 0; round < ROUNDS; round++) {
        unsigned int size = make_map(&seed, map), bit, weight = 0;

        for_each_set_bit(bit, map, size) {
            UNIT_REQUIRE(test_bit(bit, map));
            weight++;
        }
        ck_assert_uint_eq(bitmap_weight(map, size), weight);
    }
}
END_TEST

START_TEST(an_empty_map_is_never_read)
{
    ck_assert_uint_eq(find_next_bit(NULL, 0, 0), 0);
    ck_assert_uint_eq(find_next_zero_bit(NULL, 0, 7), 0);
    ck_assert_uint_eq(bitmap_weight(NULL, 0), 0);
}
END_TEST

START_TEST(single_bits_change_and_report_what_they_were)
{
    unsigned long map[WORDS] = { 0 };

    for (unsigned int bit = 0; bit < WORDS * BITS_PER_LONG; bit++) {
        ck_assert(!test_and_set_bit(bit, map));
        ck_assert(test_and_set_bit(bit, map));
        ck_assert_uint_eq(bitmap_weight(map, WORDS * BITS_PER_LONG), 1);
        ck_assert(test_and_clear_bit(bit, map));
        ck_assert(!test_and_clear_bit(bit, map));
        __set_bit(bit, map);
        ck_assert(test_bit(bit, map));
        __clear_bit(bit, map);
        set_bit(bit, map);
        ck_assert_uint_eq(find_next_bit(map, WORDS * BITS_PER_LONG, 0), bit);
        clear_bit(bit, map);
    }
}
END_TEST

int main(void)
{
    return UNIT_RUN("bitmap",
                    the_next_bit_is_the_one_a_slow_search_finds,
                    the_weight_counts_bits_below_the_size_only,
                    an_empty_map_is_never_read,
                    single_bits_change_and_report_what_they_were);
}
