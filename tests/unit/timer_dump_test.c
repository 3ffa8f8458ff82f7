/* SPDX-License-Identifier: MIT */
/* timer_dump_test.c - what key a prints of the timers of each CPU. */
#include <stdio.h>
#include <string.h>
#include <hv/cpu.h>
#include <hv/symbols.h>
#include <hv/time.h>
#include <hv/timer.h>
#include "fake_printed.h"
#include "unit.h"

#define NOW     5000000ll

unsigned int fake_cpu;
cpu_set_t cpu_online;

static struct timer timers[100];
static unsigned int counts[NR_CPUS];

s_time_t system_time(void) { return NOW; }

void symbol_format(char *buf, size_t size, unsigned long addr)
{
    snprintf(buf, size, "fn%lu", addr);
}

unsigned int timer_snapshot(unsigned int cpu, struct timer *out,
                            unsigned int max)
{
    unsigned int count = counts[cpu] < max ? counts[cpu] : max;

    memcpy(out, timers, count * sizeof(*out));
    return count;
}

static void start(void)
{
    cpu_set_add(&cpu_online, 0);
    cpu_set_add(&cpu_online, 9);
    for (unsigned int i = 0; i < ARRAY_SIZE(timers); i++) {
        timers[i].node.key = NOW + 1000 * (s_time_t)i + 999;
        timers[i].fn = (void (*)(void *))(uintptr_t)(70 + i);
    }
}

START_TEST(each_cpu_that_is_online_has_a_line)
{
    start();
    counts[3] = 1;
    timer_dump();
    ck_assert_str_eq(fake_printed, "System time 5000000 ns\n"
                                   " CPU 0: 0 timers\n CPU 9: 0 timers\n");
}
END_TEST

START_TEST(a_timer_is_shown_with_its_time_function_and_data)
{
    char line[64];

    start();
    counts[9] = 2;
    timers[0].data = &counts;
    timers[1].node.key = NOW - 7000;        /* it is late */
    timer_dump();
    snprintf(line, sizeof(line), "  in 0 us: fn70(%p)\n", (void *)&counts);
    ck_assert_ptr_nonnull(strstr(fake_printed, " CPU 9: 2 timers\n"));
    ck_assert_ptr_nonnull(strstr(fake_printed, line));
    ck_assert_ptr_nonnull(strstr(fake_printed, "  in -7 us: fn71("));
}
END_TEST

START_TEST(of_many_timers_some_are_shown_and_the_rest_is_told)
{
    start();
    counts[0] = 100;
    timer_dump();
    ck_assert_ptr_nonnull(strstr(fake_printed, " CPU 0: 32 timers or more\n"));
    ck_assert_ptr_nonnull(strstr(fake_printed, "  in 31 us: fn101("));
    ck_assert_ptr_null(strstr(fake_printed, "fn102("));
    counts[0] = 31;
    fake_printed[0] = '\0';
    timer_dump();
    ck_assert_ptr_nonnull(strstr(fake_printed, " CPU 0: 31 timers\n"));
}
END_TEST

int main(void)
{
    return UNIT_RUN("timer_dump", each_cpu_that_is_online_has_a_line,
                    a_timer_is_shown_with_its_time_function_and_data,
                    of_many_timers_some_are_shown_and_the_rest_is_told);
}
