/* SPDX-License-Identifier: MIT */
/*
 * check_grants_test.c - the invariant checker finds a grant or a use of one
 * that is wrong.
 */
#include <string.h>
#include "../../common/grant/grant.h"
#include "check_world.h"
#include "unit.h"

static struct grant_table tables[FAKE_DOMAINS];
static struct grant_frame grant_frame, *grant_frames[1];
static struct grant_pin pins[PINS_PER_GROUP];
static struct grant_map maps[MAPS_PER_FRAME], *map_frames[1];
static struct frame *lent;

/* D has OTHER's reference 5 mapped, in an entry and for a device. */
static void start_grants(void)
{
    mfn_t table = page_alloc_frames(0, 0);

    memset(tables, 0, sizeof(tables));
    memset(pins, 0, sizeof(pins));
    memset(maps, 0, sizeof(maps));
    lent = own(OTHER);
    frame_share(OTHER, table, true);
    grant_frame = (struct grant_frame){ .mfn = table, .pins = { pins } };
    grant_frames[0] = &grant_frame;
    tables[1] = (struct grant_table){ .frame_max = 1, .frame_count = 1,
                                      .frame = grant_frames };
    map_frames[0] = maps;
    tables[0] = (struct grant_table){ .maptrack_max = 1, .maptrack_count = 1,
                                      .maptrack = map_frames };
    D->grants = &tables[0];
    OTHER->grants = &tables[1];
    pins[5] = (struct grant_pin){
        .count = { [GRANT_CPU_WRITE] = 1, [GRANT_DEVICE_WRITE] = 1 },
        .frame = (uint32_t)frame_mfn(lent).n,
    };
    maps[3] = (struct grant_map){ OTHER, 5, MAP_CPU | MAP_DEVICE };
    OTHER->refs++;
    ck_assert(frame_get(lent, OTHER));
    ck_assert_int_eq(frame_get_writable(lent, OTHER), 0);
    ck_assert_int_eq(frame_get_writable(lent, OTHER), 0);
    lent->outside = 2;
    set(l1, 9, lent, DATA);
}

START_TEST(grants_that_are_explained_pass)
{
    start();
    start_grants();
    ck_assert_ptr_null(find());
}
END_TEST

START_TEST(a_use_of_a_grant_that_no_handle_has_is_found)
{
    start();
    start_grants();
    pins[5].count[GRANT_CPU_READ]++;
    must_find("uses of a grant", 5);
}
END_TEST

START_TEST(a_handle_without_a_pin_is_found)
{
    start();
    start_grants();
    maps[8] = (struct grant_map){ OTHER, 7, MAP_CPU };
    OTHER->refs++;
    must_find("the grant of a mapping", 7);
}
END_TEST

START_TEST(a_handle_that_does_not_hold_its_granter_is_found)
{
    start();
    start_grants();
    OTHER->refs--;
    must_find("references on a domain", OTHER->id);
}
END_TEST

START_TEST(a_pin_that_does_not_hold_its_frame_is_found)
{
    start();
    start_grants();
    frame_put(lent);
    must_find_of("references", lent);
}
END_TEST

START_TEST(a_pin_of_a_frame_that_is_not_the_granters_is_found)
{
    start();
    start_grants();
    pins[5].frame = (uint32_t)frame_mfn(data).n;
    must_find("the owner of a frame that is granted", 5);
}
END_TEST

START_TEST(an_entry_of_anothers_frame_without_a_handle_is_found)
{
    start();
    start_grants();
    maps[3].state = MAP_DEVICE;
    pins[5].count[GRANT_CPU_WRITE] = 0;
    must_find_of("the owner of a frame and of the table that maps it", lent);
}
END_TEST

START_TEST(a_handle_for_a_grant_beyond_the_table_is_found)
{
    start();
    start_grants();
    maps[3].ref = GRANTS_PER_FRAME;
    must_find("the grant of a mapping", GRANTS_PER_FRAME);
    maps[3].ref = ~0u;
    must_find("the grant of a mapping", ~0u);
}
END_TEST

/* What is granted may be written over with anything. */
START_TEST(a_grant_of_a_frame_that_does_not_exist_is_found)
{
    start();
    start_grants();
    pins[5].frame = FAKE_FRAMES;
    must_find("a reference on what is no RAM", 0);
    pins[5].frame = ~0u;
    must_find("a reference on what is no RAM", 0);
}
END_TEST

START_TEST(a_device_that_may_only_read_holds_no_right_to_write)
{
    start();
    start_grants();
    maps[3] = (struct grant_map){ OTHER, 5, MAP_CPU | MAP_DEVICE |
                                                MAP_READONLY };
    pins[5] = (struct grant_pin){
        .count = { [GRANT_CPU_READ] = 1, [GRANT_DEVICE_READ] = 1 },
        .frame = pins[5].frame, .user = pins[5].user,
    };
    set(l1, 9, lent, DATA_RO);
    must_find_of("type references", lent);
    lent->outside = 0;
    frame_put_writable(lent);
    frame_put_writable(lent);
    ck_assert(frame_get(lent, OTHER) && frame_get(lent, OTHER));
    ck_assert_ptr_null(find());
}
END_TEST

int main(void)
{
    return UNIT_RUN(
        "check_grants", grants_that_are_explained_pass,
        a_use_of_a_grant_that_no_handle_has_is_found,
        a_handle_without_a_pin_is_found,
        a_handle_that_does_not_hold_its_granter_is_found,
        a_pin_that_does_not_hold_its_frame_is_found,
        a_pin_of_a_frame_that_is_not_the_granters_is_found,
        an_entry_of_anothers_frame_without_a_handle_is_found,
        a_handle_for_a_grant_beyond_the_table_is_found,
        a_grant_of_a_frame_that_does_not_exist_is_found,
        a_device_that_may_only_read_holds_no_right_to_write);
}
