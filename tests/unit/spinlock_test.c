/* SPDX-License-Identifier: MIT */
/*
 * spinlock_test.c - real threads on real locks, and the order check of debug
 * builds, whose verdict is a panic that the test catches.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <hv/irqflags.h>
#include <hv/percpu.h>
#include <hv/printk.h>
#include <hv/spinlock.h>
#include "cpu_threads.h"
#include "unit.h"

_Thread_local unsigned int my_cpu;
_Thread_local bool my_irqs_off;

void arch_wait_briefly(void)
{
    cpu_relax();
}

static jmp_buf caught;
static char why[256];

void panic(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    vsnprintf(why, sizeof(why), fmt, args);
    va_end(args);
    longjmp(caught, 1);
}

#define ASSERT_STOPS(text, code)            \
    do {                                    \
        if (!setjmp(caught)) {              \
            code;                           \
            ck_abort_msg("was let through"); \
        }                                   \
        ck_assert_str_eq(why, text);        \
    } while (0)

static spinlock_t domain = SPINLOCK_INIT(LOCK_LEVEL_DOMAIN);
static spinlock_t event = SPINLOCK_INIT(LOCK_LEVEL_EVENT);
static spinlock_t event2 = SPINLOCK_INIT(LOCK_LEVEL_EVENT);
static spinlock_t sched_lock = SPINLOCK_INIT(LOCK_LEVEL_SCHED);
static spinlock_t heap = SPINLOCK_INIT(LOCK_LEVEL_HEAP);
static spinlock_t early = SPINLOCK_INIT(LOCK_LEVEL_NONE);

/* -- threads --------------------------------------------------------------- */

#define THREADS 4
#define ROUNDS  3000

static unsigned long counter;

static void count_up(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        if (i % 3 == 0) {
            while (!spin_trylock(&event))
                sched_yield();
        } else {
            spin_lock(&event);
        }
        counter++;
        spin_unlock(&event);
    }
}

START_TEST(no_two_threads_are_inside_at_once)
{
    event.next = event.serving = 65000;     /* tickets wrap */
    cpu_threads_run(THREADS, count_up);
    ck_assert_uint_eq(counter, THREADS * ROUNDS);
    ck_assert(!spin_is_locked(&event));
}
END_TEST

static void take_pairs(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        bool swap = (i + my_cpu) & 1;

        spin_lock_pair(swap ? &event : &event2, swap ? &event2 : &event);
        counter++;
        spin_unlock_pair(&event, &event2);
    }
}

START_TEST(pairs_never_deadlock)
{
    cpu_threads_run(2, take_pairs);
    ck_assert_uint_eq(counter, 2 * ROUNDS);
}
END_TEST

START_TEST(trylock_fails_on_a_held_lock_and_leaves_it)
{
    spin_lock(&event);
    ck_assert(!spin_trylock(&event));
    spin_unlock(&event);
    ck_assert(!spin_is_locked(&event));
    ck_assert(spin_trylock(&event));
    ck_assert(spin_is_locked(&event));
    spin_unlock(&event);
}
END_TEST

START_TEST(irqsave_holds_interrupts_off_and_restores_them)
{
    unsigned long outer = spin_lock_irqsave(&sched_lock), inner;

    ck_assert(my_irqs_off);
    inner = spin_lock_irqsave(&heap);
    spin_unlock_irqrestore(&heap, inner);
    ck_assert(my_irqs_off);
    spin_unlock_irqrestore(&sched_lock, outer);
    ck_assert(!my_irqs_off);
}
END_TEST

START_TEST(a_pair_may_be_one_lock)
{
    spin_lock_pair(&event, &event);
    ck_assert(spin_is_locked(&event));
    spin_unlock_pair(&event, &event);
    ck_assert(!spin_is_locked(&event));
}
END_TEST

/* -- order ----------------------------------------------------------------- */

START_TEST(ascending_levels_are_in_order)
{
    spin_lock(&domain);
    spin_lock(&event);
    spin_lock(&heap);
    spin_unlock(&event);        /* in any order */
    spin_unlock(&heap);
    spin_lock(&event);
    spin_unlock(&event);
    spin_unlock(&domain);
}
END_TEST

START_TEST(a_lower_level_is_refused_and_both_are_named)
{
    spin_lock(&domain);
    spin_lock(&event);
    spin_unlock(&domain);
    ASSERT_STOPS("lock order: a domain lock is taken while a event lock is "
                 "held", spin_lock(&domain));
}
END_TEST

START_TEST(the_same_level_is_refused_but_as_a_pair)
{
    spin_lock_pair(&event, &event2);
    spin_unlock_pair(&event2, &event);
    spin_lock(&event);
    ASSERT_STOPS("lock order: a event lock is taken while a event lock is "
                 "held", spin_lock(&event2));
}
END_TEST

START_TEST(a_pair_below_a_held_lock_is_refused)
{
    unsigned long flags = spin_lock_irqsave(&sched_lock);

    (void)flags;
    ASSERT_STOPS("lock order: a event lock is taken while a sched lock is "
                 "held", spin_lock_pair(&event, &event2));
}
END_TEST

START_TEST(a_holder_does_not_wait_for_itself)
{
    spin_lock(&early);
    spin_unlock(&early);
    spin_lock(&event);
    ASSERT_STOPS("lock order: a event lock is taken again by its holder while "
                 "a event lock is held", spin_lock(&event));
}
END_TEST

START_TEST(trylock_is_not_checked_but_counts)
{
    spin_lock(&heap);
    ck_assert(spin_trylock(&domain));
    spin_unlock(&heap);
    ASSERT_STOPS("lock order: a domain lock is taken again by its holder while "
                 "a domain lock is held", spin_lock(&domain));
}
END_TEST

START_TEST(an_interrupt_handler_starts_afresh)
{
    unsigned long flags;

    spin_lock(&heap);           /* interrupts are on */
    local_irq_disable();        /* one comes */
    flags = spin_lock_irqsave(&sched_lock);
    ASSERT_STOPS("lock order: a event lock is taken while a sched lock is "
                 "held", spin_lock(&event));
    (void)flags;
}
END_TEST

START_TEST(irqsave_is_no_interrupt)
{
    spin_lock(&heap);
    ASSERT_STOPS("lock order: a sched lock is taken while a heap lock is held",
                 spin_lock_irqsave(&sched_lock));
}
END_TEST

START_TEST(a_lock_that_is_not_held_is_not_released)
{
    ASSERT_STOPS("lock order: a heap lock is released that this CPU does not "
                 "hold, and a heap lock is held", spin_unlock(&heap));
}
END_TEST

START_TEST(each_cpu_has_its_own_locks)
{
    spin_lock(&heap);
    my_cpu = 1;
    spin_lock(&domain);
    spin_unlock(&domain);
    my_cpu = 0;
    spin_unlock(&heap);
}
END_TEST

START_TEST(nothing_is_checked_once_the_machine_stops)
{
    spin_lock(&heap);
    ASSERT_STOPS("lock order: a event lock is taken while a heap lock is held",
                 spin_lock(&event));
    spin_lock(&event2);
    spin_unlock(&event2);
}
END_TEST

int main(void)
{
    return UNIT_RUN("spinlock", no_two_threads_are_inside_at_once,
                    pairs_never_deadlock,
                    trylock_fails_on_a_held_lock_and_leaves_it,
                    irqsave_holds_interrupts_off_and_restores_them,
                    a_pair_may_be_one_lock, ascending_levels_are_in_order,
                    a_lower_level_is_refused_and_both_are_named,
                    the_same_level_is_refused_but_as_a_pair,
                    a_pair_below_a_held_lock_is_refused,
                    a_holder_does_not_wait_for_itself,
                    trylock_is_not_checked_but_counts,
                    an_interrupt_handler_starts_afresh,
                    irqsave_is_no_interrupt,
                    a_lock_that_is_not_held_is_not_released,
                    each_cpu_has_its_own_locks,
                    nothing_is_checked_once_the_machine_stops);
}
