/* SPDX-License-Identifier: MIT */
/*
 * exchange_test.c - memory_op: a domain exchanges frames for others, in groups
 * of which each changes as a whole or not at all.
 */
#include <hv/errno.h>
#include <hv/memory_op.h>
#include "fake_heap.h"
#include "memory_world.h"
#include "unit.h"

static struct xen_memory_exchange *const x = (void *)fake_guest;

/* From @in extents of 2^@in_order to @n of 2^@order. */
static void exchange_of(unsigned long in, unsigned int in_order,
                        unsigned long n, unsigned int order)
{
    *x = (struct xen_memory_exchange){
        .in = { .nr_extents = in, .extent_order = in_order,
                .domid = DOMAIN_SELF },
        .out = { .nr_extents = n, .extent_order = order,
                 .domid = DOMAIN_SELF },
    };
    x->in.extent_start.p = (void *)LIST;
    x->out.extent_start.p = (void *)OUT;
}

START_TEST(single_frames_become_one_extent)
{
    uint64_t old[4];

    world_start();
    world_populate(4);
    for (unsigned int i = 0; i < 4; i++)
        old[i] = list[i];
    exchange_of(4, 0, 1, 2);
    out[0] = 300;
    ck_assert_int_eq(world_op(XENMEM_exchange), 0);
    ck_assert_uint_eq(x->nr_exchanged, 4);
    ck_assert_uint_eq(out[0] & 3, 0);
    ck_assert_uint_eq(world_m2p[out[0] + 3], 303);
    ck_assert_uint_eq(D->page_count, 4);
    for (unsigned int i = 0; i < 4; i++)
        ck_assert(fake_frame_is_free(old[i]));
}
END_TEST

START_TEST(an_exchange_that_fails_changes_nothing)
{
    uint64_t old[4];

    world_start();
    world_populate(4);
    for (unsigned int i = 0; i < 4; i++)
        old[i] = list[i];
    exchange_of(4, 0, 1, 2);
    list[3] = frame_alloc_for(OTHER, 0, 0).n;
    ck_assert_int_eq(world_op(XENMEM_exchange), -EINVAL);
    list[3] = list[0];
    ck_assert_int_eq(world_op(XENMEM_exchange), -EINVAL);
    list[3] = old[3];
    while (!mfn_eq(frame_alloc_for(OTHER, 2, 0), INVALID_MFN))
        ;                       /* none of that size is left */
    ck_assert_int_eq(world_op(XENMEM_exchange), -ENOMEM);
    ck_assert_uint_eq(x->nr_exchanged, 0);
    for (unsigned int i = 0; i < 4; i++) {
        ck_assert(fake_frame(old[i])->owner == D);
        ck_assert_uint_eq(world_m2p[old[i]], 100 + i);
    }
}
END_TEST

START_TEST(an_exchange_needs_no_room_below_the_maximum)
{
    world_start();
    world_populate(4);
    D->page_max = 3;            /* the tools have lowered it */
    exchange_of(4, 0, 1, 2);
    ck_assert_int_eq(world_op(XENMEM_exchange), 0);
    ck_assert_uint_eq(D->page_count, 4);
}
END_TEST

START_TEST(an_exchange_is_refused_by_its_figures)
{
    static const struct { unsigned long in; unsigned int in_order;
                          unsigned long out; unsigned int order; long rc; }
    cases[] = {
        { 4, 0, 1, 1, -EINVAL },            /* sums differ */
        { 1024, 0, 1, 10, -EPERM },         /* larger than we move */
        { 1, 19, 1, 19, -EPERM },
        { 1ul << 63, 0, 1ul << 62, 1, -EINVAL },
        { ~0ul, 1, ~0ul, 1, -EINVAL },
    };

    world_start();
    for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
        exchange_of(cases[i].in, cases[i].in_order, cases[i].out,
                    cases[i].order);
        ck_assert_int_eq(world_op(XENMEM_exchange), cases[i].rc);
    }
    exchange_of(4, 0, 2, 1);
    x->nr_exchanged = 1;                    /* half of an output extent */
    ck_assert_int_eq(world_op(XENMEM_exchange), -EINVAL);
    x->nr_exchanged = 5;
    ck_assert_int_eq(world_op(XENMEM_exchange), -EINVAL);
    exchange_of(4, 0, 2, 1);
    x->out.domid = 1;
    ck_assert_int_eq(world_op(XENMEM_exchange), -EINVAL);
    x->in.domid = x->out.domid = 77;
    ck_assert_int_eq(world_op(XENMEM_exchange), -ESRCH);
    ck_assert_int_eq(world_op(XENMEM_exchange | 1 << 6), -EINVAL);
    ck_assert_int_eq(do_memory_op(XENMEM_exchange, HOLE), -EFAULT);
    exchange_of(1, 0, 1, 0);
    x->in.extent_start.p = (void *)HOLE;
    ck_assert_int_eq(world_op(XENMEM_exchange), -EFAULT);
    x->out.extent_start.p = (void *)HOLE;
    ck_assert_int_eq(world_op(XENMEM_exchange), -EFAULT);
    fake_heap_budget = 0;
    ck_assert_int_eq(world_op(XENMEM_exchange), -ENOMEM);
    fake_heap_budget = -1;
}
END_TEST

START_TEST(a_long_exchange_goes_on_where_it_was)
{
    world_start();
    world_populate(4);
    exchange_of(4, 0, 2, 1);
    world_steps_left = 1;
    ck_assert_int_eq(world_op(XENMEM_exchange), RESTART);
    ck_assert_uint_eq(x->nr_exchanged, 2);
    ck_assert_int_eq(world_op(world_again[0]), 0);
    ck_assert_uint_eq(x->nr_exchanged, 4);
    ck_assert_uint_eq(D->page_count, 4);
}
END_TEST

START_TEST(an_extent_becomes_single_frames)
{
    unsigned long old;

    world_start();
    world_list_of(1, 2);
    list[0] = 100;
    ck_assert_int_eq(world_op(XENMEM_populate_physmap), 1);
    old = list[0];
    exchange_of(1, 2, 4, 0);
    for (unsigned int i = 0; i < 4; i++)
        out[i] = 400 + 10 * i;
    ck_assert_int_eq(world_op(XENMEM_exchange), 0);
    ck_assert_uint_eq(x->nr_exchanged, 1);
    for (unsigned int i = 0; i < 4; i++) {
        ck_assert(fake_frame_is_free(old + i));
        ck_assert_uint_eq(world_m2p[out[i]], 400 + 10 * i);
    }
    ck_assert_uint_eq(D->page_count, 4);
}
END_TEST

START_TEST(a_frame_in_use_is_not_exchanged)
{
    struct frame *used;

    world_start();
    world_populate(2);
    used = fake_frame(list[0]);
    ck_assert(frame_get(used, D));
    model_add(used, HOLDS_REFERENCE, FRAME_NONE);
    exchange_of(2, 0, 2, 0);
    ck_assert_int_eq(world_op(XENMEM_exchange), -EINVAL);
    ck_assert_uint_eq(x->nr_exchanged, 0);
    ck_assert_uint_eq(D->page_count, 2);
    ck_assert(used->owner == D);
}
END_TEST

/* The owner of @n single frames wants one piece; no reason is to cost one. */
static void begin_exchange(unsigned int n, unsigned int order)
{
    world_start();
    world_populate(n);
    exchange_of(n, 0, n >> order, order);
}

static void require_still(unsigned long count)
{
    ck_assert_uint_eq(x->nr_exchanged, 0);
    ck_assert_uint_eq(D->page_count, count);
    for (unsigned long i = 0; i < count; i++) {
        ck_assert_ptr_eq(fake_frame(list[i])->owner, D);
        ck_assert_uint_eq(world_m2p[list[i]], 100 + i);
    }
}

START_TEST(a_list_that_ends_in_the_middle_of_a_group_changes_nothing)
{
    begin_exchange(4, 2);
    *(uint64_t *)fake_guest_at(END - 8) = list[0];
    x->in.extent_start.p = (void *)(END - 8);
    ck_assert_int_eq(world_op(XENMEM_exchange), -EFAULT);
    require_still(4);
    begin_exchange(4, 0);
    x->out.extent_start.p = (void *)(END - 8);
    x->nr_exchanged = 3;                    /* the fourth is beyond */
    ck_assert_int_eq(world_op(XENMEM_exchange), -EFAULT);
    ck_assert_uint_eq(D->page_count, 4);
}
END_TEST

START_TEST(new_frames_go_back_when_there_are_too_few)
{
    unsigned long old;

    world_start();
    world_list_of(1, 2);
    list[0] = 100;
    ck_assert_int_eq(world_op(XENMEM_populate_physmap), 1);
    old = list[0];
    while (fake_free_count() > 2)
        ck_assert(!mfn_eq(frame_alloc_for(OTHER, 0, 0), INVALID_MFN));
    exchange_of(1, 2, 4, 0);
    ck_assert_int_eq(world_op(XENMEM_exchange), -ENOMEM);
    ck_assert_uint_eq(fake_free_count(), 2);
    for (unsigned int i = 0; i < 4; i++)
        ck_assert_ptr_eq(fake_frame(old + i)->owner, D);
}
END_TEST

START_TEST(an_exchange_needs_room_for_its_lists)
{
    begin_exchange(4, 2);
    fake_heap_budget = 0;
    ck_assert_int_eq(world_op(XENMEM_exchange), -ENOMEM);
    fake_heap_budget = 1;
    ck_assert_int_eq(world_op(XENMEM_exchange), -ENOMEM);
    fake_heap_budget = -1;
    require_still(4);
    ck_assert_int_eq(world_op(XENMEM_exchange), 0);
}
END_TEST

START_TEST(what_cannot_be_told_of_an_exchange_is_an_error)
{
    begin_exchange(4, 2);
    fake_guest_is_read_only = true;
    ck_assert_int_eq(world_op(XENMEM_exchange), -EFAULT);
    require_still(4);
    begin_exchange(1, 0);
    x->in.extent_start.p = (void *)HOLE;    /* nor why it stopped */
    fake_guest_is_read_only = true;
    ck_assert_int_eq(world_op(XENMEM_exchange), -EFAULT);
    ck_assert_uint_eq(D->page_count, 1);
}
END_TEST

START_TEST(a_domain_that_ends_meanwhile_keeps_nothing_new)
{
    begin_exchange(4, 1);
    D->dying = DOMAIN_DYING;
    ck_assert_int_eq(world_op(XENMEM_exchange), 0);
    ck_assert_uint_eq(D->page_count, 0);
    model_check_empty(FAKE_FRAMES - 1);
}
END_TEST

int main(void)
{
    return UNIT_RUN("exchange",
        single_frames_become_one_extent,
        an_exchange_that_fails_changes_nothing,
        an_exchange_needs_no_room_below_the_maximum,
        an_exchange_is_refused_by_its_figures,
        a_long_exchange_goes_on_where_it_was,
        an_extent_becomes_single_frames,
        a_frame_in_use_is_not_exchanged,
        a_list_that_ends_in_the_middle_of_a_group_changes_nothing,
        new_frames_go_back_when_there_are_too_few,
        an_exchange_needs_room_for_its_lists,
        what_cannot_be_told_of_an_exchange_is_an_error,
        a_domain_that_ends_meanwhile_keeps_nothing_new);
}
