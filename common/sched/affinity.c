/* SPDX-License-Identifier: MIT */
/*
 * affinity.c - on which CPUs a vcpu may run, and on which it runs best.
 *
 * A change takes effect at once for who runs or waits where it no longer may:
 * the CPU is told to choose again, or the vcpu is queued anew. Who sleeps is
 * placed when it wakes.
 */
#include <hv/cmdline.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/printk.h>
#include <hv/sched.h>
#include <hv/softirq.h>
#include "runqueue.h"

static bool opt_pin_dom0;
CMDLINE_BOOL_OPTION(opt_pin_dom0, "dom0_vcpus_pin");

unsigned int affinity_best_cpu(const struct vcpu *v)
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

/* The CPU that is number @n, counted round and round. */
static unsigned int nth_online_cpu(unsigned int n)
{
    unsigned int cpu, left = n % cpu_count;

    for_each_online_cpu(cpu)
        if (left-- == 0)
            return cpu;
    return 0;
}

void affinity_place(struct vcpu *v)
{
    for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++) {
        cpu_set_add(&v->affinity, cpu);
        cpu_set_add(&v->affinity_soft, cpu);
    }
    if (opt_pin_dom0 && v->domain->is_hardware) {
        v->affinity = (cpu_set_t){ .bits = { 0 } };
        cpu_set_add(&v->affinity, nth_online_cpu(v->id));
    }
    v->cpu = v->last_cpu = (uint16_t)affinity_best_cpu(v);
    __atomic_add_fetch(&per_cpu(runqueue, v->cpu).population, 1,
                       __ATOMIC_RELAXED);
}

/* The affinity of @v has changed. */
static void enforce(struct vcpu *v)
{
    unsigned long flags;
    struct runqueue *rq = runqueue_lock(v, &flags);
    bool is_misplaced = !cpu_set_has(&v->affinity, v->cpu);
    bool is_taken_off = is_misplaced && v->is_queued;

    if (is_taken_off) {
        sched_policy->dequeue(v);
        runqueue_note_gone(rq, v->cpu, v);
    } else if (is_misplaced && v->is_running) {
        softirq_raise_cpu(v->cpu, SOFTIRQ_SCHEDULE);
    } else if (v->is_queued && cpu_count > 1) {
        balance_note_waiting(v->cpu, v);    /* others may have it now */
    }
    spin_unlock_irqrestore(&rq->lock, flags);
    if (is_taken_off)
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

/* Say which CPUs there are, to who asked for others. */
static int no_such_cpu(const struct vcpu *v)
{
    char there[64];

    cpu_set_format(there, sizeof(there), &cpu_online);
    printk_guest(LOG_WARNING,
                 "d%uv%u cannot go to a CPU that is not there; CPUs: %s\n",
                 v->domain->id, v->id, there);
    return -EINVAL;
}

/* While an override is in force, what it will go back to is set. */
int sched_set_affinity(struct vcpu *v, const cpu_set_t *set)
{
    unsigned long flags;
    struct runqueue *rq;

    if (!has_online(set))
        return no_such_cpu(v);
    rq = runqueue_lock(v, &flags);
    if (v->is_pinned_over)
        v->affinity_saved = *set;
    else
        v->affinity = *set;
    spin_unlock_irqrestore(&rq->lock, flags);
    enforce(v);
    return 0;
}

void sched_set_soft_affinity(struct vcpu *v, const cpu_set_t *set)
{
    unsigned long flags;
    struct runqueue *rq = runqueue_lock(v, &flags);

    v->affinity_soft = *set;
    spin_unlock_irqrestore(&rq->lock, flags);
}

void sched_get_affinity(struct vcpu *v, struct sched_affinity *a)
{
    unsigned long flags;
    struct runqueue *rq = runqueue_lock(v, &flags);

    a->hard = v->affinity;
    a->soft = v->affinity_soft;
    a->is_override = v->is_pinned_over;
    spin_unlock_irqrestore(&rq->lock, flags);
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
        return no_such_cpu(v);
    rq = runqueue_lock(v, &flags);
    rc = override_locked(v, cpu);
    spin_unlock_irqrestore(&rq->lock, flags);
    if (!rc)
        enforce(v);
    return rc;
}
