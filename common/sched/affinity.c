/* SPDX-License-Identifier: MIT */
/*
 * affinity.c - on which CPUs a vcpu may run, and moving it there.
 *
 * A vcpu changes its queue only while it is neither queued nor running; a
 * running one is moved when its registers have been saved.
 */
#include <hv/errno.h>
#include <hv/sched.h>
#include <hv/softirq.h>
#include "runqueue.h"

/* The CPU of the fewest among those online that @v may use; where it is, when
 * there is none. */
static unsigned int best_cpu(const struct vcpu *v)
{
    unsigned int cpu, best = v->cpu, fewest = ~0u;

    for_each_online_cpu(cpu) {
        unsigned int count = READ_ONCE(per_cpu(runqueue, cpu).population);

        if (cpu_set_has(&v->affinity, cpu) && count < fewest) {
            best = cpu;
            fewest = count;
        }
    }
    return best;
}

static void add_population(unsigned int cpu, int change)
{
    __atomic_add_fetch(&per_cpu(runqueue, cpu).population,
                       (unsigned int)change, __ATOMIC_RELAXED);
}

void affinity_place(struct vcpu *v)
{
    v->cpu = v->last_cpu = (uint16_t)best_cpu(v);
    add_population(v->cpu, 1);
}

static void move_locked(struct vcpu *v)
{
    unsigned int to;

    if (v->is_queued)
        runqueue_remove(v);
    add_population(v->cpu, -1);
    to = best_cpu(v);
    add_population(to, 1);
    /* The last thing done under the old lock: pairs with runqueue_lock(). */
    WRITE_ONCE(v->cpu, (uint16_t)to);
}

void affinity_enforce(struct vcpu *v)
{
    unsigned long flags;
    struct runqueue *rq = runqueue_lock(v, &flags);
    bool moves = !v->is_running && !cpu_set_has(&v->affinity, v->cpu);

    if (moves)
        move_locked(v);
    else if (v->is_running)
        softirq_raise_cpu(v->cpu, SOFTIRQ_SCHEDULE);
    spin_unlock_irqrestore(&rq->lock, flags);
    if (!moves)
        return;
    vcpu_timers_migrate(v, v->cpu);
    vcpu_wake(v);
}

static bool has_online(const cpu_set_t *set)
{
    unsigned int cpu;

    for_each_online_cpu(cpu)
        if (cpu_set_has(set, cpu))
            return true;
    return false;
}

unsigned int sched_only_cpu(struct vcpu *v)
{
    unsigned int cpu, only = NR_CPUS, count = 0;
    unsigned long flags;
    struct runqueue *rq = runqueue_lock(v, &flags);

    for_each_online_cpu(cpu)
        if (cpu_set_has(&v->affinity, cpu)) {
            only = cpu;
            count++;
        }
    spin_unlock_irqrestore(&rq->lock, flags);
    return count == 1 ? only : NR_CPUS;
}

/* While an override is in force, what it will go back to is set. */
int sched_set_affinity(struct vcpu *v, const cpu_set_t *set)
{
    unsigned long flags;
    struct runqueue *rq;

    if (!has_online(set))
        return -EINVAL;
    rq = runqueue_lock(v, &flags);
    if (v->is_pinned_over)
        v->affinity_saved = *set;
    else
        v->affinity = *set;
    spin_unlock_irqrestore(&rq->lock, flags);
    affinity_enforce(v);
    return 0;
}

static int override_locked(struct vcpu *v, unsigned int cpu)
{
    if (cpu == NR_CPUS) {
        if (!v->is_pinned_over)
            return -EINVAL;
        v->affinity = v->affinity_saved;
        v->is_pinned_over = false;
        return 0;
    }
    if (v->is_pinned_over)
        return -EBUSY;
    v->affinity_saved = v->affinity;
    v->affinity = (cpu_set_t){ .bits = { 0 } };
    cpu_set_add(&v->affinity, cpu);
    v->is_pinned_over = true;
    return 0;
}

int sched_pin_override(struct vcpu *v, unsigned int cpu)
{
    unsigned long flags;
    struct runqueue *rq;
    int rc;

    if (cpu > NR_CPUS || (cpu < NR_CPUS && !cpu_set_has(&cpu_online, cpu)))
        return -EINVAL;
    rq = runqueue_lock(v, &flags);
    rc = override_locked(v, cpu);
    spin_unlock_irqrestore(&rq->lock, flags);
    if (!rc)
        affinity_enforce(v);
    return rc;
}
