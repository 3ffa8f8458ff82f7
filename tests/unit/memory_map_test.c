/* SPDX-License-Identifier: MIT */
/*
 * memory_map_test.c - disorderly lists of memory ranges. A byte-wise model over
 * a small address space says what each byte's type should be.
 */
#include <hv/boot_info.h>
#include <string.h>
#include "unit.h"

#define SPACE   512u

static struct memory_map map;

static void add(paddr_t start, paddr_t end, uint32_t type)
{
    ck_assert_uint_lt(map.count, MEMORY_RANGES_MAX);
    map.range[map.count++] = (struct memory_range){ start, end, type };
}

static void expect(unsigned int i, paddr_t start, paddr_t end, uint32_t type)
{
    ck_assert_uint_lt(i, map.count);
    ck_assert_uint_eq(map.range[i].start, start);
    ck_assert_uint_eq(map.range[i].end, end);
    ck_assert_uint_eq(map.range[i].type, type);
}

/* Sorted, apart, not empty, and merged. */
static void check_orderly(void)
{
    for (unsigned int i = 0; i < map.count; i++) {
        const struct memory_range *r = &map.range[i];

        UNIT_REQUIRE(r->start < r->end);
        if (!i)
            continue;
        UNIT_REQUIRE(r[-1].end <= r->start);
        UNIT_REQUIRE(r[-1].end < r->start || r[-1].type != r->type);
    }
}

START_TEST(an_empty_map_stays_empty)
{
    map.count = 0;
    memory_map_normalise(&map);
    ck_assert_uint_eq(map.count, 0);
    memory_map_clip(&map, 0);
    ck_assert_uint_eq(map.count, 0);
}
END_TEST

START_TEST(empty_and_wrapping_ranges_are_dropped)
{
    map.count = 0;
    add(5, 5, MEMORY_RAM);
    add(0, 0, MEMORY_RESERVED);
    add(0xfffffffffffff000, 0x1000, MEMORY_RAM);
    add(7, 6, MEMORY_NVS);
    memory_map_normalise(&map);
    ck_assert_uint_eq(map.count, 0);
}
END_TEST

START_TEST(ranges_are_sorted_and_neighbours_merged)
{
    map.count = 0;
    add(0x5000, 0x6000, MEMORY_RAM);
    add(0x1000, 0x2000, MEMORY_RAM);
    add(0x2000, 0x3000, MEMORY_RAM);
    add(0x3000, 0x4000, MEMORY_ACPI);
    add(0x6000, UINT64_MAX, MEMORY_RAM);
    memory_map_normalise(&map);
    ck_assert_uint_eq(map.count, 3);
    expect(0, 0x1000, 0x3000, MEMORY_RAM);
    expect(1, 0x3000, 0x4000, MEMORY_ACPI);
    expect(2, 0x5000, UINT64_MAX, MEMORY_RAM);
}
END_TEST

START_TEST(the_less_usable_type_wins)
{
    static const uint32_t order[] = { MEMORY_RAM, MEMORY_ACPI, MEMORY_NVS,
                                      MEMORY_RESERVED, MEMORY_UNUSABLE };

    for (unsigned int i = 0; i < 5; i++) {
        for (unsigned int k = 0; k < i; k++) {
            map.count = 0;
            add(10, 30, order[i]);
            add(20, 40, order[k]);
            memory_map_normalise(&map);
            ck_assert_uint_eq(map.count, 2);
            expect(0, 10, 30, order[i]);
            expect(1, 30, 40, order[k]);
        }
    }
}
END_TEST

START_TEST(an_unknown_type_is_no_memory)
{
    static const uint32_t types[] = { 0, 6, 7, 12, 20, 0xfefefefe, ~0u };

    for (unsigned int i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        for (unsigned int first = 0; first < 2; first++) {
            map.count = 0;
            if (first)
                add(20, 30, types[i]);
            add(10, 40, MEMORY_RAM);
            if (!first)
                add(20, 30, types[i]);
            memory_map_normalise(&map);
            ck_assert_uint_eq(map.count, 3);
            expect(0, 10, 20, MEMORY_RAM);
            expect(1, 20, 30, types[i]);
            expect(2, 30, 40, MEMORY_RAM);
        }
    }
}
END_TEST

START_TEST(a_range_inside_another_splits_it)
{
    map.count = 0;
    add(0, 100, MEMORY_RAM);
    add(20, 30, MEMORY_RESERVED);
    add(60, 100, MEMORY_NVS);
    memory_map_normalise(&map);
    ck_assert_uint_eq(map.count, 4);
    expect(1, 20, 30, MEMORY_RESERVED);
    expect(2, 30, 60, MEMORY_RAM);
    expect(3, 60, 100, MEMORY_NVS);
}
END_TEST

START_TEST(a_full_map_is_kept_whole)
{
    map.count = 0;
    for (unsigned int i = MEMORY_RANGES_MAX; i-- > 0; )
        add(i * 10, i * 10 + 9, MEMORY_RAM);
    memory_map_normalise(&map);
    ck_assert_uint_eq(map.count, MEMORY_RANGES_MAX);
    for (unsigned int i = 0; i < map.count; i++)
        expect(i, i * 10, i * 10 + 9, MEMORY_RAM);
}
END_TEST

/* 255 holes in one range need 511 pieces: what does not fit is not used. */
START_TEST(a_map_that_outgrows_itself_loses_memory_but_no_hole)
{
    map.count = 0;
    add(0, 1 << 20, MEMORY_RAM);
    for (unsigned int i = 1; i < MEMORY_RANGES_MAX; i++)
        add(i * 100, i * 100 + 50, MEMORY_RESERVED);
    memory_map_normalise(&map);
    ck_assert_uint_eq(map.count, MEMORY_RANGES_MAX);
    check_orderly();
    for (unsigned int i = 0; i < map.count; i++) {
        const struct memory_range *r = &map.range[i];

        for (unsigned int k = 1; k < MEMORY_RANGES_MAX; k++)
            UNIT_REQUIRE(r->type != MEMORY_RAM || r->end <= k * 100 ||
                         r->start >= k * 100 + 50);
    }
}
END_TEST

START_TEST(clipping_takes_memory_above_the_limit)
{
    map.count = 0;
    add(0, 100, MEMORY_RAM);
    add(100, 120, MEMORY_RESERVED);
    add(120, 200, MEMORY_RAM);
    memory_map_clip(&map, 150);
    ck_assert_uint_eq(map.count, 4);
    expect(0, 0, 100, MEMORY_RAM);
    expect(2, 120, 150, MEMORY_RAM);
    expect(3, 150, 200, MEMORY_UNUSABLE);
    memory_map_clip(&map, 150);
    ck_assert_uint_eq(map.count, 4);
    memory_map_clip(&map, 0);
    for (unsigned int i = 0; i < map.count; i++)
        ck_assert_uint_ne(map.range[i].type, MEMORY_RAM);
}
END_TEST

START_TEST(a_full_map_is_clipped_too)
{
    map.count = 0;
    for (unsigned int i = 0; i < MEMORY_RANGES_MAX; i++)
        add(i * 10, i * 10 + 9, MEMORY_RAM);
    memory_map_clip(&map, 1205);
    for (unsigned int i = 0; i < map.count; i++)
        ck_assert(map.range[i].type != MEMORY_RAM || map.range[i].end <= 1205);
    check_orderly();
}
END_TEST

/* --- any list at all --- */

static unsigned int rank(uint32_t type)
{
    static const unsigned int ranks[] = { 5, 1, 4, 2, 3 };

    return type < 5 ? ranks[type] : 5;
}

static void random_list(uint64_t *seed, uint8_t *worst)
{
    unsigned int n = (unsigned int)unit_random_below(seed, 20);

    map.count = 0;
    memset(worst, 0, SPACE);
    for (unsigned int i = 0; i < n; i++) {
        unsigned int a = (unsigned int)unit_random_below(seed, SPACE);
        unsigned int b = (unsigned int)unit_random_below(seed, SPACE);
        uint32_t type = 1 + (uint32_t)unit_random_below(seed, 5);

        add(a, b, type);
        for (; a < b; a++)
            if (!worst[a] || rank(type) > rank(worst[a]))
                worst[a] = (uint8_t)type;
    }
}

static void check_bytes(const uint8_t *worst, unsigned int limit)
{
    uint8_t is[SPACE] = { 0 };

    for (unsigned int i = 0; i < map.count; i++)
        memset(is + map.range[i].start, (int)map.range[i].type,
               map.range[i].end - map.range[i].start);
    for (unsigned int a = 0; a < SPACE; a++)
        UNIT_REQUIRE(is[a] == (a >= limit && worst[a] == MEMORY_RAM
                                   ? MEMORY_UNUSABLE : worst[a]));
}

START_TEST(every_byte_has_its_type)
{
    uint64_t seed = 3;
    uint8_t worst[SPACE];

    for (int i = 0; i < 20000; i++) {
        unsigned int limit = (unsigned int)unit_random_below(&seed, SPACE);

        random_list(&seed, worst);
        memory_map_normalise(&map);
        check_orderly();
        check_bytes(worst, SPACE);
        memory_map_clip(&map, limit);
        check_orderly();
        check_bytes(worst, limit);
    }
}
END_TEST

START_TEST(reserved_memory_is_taken_out_of_ram)
{
    map.count = 0;
    add(100, 1000, MEMORY_RAM);
    memory_map_reserve(&map, 300, 400);
    memory_map_normalise(&map);
    ck_assert_uint_eq(map.count, 3);
    ck_assert_uint_eq(map.range[0].end, 300);
    ck_assert_uint_eq(map.range[1].type, MEMORY_RESERVED);
    ck_assert_uint_eq(map.range[2].start, 400);
}
END_TEST

START_TEST(a_full_map_loses_the_ram_around_what_is_reserved)
{
    map.count = 0;
    for (unsigned int i = 0; i < MEMORY_RANGES_MAX; i++)
        add(100 * i, 100 * i + 50, MEMORY_RAM);
    memory_map_reserve(&map, 310, 420);
    ck_assert_uint_eq(map.count, MEMORY_RANGES_MAX);
    for (unsigned int i = 0; i < MEMORY_RANGES_MAX; i++)
        ck_assert_uint_eq(map.range[i].type, i == 3 || i == 4
                                                 ? MEMORY_UNUSABLE
                                                 : MEMORY_RAM);
}
END_TEST

int main(void)
{
    return UNIT_RUN("memory_map",
        an_empty_map_stays_empty,
        empty_and_wrapping_ranges_are_dropped,
        ranges_are_sorted_and_neighbours_merged,
        the_less_usable_type_wins,
        an_unknown_type_is_no_memory,
        a_range_inside_another_splits_it,
        a_full_map_is_kept_whole,
        a_map_that_outgrows_itself_loses_memory_but_no_hole,
        clipping_takes_memory_above_the_limit,
        a_full_map_is_clipped_too,
        every_byte_has_its_type,
        reserved_memory_is_taken_out_of_ram,
        a_full_map_loses_the_ram_around_what_is_reserved);
}
