/* SPDX-License-Identifier: MIT */
/*
 * sched_stress_test.c - CPUs that are threads wake, pause, pin and switch the
 * same vcpus at once. A vcpu runs on one CPU at a time, and when all have
 * stopped, whoever may run runs, or waits behind others.
 */
#include <setjmp.h>
#include <time.h>
#include <hv/domain.h>
#include <hv/event.h>
#include <hv/irqflags.h>
#include <hv/softirq.h>
#include <hv/time.h>
#include "../../common/sched/runqueue.h"
#include "cpu_threads.h"
#include "unit.h"

#define CPUS    4u
#define VCPUS   9u
#define STEPS   40000u

_Thread_local unsigned int my_cpu;
_Thread_local bool my_irqs_off;
_Thread_local struct vcpu *my_vcpu;

static uint32_t words[CPUS];
static s_time_t programmed[CPUS];
static struct domain domain;
static struct vcpu vcpu[VCPUS], *pointers[VCPUS];
static bool is_due[VCPUS];
static unsigned int runs_on[VCPUS], switches[VCPUS];    /* CPU + 1, or 0 */
static unsigned int busy = CPUS;
static _Thread_local jmp_buf exit_path;

s_time_t system_time(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (s_time_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

uint32_t *arch_softirq_word(unsigned int cpu) { return &words[cpu]; }
void arch_cpu_kick(unsigned int cpu) { UNIT_REQUIRE(cpu < CPUS); }
int arch_vcpu_create(struct vcpu *v) { (void)v; return 0; }
void arch_runstate_publish(struct vcpu *v) { (void)v; }
bool arch_vcpu_has_nmi(const struct vcpu *v) { (void)v; return false; }
void printk_always(const char *fmt, ...) { (void)fmt; }
void arch_wait_briefly(void) { sched_yield(); }

bool event_is_due(const struct vcpu *v)
{
    return __atomic_load_n(&is_due[v->id], __ATOMIC_SEQ_CST);
}

void event_virq_raise(struct vcpu *v, unsigned int virq)
{
    (void)virq;
    vcpu_unblock(v);
}

bool arch_timer_program(s_time_t deadline)
{
    programmed[my_cpu] = deadline;
    return !deadline || deadline > system_time();
}

const struct cpu_topology *cpu_topology(unsigned int cpu)
{
    static const struct cpu_topology where[CPUS] = {
        { 0, 0, 0 }, { 0, 0, 1 }, { 1, 0, 0 }, { 1, 1, 0 },
    };

    return &where[cpu];
}

void arch_vcpu_switch(struct vcpu *prev, struct vcpu *next)
{
    UNIT_REQUIRE(prev == my_vcpu && my_irqs_off);
    if (!next->is_idle)
        UNIT_REQUIRE(!__atomic_exchange_n(&runs_on[next->id], my_cpu + 1,
                                          __ATOMIC_SEQ_CST));
    if (!prev->is_idle)
        UNIT_REQUIRE(__atomic_exchange_n(&runs_on[prev->id], 0,
                                         __ATOMIC_SEQ_CST) == my_cpu + 1);
    my_vcpu = next;
    sched_switch_finished(prev);
    if (!next->is_idle)
        switches[next->id]++;
    my_irqs_off = false;
    longjmp(exit_path, 1);
}

/* Leave for the guest: whatever is pending is served. */
static void leave(void)
{
    s_time_t deadline = programmed[my_cpu];

    if (deadline && deadline <= system_time()) {
        programmed[my_cpu] = 0;
        softirq_raise(SOFTIRQ_TIMER);
    }
    (void)setjmp(exit_path);
    softirq_run();
}

/* -- what CPUs do to each other -------------------------------------------- */

static void send_event(struct vcpu *v)
{
    __atomic_store_n(&is_due[v->id], true, __ATOMIC_SEQ_CST);
    vcpu_unblock(v);
}

static void act(void)
{
    struct vcpu *v = &vcpu[below(VCPUS)];
    cpu_set_t set = { .bits = { 1 + below(15) } };

    switch (below(8)) {
    case 0:
        vcpu_pause_nosync(v);
        sched_yield();
        vcpu_unpause(v);
        break;
    case 1:
        UNIT_REQUIRE(!sched_set_affinity(v, &set));
        break;
    case 2: case 3: case 4:
        send_event(v);
        break;
    case 5:
        if (!my_vcpu->is_idle)
            vcpu_yield();
        break;
    default:
        if (my_vcpu->is_idle)
            break;
        __atomic_store_n(&is_due[my_vcpu->id], false, __ATOMIC_SEQ_CST);
        vcpu_block();
        break;
    }
}

static void run_cpu(void)
{
    my_vcpu = sched_idle_vcpu(my_cpu);
    for (unsigned int i = 0; i < STEPS; i++) {
        act();
        leave();
    }
    /* What others still ask of this CPU is done until all have stopped. */
    __atomic_sub_fetch(&busy, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&busy, __ATOMIC_SEQ_CST)) {
        leave();
        sched_yield();
    }
}

/* One thread is all CPUs, until nothing is left to be done. */
static void settle(void)
{
    static _Thread_local struct vcpu *of[CPUS];
    bool any = true;

    for (unsigned int cpu = 0; cpu < CPUS; cpu++)
        of[cpu] = per_cpu(runqueue, cpu).chosen;
    while (any) {
        any = false;
        for (my_cpu = 0; my_cpu < CPUS; my_cpu++) {
            my_vcpu = of[my_cpu];
            any |= words[my_cpu] != 0;
            leave();
            of[my_cpu] = my_vcpu;
        }
    }
    my_cpu = 0;
}

static void check(const struct vcpu *v)
{
    bool may_run = vcpu_may_run(v);

    ck_assert_uint_eq(v->pause_count, 0);
    ck_assert(may_run || !is_due[v->id]);
    ck_assert(may_run == (v->is_running || v->is_queued));
    ck_assert(v->is_running == (runs_on[v->id] != 0));
    ck_assert_uint_gt(switches[v->id], 0);
    for (unsigned int cpu = 0; cpu < CPUS; cpu++)
        ck_assert(!v->is_queued || !cpu_set_has(&v->affinity, cpu) ||
                  !per_cpu(runqueue, cpu).chosen->is_idle);
}

static void storm(const struct sched_policy *policy)
{
    sched_policy = policy;
    domain.max_vcpus = VCPUS;
    domain.vcpu = pointers;
    sched_init();
    for (my_cpu = 0; my_cpu < CPUS; my_cpu++)
        sched_init_cpu(my_cpu);
    my_cpu = 0;
    for (unsigned int i = 0; i < VCPUS; i++) {
        struct vcpu *v = pointers[i] = &vcpu[i];

        v->domain = &domain;
        v->id = (uint16_t)i;
        ck_assert_int_eq(sched_add_vcpu(v), 0);
        vcpu_timers_create(v);
        vcpu_wake(v);
    }
    cpu_threads_run(CPUS, run_cpu);
    settle();
    for (unsigned int i = 0; i < VCPUS; i++)
        check(&vcpu[i]);
}

START_TEST(cpus_that_race_lose_no_vcpu_under_credit)
{
    storm(&sched_credit);
}
END_TEST

START_TEST(cpus_that_race_lose_no_vcpu_under_bvt)
{
    storm(&sched_bvt);
}
END_TEST

START_TEST(cpus_that_race_lose_no_vcpu_under_rr)
{
    storm(&sched_round_robin);
}
END_TEST

int main(void)
{
    return UNIT_RUN("sched_stress", cpus_that_race_lose_no_vcpu_under_credit,
                    cpus_that_race_lose_no_vcpu_under_bvt,
                    cpus_that_race_lose_no_vcpu_under_rr);
}
