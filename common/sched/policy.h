/* SPDX-License-Identifier: MIT */
/*
 * policy.h - what a scheduling policy is: it keeps those that want a CPU and
 * says who is next. Whether a vcpu may run, and all switching, is core.c's.
 *
 * Every function but init_cpu, add, remove and dump is called with the run
 * queue of the CPU in question locked, and takes no lock below level TIMER. The
 * running vcpu is not kept, nor is an idle one.
 */
#ifndef SCHED_POLICY_H
#define SCHED_POLICY_H

#include <hv/types.h>

struct vcpu;

struct sched_policy {
    const char *name;               /* for sched= */
    unsigned int id;                /* public number, DOM0_SCHED_ID */

    void (*init_cpu)(unsigned int cpu);
    int (*add)(struct vcpu *v);     /* 0 or -ENOMEM; NULL: nothing to do */
    void (*remove)(struct vcpu *v);

    /* Keep @v for the CPU v->cpu; @woken: it has slept. And give it up. */
    void (*enqueue)(struct vcpu *v, bool woken);
    void (*dequeue)(struct vcpu *v);
    /* Choose one and give it up. @running is who runs and may go on, or NULL;
     * returned, it does. NULL: nobody, idle. *@until is when to choose again,
     * 0: no need. */
    struct vcpu *(*choose)(unsigned int cpu, struct vcpu *running,
                           s_time_t now, s_time_t *until);
    /* Somebody was enqueued while a vcpu runs on @cpu: when to choose again. */
    s_time_t (*until)(unsigned int cpu);
    /* The running vcpu lets others go first. */
    void (*yield)(unsigned int cpu);

    void (*dump)(unsigned int cpu);
};

extern const struct sched_policy sched_round_robin;

#endif
