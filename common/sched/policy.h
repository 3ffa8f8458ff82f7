/* SPDX-License-Identifier: MIT */
/*
 * policy.h - what a scheduling policy is: it keeps those that want a CPU, says
 * who is next, and which CPU is better to wait for. Whether a vcpu may run, and
 * all switching, is core.c's; idle CPUs and moving are balance.c's.
 *
 * The functions from enqueue to yield, steal and dump are called with the run
 * queue of the CPU in question locked, interrupts off, and take no lock below
 * level ALLOWANCE. The running vcpu is not kept, nor is an idle one.
 */
#ifndef SCHED_POLICY_H
#define SCHED_POLICY_H

#include <hv/sched.h>
#include <hv/types.h>

struct vcpu;

struct sched_policy {
    const char *name;               /* for sched= */
    unsigned int id;                /* public number, DOM0_SCHED_ID */

    void (*init)(void);             /* boot, or NULL */
    void (*init_cpu)(unsigned int cpu);
    int (*add)(struct vcpu *v);     /* 0 or -ENOMEM; NULL: nothing to do */
    void (*remove)(struct vcpu *v);

    /* Keep @v for the CPU v->cpu; @woken: it has slept. And give it up. */
    void (*enqueue)(struct vcpu *v, bool woken, s_time_t now);
    void (*dequeue)(struct vcpu *v);
    /* Choose one and give it up. @running is who runs and may go on, or NULL;
     * returned, it does. NULL: nobody, idle. *@until is when to choose again,
     * 0: no need. May pause @running (VCPU_PAUSE_CAPPED). */
    struct vcpu *(*choose)(unsigned int cpu, struct vcpu *running,
                           s_time_t now, s_time_t *until);
    /* Somebody was enqueued while a vcpu runs on @cpu: when to choose again; 0:
     * at once, as that vcpu was not chosen any more. */
    s_time_t (*until)(unsigned int cpu);
    /* The running vcpu lets others go first. */
    void (*yield)(unsigned int cpu);

    /* Had @v, which is in no queue, better wait for @other than for @cpu? Both
     * are busy; one is not locked: the answer may be a little out of date. */
    bool (*prefers)(const struct vcpu *v, unsigned int cpu, unsigned int other,
                    s_time_t now);
    /* Give up one that waits for @cpu and may run on @thief, or NULL. */
    struct vcpu *(*steal)(unsigned int cpu, unsigned int thief);

    /* Parameters; no lock held. 0, or -EINVAL: out of range, and said so. */
    int (*get)(struct sched_params *p);
    int (*set)(const struct sched_params *p);
    int (*get_domain)(struct domain *d, struct sched_domain_params *p);
    int (*set_domain)(struct domain *d, const struct sched_domain_params *p);

    void (*dump)(unsigned int cpu);
};

/* False, and said so, if @value is outside. */
bool sched_is_between(const char *what, int64_t value, int64_t min,
                      int64_t max);

extern const struct sched_policy sched_credit;
extern const struct sched_policy sched_bvt;
extern const struct sched_policy sched_round_robin;

#endif
