/* SPDX-License-Identifier: MIT */
/* runqueue.h - what the files of the scheduler share: one queue per CPU. */
#ifndef SCHED_RUNQUEUE_H
#define SCHED_RUNQUEUE_H

#include <hv/percpu.h>
#include <hv/spinlock.h>
#include <hv/timer.h>
#include <hv/vcpu.h>
#include "policy.h"

/* [I] nobody, once created   [S] holder of lock   [a] atomically
 * [o] only the CPU itself */
struct runqueue {
    spinlock_t lock;
    struct vcpu *chosen;        /* [S] runs here, or is being switched to */
    struct vcpu *idle;          /* [I] */
    unsigned int waiting;       /* [S] how many the policy keeps */
    unsigned int population;    /* [a] vcpus whose cpu this is */
    unsigned int next_asked;    /* [S] balance.c: whom to compare with next */
    struct timer timer;         /* when to choose again */
} ALIGNED(64);
DECLARE_PER_CPU(struct runqueue, runqueue);

extern const struct sched_policy *sched_policy;

/* Lock the queue that @v belongs to. */
struct runqueue *runqueue_lock(const struct vcpu *v, unsigned long *flags);

/* -- core.c, all with the queue of @v locked -- */
bool vcpu_may_run(const struct vcpu *v);            /* V1 */
void runstate_enter(struct vcpu *v, int state, s_time_t now);
/* The policy has given @v up. */
void runqueue_note_gone(struct runqueue *rq, unsigned int cpu, struct vcpu *v);
/* Take @v, neither queued nor running, to the queue of @cpu: the last thing
 * done under the lock of the old one. */
void vcpu_move_locked(struct vcpu *v, unsigned int cpu);
/* No lock held. @v was moved to @cpu: queue it there, if nobody has yet; @cpu
 * chooses again in any case. */
void vcpu_wake_at(struct vcpu *v, unsigned int cpu);

/* -- affinity.c -- */
/* Choose v->cpu for a vcpu that no CPU knows yet. */
void affinity_place(struct vcpu *v);
/* The home of the fewest among the CPUs that @v may use. */
unsigned int affinity_best_cpu(const struct vcpu *v);

/* -- balance.c; for nothing while there is one CPU -- */
void balance_init_cpu(unsigned int cpu);    /* it is online */
/* Where @v, about to be queued, should wait; its queue is locked. */
unsigned int balance_place(struct vcpu *v, s_time_t now);
/* Somebody was queued behind another on @cpu, whose queue is locked. */
void balance_note_waiting(unsigned int cpu, const struct vcpu *v);
void balance_note_none_waits(unsigned int cpu);     /* its queue is locked */
/* @cpu is idle no more, and not all that waited for it were chosen. */
void balance_offer_to_all(unsigned int cpu);
/* This CPU is idle (or not); true: somebody waits elsewhere. */
bool balance_note_idle(unsigned int cpu, bool is_idle);
/* Get one that waits elsewhere. No lock held, interrupts off. */
void balance_pull(unsigned int cpu);

/* -- vcpu_timer.c, when @v comes and goes -- */
void vcpu_timers_resume(struct vcpu *v);
void vcpu_timers_suspend(struct vcpu *v);

#endif
