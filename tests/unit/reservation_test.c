/* SPDX-License-Identifier: MIT */
/*
 * reservation_test.c - memory_op: domains get and give back frames; lists end
 * where they must, and after each call every frame is accounted for.
 */
#include <hv/errno.h>
#include <hv/memory_op.h>
#include "fake_printk.h"
#include "memory_world.h"
#include "unit.h"

START_TEST(populated_frames_are_told_and_noted)
{
    world_start();
    world_list_of(2, 1);
    list[0] = 100;
    list[1] = 200;
    ck_assert_int_eq(world_op(XENMEM_populate_physmap), 2);
    ck_assert_uint_eq(D->page_count, 4);
    ck_assert_uint_eq(world_m2p[list[0]], 100);
    ck_assert_uint_eq(world_m2p[list[0] + 1], 101);
    ck_assert_uint_eq(world_m2p[list[1] + 1], 201);
    ck_assert_uint_eq(list[2], 0xccccccccccccccccul);
}
END_TEST

static struct frame *fresh;

/* Who guesses that it will get this one cannot give it back yet. */
static void take_it_early(void)
{
    ck_assert(!frame_get(fresh, D));
}

START_TEST(frames_are_numbered_before_anybody_can_have_them)
{
    mfn_t next;

    world_start();
    next = page_alloc_frames(0, 0);
    page_free_frames(next, 0);
    fresh = frame_of(next);
    world_list_of(1, 0);
    list[0] = 100;
    world_meanwhile = take_it_early;
    ck_assert_int_eq(do_memory_op(XENMEM_populate_physmap, AT), 1);
    world_meanwhile = NULL;
    ck_assert_ptr_eq(fresh->owner, D);
    ck_assert_uint_eq(world_m2p[next.n], 100);
    model_check();
}
END_TEST

START_TEST(frames_that_it_may_not_have_keep_no_number)
{
    mfn_t next;

    world_start();
    next = page_alloc_frames(0, 0);
    page_free_frames(next, 0);
    D->page_max = D->page_count;
    world_list_of(1, 0);
    list[0] = 100;
    ck_assert_int_eq(do_memory_op(XENMEM_populate_physmap, AT), 0);
    ck_assert_uint_eq(world_m2p[next.n], INVALID_PFN.n);
    model_check();
}
END_TEST

START_TEST(a_list_ends_early_when_memory_does)
{
    world_start();
    D->page_max = 3;
    world_list_of(5, 0);
    ck_assert_int_eq(world_op(XENMEM_populate_physmap), 3);
    ck_assert_uint_eq(D->page_count, 3);
    world_list_of(1, 0)->extent_start.p = (void *)HOLE;
    ck_assert_int_eq(world_op(XENMEM_populate_physmap), 0);
    ck_assert_int_eq(world_op(XENMEM_increase_reservation), 0);
    ck_assert_int_eq(world_op(XENMEM_decrease_reservation), 0);
    ck_assert_uint_eq(D->page_count, 3);
}
END_TEST

START_TEST(more_memory_can_be_had_without_being_told_where)
{
    world_start();
    world_list_of(2, 0);
    ck_assert_int_eq(world_op(XENMEM_increase_reservation), 2);
    ck_assert(fake_frame(list[0])->owner == D);
    ck_assert_uint_eq(world_m2p[list[0]], ~0ul);
    world_list_of(3, 0)->extent_start.p = NULL;
    ck_assert_int_eq(world_op(XENMEM_increase_reservation), 3);
    ck_assert_uint_eq(D->page_count, 5);
}
END_TEST

START_TEST(frames_are_given_back_once_and_only_by_their_owner)
{
    unsigned long mine, foreign;

    world_start();
    world_populate(2);
    mine = list[0];
    foreign = frame_alloc_for(OTHER, 0, 0).n;
    world_list_of(3, 0);
    list[1] = mine;             /* twice */
    ck_assert_int_eq(world_op(XENMEM_decrease_reservation), 1);
    ck_assert_uint_eq(world_m2p[mine], ~0ul);
    ck_assert(fake_frame_is_free(mine));
    list[0] = foreign;
    ck_assert_int_eq(world_op(XENMEM_decrease_reservation), 0);
    list[0] = FAKE_FRAMES + 5;
    ck_assert_int_eq(world_op(XENMEM_decrease_reservation), 0);
    ck_assert_uint_eq(D->page_count, 1);
    ck_assert_uint_eq(OTHER->page_count, 1);
}
END_TEST

START_TEST(a_long_list_lets_others_run_and_goes_on_where_it_was)
{
    world_start();
    world_list_of(4, 0);
    world_steps_left = 2;
    ck_assert_int_eq(world_op(XENMEM_populate_physmap), RESTART);
    ck_assert_uint_eq(world_again[1], AT);
    ck_assert_uint_eq(D->page_count, 2);
    ck_assert_int_eq(world_op(world_again[0]), 4);
    ck_assert_uint_eq(D->page_count, 4);
}
END_TEST

START_TEST(a_large_extent_waits_for_its_block_and_others_run)
{
    world_start();
    world_list_of(2, 0);
    fake_page_is_prepared = false;
    ck_assert_int_eq(world_op(XENMEM_populate_physmap), RESTART);
    ck_assert_uint_eq(D->page_count, 0);
    fake_page_is_prepared = true;
    ck_assert_int_eq(world_op(world_again[0]), 2);
    ck_assert_uint_eq(D->page_count, 2);
}
END_TEST

START_TEST(lists_that_make_no_sense_do_nothing)
{
    world_start();
    world_list_of(0, 0);
    ck_assert_int_eq(world_op(XENMEM_populate_physmap), 0);
    world_list_of(~0ul, 0);
    ck_assert_int_eq(world_op(XENMEM_populate_physmap), 0);
    world_list_of(2, 19);
    ck_assert_int_eq(world_op(XENMEM_populate_physmap), 0);
    world_list_of(2, 0);
    ck_assert_int_eq(world_op(XENMEM_populate_physmap | 5 << 6), 5);
    ck_assert_int_eq(do_memory_op(XENMEM_populate_physmap, HOLE), 0);
    D->is_hardware = false;     /* then 2 MiB is the most */
    world_list_of(1, 10);
    ck_assert_int_eq(world_op(XENMEM_increase_reservation), 0);
    ck_assert_uint_eq(D->page_count, 0);
}
END_TEST

/* What the guest cannot be told of it does not keep. */
START_TEST(an_extent_whose_number_cannot_be_stored_goes_back)
{
    world_start();
    world_list_of(1, 1);
    list[0] = 100;
    fake_guest_is_read_only = true;
    ck_assert_int_eq(world_op(XENMEM_populate_physmap), 0);
    ck_assert_int_eq(world_op(XENMEM_increase_reservation), 0);
    ck_assert_uint_eq(D->page_count, 0);
    ck_assert_uint_eq(fake_free_count(), FAKE_FRAMES - 1);
}
END_TEST

START_TEST(the_console_says_when_the_machine_has_no_more)
{
    world_start();
    while (!mfn_eq(frame_alloc_for(OTHER, 0, 0), INVALID_MFN))
        ;
    world_list_of(1, 3);
    ck_assert_int_eq(world_op(XENMEM_populate_physmap), 0);
    ck_assert_int_eq(world_op(XENMEM_increase_reservation), 0);
    ck_assert_uint_eq(fake_printk_count, 2);
    ck_assert_str_eq(fake_printk_last, "No memory for domain 0: 32 KiB are "
                     "asked for, 0 KiB are free\n");
}
END_TEST

START_TEST(the_console_is_silent_about_a_domain_that_has_all_it_may)
{
    world_start();
    D->page_max = 1;
    world_list_of(2, 0);
    ck_assert_int_eq(world_op(XENMEM_populate_physmap), 1);
    ck_assert_int_eq(world_op(XENMEM_increase_reservation), 0);
    ck_assert_uint_eq(fake_printk_count, 0);
}
END_TEST

int main(void)
{
    return UNIT_RUN("reservation",
        populated_frames_are_told_and_noted,
        frames_are_numbered_before_anybody_can_have_them,
        frames_that_it_may_not_have_keep_no_number,
        a_list_ends_early_when_memory_does,
        more_memory_can_be_had_without_being_told_where,
        frames_are_given_back_once_and_only_by_their_owner,
        a_long_list_lets_others_run_and_goes_on_where_it_was,
        a_large_extent_waits_for_its_block_and_others_run,
        lists_that_make_no_sense_do_nothing,
        an_extent_whose_number_cannot_be_stored_goes_back,
        the_console_says_when_the_machine_has_no_more,
        the_console_is_silent_about_a_domain_that_has_all_it_may);
}
