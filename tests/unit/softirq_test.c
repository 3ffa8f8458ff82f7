/* SPDX-License-Identifier: MIT */
/* softirq_test.c - pending work of two CPUs that one thread plays. */
#include <string.h>
#include <hv/softirq.h>
#include "fake_spinlock.h"
#include "unit.h"

unsigned int fake_cpu;
static uint32_t words[2];
static unsigned int kicks[2];
static char order[16];

uint32_t *arch_softirq_word(unsigned int cpu) { return &words[cpu]; }
void arch_cpu_kick(unsigned int cpu) { kicks[cpu]++; }

static void note(char c) { order[strlen(order)] = c; }
static void on_timer(void) { note('t'); }
static void on_schedule(void) { note('s'); }

/* Raises what comes before it once. */
static void on_console(void)
{
    note('c');
    if (strlen(order) < 3)
        softirq_raise(SOFTIRQ_TIMER);
}

static void open_all(void)
{
    softirq_open(SOFTIRQ_TIMER, on_timer);
    softirq_open(SOFTIRQ_CONSOLE, on_console);
    softirq_open(SOFTIRQ_SCHEDULE, on_schedule);
}

START_TEST(scheduling_waits_until_nothing_else_is_pending)
{
    open_all();
    softirq_raise(SOFTIRQ_SCHEDULE);
    softirq_raise(SOFTIRQ_CONSOLE);
    softirq_raise(SOFTIRQ_TIMER);
    ck_assert(softirq_is_pending());
    softirq_run();
    ck_assert_str_eq(order, "tcts");
    ck_assert(!softirq_is_pending());
}
END_TEST

START_TEST(another_cpu_is_kicked_once)
{
    open_all();
    softirq_raise_cpu(1, SOFTIRQ_TIMER);
    softirq_raise_cpu(1, SOFTIRQ_TIMER);
    softirq_raise_cpu(1, SOFTIRQ_SCHEDULE);
    ck_assert_uint_eq(kicks[1], 1);
    ck_assert(!softirq_is_pending());
    fake_cpu = 1;
    softirq_run();
    ck_assert_str_eq(order, "ts");
    softirq_raise_cpu(1, SOFTIRQ_TIMER);
    ck_assert_uint_eq(kicks[1], 1);
    ck_assert(softirq_is_pending());
    softirq_run();
    fake_cpu = 0;
    softirq_raise_cpu(1, SOFTIRQ_TIMER);
    ck_assert_uint_eq(kicks[1], 2);
}
END_TEST

START_TEST(a_cpu_that_watches_is_not_kicked)
{
    open_all();
    fake_cpu = 1;
    softirq_watch(true);
    ck_assert(!softirq_is_pending());
    fake_cpu = 0;
    softirq_raise_cpu(1, SOFTIRQ_TIMER);
    ck_assert_uint_eq(kicks[1], 0);
    fake_cpu = 1;
    ck_assert(softirq_is_pending());
    softirq_watch(false);
    softirq_run();
    ck_assert_str_eq(order, "t");
    fake_cpu = 0;
    softirq_raise_cpu(1, SOFTIRQ_TIMER);
    ck_assert_uint_eq(kicks[1], 1);
}
END_TEST

START_TEST(what_nobody_has_opened_is_dropped)
{
    open_all();
    softirq_raise(SOFTIRQ_TASKLET);
    softirq_run();
    ck_assert_str_eq(order, "");
    ck_assert(!softirq_is_pending());
}
END_TEST

int main(void)
{
    return UNIT_RUN("softirq",
                    scheduling_waits_until_nothing_else_is_pending,
                    another_cpu_is_kicked_once,
                    a_cpu_that_watches_is_not_kicked,
                    what_nobody_has_opened_is_dropped);
}
