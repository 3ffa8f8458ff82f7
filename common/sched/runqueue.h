/* SPDX-License-Identifier: MIT */
/* runqueue.h - what the files of the scheduler share: one queue per CPU. */
#ifndef SCHED_RUNQUEUE_H
#define SCHED_RUNQUEUE_H

#include <hv/percpu.h>
#include <hv/spinlock.h>
#include <hv/timer.h>
#include <hv/vcpu.h>
#include "policy.h"

/* [I] nobody, once created   [S] holder of lock   [a] atomically */
struct runqueue {
    spinlock_t lock;
    struct vcpu *chosen;        /* [S] runs here, or is being switched to */
    struct vcpu *idle;          /* [I] */
    unsigned int population;    /* [a] vcpus whose cpu this is */
    struct timer timer;         /* when to choose again */
};
DECLARE_PER_CPU(struct runqueue, runqueue);

extern const struct sched_policy *sched_policy;

/* Lock the queue that @v belongs to. */
struct runqueue *runqueue_lock(const struct vcpu *v, unsigned long *flags);

/* -- core.c, all with the queue of @v locked -- */
bool vcpu_may_run(const struct vcpu *v);            /* V1 */
void runstate_enter(struct vcpu *v, int state, s_time_t now);
void runqueue_remove(struct vcpu *v);

/* -- affinity.c -- */
/* Choose v->cpu for a vcpu that no CPU knows yet. */
void affinity_place(struct vcpu *v);
/* Take @v to a CPU where it may run, unless it is on one, or runs. */
void affinity_enforce(struct vcpu *v);

/* -- vcpu_timer.c, when @v comes and goes -- */
void vcpu_timers_resume(struct vcpu *v);
void vcpu_timers_suspend(struct vcpu *v);

#endif
