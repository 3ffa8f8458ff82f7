/* SPDX-License-Identifier: MIT */
/*
 * gather_test.c - all other CPUs stand still while one looks at everything; and
 * nobody waits for ever, whatever those want that have yet to come. CPUs are
 * threads, built with the thread sanitizer: what each has half done is plain
 * memory of its own, so that it is found when somebody looks who may not.
 */
#include <stdio.h>
#include <string.h>
#include <hv/irqflags.h>
#include <hv/softirq.h>
#include "../../common/debug/check.h"
#include "cpu_threads.h"
#include "unit.h"

#define CPUS    4u
#define STEPS   500u

_Thread_local unsigned int my_cpu;
_Thread_local bool my_irqs_off;
_Thread_local struct vcpu *my_vcpu;
cpu_set_t cpu_online;
unsigned int cpu_count;

/* What another CPU does while the first waits; NULL: this is a thread. */
static void (*wait_hook)(void);

static struct {
    uint32_t softirqs;          /* [a] */
    unsigned int schedules;     /* [a] how often it left its vcpu */
    unsigned int asked;         /* [a] by an interrupt, for an answer */
    unsigned int kicks;         /* [a] */
    const bool *irqs_off;       /* its flag; changes while it does not stand */
    unsigned int begun, done;   /* plain: half done unless they are the same */
    bool is_due;                /* wants to look at all */
} cpus[8];

static unsigned int looks, given_up, answers;
static unsigned int started, finished;

/* Others go on while this CPU looks what it is to do. */
uint32_t *arch_softirq_word(unsigned int cpu)
{
    if (!wait_hook && below(4) == 0)
        sched_yield();
    return &cpus[cpu].softirqs;
}

void arch_cpu_kick(unsigned int cpu) { ADD(cpus[cpu].kicks, 1); }

/* Interrupts come where a CPU waits or leaves, if it takes them: now and then
 * the clock's. */
static void take_interrupts(void)
{
    if (my_irqs_off)
        return;
    if (__atomic_exchange_n(&cpus[my_cpu].asked, 0, __ATOMIC_SEQ_CST))
        ADD(answers, 1);
    if (below(16) == 0)
        softirq_raise(SOFTIRQ_SCHEDULE);
}

void arch_wait_briefly(void)
{
    if (wait_hook) {
        wait_hook();
        return;
    }
    take_interrupts();
    sched_yield();
}

static void start(unsigned int count)
{
    memset(&cpu_online, 0, sizeof(cpu_online));
    for (unsigned int i = 0; i < count; i++)
        cpu_set_add(&cpu_online, i);
    cpu_count = count;
}

/* --- one thread ----------------------------------------------------------- */

static void must_not_wait(void)
{
    ck_abort_msg("it waits");
}

START_TEST(who_is_alone_asks_nobody)
{
    unsigned long flags;

    start(1);
    wait_hook = must_not_wait;
    ck_assert(gather_others(&flags));
    ck_assert(my_irqs_off);
    ck_assert_uint_eq(cpus[0].softirqs, 0);
    gather_end(flags);
    ck_assert(!my_irqs_off);
}
END_TEST

START_TEST(who_is_not_asked_does_not_stand)
{
    start(2);
    wait_hook = must_not_wait;
    gather_stand();
    ck_assert(!my_irqs_off);
    ck_assert_uint_eq(cpus[0].softirqs, 0);
}
END_TEST

static unsigned int waits;

static bool gather_as(unsigned int cpu)
{
    unsigned int self = my_cpu;
    unsigned long flags = 77;
    bool rc;

    my_cpu = cpu;
    rc = gather_others(&flags);
    ck_assert_uint_eq(flags, 77);
    my_cpu = self;
    return rc;
}

static void stand_as(unsigned int cpu)
{
    unsigned int self = my_cpu;

    my_cpu = cpu;
    gather_stand();
    my_cpu = self;
}

/* CPU 1 would gather too; then CPU 0 is to schedule. */
static void come_second(void)
{
    if (waits++ == 0) {
        ck_assert(!gather_as(1));
        ck_assert_uint_eq(cpus[0].softirqs, 0);     /* and asked nobody */
    } else {
        softirq_raise(SOFTIRQ_SCHEDULE);
    }
}

START_TEST(only_one_gathers_at_a_time)
{
    start(3);
    wait_hook = come_second;
    ck_assert(!gather_as(0));
    ck_assert_uint_eq(waits, 2);
    ck_assert_uint_eq(cpus[1].softirqs, 1u << SOFTIRQ_GATHER);
    ck_assert_uint_eq(cpus[2].softirqs, 1u << SOFTIRQ_GATHER);
    ck_assert_uint_eq(cpus[1].kicks, 1);
    ck_assert(!my_irqs_off);
    cpus[0].softirqs = 0;
    wait_hook = must_not_wait;
    stand_as(1);                /* it comes too late: nobody gathers now */
    ck_assert(!my_irqs_off);
}
END_TEST

/* CPU 1 has come, but is to schedule, and comes back after it. */
static void come_and_leave(void)
{
    cpus[1].softirqs = 1u << SOFTIRQ_SCHEDULE;
    stand_as(1);
    ck_assert_uint_eq(cpus[1].softirqs, 1u << SOFTIRQ_SCHEDULE |
                                            1u << SOFTIRQ_GATHER);
    ck_assert(!my_irqs_off);
    if (++waits == 3)
        softirq_raise(SOFTIRQ_SCHEDULE);
}

START_TEST(who_stands_and_is_to_schedule_does_that_and_comes_back)
{
    start(2);
    wait_hook = come_and_leave;
    ck_assert(!gather_as(0));   /* it never had both */
    ck_assert_uint_eq(waits, 3);
    cpus[0].softirqs = 0;
    waits = 0;
    ck_assert(!gather_as(0));   /* and nobody is left of the first time */
    ck_assert_uint_eq(waits, 3);
}
END_TEST

/* --- threads -------------------------------------------------------------- */

static void look_at_all(void)
{
    for (unsigned int i = 0; i < CPUS; i++) {
        UNIT_REQUIRE(cpus[i].begun == cpus[i].done);
        UNIT_REQUIRE(*cpus[i].irqs_off);
    }
    looks++;
}

/* As check.c does it. */
static void stand_or_look(void)
{
    unsigned long flags;

    gather_stand();
    UNIT_REQUIRE(!my_irqs_off);
    if (!cpus[my_cpu].is_due)
        return;
    if (!gather_others(&flags)) {
        ADD(given_up, 1);
        softirq_raise(SOFTIRQ_GATHER);
        arch_wait_briefly();    /* there may be fewer CPUs than threads */
        return;
    }
    look_at_all();
    gather_end(flags);
    cpus[my_cpu].is_due = false;
}

static void schedule(void)
{
    ADD(cpus[my_cpu].schedules, 1);
}

static void leave(void)
{
    take_interrupts();
    softirq_run();
}

static void work(void)
{
    cpus[my_cpu].begun++;
    if (below(4) == 0)
        sched_yield();
    cpus[my_cpu].done++;
}

/* Wait until another has left its vcpu, or has answered: it may stand or gather
 * by then. Only for those with a lower number, so that no two wait for each
 * other. */
static void want_it_to_schedule(unsigned int cpu)
{
    unsigned int before = LOAD(cpus[cpu].schedules);

    cpus[my_cpu].begun++;
    softirq_raise_cpu(cpu, SOFTIRQ_SCHEDULE);
    while (LOAD(cpus[cpu].schedules) == before)
        arch_wait_briefly();
    cpus[my_cpu].done++;
}

static void want_its_answer(unsigned int cpu)
{
    cpus[my_cpu].begun++;
    STORE(cpus[cpu].asked, 1);
    while (LOAD(cpus[cpu].asked))
        arch_wait_briefly();
    cpus[my_cpu].done++;
}

static void step(void)
{
    switch (below(8)) {
    case 0: case 1:
        cpus[my_cpu].is_due = true;
        softirq_raise(SOFTIRQ_GATHER);
        break;
    case 2:
        if (my_cpu)
            want_it_to_schedule(below(my_cpu));
        break;
    case 3:
        if (my_cpu)
            want_its_answer(below(my_cpu));
        break;
    default:
        work();
    }
}

/* A CPU that is done still stands for others: it would idle. */
static void run_cpu(void)
{
    cpus[my_cpu].irqs_off = &my_irqs_off;
    ADD(started, 1);
    while (LOAD(started) != CPUS)
        sched_yield();
    for (unsigned int i = 0; i < STEPS; i++) {
        step();
        leave();
    }
    UNIT_REQUIRE(!cpus[my_cpu].is_due);
    ADD(finished, 1);
    while (LOAD(finished) != CPUS) {
        leave();
        sched_yield();
    }
}

START_TEST(who_looks_at_all_finds_nothing_half_done)
{
    start(CPUS);
    softirq_open(SOFTIRQ_SCHEDULE, schedule);
    softirq_open(SOFTIRQ_GATHER, stand_or_look);
    cpu_threads_run(CPUS, run_cpu);
    printf("%u looks, %u given up, %u answers\n", looks, given_up, answers);
    ck_assert_uint_gt(looks, 200);
    ck_assert_uint_gt(given_up, 20);
    ck_assert_uint_gt(answers, 50);
}
END_TEST

int main(void)
{
    return UNIT_RUN("gather", who_is_alone_asks_nobody,
                    who_is_not_asked_does_not_stand,
                    only_one_gathers_at_a_time,
                    who_stands_and_is_to_schedule_does_that_and_comes_back,
                    who_looks_at_all_finds_nothing_half_done);
}
