/* SPDX-License-Identifier: MIT */
/* idle_test.c - how an idle CPU waits: each look at the clock and each halt
 * takes time, and another CPU raises work at a time of the test's. */
#include <setjmp.h>
#include <hv/cpu.h>
#include <hv/sched.h>
#include <hv/scrub.h>
#include <hv/softirq.h>
#include <hv/time.h>
#include "fake_spinlock.h"
#include "unit.h"

#define STEP        MICROSECS(5)        /* between two looks at the clock */
#define HALT        MICROSECS(1000)     /* without work */
#define PIECE       MICROSECS(10)       /* to clear one takes so long */

unsigned int fake_cpu;
unsigned int cpu_count = 2;
static uint32_t words[2];
static unsigned int kicks, halts, rounds, rounds_left;
static s_time_t now, work_after;        /* of each wait's beginning */
static s_time_t work_at;
static unsigned int pieces;     /* to be cleared */
static jmp_buf out;

uint32_t *arch_softirq_word(unsigned int cpu) { return &words[cpu]; }
void arch_cpu_kick(unsigned int cpu) { (void)cpu; kicks++; }

static void raise_what_is_due(void)
{
    if (now < work_at)
        return;
    work_at = now + SECONDS(1000);
    fake_cpu = 1;
    softirq_raise_cpu(0, SOFTIRQ_TIMER);
    fake_cpu = 0;
}

s_time_t system_time(void)
{
    now += STEP;
    raise_what_is_due();
    return now;
}

bool scrub_some(void)
{
    ck_assert(fake_irqs_off);
    ck_assert(!softirq_is_pending());
    if (!pieces)
        return false;
    pieces--;
    now += PIECE;
    raise_what_is_due();
    return true;
}

/* The halt lasts until the work comes, or for ever so long. */
void arch_idle(void)
{
    ck_assert(fake_irqs_off);
    ck_assert(!softirq_is_pending());
    fake_irqs_off = false;
    halts++;
    now = work_at < now + HALT ? work_at : now + HALT;
    raise_what_is_due();
    if (!softirq_is_pending() && !--rounds_left)
        longjmp(out, 1);
}

static void on_timer(void)
{
    ck_assert(!fake_irqs_off);
    rounds++;
    if (!--rounds_left)
        longjmp(out, 1);
    work_at = now + work_after;
}

/* Work comes @after each wait's beginning, @times times. */
static void wait_for(s_time_t after, unsigned int times)
{
    static bool is_open;

    if (!is_open)
        softirq_open(SOFTIRQ_TIMER, on_timer);
    is_open = true;
    work_after = after;
    work_at = now + after;
    rounds_left = times;
    if (!setjmp(out))
        idle_loop();
}

START_TEST(work_that_comes_soon_needs_no_interrupt)
{
    wait_for(MICROSECS(50), 10);
    ck_assert_uint_eq(rounds, 10);
    ck_assert_uint_eq(halts, 0);
    ck_assert_uint_eq(kicks, 0);
}
END_TEST

START_TEST(work_that_comes_late_is_waited_for_without_looking)
{
    wait_for(MICROSECS(500), 10);
    ck_assert_uint_eq(rounds, 10);
    ck_assert_uint_eq(halts, 10);
    ck_assert_uint_eq(kicks, 10);
    ck_assert_int_lt(now, 10 * MICROSECS(500) + MICROSECS(110));
}
END_TEST

START_TEST(a_short_halt_makes_the_cpu_look_again)
{
    wait_for(MICROSECS(500), 3);
    halts = 0;
    wait_for(MICROSECS(50), 10);
    ck_assert_uint_eq(halts, 1);
    ck_assert_uint_eq(rounds, 13);
}
END_TEST

START_TEST(a_cpu_alone_halts_at_once)
{
    cpu_count = 1;
    wait_for(MICROSECS(50), 10);
    ck_assert_uint_eq(halts, 10);
}
END_TEST

START_TEST(a_halt_that_brings_no_work_is_followed_by_another)
{
    wait_for(SECONDS(1000), 3);
    ck_assert_uint_eq(rounds, 0);
    ck_assert_uint_eq(halts, 3);
    ck_assert_uint_eq(kicks, 0);
}
END_TEST

START_TEST(memory_is_cleared_before_the_cpu_waits_and_work_goes_before_that)
{
    pieces = 30;
    wait_for(10 * PIECE, 1);
    ck_assert_uint_eq(pieces, 20);
    ck_assert_uint_eq(halts, 0);
    wait_for(MICROSECS(900), 1);
    ck_assert_uint_eq(pieces, 0);
    ck_assert_uint_eq(halts, 1);
    ck_assert_uint_eq(rounds, 2);
}
END_TEST

int main(void)
{
    return UNIT_RUN("idle",
                    work_that_comes_soon_needs_no_interrupt,
                    work_that_comes_late_is_waited_for_without_looking,
                    a_short_halt_makes_the_cpu_look_again,
                    a_cpu_alone_halts_at_once,
                    a_halt_that_brings_no_work_is_followed_by_another,
                    memory_is_cleared_before_the_cpu_waits_and_work_goes_before_that);
}
