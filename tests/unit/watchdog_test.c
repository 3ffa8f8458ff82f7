/* SPDX-License-Identifier: MIT */
/*
 * watchdog_test.c - CPUs whose timers a test serves, or does not, and who then
 * asks after whom.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <hv/percpu.h>
#include <hv/printk.h>
#include <hv/time.h>
#include <hv/timer.h>
#include <hv/watchdog.h>
#include "fake_options.h"
#include "unit.h"

unsigned int fake_cpu;
cpu_set_t cpu_online;
unsigned int cpu_count;

static s_time_t now, expiry[NR_CPUS];
static struct timer *timers[NR_CPUS];
static unsigned int asked[NR_CPUS], warnings;
static bool has_clock;
static char words[256];
static jmp_buf end;

s_time_t system_time(void) { return now; }
void arch_watchdog_ask(unsigned int cpu) { asked[cpu]++; }
bool arch_watchdog_start_clock(void) { return has_clock; }

void timer_init(struct timer *t, void (*fn)(void *data), void *data,
                unsigned int cpu)
{
    *t = (struct timer){ .fn = fn, .data = data, .cpu = (uint16_t)cpu };
    timers[cpu] = t;
}

void timer_set(struct timer *t, s_time_t expires)
{
    ck_assert_int_eq(expires, now + SECONDS(1));
    expiry[t->cpu] = expires;
}

void printk(enum log_level level, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    vsnprintf(words, sizeof(words), fmt, args);
    va_end(args);
    warnings += level == LOG_WARNING;
}

void panic(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    vsnprintf(words, sizeof(words), fmt, args);
    va_end(args);
    longjmp(end, 1);
}

static void start(unsigned int cpus, const char *options)
{
    for (unsigned int i = 0; i < cpus; i++)
        cpu_set_add(&cpu_online, i);
    cpu_count = cpus;
    now = SECONDS(10);
    fake_options_parse(options);
    watchdog_start();
}

/* A second passes, in which all but @hung serve their timers. */
static void second(unsigned int hung)
{
    now += SECONDS(1);
    for (fake_cpu = 0; fake_cpu < cpu_count; fake_cpu++)
        if (fake_cpu != hung && expiry[fake_cpu] <= now)
            timers[fake_cpu]->fn(timers[fake_cpu]->data);
    fake_cpu = 0;
}

START_TEST(nothing_is_started_unasked)
{
    start(2, "");
    ck_assert_ptr_null(timers[0]);
    ck_assert_str_eq(words, "");
    now += SECONDS(1000);
    ck_assert(!watchdog_is_late());
}
END_TEST

START_TEST(cpus_that_serve_their_timers_are_left_alone)
{
    start(3, "watchdog");
    for (unsigned int i = 0; i < 100; i++) {
        second(NR_CPUS);
        ck_assert(!watchdog_is_late());
    }
    ck_assert_uint_eq(asked[0] + asked[1] + asked[2], 0);
    ck_assert_ptr_nonnull(strstr(words, "5 seconds, CPUs watch each other"));
    ck_assert_ptr_nonnull(strstr(words, "no clock"));
}
END_TEST

START_TEST(one_that_hangs_is_asked_by_its_neighbour)
{
    start(3, "watchdog watchdog_timeout=3");
    for (unsigned int i = 0; i < 3; i++)
        second(1);
    ck_assert_uint_eq(asked[1], 0);
    second(1);
    ck_assert_uint_eq(asked[1], 1);
    fake_cpu = 1;
    ck_assert(watchdog_is_late());
    ck_assert_uint_eq(watchdog_seconds(), 4);
    fake_cpu = 0;
    ck_assert(!watchdog_is_late());
    ck_assert_uint_eq(asked[0] + asked[2], 0);
}
END_TEST

START_TEST(the_last_cpu_is_the_neighbour_of_the_first)
{
    start(3, "watchdog");
    for (unsigned int i = 0; i < 6; i++)
        second(0);
    ck_assert_uint_eq(asked[0], 1);
}
END_TEST

START_TEST(one_that_does_not_answer_is_named)
{
    start(2, "watchdog");
    if (setjmp(end) == 0)
        for (unsigned int i = 0; i < 20; i++)
            second(1);
    ck_assert_str_eq(words, "CPU 1 hangs and does not answer an NMI");
    ck_assert_uint_eq(asked[1], 2);
}
END_TEST

START_TEST(one_that_comes_back_in_time_is_forgiven)
{
    start(2, "watchdog");
    for (unsigned int round = 0; round < 3; round++) {
        for (unsigned int i = 0; i < 6; i++)
            second(1);
        ck_assert_uint_eq(asked[1], 2 * round + 1);
        second(NR_CPUS);        /* CPU 0 looks before CPU 1 serves */
        second(NR_CPUS);
    }
}
END_TEST

START_TEST(a_lone_cpu_finds_out_by_itself)
{
    has_clock = true;
    start(1, "watchdog");
    ck_assert_ptr_nonnull(strstr(words, "5 seconds, NMIs from a clock"));
    for (unsigned int i = 0; i < 5; i++)
        second(0);
    ck_assert(!watchdog_is_late());
    second(0);
    ck_assert(watchdog_is_late());
    ck_assert_uint_eq(asked[0], 0);
}
END_TEST

START_TEST(a_timeout_that_makes_no_sense_is_told_and_replaced)
{
    start(2, "watchdog watchdog_timeout=4000");
    ck_assert_uint_eq(warnings, 1);
    ck_assert_ptr_nonnull(strstr(words, "Watchdog: 5 seconds"));
}
END_TEST

int main(void)
{
    return UNIT_RUN("watchdog",
                    nothing_is_started_unasked,
                    cpus_that_serve_their_timers_are_left_alone,
                    one_that_hangs_is_asked_by_its_neighbour,
                    the_last_cpu_is_the_neighbour_of_the_first,
                    one_that_does_not_answer_is_named,
                    one_that_comes_back_in_time_is_forgiven,
                    a_lone_cpu_finds_out_by_itself,
                    a_timeout_that_makes_no_sense_is_told_and_replaced);
}
