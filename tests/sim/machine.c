/* SPDX-License-Identifier: MIT */
/*
 * machine.c - what the scheduler asks of a machine: a clock, timers that
 * interrupt, messages between CPUs, a switch.
 *
 * Nothing but running takes time: handlers and messages cost none, and a CPU
 * that is sent a message looks at it before the clock moves on. What is to
 * happen is in a heap of events; one that no longer applies is passed over.
 * A switch does not return: it jumps back to where the CPU left for its guest.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <hv/event.h>
#include <hv/softirq.h>
#include <hv/time.h>
#include "../../common/sched/runqueue.h"
#include "fake_spinlock.h"
#include "unit.h"
#include "events.h"
#include "machine.h"

unsigned int fake_cpu;
struct vcpu *fake_current;
sim_latency_fn sim_latency;
uint64_t sim_switches, sim_moves, sim_interrupts;

static struct vcpu *current_of[NR_CPUS];
static uint32_t words[NR_CPUS];
static int64_t programmed[NR_CPUS];
static int64_t now = 1;

/* CPUs that have something to look at. */
static unsigned int told[NR_CPUS], told_count;
static bool is_told[NR_CPUS];

static void tell(unsigned int cpu)
{
    if (!is_told[cpu])
        told[told_count++] = cpu;
    is_told[cpu] = true;
}

/* -- what the scheduler asks for ------------------------------------------- */

s_time_t system_time(void) { return now; }
uint32_t *arch_softirq_word(unsigned int cpu) { return &words[cpu]; }
void arch_cpu_kick(unsigned int cpu) { tell(cpu); }
int arch_vcpu_create(struct vcpu *v) { (void)v; return 0; }
void arch_runstate_publish(struct vcpu *v) { (void)v; }
void printk_always(const char *fmt, ...) { (void)fmt; }
bool arch_vcpu_has_nmi(const struct vcpu *v) { (void)v; return false; }

void event_virq_raise(struct vcpu *v, unsigned int virq)
{
    (void)v;
    (void)virq;
}


/* Sockets of 16 CPUs, cores of two threads. */
const struct cpu_topology *cpu_topology(unsigned int cpu)
{
    static struct cpu_topology where[NR_CPUS];

    where[cpu] = (struct cpu_topology){ cpu / 16, cpu % 16 / 2, cpu % 2 };
    return &where[cpu];
}

/* The simulator wakes who sleeps; nothing is due before. */
bool event_is_due(const struct vcpu *v) { (void)v; return false; }

bool arch_timer_program(s_time_t deadline)
{
    if (deadline && deadline <= now)
        return false;
    programmed[fake_cpu] = deadline;
    if (deadline)
        events_add(deadline, EVENT_CLOCK, NULL, fake_cpu);
    return true;
}

/* -- CPUs ------------------------------------------------------------------ */

static jmp_buf exit_path;

static void be_cpu(unsigned int cpu)
{
    current_of[fake_cpu] = fake_current;
    fake_cpu = cpu;
    fake_current = current_of[cpu];
}

static struct sim_vcpu *sim_of(struct vcpu *v)
{
    return container_of(v, struct sim_vcpu, v);
}

static void stop_running(struct sim_vcpu *s)
{
    s->generation++;
    s->left -= now - s->entered;
}

static void begin_running(struct sim_vcpu *s)
{
    s->entered = now;
    if (s->woken >= 0 && sim_latency)
        sim_latency(s, now - s->woken);
    s->woken = -1;
    if (s->ran_on != fake_cpu)
        sim_moves++;
    s->ran_on = fake_cpu;
    if (s->burst)
        events_add(now + s->left, EVENT_BLOCK, s, s->generation);
}

void arch_vcpu_switch(struct vcpu *prev, struct vcpu *next)
{
    sim_switches++;
    if (!prev->is_idle)
        stop_running(sim_of(prev));
    fake_current = next;
    sched_switch_finished(prev);
    if (!next->is_idle)
        begin_running(sim_of(next));
    fake_irqs_off = false;
    longjmp(exit_path, 1);
}

/* @cpu leaves for its guest: whatever is pending is served. */
static void leave(unsigned int cpu)
{
    be_cpu(cpu);
    (void)setjmp(exit_path);
    softirq_run();
}

/* All CPUs that have something to look at do so. */
static void leave_all(void)
{
    while (told_count) {
        unsigned int cpu = told[--told_count];

        is_told[cpu] = false;
        leave(cpu);
    }
}

/* -- vcpus ----------------------------------------------------------------- */

static uint64_t seed = 1;

static void wake(struct sim_vcpu *s)
{
    be_cpu(s->v.last_cpu);
    s->woken = now;
    s->left = s->burst;
    vcpu_unblock(&s->v);
    tell(fake_cpu);
}

/* Its burst is over: it sleeps. */
static void block(struct sim_vcpu *s)
{
    int64_t half = s->sleep / 2;

    be_cpu(s->v.cpu);
    if (fake_current != &s->v) {
        fputs("sim: who blocks does not run\n", stderr);
        abort();
    }
    vcpu_block();
    events_add(now + half + (int64_t)unit_random_below(&seed,
                                                       (uint64_t)s->sleep),
               EVENT_WAKE, s, 0);
    tell(fake_cpu);
}

static void happen(const struct event *e)
{
    struct sim_vcpu *s = e->vcpu;

    now = e->time;
    if (e->kind == EVENT_WAKE) {
        wake(s);
    } else if (e->kind == EVENT_BLOCK) {
        if (s->generation == e->number)
            block(s);
    } else if (programmed[e->number] == now) {
        sim_interrupts++;
        programmed[e->number] = 0;
        words[e->number] |= 1u << SOFTIRQ_TIMER;
        tell(e->number);
    }
    leave_all();
}

void sim_run(int64_t ns)
{
    int64_t end = now + ns;
    struct event e;

    while (events_take(end, &e))
        happen(&e);
    now = end;
}

int64_t sim_now(void)
{
    return now;
}

void sim_init(unsigned int cpus, const struct sched_policy *policy)
{
    sched_policy = policy;
    sched_init();
    for (unsigned int cpu = 0; cpu < cpus; cpu++) {
        be_cpu(cpu);
        sched_init_cpu(cpu);
        tell(cpu);
    }
    leave_all();
}

struct domain *sim_domain(unsigned int count, int64_t burst, int64_t sleep)
{
    struct domain *d = calloc(1, sizeof(*d));
    struct sim_vcpu *all = aligned_alloc(64, count * sizeof(*all));

    if (!d || !all || !(d->vcpu = calloc(count, sizeof(d->vcpu[0]))))
        abort();
    memset(all, 0, count * sizeof(*all));
    d->max_vcpus = count;
    for (unsigned int i = 0; i < count; i++) {
        struct sim_vcpu *s = &all[i];

        s->burst = s->left = burst;
        s->sleep = sleep;
        s->v.id = (uint16_t)i;
        s->v.domain = d;
        s->v.pause_flags = 1ul << VCPU_PAUSE_DOWN;
        d->vcpu[i] = &s->v;
        if (sched_add_vcpu(&s->v))
            abort();
        vcpu_timers_create(&s->v);
    }
    return d;
}

void sim_start(struct domain *d)
{
    for (unsigned int i = 0; i < d->max_vcpus; i++) {
        be_cpu(0);
        sim_of(d->vcpu[i])->woken = now;
        clear_bit(VCPU_PAUSE_DOWN, &d->vcpu[i]->pause_flags);
        vcpu_wake(d->vcpu[i]);
        tell(0);
        leave_all();
    }
}

int64_t sim_ran(struct domain *d, unsigned int id)
{
    struct vcpu_runstate_info info = { 0 };

    vcpu_runstate_get(d->vcpu[id], &info);
    return (int64_t)info.time[RUNSTATE_running];
}
