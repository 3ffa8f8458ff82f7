/* SPDX-License-Identifier: MIT */
/*
 * timer_test.c - timers of four CPUs against a plain array of what is armed.
 *
 * One thread plays all CPUs. After each random operation the heaps of timer.c
 * are walked from any armed timer to its root, and every invariant is checked;
 * time then moves on, and exactly what has expired must be called, once.
 */
#include <stdlib.h>
#include <string.h>
#include <hv/cpu.h>
#include <hv/irqflags.h>
#include <hv/softirq.h>
#include <hv/time.h>
#include <hv/timer.h>
#include "fake_spinlock.h"
#include "unit.h"

#define CPUS    4u
#define TIMERS  60u
#define ROUNDS  40000

unsigned int fake_cpu;
cpu_set_t cpu_online = { { 0xf } };

static s_time_t now;
static bool raised[CPUS];
static s_time_t programmed[CPUS];
static bool clock_refuses;

s_time_t system_time(void)
{
    return now;
}

bool arch_timer_program(s_time_t deadline)
{
    UNIT_REQUIRE(!fake_irqs_off && !fake_locks_held);
    if (clock_refuses || (deadline && deadline <= now))
        return false;
    programmed[fake_cpu] = deadline;
    return true;
}

void softirq_raise_cpu(unsigned int cpu, enum softirq nr)
{
    UNIT_REQUIRE(cpu < CPUS && nr == SOFTIRQ_TIMER);
    raised[cpu] = true;
}

void softirq_raise(enum softirq nr)
{
    softirq_raise_cpu(fake_cpu, nr);
}

static void (*opened)(void);

void softirq_open(enum softirq nr, void (*fn)(void))
{
    UNIT_REQUIRE(nr == SOFTIRQ_TIMER);
    opened = fn;
}

/* -- the model ------------------------------------------------------------- */

enum act { ACT_NOTHING, ACT_SET, ACT_SET_OTHER, ACT_STOP_OTHER, ACT_KILL,
           ACT_MIGRATE, ACT_COUNT };

static struct timer timers[TIMERS];
static struct model {
    bool armed, dead;
    s_time_t expires;
    unsigned int cpu;
} model[TIMERS];
static uint64_t seed;
static unsigned int calls;
static s_time_t called_until;   /* times of calls on one CPU only go up */

static s_time_t any_time(void)
{
    uint64_t kind = unit_random_below(&seed, 10);

    if (kind == 0)
        return now - (s_time_t)unit_random_below(&seed, 50);
    return now + 1 + (s_time_t)unit_random_below(&seed, kind < 5 ? 20 : 2000);
}

static void set(unsigned int i, s_time_t at)
{
    timer_set(&timers[i], at);
    if (!model[i].dead) {
        model[i].armed = true;
        model[i].expires = at;
    }
}

static void stop(unsigned int i)
{
    timer_stop(&timers[i]);
    model[i].armed = false;
}

static void kill(unsigned int i)
{
    timer_kill(&timers[i]);
    model[i].armed = false;
    model[i].dead = true;
}

static void migrate(unsigned int i, unsigned int cpu)
{
    timer_migrate(&timers[i], cpu);
    model[i].cpu = cpu;
}

/* The function of every timer: it was due, and does something to a timer. */
static void called(void *data)
{
    unsigned int i = (unsigned int)(uintptr_t)data;
    unsigned int other = (unsigned int)unit_random_below(&seed, TIMERS);

    UNIT_REQUIRE(!fake_irqs_off && !fake_locks_held);
    UNIT_REQUIRE(model[i].armed && model[i].expires <= now);
    UNIT_REQUIRE(model[i].cpu == fake_cpu);
    UNIT_REQUIRE(!timer_is_armed(&timers[i]));
    UNIT_REQUIRE(model[i].expires >= called_until);
    called_until = model[i].expires;
    model[i].armed = false;
    calls++;
    switch (unit_random_below(&seed, ACT_COUNT)) {
    case ACT_SET:
        set(i, now + 1 + (s_time_t)unit_random_below(&seed, 100));
        break;
    case ACT_SET_OTHER:
        set(other, now + 1 + (s_time_t)unit_random_below(&seed, 100));
        break;
    case ACT_STOP_OTHER:
        stop(other);
        break;
    case ACT_KILL:
        if (unit_random_below(&seed, 20) == 0)
            kill(i);
        break;
    case ACT_MIGRATE:
        migrate(i, (unsigned int)unit_random_below(&seed, CPUS));
        break;
    default:
        break;
    }
}

/* -- invariants ------------------------------------------------------------ */

static const struct timer *timer_of(const struct leftist *n)
{
    return container_of(n, const struct timer, node);
}

/* All below @n belong together; returns how many timers there are. */
static unsigned int check_heap(const struct leftist *n,
                               const struct leftist *up)
{
    if (!n)
        return 0;
    UNIT_REQUIRE(n->parent == up);
    UNIT_REQUIRE(!up || up->key <= n->key);
    UNIT_REQUIRE(!up || timer_of(up)->cpu == timer_of(n)->cpu);
    UNIT_REQUIRE(timer_of(n)->state == TIMER_ARMED);
    return 1 + check_heap(n->left, n) + check_heap(n->right, n);
}

static const struct leftist *root_of(const struct timer *t)
{
    const struct leftist *n = &t->node;

    while (n->parent)
        n = n->parent;
    return n;
}

static void check_cpu(unsigned int cpu)
{
    const struct leftist *root = NULL;
    unsigned int armed = 0;
    s_time_t earliest = INT64_MAX;

    for (unsigned int i = 0; i < TIMERS; i++) {
        UNIT_REQUIRE(timer_is_armed(&timers[i]) == model[i].armed);
        if (!model[i].armed || model[i].cpu != cpu)
            continue;
        UNIT_REQUIRE(timers[i].node.key == model[i].expires);
        UNIT_REQUIRE(!root || root == root_of(&timers[i]));
        root = root_of(&timers[i]);
        armed++;
        earliest = MIN(earliest, model[i].expires);
    }
    UNIT_REQUIRE(check_heap(root, NULL) == armed);
    /* T3: no CPU sleeps past its earliest timer. */
    UNIT_REQUIRE(!armed || raised[cpu] ||
                 (programmed[cpu] && programmed[cpu] <= earliest));
}

static void check_all(void)
{
    for (unsigned int cpu = 0; cpu < CPUS; cpu++)
        check_cpu(cpu);
    UNIT_REQUIRE(!fake_irqs_off && !fake_locks_held);
}

/* -- the machine ----------------------------------------------------------- */

static void run_softirq(unsigned int cpu)
{
    fake_cpu = cpu;
    raised[cpu] = false;
    called_until = INT64_MIN;
    timer_run_expired(cpu);
}

/* Let @cpu do what its clock and its softirq ask of it. */
static void run_cpu(unsigned int cpu)
{
    if (programmed[cpu] && programmed[cpu] <= now) {
        programmed[cpu] = 0;
        raised[cpu] = true;
    }
    while (raised[cpu])
        run_softirq(cpu);
    for (unsigned int i = 0; i < TIMERS; i++)
        UNIT_REQUIRE(!model[i].armed || model[i].cpu != cpu ||
                     model[i].expires > now);
}

static void init(unsigned int i, unsigned int cpu)
{
    timer_init(&timers[i], called, (void *)(uintptr_t)i, cpu);
    model[i] = (struct model){ .cpu = cpu };
}

static void init_all(void)
{
    for (unsigned int i = 0; i < TIMERS; i++)
        init(i, i % CPUS);
}

static void one_operation(void)
{
    unsigned int i = (unsigned int)unit_random_below(&seed, TIMERS);

    fake_cpu = (unsigned int)unit_random_below(&seed, CPUS);
    switch (unit_random_below(&seed, 16)) {
    case 0: case 1: case 2: case 3: case 4: case 5: case 6:
        set(i, any_time());
        break;
    case 7: case 8: case 9:
        stop(i);
        break;
    case 10:
        migrate(i, (unsigned int)unit_random_below(&seed, CPUS));
        break;
    case 11:
        if (model[i].dead)
            init(i, fake_cpu);
        else if (unit_random_below(&seed, 10) == 0)
            kill(i);
        break;
    default:
        now += (s_time_t)unit_random_below(&seed, 40);
        run_cpu(fake_cpu);
        break;
    }
}

START_TEST(random_use_keeps_every_invariant)
{
    seed = 80;
    init_all();
    for (int round = 0; round < ROUNDS; round++) {
        one_operation();
        check_all();
    }
    ck_assert_uint_gt(calls, ROUNDS / 20);
}
END_TEST

/* -- single promises ------------------------------------------------------- */

static unsigned int count;

static void count_call(void *data)
{
    (void)data;
    count++;
}

START_TEST(a_timer_is_called_once_and_not_before_its_time)
{
    struct timer t;

    timer_init(&t, count_call, NULL, 0);
    timer_set(&t, 100);
    ck_assert(raised[0]);
    run_softirq(0);
    ck_assert_int_eq(programmed[0], 100);
    now = 99;
    run_softirq(0);
    ck_assert_uint_eq(count, 0);
    now = 100;
    run_softirq(0);
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(programmed[0], 0);
    now = 1000;
    run_softirq(0);
    ck_assert_uint_eq(count, 1);
}
END_TEST

START_TEST(only_a_new_earliest_timer_wakes_its_cpu)
{
    struct timer a, b;

    timer_init(&a, count_call, NULL, 2);
    timer_init(&b, count_call, NULL, 2);
    timer_set(&a, 100);
    run_softirq(2);
    fake_cpu = 0;
    timer_set(&b, 200);
    ck_assert(!raised[2]);
    timer_set(&b, 50);
    ck_assert(raised[2] && !raised[0]);
}
END_TEST

START_TEST(a_clock_that_is_late_already_makes_another_round)
{
    struct timer t;

    timer_init(&t, count_call, NULL, 0);
    timer_set(&t, 100);
    clock_refuses = true;
    run_softirq(0);
    ck_assert(raised[0]);
}
END_TEST

START_TEST(a_dead_timer_cannot_be_armed)
{
    struct timer t = { 0 };

    timer_set(&t, 1);
    timer_stop(&t);
    timer_migrate(&t, 1);
    timer_kill(&t);
    ck_assert(!timer_is_armed(&t));
    timer_init(&t, count_call, NULL, 0);
    timer_set(&t, 1);
    timer_kill(&t);
    timer_set(&t, 1);
    timer_stop(&t);
    timer_set(&t, 1);
    ck_assert(!timer_is_armed(&t));
    now = 10;
    run_softirq(0);
    ck_assert_uint_eq(count, 0);
}
END_TEST

static void free_timer(void *data)
{
    timer_kill(data);
    free(data);
    count++;
}

/* ASan is the judge. */
START_TEST(a_function_may_free_its_own_timer)
{
    struct timer *t = malloc(sizeof(*t));

    timer_init(t, free_timer, t, 0);
    timer_set(t, 5);
    now = 5;
    run_softirq(0);
    ck_assert_uint_eq(count, 1);
}
END_TEST

/* While one is called, timers set for the same CPU need no softirq (T3): the
 * clock is programmed for them before the softirq ends. */
static struct timer later;

static void set_later(void *data)
{
    (void)data;
    timer_set(&later, now + 7);
    ck_assert(!raised[0]);
}

START_TEST(a_timer_set_by_a_function_is_programmed_at_the_end)
{
    struct timer t;

    timer_init(&t, set_later, NULL, 0);
    timer_init(&later, count_call, NULL, 0);
    timer_set(&t, 5);
    now = 5;
    run_softirq(0);
    ck_assert_int_eq(programmed[0], 12);
}
END_TEST

START_TEST(ten_thousand_timers_fire_in_order_from_a_shallow_heap)
{
    static struct timer many[10000];
    s_time_t last = 0;

    seed = 81;
    for (unsigned int i = 0; i < ARRAY_SIZE(many); i++) {
        timer_init(&many[i], count_call, NULL, 1);
        timer_set(&many[i], (s_time_t)unit_random_below(&seed, 1000000) + 1);
    }
    ck_assert_uint_lt(root_of(&many[0])->rank, 15);
    while (count < ARRAY_SIZE(many)) {
        run_softirq(1);
        UNIT_REQUIRE(count == ARRAY_SIZE(many) || programmed[1] > last);
        last = now = programmed[1];
    }
    ck_assert_int_eq(programmed[1], 0);
}
END_TEST

START_TEST(a_snapshot_holds_each_armed_timer_once)
{
    static struct timer many[50];
    struct timer seen[64];
    s_time_t sum = 0;
    unsigned int found;

    for (unsigned int i = 0; i < ARRAY_SIZE(many); i++) {
        timer_init(&many[i], count_call, NULL, 1);
        timer_set(&many[i], 1 << (i % 20));
        sum += 1 << (i % 20);
    }
    found = timer_snapshot(1, seen, ARRAY_SIZE(seen));
    ck_assert_uint_eq(found, ARRAY_SIZE(many));
    for (unsigned int i = 0; i < found; i++)
        sum -= seen[i].node.key;
    ck_assert_int_eq(sum, 0);
    ck_assert_int_eq(seen[0].node.key, 1);
    ck_assert_uint_eq(timer_snapshot(1, seen, 7), 7);
    ck_assert_uint_eq(timer_snapshot(1, seen, 0), 0);
    ck_assert_uint_eq(timer_snapshot(2, seen, 7), 0);
}
END_TEST

START_TEST(the_softirq_serves_its_own_cpu)
{
    struct timer t;

    timer_open();
    timer_init(&t, count_call, NULL, 2);
    timer_set(&t, 5);
    now = 5;
    fake_cpu = 2;
    opened();
    ck_assert_uint_eq(count, 1);
}
END_TEST

int main(void)
{
    return UNIT_RUN("timer",
                    a_snapshot_holds_each_armed_timer_once,
                    the_softirq_serves_its_own_cpu,
                    random_use_keeps_every_invariant,
                    a_timer_is_called_once_and_not_before_its_time,
                    only_a_new_earliest_timer_wakes_its_cpu,
                    a_clock_that_is_late_already_makes_another_round,
                    a_dead_timer_cannot_be_armed,
                    a_function_may_free_its_own_timer,
                    a_timer_set_by_a_function_is_programmed_at_the_end,
                    ten_thousand_timers_fire_in_order_from_a_shallow_heap);
}
