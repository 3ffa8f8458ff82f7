/* SPDX-License-Identifier: MIT */
/*
 * tsc_sync_test.c - two threads are two CPUs with a counter each: the host's,
 * and what a test adds to it.
 */
#include <pthread.h>
#include <string.h>
#include <asm/clock.h>
#include <asm/cpuid.h>
#include <asm/msr.h>
#include <hv/printk.h>
#include "unit.h"

_Thread_local unsigned int my_cpu;
_Thread_local bool my_irqs_off;
bool has_tsc_adjust;

static _Thread_local uint64_t offset, adjust;
static bool is_read_only;           /* what is written to counters is lost */
static bool runs_wild;              /* the second counter jumps about */
static unsigned int warnings;

/* The host's own counter, the same on all its CPUs. */
uint64_t rdtsc(void)
{
    uint64_t now;

    __builtin_ia32_lfence();
    now = __builtin_ia32_rdtsc();
    if (runs_wild && my_cpu)
        now -= now * 2654435761u >> 8 & 0xfffff;
    return now + offset + adjust;
}

uint64_t rdmsr(uint32_t msr)
{
    ck_assert_uint_eq(msr, MSR_TSC_ADJUST);
    ck_assert(has_tsc_adjust);
    return adjust;
}

void wrmsr(uint32_t msr, uint64_t value)
{
    ck_assert_uint_eq(msr, has_tsc_adjust ? MSR_TSC_ADJUST : MSR_TSC);
    ck_assert_uint_eq(my_cpu, 1);
    if (is_read_only)
        return;
    if (msr == MSR_TSC_ADJUST)
        adjust = value;
    else
        offset += value - rdtsc();
}

void printk(enum log_level level, const char *fmt, ...)
{
    (void)fmt;
    if (level == LOG_WARNING)
        warnings++;
}

struct follower {
    uint64_t offset;
    bool agrees;
    int64_t left;               /* of the offset, in the end */
};

static void *run_follower(void *data)
{
    struct follower *f = data;

    my_cpu = 1;
    offset = f->offset;
    f->agrees = tsc_sync_follow();
    f->left = (int64_t)(offset + adjust);
    return NULL;
}

/* A CPU whose counter is @by off meets the first; both are of one mind. */
static bool meet(uint64_t by, struct follower *f)
{
    pthread_t thread;
    bool agrees;

    *f = (struct follower){ .offset = by };
    ck_assert_int_eq(pthread_create(&thread, NULL, run_follower, f), 0);
    agrees = tsc_sync_lead(1);
    pthread_join(thread, NULL);
    ck_assert(agrees == f->agrees);
    return agrees;
}

START_TEST(equal_counters_are_left_alone)
{
    struct follower f;

    for (unsigned int i = 0; i < 20; i++)
        ck_assert(meet(0, &f));
    ck_assert_int_eq(f.left, 0);
    ck_assert_uint_eq(warnings, 0);
}
END_TEST

/* What is left is less than the other CPU needs to see it. Where a host has
 * more to do than CPUs, a thread may be interrupted at every try. */
static void check_correction(uint64_t by)
{
    struct follower f;
    unsigned int tries = 0;

    warnings = 0;
    while (!meet(by, &f))
        ck_assert_uint_lt(++tries, 10);
    ck_assert_int_le(f.left, 50000);
    ck_assert_int_ge(f.left, -50000);
    ck_assert_uint_ge(warnings, 1);
}

START_TEST(a_counter_that_is_off_is_set_by_its_adjustment)
{
    has_tsc_adjust = true;
    check_correction(3000000000ull);
    check_correction(-3000000000ull);
}
END_TEST

START_TEST(a_counter_that_is_off_is_written_where_nothing_else_is)
{
    check_correction(1ull << 50);
    check_correction(-(1ull << 50));
}
END_TEST

START_TEST(a_counter_that_cannot_be_written_is_refused)
{
    struct follower f;

    is_read_only = true;
    ck_assert(!meet(1000000000, &f));
    ck_assert(!meet(-1000000000ull, &f));
}
END_TEST

START_TEST(a_counter_that_jumps_about_is_refused)
{
    struct follower f;

    runs_wild = true;
    ck_assert(!meet(0, &f));
}
END_TEST

int main(void)
{
    return UNIT_RUN("tsc_sync",
                    equal_counters_are_left_alone,
                    a_counter_that_is_off_is_set_by_its_adjustment,
                    a_counter_that_is_off_is_written_where_nothing_else_is,
                    a_counter_that_cannot_be_written_is_refused,
                    a_counter_that_jumps_about_is_refused);
}
