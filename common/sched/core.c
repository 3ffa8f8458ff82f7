/* SPDX-License-Identifier: MIT */
/*
 * core.c - who runs: the rules that every policy shares, and the switch.
 *
 *   asleep --wake--> queued --chosen--> running --saved--> asleep or queued
 *      ^               |
 *      +-----sleep-----+
 *
 * Invariants:
 *   S1  A vcpu is queued, running or asleep. It is queued or running if it may
 *       run (V1), but for the moment in which somebody who changed that is on
 *       his way to vcpu_wake() or vcpu_sleep_nosync().
 *   S2  A running vcpu belongs to the queue of the CPU that runs it; it stops
 *       running in sched_switch_finished() there, and nowhere else.
 * A CPU has one stack. schedule() is the last thing on the way out to a guest,
 * or idle; when it chooses another vcpu nothing on the stack is needed again,
 * and it does not return. So a hypercall that blocks notes that in pause_flags
 * and raises SOFTIRQ_SCHEDULE. A wake-up that comes before schedule() finds the
 * vcpu running and does nothing: schedule() will see that it may run. One that
 * comes later, but before the registers are saved, is seen by
 * sched_switch_finished(). One that comes after that finds it asleep.
 * With several CPUs, who is to be queued may go elsewhere: first v->cpu
 * changes, under the old queue's lock, then the vcpu is woken under the new
 * one's, unless somebody else has done so in between.
 * Locks: that of the queue of v->cpu, which changes only under it while the
 * vcpu is neither queued nor running. Never two at once.
 */
#include <hv/assert.h>
#include <hv/cmdline.h>
#include <hv/domain.h>
#include <hv/heap.h>
#include <hv/irqflags.h>
#include <hv/printk.h>
#include <hv/sched.h>
#include <hv/softirq.h>
#include <hv/string.h>
#include <hv/time.h>
#include "runqueue.h"

DEFINE_PER_CPU(struct runqueue, runqueue);

static const struct sched_policy *const policies[] = {
    &sched_credit, &sched_bvt, &sched_round_robin,
};
const struct sched_policy *sched_policy = &sched_credit;

static char policy_option[16];
CMDLINE_STRING_OPTION(policy_option, "sched");

struct runqueue *runqueue_lock(const struct vcpu *v, unsigned long *flags)
{
    for (;;) {
        unsigned int cpu = READ_ONCE(v->cpu);
        struct runqueue *rq = &per_cpu(runqueue, cpu);

        *flags = spin_lock_irqsave(&rq->lock);
        if (v->cpu == cpu)
            return rq;
        spin_unlock_irqrestore(&rq->lock, *flags);
    }
}

/* -- states ---------------------------------------------------------------- */

bool vcpu_may_run(const struct vcpu *v)
{
    return !READ_ONCE(v->pause_flags) && !READ_ONCE(v->pause_count) &&
           (v->is_idle || !READ_ONCE(v->domain->pause_count));
}

void runstate_enter(struct vcpu *v, int state, s_time_t now)
{
    struct vcpu_runstate_info *r = &v->runstate;

    if (r->state == state)
        return;
    /* Clocks of two CPUs may differ by an instant. */
    if ((uint64_t)now > r->state_entry_time)
        r->time[r->state] += (uint64_t)now - r->state_entry_time;
    r->state_entry_time = (uint64_t)now;
    r->state = state;
}

/* What a vcpu that does not run is called. A cap takes the CPU from it as
 * others do. */
static int resting_state(const struct vcpu *v)
{
    unsigned long flags = READ_ONCE(v->pause_flags);

    if (vcpu_may_run(v) || flags == 1ul << VCPU_PAUSE_CAPPED)
        return RUNSTATE_runnable;
    if (flags & (1ul << VCPU_PAUSE_BLOCKED | 1ul << VCPU_PAUSE_POLLING))
        return RUNSTATE_blocked;
    return RUNSTATE_offline;
}

void vcpu_runstate_get(struct vcpu *v, struct vcpu_runstate_info *out)
{
    unsigned long flags;
    struct runqueue *rq = runqueue_lock(v, &flags);
    s_time_t now = system_time();

    *out = v->runstate;
    out->time[out->state] += (uint64_t)now - out->state_entry_time;
    spin_unlock_irqrestore(&rq->lock, flags);
}

/* -- in and out of the queue ----------------------------------------------- */

/* The CPU of @rq runs somebody while another has come: when is it time? */
static void preempt_later(struct runqueue *rq, unsigned int cpu, s_time_t now)
{
    s_time_t until = rq->chosen->is_idle ? now : sched_policy->until(cpu);

    if (until <= now)
        softirq_raise_cpu(cpu, SOFTIRQ_SCHEDULE);
    else
        timer_set(&rq->timer, until);
}

static void runqueue_add(struct runqueue *rq, struct vcpu *v, s_time_t now)
{
    bool woken = v->runstate.state != RUNSTATE_runnable;
    unsigned int cpu = v->cpu;

    runstate_enter(v, RUNSTATE_runnable, now);
    sched_policy->enqueue(v, woken, now);
    v->is_queued = true;
    rq->waiting++;
    preempt_later(rq, cpu, now);
    if (cpu_count > 1 && (!rq->chosen->is_idle || rq->waiting > 1))
        balance_note_waiting(cpu, v);
}

void runqueue_note_gone(struct runqueue *rq, unsigned int cpu, struct vcpu *v)
{
    v->is_queued = false;
    if (--rq->waiting == 0)
        balance_note_none_waits(cpu);
}

void vcpu_move_locked(struct vcpu *v, unsigned int cpu)
{
    __atomic_sub_fetch(&per_cpu(runqueue, v->cpu).population, 1,
                       __ATOMIC_RELAXED);
    __atomic_add_fetch(&per_cpu(runqueue, cpu).population, 1, __ATOMIC_RELAXED);
    v->movers++;
    /* The last thing done under the old lock: pairs with runqueue_lock(). */
    __atomic_store_n(&v->cpu, (uint16_t)cpu, __ATOMIC_RELEASE);
}

/* @v, neither queued nor running, is queued here or falls asleep. */
static void settle(struct runqueue *rq, struct vcpu *v, s_time_t now)
{
    if (vcpu_may_run(v))
        runqueue_add(rq, v, now);
    else
        runstate_enter(v, resting_state(v), now);
}

void vcpu_wake_at(struct vcpu *v, unsigned int cpu)
{
    unsigned long flags;
    struct runqueue *rq = runqueue_lock(v, &flags);
    bool is_there;

    if (!v->is_queued && !v->is_running)
        settle(rq, v, system_time());
    is_there = v->is_queued && v->cpu == cpu;
    /* pairs with vcpu_sleep_sync(); @v may be freed from here on */
    __atomic_store_n(&v->movers, (uint8_t)(v->movers - 1), __ATOMIC_RELEASE);
    spin_unlock_irqrestore(&rq->lock, flags);
    if (!is_there)
        softirq_raise_cpu(cpu, SOFTIRQ_SCHEDULE);   /* B1 */
}

/* settle() @v, on the CPU that is best for it, and unlock. */
static void settle_anywhere(struct runqueue *rq, struct vcpu *v,
                            unsigned long flags)
{
    s_time_t now = system_time();
    unsigned int cpu = v->cpu;

    if (cpu_count > 1 && vcpu_may_run(v))
        cpu = balance_place(v, now);
    if (cpu == v->cpu) {
        settle(rq, v, now);
        spin_unlock_irqrestore(&rq->lock, flags);
        return;
    }
    vcpu_move_locked(v, cpu);
    spin_unlock_irqrestore(&rq->lock, flags);
    vcpu_wake_at(v, cpu);
}

void vcpu_wake(struct vcpu *v)
{
    unsigned long flags;
    struct runqueue *rq = runqueue_lock(v, &flags);

    if (!v->is_queued && !v->is_running)
        settle_anywhere(rq, v, flags);
    else
        spin_unlock_irqrestore(&rq->lock, flags);
}

void vcpu_sleep_nosync(struct vcpu *v)
{
    unsigned long flags;
    struct runqueue *rq = runqueue_lock(v, &flags);

    if (v->is_queued && !vcpu_may_run(v)) {
        sched_policy->dequeue(v);
        runqueue_note_gone(rq, v->cpu, v);
        runstate_enter(v, resting_state(v), system_time());
    }
    if (v->is_running)
        softirq_raise_cpu(v->cpu, SOFTIRQ_SCHEDULE);
    spin_unlock_irqrestore(&rq->lock, flags);
}

void vcpu_sleep_sync(struct vcpu *v)
{
    vcpu_sleep_nosync(v);
    if (v == current)
        return;
    /* pairs with sched_switch_finished() and vcpu_wake_at() */
    while (__atomic_load_n(&v->is_running, __ATOMIC_ACQUIRE) ||
           __atomic_load_n(&v->movers, __ATOMIC_ACQUIRE))
        arch_wait_briefly();
}

/* -- choosing and switching ------------------------------------------------ */

static bool may_go_on(const struct vcpu *v, unsigned int cpu)
{
    return !v->is_idle && vcpu_may_run(v) && cpu_set_has(&v->affinity, cpu);
}

/* @running: who runs and may go on, or NULL. */
static struct vcpu *choose(struct runqueue *rq, unsigned int cpu,
                           struct vcpu *running, s_time_t now)
{
    s_time_t until = 0;
    struct vcpu *next = sched_policy->choose(cpu, running, now, &until);

    if (!next)
        return rq->idle;
    if (next->is_queued)
        runqueue_note_gone(rq, cpu, next);
    if (until)
        timer_set(&rq->timer, until);
    else if (timer_is_armed(&rq->timer))
        timer_stop(&rq->timer);
    return next;
}

/* With nobody to run, get somebody from another CPU, and choose again. The
 * policy has let go of who ran; if that was woken while the queue was unlocked,
 * it is queued when its registers are saved. */
static struct vcpu *choose_idle(struct runqueue *rq, unsigned int cpu,
                                s_time_t *now)
{
    if (!balance_note_idle(cpu, true))
        return rq->idle;
    spin_unlock(&rq->lock);
    balance_pull(cpu);
    spin_lock(&rq->lock);
    *now = system_time();
    return choose(rq, cpu, NULL, *now);
}

static struct vcpu *choose_next(struct runqueue *rq, unsigned int cpu,
                                s_time_t *now)
{
    struct vcpu *running = may_go_on(rq->chosen, cpu) ? rq->chosen : NULL;
    struct vcpu *next = choose(rq, cpu, running, *now);

    if (cpu_count == 1)
        return next;
    if (next->is_idle)
        next = choose_idle(rq, cpu, now);
    balance_note_idle(cpu, next->is_idle);
    if (rq->chosen->is_idle && rq->waiting)
        balance_offer_to_all(cpu);
    return next;
}

/* SOFTIRQ_SCHEDULE. What follows the unlock is for this CPU only: @next and
 * @prev are running, so nobody else takes them. */
static void schedule(void)
{
    unsigned int cpu = cpu_id();
    struct runqueue *rq = &this_cpu(runqueue);
    unsigned long flags = spin_lock_irqsave(&rq->lock);
    struct vcpu *prev = rq->chosen, *next;
    s_time_t now = system_time();

    next = choose_next(rq, cpu, &now);
    if (next == prev) {
        spin_unlock_irqrestore(&rq->lock, flags);
        return;
    }
    rq->chosen = next;
    next->is_running = true;
    next->last_cpu = (uint16_t)cpu;
    runstate_enter(prev, resting_state(prev), now);
    runstate_enter(next, RUNSTATE_running, now);
    spin_unlock(&rq->lock);     /* interrupts stay off */
    if (!prev->is_idle) {
        vcpu_timers_suspend(prev);
        arch_runstate_publish(prev);
    }
    arch_vcpu_switch(prev, next);
}

void sched_switch_finished(struct vcpu *prev)
{
    unsigned long flags;
    struct runqueue *rq = runqueue_lock(prev, &flags);

    /* pairs with vcpu_sleep_sync() */
    __atomic_store_n(&prev->is_running, false, __ATOMIC_RELEASE);
    if (prev->is_idle)
        spin_unlock_irqrestore(&rq->lock, flags);
    else
        settle_anywhere(rq, prev, flags);
    if (!current->is_idle)
        vcpu_timers_resume(current);
}

void vcpu_yield(void)
{
    unsigned long flags;
    struct runqueue *rq = runqueue_lock(current, &flags);

    sched_policy->yield(cpu_id());
    spin_unlock_irqrestore(&rq->lock, flags);
    softirq_raise(SOFTIRQ_SCHEDULE);
}

/* -- boot, and vcpus that come and go -------------------------------------- */

static void turn_is_over(void *data)
{
    (void)data;
    softirq_raise(SOFTIRQ_SCHEDULE);
}

void sched_init(void)
{
    bool is_known = !policy_option[0];

    for (size_t i = 0; i < ARRAY_SIZE(policies); i++)
        if (!strcmp(policy_option, policies[i]->name)) {
            sched_policy = policies[i];
            is_known = true;
        }
    if (!is_known)
        printk(LOG_WARNING, "sched=%s is no scheduler; using %s\n",
               policy_option, sched_policy->name);
    if (sched_policy->init)
        sched_policy->init();
    softirq_open(SOFTIRQ_SCHEDULE, schedule);
    timer_open();
}

static struct vcpu *create_idle(unsigned int cpu)
{
    struct vcpu *v = heap_alloc(sizeof(*v), 64);

    if (!v)
        panic("No memory for the idle vcpu of CPU %u", cpu);
    v->id = (uint16_t)cpu;
    v->cpu = v->last_cpu = (uint16_t)cpu;
    v->is_idle = true;
    v->is_running = true;
    v->info_mfn = INVALID_MFN;
    v->runstate.state = RUNSTATE_running;
    v->runstate.state_entry_time = (uint64_t)system_time();
    list_init(&v->run_list);
    cpu_set_add(&v->affinity, cpu);
    if (arch_vcpu_create(v))
        panic("No memory for the idle vcpu of CPU %u", cpu);
    return v;
}

void sched_init_cpu(unsigned int cpu)
{
    struct runqueue *rq = &per_cpu(runqueue, cpu);

    timer_init_cpu(cpu);
    spin_lock_init(&rq->lock, LOCK_LEVEL_SCHED);
    timer_init(&rq->timer, turn_is_over, NULL, cpu);
    rq->idle = rq->chosen = create_idle(cpu);
    rq->next_asked = cpu;       /* so that not all look at the same */
    sched_policy->init_cpu(cpu);
    if (cpu == cpu_id()) {
        current = rq->idle;
        cpu_mark_online(cpu);
        balance_init_cpu(cpu);
        softirq_raise(SOFTIRQ_SCHEDULE);    /* others may have much to do */
    }
}

struct vcpu *sched_idle_vcpu(unsigned int cpu)
{
    return per_cpu(runqueue, cpu).idle;
}

int sched_add_vcpu(struct vcpu *v)
{
    list_init(&v->run_list);
    affinity_place(v);
    v->runstate.state = RUNSTATE_offline;
    v->runstate.state_entry_time = (uint64_t)system_time();
    return sched_policy->add ? sched_policy->add(v) : 0;
}

/* No CPU can be about to queue it: it is paused, and nobody wakes it. */
void sched_remove_vcpu(struct vcpu *v)
{
    ASSERT(!v->is_running && !v->is_queued);
    __atomic_sub_fetch(&per_cpu(runqueue, v->cpu).population, 1,
                       __ATOMIC_RELAXED);
    if (sched_policy->remove)
        sched_policy->remove(v);
}
