/* SPDX-License-Identifier: MIT */
/*
 * affinity_test.c - where a vcpu is placed, and what happens to one that runs,
 * waits or sleeps when it may no longer be where it is.
 */
#include <string.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include "../../common/sched/runqueue.h"
#include "fake_options.h"
#include "fake_printk.h"
#include "fake_runqueue.h"
#include "unit.h"

#define CPUS    4u

static struct domain first = { .is_hardware = true }, guest = { .id = 5 };
static struct vcpu vcpu;

const struct cpu_topology *cpu_topology(unsigned int cpu)
{
    ck_abort_msg("nobody asks where CPU %u lies", cpu);
}

static cpu_set_t only(unsigned int cpu)
{
    cpu_set_t s = { .bits = { 0 } };

    cpu_set_add(&s, cpu);
    return s;
}

static void start(void)
{
    fake_runqueue_start(CPUS);
    fake_printk_reset();
    vcpu = (struct vcpu){ .domain = &guest, .id = 1 };
    memset(&vcpu.affinity, 0xff, sizeof(vcpu.affinity));
}

/* -- placing --------------------------------------------------------------- */

static void set_population(unsigned int a, unsigned int b, unsigned int c,
                           unsigned int d)
{
    per_cpu(runqueue, 0).population = a;
    per_cpu(runqueue, 1).population = b;
    per_cpu(runqueue, 2).population = c;
    per_cpu(runqueue, 3).population = d;
}

START_TEST(a_new_vcpu_comes_to_where_the_fewest_are)
{
    start();
    set_population(3, 2, 1, 1);
    affinity_place(&vcpu);
    ck_assert_uint_eq(vcpu.cpu, 2);
    ck_assert_uint_eq(vcpu.last_cpu, 2);
    ck_assert_uint_eq(per_cpu(runqueue, 2).population, 2);
    for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++) {
        ck_assert(cpu_set_has(&vcpu.affinity, cpu));
        ck_assert(cpu_set_has(&vcpu.affinity_soft, cpu));
    }
}
END_TEST

START_TEST(the_best_cpu_is_one_that_may_be_used)
{
    start();
    set_population(0, 7, 0, 5);
    vcpu.cpu = 3;
    vcpu.affinity = only(1);
    ck_assert_uint_eq(affinity_best_cpu(&vcpu), 1);
    vcpu.affinity = only(CPUS);                 /* it stays where it is */
    ck_assert_uint_eq(affinity_best_cpu(&vcpu), 3);
}
END_TEST

START_TEST(domain_0_is_pinned_when_that_is_asked_for)
{
    start();
    fake_options_parse("dom0_vcpus_pin");
    vcpu.domain = &first;
    for (unsigned int i = 0; i < 2 * CPUS; i++) {
        vcpu.affinity = (cpu_set_t){ .bits = { 0 } };
        vcpu.id = (uint16_t)i;
        affinity_place(&vcpu);
        ck_assert_uint_eq(vcpu.cpu, i % CPUS);
        ck_assert_uint_eq(sched_only_cpu(&vcpu), i % CPUS);
        ck_assert(cpu_set_has(&vcpu.affinity_soft, CPUS));
    }
    vcpu.domain = &guest;
    affinity_place(&vcpu);
    ck_assert_uint_eq(sched_only_cpu(&vcpu), NR_CPUS);
}
END_TEST

START_TEST(numbers_that_no_cpu_has_are_skipped)
{
    fake_runqueue_start(0);
    cpu_mark_online(2);
    cpu_mark_online(5);
    fake_options_parse("dom0_vcpus_pin");
    vcpu.domain = &first;
    for (unsigned int i = 0; i < 4; i++) {
        vcpu.affinity = (cpu_set_t){ .bits = { 0 } };
        vcpu.id = (uint16_t)i;
        affinity_place(&vcpu);
        ck_assert_uint_eq(vcpu.cpu, i % 2 ? 5 : 2);
    }
}
END_TEST

START_TEST(one_cpu_is_the_only_one_if_the_others_do_not_run)
{
    start();
    ck_assert_uint_eq(sched_only_cpu(&vcpu), NR_CPUS);
    vcpu.affinity = only(3);
    ck_assert_uint_eq(sched_only_cpu(&vcpu), 3);
    cpu_set_add(&vcpu.affinity, CPUS);
    ck_assert_uint_eq(sched_only_cpu(&vcpu), 3);
    cpu_set_add(&vcpu.affinity, 0);
    ck_assert_uint_eq(sched_only_cpu(&vcpu), NR_CPUS);
    vcpu.affinity = only(CPUS);
    ck_assert_uint_eq(sched_only_cpu(&vcpu), NR_CPUS);
}
END_TEST

/* -- what a change does ---------------------------------------------------- */

static void set(unsigned int cpu)
{
    cpu_set_t s = only(cpu);

    fake_runqueue_reset();
    ck_assert_int_eq(sched_set_affinity(&vcpu, &s), 0);
}

static void require_notes(unsigned int taken_off, unsigned int woken,
                          unsigned int offered, bool is_rescheduled)
{
    ck_assert_uint_eq(fake_runqueue_notes.taken_off, taken_off);
    ck_assert_uint_eq(fake_runqueue_notes.woken, woken);
    ck_assert_uint_eq(fake_runqueue_notes.offered, offered);
    ck_assert(cpu_set_has(&fake_runqueue_notes.rescheduled, vcpu.cpu) ==
              is_rescheduled);
}

START_TEST(who_waits_at_the_wrong_cpu_is_queued_anew)
{
    start();
    vcpu.is_queued = true;
    set(2);
    require_notes(1, 1, 0, false);
    ck_assert_ptr_eq(fake_runqueue_notes.who, &vcpu);
}
END_TEST

START_TEST(who_waits_at_a_cpu_of_its_own_is_offered_to_others)
{
    start();
    vcpu.is_queued = true;
    vcpu.cpu = 2;
    set(2);
    require_notes(0, 0, 1, false);
}
END_TEST

START_TEST(with_one_cpu_there_are_no_others)
{
    fake_runqueue_start(1);
    vcpu.domain = &guest;
    vcpu.is_queued = true;
    set(0);
    require_notes(0, 0, 0, false);
}
END_TEST

START_TEST(who_runs_at_the_wrong_cpu_is_interrupted)
{
    start();
    vcpu.is_running = true;
    vcpu.cpu = 1;
    set(2);
    require_notes(0, 0, 0, true);
    set(1);
    require_notes(0, 0, 0, false);
}
END_TEST

START_TEST(who_sleeps_sleeps_on)
{
    start();
    set(2);
    require_notes(0, 0, 0, false);
    ck_assert_uint_eq(vcpu.cpu, 0);
}
END_TEST

START_TEST(a_set_without_a_cpu_that_runs_is_refused)
{
    cpu_set_t none = { .bits = { 0 } }, absent = only(CPUS);

    start();
    set(2);
    fake_runqueue_reset();
    vcpu.is_running = true;
    ck_assert_int_eq(sched_set_affinity(&vcpu, &none), -EINVAL);
    ck_assert_int_eq(sched_set_affinity(&vcpu, &absent), -EINVAL);
    ck_assert_uint_eq(sched_only_cpu(&vcpu), 2);
    require_notes(0, 0, 0, false);
    ck_assert_uint_eq(fake_printk_count, 2);
    ck_assert_ptr_nonnull(strstr(fake_printk_last, "d5v1"));
    ck_assert_ptr_nonnull(strstr(fake_printk_last, "0-3"));
}
END_TEST

/* -- overrides ------------------------------------------------------------- */

START_TEST(what_is_set_under_an_override_comes_after_it)
{
    struct sched_affinity is;

    start();
    set(1);
    ck_assert_int_eq(sched_pin_override(&vcpu, 3), 0);
    set(2);
    sched_get_affinity(&vcpu, &is);
    ck_assert(is.is_override && !cpu_set_has(&is.hard, 2));
    ck_assert_uint_eq(sched_only_cpu(&vcpu), 3);
    vcpu.is_running = true;
    vcpu.cpu = 3;
    fake_runqueue_reset();
    ck_assert_int_eq(sched_pin_override(&vcpu, NR_CPUS), 0);
    sched_get_affinity(&vcpu, &is);
    ck_assert(!is.is_override && cpu_set_has(&is.hard, 2));
    ck_assert_uint_eq(sched_only_cpu(&vcpu), 2);
    require_notes(0, 0, 0, true);
}
END_TEST

START_TEST(an_override_names_a_cpu_that_runs_and_there_is_one)
{
    start();
    ck_assert_int_eq(sched_pin_override(&vcpu, CPUS), -EINVAL);
    ck_assert_int_eq(sched_pin_override(&vcpu, NR_CPUS + 1), -EINVAL);
    ck_assert_int_eq(sched_pin_override(&vcpu, ~0u), -EINVAL);
    ck_assert_uint_eq(fake_printk_count, 3);
    ck_assert_int_eq(sched_pin_override(&vcpu, NR_CPUS), -EINVAL);
    ck_assert_uint_eq(fake_printk_count, 3);
    ck_assert_int_eq(sched_pin_override(&vcpu, 1), 0);
    ck_assert_int_eq(sched_pin_override(&vcpu, 1), -EBUSY);
    ck_assert_int_eq(sched_pin_override(&vcpu, 2), -EBUSY);
    ck_assert_uint_eq(sched_only_cpu(&vcpu), 1);
}
END_TEST

START_TEST(the_soft_set_is_only_noted)
{
    cpu_set_t s = only(CPUS + 1);
    struct sched_affinity is;

    start();
    vcpu.is_running = true;
    sched_set_soft_affinity(&vcpu, &s);
    sched_get_affinity(&vcpu, &is);
    ck_assert_mem_eq(&is.soft, &s, sizeof(s));
    ck_assert(cpu_set_has(&is.hard, 0));
    require_notes(0, 0, 0, false);
}
END_TEST

int main(void)
{
    return UNIT_RUN("affinity", a_new_vcpu_comes_to_where_the_fewest_are,
                    the_best_cpu_is_one_that_may_be_used,
                    domain_0_is_pinned_when_that_is_asked_for,
                    numbers_that_no_cpu_has_are_skipped,
                    one_cpu_is_the_only_one_if_the_others_do_not_run,
                    who_waits_at_the_wrong_cpu_is_queued_anew,
                    who_waits_at_a_cpu_of_its_own_is_offered_to_others,
                    with_one_cpu_there_are_no_others,
                    who_runs_at_the_wrong_cpu_is_interrupted,
                    who_sleeps_sleeps_on,
                    a_set_without_a_cpu_that_runs_is_refused,
                    what_is_set_under_an_override_comes_after_it,
                    an_override_names_a_cpu_that_runs_and_there_is_one,
                    the_soft_set_is_only_noted);
}
