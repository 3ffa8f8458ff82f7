/* SPDX-License-Identifier: MIT */
/* fake_runqueue.c - see fake_runqueue.h. Each call must come with the locks that
 * the real one wants. */
#include <hv/softirq.h>
#include "../../../common/sched/runqueue.h"
#include "../unit.h"
#include "fake_runqueue.h"
#include "fake_spinlock.h"

DEFINE_PER_CPU(struct runqueue, runqueue);
struct fake_runqueue_notes fake_runqueue_notes;
unsigned int fake_cpu;
struct vcpu *fake_current;

static void dequeue(struct vcpu *v)
{
    UNIT_REQUIRE(spin_is_locked(&per_cpu(runqueue, v->cpu).lock));
    UNIT_REQUIRE(v->is_queued);
}

static const struct sched_policy policy = { .dequeue = dequeue };
const struct sched_policy *sched_policy = &policy;

struct runqueue *runqueue_lock(const struct vcpu *v, unsigned long *flags)
{
    struct runqueue *rq = &per_cpu(runqueue, v->cpu);

    *flags = spin_lock_irqsave(&rq->lock);
    return rq;
}

void runqueue_note_gone(struct runqueue *rq, unsigned int cpu, struct vcpu *v)
{
    UNIT_REQUIRE(spin_is_locked(&rq->lock));
    UNIT_REQUIRE(rq == &per_cpu(runqueue, cpu) && cpu == v->cpu);
    v->is_queued = false;
    fake_runqueue_notes.taken_off++;
    fake_runqueue_notes.who = v;
}

void balance_note_waiting(unsigned int cpu, const struct vcpu *v)
{
    UNIT_REQUIRE(spin_is_locked(&per_cpu(runqueue, cpu).lock));
    UNIT_REQUIRE(cpu == v->cpu && v->is_queued);
    fake_runqueue_notes.offered++;
}

void vcpu_wake(struct vcpu *v)
{
    UNIT_REQUIRE(!fake_locks_held);
    fake_runqueue_notes.woken++;
    fake_runqueue_notes.who = v;
}

void softirq_raise_cpu(unsigned int cpu, enum softirq nr)
{
    UNIT_REQUIRE(nr == SOFTIRQ_SCHEDULE);
    cpu_set_add(&fake_runqueue_notes.rescheduled, cpu);
}

void fake_runqueue_start(unsigned int cpus)
{
    for (unsigned int cpu = 0; cpu < cpus; cpu++) {
        spin_lock_init(&per_cpu(runqueue, cpu).lock, LOCK_LEVEL_SCHED);
        cpu_mark_online(cpu);
    }
}

void fake_runqueue_reset(void)
{
    fake_runqueue_notes = (struct fake_runqueue_notes){ 0 };
}
