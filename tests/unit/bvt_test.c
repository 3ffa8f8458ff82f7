/* SPDX-License-Identifier: MIT */
/*
 * bvt_test.c - borrowed virtual time by itself: its parameters do what the
 * manual of 2004 says. The test is the core that queues and chooses.
 */
#include <hv/errno.h>
#include "fake_heap.h"
#include "fake_printk.h"
#include "policy_core.h"

static void set_warp(unsigned int i, int32_t value, s_time_t limit,
                     s_time_t unwarp)
{
    struct sched_domain_params p;

    ck_assert_int_eq(sched_get_domain(&core_domain[i], &p), 0);
    p.warps = true;
    p.warp_value = value;
    p.warp_limit = (uint64_t)limit;
    p.unwarp_limit = (uint64_t)unwarp;
    ck_assert_int_eq(sched_set_domain(&core_domain[i], &p), 0);
}

START_TEST(time_is_shared_inversely_to_mcu_advance)
{
    core_init(&sched_bvt, 3);
    core_set_weight(0, 256);                /* mcu_advance 10 */
    core_set_weight(1, 512);                /* 5 */
    core_set_weight(2, 64);                 /* 40 */
    for (unsigned int i = 0; i < 3; i++)
        core_wake(i);
    core_pass(MILLISECS(20000));
    ck_assert_double_eq_tol((double)core_ran[1] / (double)core_ran[0], 2, 0.04);
    ck_assert_double_eq_tol((double)core_ran[2] / (double)core_ran[0], 0.25,
                            0.01);
}
END_TEST

START_TEST(who_runs_keeps_the_cpu_for_the_context_switch_allowance)
{
    core_init(&sched_bvt, 2);
    core_wake(0);
    core_wake(1);
    core_pass(MILLISECS(100));
    for (int i = 0; i < 20; i++) {
        ck_assert_int_ge(core_turn(), MILLISECS(5));
        core_pass(core_until - core_now);
    }
}
END_TEST

START_TEST(alone_nobody_is_interrupted)
{
    core_init(&sched_bvt, 2);
    set_warp(0, 100, MILLISECS(10), MILLISECS(10));
    core_wake(0);
    core_pass(MILLISECS(100));
    ck_assert_int_eq(core_until, 0);
}
END_TEST

/* Time does not stand still while one runs alone and is not charged. */
START_TEST(who_slept_starts_from_the_virtual_time_of_the_queue)
{
    core_init(&sched_bvt, 2);
    core_wake(0);
    core_pass(MILLISECS(60000));
    core_wake(1);
    core_pass(MILLISECS(1000));
    ck_assert_int_le(core_ran[1], MILLISECS(510));
    ck_assert_int_ge(core_ran[1], MILLISECS(490));
}
END_TEST

START_TEST(who_warps_is_served_as_soon_as_it_wakes)
{
    core_init(&sched_bvt, 3);
    set_warp(2, 1000, 0, 0);                /* by 10 ms */
    for (unsigned int i = 0; i < 3; i++)
        core_wake(i);
    for (int k = 0; k < 100; k++) {
        core_pass(MILLISECS(3));
        core_wake(2);
        core_pass(0);
        ck_assert(core_running() == &core_vcpu[2]);
        core_pass(MILLISECS(1));
        core_sleep(2);
    }
}
END_TEST

START_TEST(warping_does_not_enlarge_a_share)
{
    core_init(&sched_bvt, 2);
    set_warp(1, 1000, 0, 0);
    core_wake(0);
    core_wake(1);
    core_pass(MILLISECS(20000));
    ck_assert_double_eq_tol((double)core_ran[1] / (double)core_ran[0], 1,
                            0.02);
}
END_TEST

START_TEST(warping_ends_at_the_limit_and_resumes_after_the_unwarp_time)
{
    core_init(&sched_bvt, 2);
    set_warp(1, 100000, MILLISECS(20), MILLISECS(50));  /* by a second */
    core_wake(0);
    core_wake(1);
    core_pass(0);
    ck_assert(core_running() == &core_vcpu[1]);
    core_pass(MILLISECS(19));
    ck_assert(core_running() == &core_vcpu[1]);
    core_pass(MILLISECS(2));                /* it has borrowed 20 ms */
    ck_assert(core_running() == &core_vcpu[0]);
    core_pass(MILLISECS(8));
    core_sleep(1);
    core_wake(1);                           /* may not yet */
    ck_assert(core_running() == &core_vcpu[0]);
    core_pass(MILLISECS(1));
    core_sleep(1);
    core_pass(MILLISECS(60));
    core_sleep(0);                          /* and now it may */
    core_wake(0);
    core_wake(1);
    core_pass(0);
    ck_assert(core_running() == &core_vcpu[1]);
}
END_TEST

START_TEST(parameters_out_of_range_are_refused_with_the_range)
{
    struct sched_domain_params p, bad;
    struct sched_params all;

    core_init(&sched_bvt, 1);
    ck_assert_int_eq(sched_get_domain(&core_domain[0], &p), 0);
    ck_assert_uint_eq(p.mcu_advance, 10);
    ck_assert(!p.warps);
    ck_assert_uint_eq(p.warp_limit, MILLISECS(2000));
    ck_assert_uint_eq(p.unwarp_limit, MILLISECS(1000));
    bad = p;
    bad.mcu_advance = 0;
    fake_printk_reset();
    ck_assert_int_eq(sched_set_domain(&core_domain[0], &bad), -EINVAL);
    ck_assert_str_eq(fake_printk_last,
                     "sched: mcu_advance 0 is not within 1 to 100000\n");
    bad = p;
    bad.warp_value = -1;
    ck_assert_int_eq(sched_set_domain(&core_domain[0], &bad), -EINVAL);
    bad = p;
    bad.warp_limit = UINT64_MAX;
    ck_assert_int_eq(sched_set_domain(&core_domain[0], &bad), -EINVAL);
    bad = p;
    bad.unwarp_limit = UINT64_MAX;
    ck_assert_int_eq(sched_set_domain(&core_domain[0], &bad), -EINVAL);
    ck_assert_int_eq(sched_get_params(&all), 0);
    ck_assert_uint_eq(all.slice, MILLISECS(5));
    all.slice = MICROSECS(99);
    ck_assert_int_eq(sched_set_params(&all), -EINVAL);
    all.slice = MILLISECS(20);
    ck_assert_int_eq(sched_set_params(&all), 0);
}
END_TEST

START_TEST(a_vcpu_is_added_whole_or_not_at_all)
{
    core_init(&sched_bvt, 0);
    for (long budget = 0; budget < 2; budget++) {
        fake_heap_budget = budget;
        ck_assert_int_eq(sched_bvt.add(&core_vcpu[0]), -ENOMEM);
        ck_assert_int_eq(fake_heap_live, 0);
    }
    fake_heap_budget = -1;
    ck_assert_int_eq(sched_bvt.add(&core_vcpu[0]), 0);
    sched_bvt.remove(&core_vcpu[0]);
    ck_assert_int_eq(fake_heap_live, 0);
}
END_TEST

int main(void)
{
    return UNIT_RUN("bvt", time_is_shared_inversely_to_mcu_advance,
                    who_runs_keeps_the_cpu_for_the_context_switch_allowance,
                    alone_nobody_is_interrupted,
                    who_slept_starts_from_the_virtual_time_of_the_queue,
                    who_warps_is_served_as_soon_as_it_wakes,
                    warping_does_not_enlarge_a_share,
                    warping_ends_at_the_limit_and_resumes_after_the_unwarp_time,
                    parameters_out_of_range_are_refused_with_the_range,
                    a_vcpu_is_added_whole_or_not_at_all);
}
