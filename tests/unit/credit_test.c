/* SPDX-License-Identifier: MIT */
/*
 * credit_test.c - the credit policy by itself, and its allowances: the test is
 * the core that queues, chooses and lets time pass.
 */
#include <hv/cmdline.h>
#include <hv/errno.h>
#include "fake_heap.h"
#include "fake_printk.h"
#include "policy_core.h"

/* -- shares ---------------------------------------------------------------- */

START_TEST(who_always_runs_gets_time_by_weight)
{
    static const uint32_t weights[] = { 1, 64, 256, 300, 65535 };
    int64_t before[2];

    for (unsigned int i = 0; i < ARRAY_SIZE(weights); i++) {
        double ratio;

        core_init(&sched_credit, i ? 0 : 2);
        core_set_weight(1, weights[i]);
        core_wake(0);
        core_wake(1);
        before[0] = core_ran[0];
        before[1] = core_ran[1];
        core_pass(MILLISECS(20000));
        ratio = (double)(core_ran[1] - before[1]) /
                (double)(core_ran[0] - before[0]);
        if (weights[i] == 1)
            ck_assert_double_le(ratio, 0.006);
        else if (weights[i] == 65535)
            ck_assert_double_ge(ratio, 150);
        else
            ck_assert_double_eq_tol(ratio, weights[i] / 256.0,
                                    0.02 * weights[i] / 256.0);
        core_sleep(0);
        core_sleep(1);
    }
}
END_TEST

START_TEST(turns_shrink_when_more_wait_but_not_below_a_millisecond)
{
    core_init(&sched_credit, CORE_VCPUS);
    core_wake(0);
    ck_assert_int_eq(core_until, 0);        /* alone: no timer */
    core_wake(1);
    core_pass(MILLISECS(100));
    ck_assert_int_eq(core_turn(), MILLISECS(15));
    for (unsigned int i = 2; i < CORE_VCPUS; i++)
        core_wake(i);
    core_pass(MILLISECS(200));
    ck_assert_int_eq(core_turn(), MILLISECS(1));
}
END_TEST

/* -- waking ---------------------------------------------------------------- */

START_TEST(who_slept_preempts_after_the_ratelimit)
{
    core_init(&sched_credit, 3);
    core_wake(0);
    core_wake(1);
    core_wake(2);
    core_pass(MILLISECS(100));
    core_sleep(2);
    core_pass(MILLISECS(100));
    while (core_since != core_now)
        core_pass(1000);                    /* to the start of a turn */
    core_pass(MICROSECS(300));
    core_wake(2);
    core_pass(MICROSECS(699));
    ck_assert(core_running() != &core_vcpu[2]);
    core_pass(MICROSECS(1));
    ck_assert(core_running() == &core_vcpu[2]);
}
END_TEST

START_TEST(sleeping_long_does_not_save_up_more_than_10_ms)
{
    int64_t before;

    core_init(&sched_credit, 2);
    core_wake(0);
    core_wake(1);
    core_pass(MILLISECS(100));
    core_sleep(1);
    core_pass(MILLISECS(60000));
    core_wake(1);
    before = core_ran[1];
    core_pass(MILLISECS(100));
    /* Half of it, what it was owed, and what a turn may be off. */
    ck_assert_int_le(core_ran[1] - before, MILLISECS(50 + 10 + 15));
}
END_TEST

START_TEST(sleeping_on_purpose_gains_nothing)
{
    core_init(&sched_credit, 2);
    core_wake(0);
    core_wake(1);
    for (int i = 0; i < 5000; i++) {
        for (int k = 0; core_running() != &core_vcpu[1] && k < 100; k++)
            core_pass(MILLISECS(1));
        core_pass(MICROSECS(900));
        if (core_running() == &core_vcpu[1])
            core_sleep(1);
        core_pass(1);
        core_wake(1);
    }
    ck_assert_int_le(core_ran[1], core_ran[0] + MILLISECS(25));
}
END_TEST

START_TEST(who_yields_lets_the_next_run)
{
    core_init(&sched_credit, 2);
    core_wake(0);
    core_wake(1);
    core_pass(MILLISECS(1));
    for (int i = 0; i < 10; i++) {
        struct vcpu *before = core_running();

        core_yield();
        ck_assert(core_running() != before);
        core_pass(MICROSECS(10));
    }
}
END_TEST

START_TEST(a_woken_vcpu_goes_before_those_that_lag_behind)
{
    core_init(&sched_credit, 4);
    for (unsigned int i = 0; i < 3; i++)
        core_wake(i);
    core_pass(MILLISECS(500));
    core_sleep(2);
    core_pass(MILLISECS(500));
    core_vcpu[3].pause_flags = 0;
    vcpu_wake(&core_vcpu[3]);               /* it has had nothing at all */
    core_wake(2);
    core_pass(MILLISECS(1));
    ck_assert(core_running() == &core_vcpu[2]);
}
END_TEST

/* -- caps ------------------------------------------------------------------ */

static void set_cap(uint32_t cap)
{
    struct sched_domain_params p;

    ck_assert_int_eq(sched_get_domain(&core_domain[1], &p), 0);
    p.cap = cap;
    ck_assert_int_eq(sched_set_domain(&core_domain[1], &p), 0);
}

START_TEST(a_cap_is_kept_on_an_idle_machine)
{
    core_init(&sched_credit, 2);
    set_cap(40);
    core_wake(1);
    core_pass(MILLISECS(10000));
    ck_assert_int_ge(core_ran[1], MILLISECS(3960));
    ck_assert_int_le(core_ran[1], MILLISECS(4040));
}
END_TEST

START_TEST(taking_a_cap_away_lets_its_vcpus_go_at_once)
{
    int64_t before;

    core_init(&sched_credit, 2);
    set_cap(1);
    core_wake(1);
    core_pass(MILLISECS(1005));
    ck_assert(core_vcpu[1].pause_flags & 1ul << VCPU_PAUSE_CAPPED);
    ck_assert_ptr_null(core_running());
    set_cap(0);
    core_pass(0);
    ck_assert(core_running() == &core_vcpu[1]);
    before = core_ran[1];
    core_pass(MILLISECS(1000));
    ck_assert_int_eq(core_ran[1] - before, MILLISECS(1000));
}
END_TEST

START_TEST(blocking_does_not_get_round_a_cap)
{
    core_init(&sched_credit, 2);
    set_cap(10);
    for (int i = 0; i < 100000; i++) {
        core_wake(1);
        core_pass(MICROSECS(50));
        core_sleep(1);
        core_pass(MICROSECS(50));
    }
    ck_assert_int_le(core_ran[1], MILLISECS(1010));
}
END_TEST

/* -- several CPUs ---------------------------------------------------------- */

START_TEST(the_cpu_that_is_further_on_is_preferred)
{
    core_init(&sched_credit, 4);
    core_wake(0);
    core_wake(1);
    core_pass(MILLISECS(200));              /* two share CPU 0 */
    core_move(2, 1);
    core_be_cpu(1);
    core_wake(2);                           /* one has CPU 1 */
    core_pass(MILLISECS(200));
    ck_assert(sched_credit.prefers(&core_vcpu[3], 0, 1, core_now));
    ck_assert(!sched_credit.prefers(&core_vcpu[3], 1, 0, core_now));
}
END_TEST

START_TEST(a_thief_gets_only_who_may_run_there)
{
    core_init(&sched_credit, 4);
    for (unsigned int i = 0; i < 4; i++)
        core_wake(i);
    core_pass(MILLISECS(1));
    for (unsigned int i = 0; i < 4; i++)
        core_vcpu[i].affinity.bits[0] = 1;
    ck_assert_ptr_null(sched_credit.steal(0, 1));
    core_vcpu[2].affinity.bits[0] = 2;
    ck_assert_ptr_eq(sched_credit.steal(0, 1), &core_vcpu[2]);
    ck_assert_ptr_null(sched_credit.steal(0, 1));
}
END_TEST

/* -- parameters, memory ---------------------------------------------------- */

START_TEST(parameters_out_of_range_are_refused_with_the_range)
{
    struct sched_domain_params p;
    struct sched_params all;

    core_init(&sched_credit, 2);
    ck_assert_int_eq(sched_get_domain(&core_domain[0], &p), 0);
    ck_assert_uint_eq(p.weight, 256);
    ck_assert_uint_eq(p.cap, 0);
    p.weight = 0;
    ck_assert_int_eq(sched_set_domain(&core_domain[0], &p), -EINVAL);
    p.weight = 65536;
    fake_printk_reset();
    ck_assert_int_eq(sched_set_domain(&core_domain[0], &p), -EINVAL);
    ck_assert_str_eq(fake_printk_last,
                     "sched: weight 65536 is not within 1 to 65535\n");
    p.weight = 65535;
    p.cap = 101;                            /* it has one vcpu */
    ck_assert_int_eq(sched_set_domain(&core_domain[0], &p), -EINVAL);
    ck_assert_int_eq(sched_get_params(&all), 0);
    ck_assert_uint_eq(all.slice, MILLISECS(30));
    ck_assert_uint_eq(all.ratelimit, MILLISECS(1));
    all.slice = MILLISECS(1001);
    ck_assert_int_eq(sched_set_params(&all), -EINVAL);
    all.slice = MILLISECS(5);
    all.ratelimit = MILLISECS(501);
    ck_assert_int_eq(sched_set_params(&all), -EINVAL);
    all.ratelimit = 0;
    ck_assert_int_eq(sched_set_params(&all), 0);
    core_wake(0);
    core_wake(1);
    core_pass(MILLISECS(100));
    ck_assert_int_eq(core_turn(), MICROSECS(2500));
}
END_TEST

START_TEST(a_vcpu_is_added_whole_or_not_at_all)
{
    core_init(&sched_credit, 0);
    for (long budget = 0; budget < 2; budget++) {
        fake_heap_budget = budget;
        ck_assert_int_eq(sched_credit.add(&core_vcpu[0]), -ENOMEM);
        ck_assert_int_eq(fake_heap_live, 0);
    }
    fake_heap_budget = -1;
    ck_assert_int_eq(sched_credit.add(&core_vcpu[0]), 0);
    sched_credit.remove(&core_vcpu[0]);
    ck_assert_int_eq(fake_heap_live, 0);
    ck_assert_ptr_null(core_domain[0].policy_data);
}
END_TEST

int main(void)
{
    return UNIT_RUN("credit", who_always_runs_gets_time_by_weight,
                    turns_shrink_when_more_wait_but_not_below_a_millisecond,
                    who_slept_preempts_after_the_ratelimit,
                    sleeping_long_does_not_save_up_more_than_10_ms,
                    sleeping_on_purpose_gains_nothing,
                    who_yields_lets_the_next_run,
                    a_woken_vcpu_goes_before_those_that_lag_behind,
                    a_cap_is_kept_on_an_idle_machine,
                    taking_a_cap_away_lets_its_vcpus_go_at_once,
                    blocking_does_not_get_round_a_cap,
                    the_cpu_that_is_further_on_is_preferred,
                    a_thief_gets_only_who_may_run_there,
                    parameters_out_of_range_are_refused_with_the_range,
                    a_vcpu_is_added_whole_or_not_at_all);
}
