/* SPDX-License-Identifier: MIT */
/*
 * balance.c - which of several CPUs a vcpu waits for, and who gets an idle one.
 *
 * No CPU stays idle while somebody waits who may use it:
 *   push  who wakes, or has lost its CPU, goes to an idle CPU if there is one;
 *         else the policy compares its CPU with a few others, other ones each
 *         time, and it goes where there is more for it.
 *   pull  who becomes idle takes somebody from a crowded CPU.
 * Invariants:
 *   B1  A CPU in `idle` runs its idle vcpu, or is about to. Whoever takes it
 *       out raises its SOFTIRQ_SCHEDULE, in which it comes back if it stays
 *       idle.
 *   B2  A CPU in `crowded` has, or had a moment ago, vcpus that wait behind
 *       another; one that has is in it.
 *   B3  Who becomes idle first enters `idle` and then looks at `crowded`; who
 *       makes a vcpu wait first enters `crowded` and then looks at `idle`. Both
 *       by ordered atomics: one of the two sees the other.
 * Both sets change when a CPU becomes idle or crowded, not by each wake-up.
 * Locks: one run queue at a time.
 */
#include <hv/cpu.h>
#include <hv/sched.h>
#include <hv/softirq.h>
#include "runqueue.h"

#define ASKED_MAX   3u          /* CPUs compared with the own, each time */

#define CORES_ASKED_MAX 8u

static cpu_set_t idle, crowded;

/* Those online in the same core and in the same socket. */
struct neighbours {
    cpu_set_t core, socket;
};
static DEFINE_PER_CPU(struct neighbours, neighbours);

/* -- sets of CPUs ---------------------------------------------------------- */

static bool is_empty(const cpu_set_t *s)
{
    unsigned long any = 0;

    for (unsigned int i = 0; i < ARRAY_SIZE(s->bits); i++)
        any |= READ_ONCE(s->bits[i]);
    return !any;
}

/* The members common to both; false: there are none. */
static bool intersect(cpu_set_t *out, const cpu_set_t *a, const cpu_set_t *b)
{
    unsigned long any = 0;

    for (unsigned int i = 0; i < ARRAY_SIZE(out->bits); i++) {
        out->bits[i] = READ_ONCE(a->bits[i]) & READ_ONCE(b->bits[i]);
        any |= out->bits[i];
    }
    return any != 0;
}

/* The first of @s at or after @cpu, going round; NR_CPUS: it is empty. */
static unsigned int first_from(const cpu_set_t *s, unsigned int cpu)
{
    unsigned int found = find_next_bit(s->bits, NR_CPUS, cpu);

    return found < NR_CPUS ? found : find_next_bit(s->bits, NR_CPUS, 0);
}

/* -- near and far ---------------------------------------------------------- */

void balance_init_cpu(unsigned int cpu)
{
    const struct cpu_topology *self = cpu_topology(cpu), *t;
    unsigned int other;

    for_each_online_cpu(other) {
        t = cpu_topology(other);
        if (t->socket != self->socket)
            continue;
        cpu_set_add(&per_cpu(neighbours, other).socket, cpu);
        cpu_set_add(&per_cpu(neighbours, cpu).socket, other);
        if (t->core != self->core)
            continue;
        cpu_set_add(&per_cpu(neighbours, other).core, cpu);
        cpu_set_add(&per_cpu(neighbours, cpu).core, other);
    }
}

/* Of those of @s in the socket of @cpu the first, else the first of all;
 * NR_CPUS: none. */
static unsigned int nearest(const cpu_set_t *s, unsigned int cpu)
{
    cpu_set_t near;

    if (intersect(&near, s, &per_cpu(neighbours, cpu).socket))
        return first_from(&near, cpu);
    return first_from(s, cpu);
}

/* No thread of the core of @cpu does anything. */
static bool is_core_idle(unsigned int cpu)
{
    const cpu_set_t *core = &per_cpu(neighbours, cpu).core;
    unsigned long busy = 0;

    for (unsigned int i = 0; i < ARRAY_SIZE(core->bits); i++)
        busy |= READ_ONCE(core->bits[i]) & ~READ_ONCE(idle.bits[i]);
    return !busy;
}

/* As nearest(), but a core that is idle altogether if there is one soon. */
static unsigned int roomiest(const cpu_set_t *s, unsigned int cpu)
{
    unsigned int first = nearest(s, cpu), at = first;

    for (unsigned int i = 0; at < NR_CPUS && i < CORES_ASKED_MAX; i++) {
        if (is_core_idle(at))
            return at;
        at = find_next_bit(s->bits, NR_CPUS, at + 1);
    }
    return first;
}

/* -- push ------------------------------------------------------------------ */

/* Take one of @from out of `idle`, the best for who was on @cpu; NR_CPUS:
 * there is none. */
static unsigned int claim_idle(const cpu_set_t *from, unsigned int cpu)
{
    cpu_set_t left;
    unsigned int found;

    if (!intersect(&left, &idle, from))
        return NR_CPUS;
    while ((found = roomiest(&left, cpu)) < NR_CPUS) {
        if (test_and_clear_bit(found, idle.bits))
            return found;
        __clear_bit(found, left.bits);      /* another was faster */
    }
    return NR_CPUS;
}

/* An idle CPU for @v, one where it runs best if there is; it is out of `idle`:
 * B1. */
static unsigned int claim_idle_for(const struct vcpu *v)
{
    cpu_set_t best;
    unsigned int cpu;

    if (is_empty(&idle))
        return NR_CPUS;
    if (intersect(&best, &v->affinity, &v->affinity_soft)) {
        cpu = claim_idle(&best, v->cpu);
        if (cpu < NR_CPUS)
            return cpu;
    }
    return claim_idle(&v->affinity, v->cpu);
}

/* Where @v may wait: where it runs best, if any of that is online. */
static bool candidates(cpu_set_t *out, const struct vcpu *v)
{
    cpu_set_t best;

    return (intersect(&best, &v->affinity, &v->affinity_soft) &&
            intersect(out, &best, &cpu_online)) ||
           intersect(out, &v->affinity, &cpu_online);
}

static unsigned int busy_cpu_for(struct runqueue *rq, const struct vcpu *v,
                                 s_time_t now)
{
    unsigned int best = v->cpu, asked = rq->next_asked;
    cpu_set_t among;

    if (!candidates(&among, v))
        return best;
    if (!cpu_set_has(&among, best))
        best = first_from(&among, asked);
    for (unsigned int i = 0; i < ASKED_MAX; i++) {
        asked = first_from(&among, (asked + 1) % NR_CPUS);
        if (asked != best && sched_policy->prefers(v, best, asked, now))
            best = asked;
    }
    rq->next_asked = asked;
    return best;
}

unsigned int balance_place(struct vcpu *v, s_time_t now)
{
    struct runqueue *rq = &per_cpu(runqueue, v->cpu);
    bool may_stay = cpu_set_has(&v->affinity, v->cpu);
    unsigned int cpu;

    if (may_stay && rq->chosen->is_idle && !rq->waiting) {
        if (cpu_set_has(&idle, v->cpu))
            cpu_set_remove(&idle, v->cpu);  /* B1: it will be queued there */
        return v->cpu;
    }
    cpu = claim_idle_for(v);
    if (cpu < NR_CPUS)
        return cpu;
    return busy_cpu_for(rq, v, now);
}

void balance_note_waiting(unsigned int cpu, const struct vcpu *v)
{
    unsigned int other;

    if (!cpu_set_has(&crowded, cpu))
        cpu_set_add(&crowded, cpu);             /* B3 */
    else
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
    other = claim_idle_for(v);
    if (other < NR_CPUS)
        softirq_raise_cpu(other, SOFTIRQ_SCHEDULE);
}

void balance_note_none_waits(unsigned int cpu)
{
    if (cpu_set_has(&crowded, cpu))
        cpu_set_remove(&crowded, cpu);
}

/* Several vcpus that may use few CPUs were queued on an idle one. The first was
 * no reason to look for another CPU, and now waits perhaps. */
void balance_offer_to_all(unsigned int cpu)
{
    unsigned int other;

    if (!cpu_set_has(&crowded, cpu))
        cpu_set_add(&crowded, cpu);             /* B3 */
    for_each_set_bit(other, idle.bits, NR_CPUS)
        if (test_and_clear_bit(other, idle.bits))
            softirq_raise_cpu(other, SOFTIRQ_SCHEDULE);
}

/* -- pull ------------------------------------------------------------------ */

bool balance_note_idle(unsigned int cpu, bool is_idle)
{
    if (cpu_set_has(&idle, cpu) != is_idle) {
        if (is_idle)
            cpu_set_add(&idle, cpu);
        else
            cpu_set_remove(&idle, cpu);
    }
    if (!is_idle)
        return false;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);    /* B3 */
    return !is_empty(&crowded);
}

/* Take somebody from @from to @cpu. */
static struct vcpu *steal(unsigned int from, unsigned int cpu)
{
    struct runqueue *rq = &per_cpu(runqueue, from);
    struct vcpu *v;

    spin_lock(&rq->lock);
    v = sched_policy->steal(from, cpu);
    if (v) {
        runqueue_note_gone(rq, from, v);
        vcpu_move_locked(v, cpu);
    }
    spin_unlock(&rq->lock);
    return v;
}

/* The nearest crowded CPU first. */
void balance_pull(unsigned int cpu)
{
    cpu_set_t left;
    unsigned int from;

    if (!intersect(&left, &crowded, &cpu_online))
        return;
    __clear_bit(cpu, left.bits);
    while ((from = nearest(&left, cpu)) < NR_CPUS) {
        struct vcpu *v = steal(from, cpu);

        if (v) {
            vcpu_wake_at(v, cpu);
            return;
        }
        __clear_bit(from, left.bits);
    }
}
