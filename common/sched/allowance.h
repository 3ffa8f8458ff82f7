/* SPDX-License-Identifier: MIT */
/* allowance.h - what a domain with a cap may still run: see allowance.c. */
#ifndef SCHED_ALLOWANCE_H
#define SCHED_ALLOWANCE_H

#include <hv/spinlock.h>
#include <hv/timer.h>

struct domain;

/* [A] holder of lock   [a] anyone, atomically */
struct allowance {
    spinlock_t lock;
    uint32_t cap;           /* [a] per cent of one CPU; 0: no cap */
    int64_t level;          /* [A] what is left, in ns x 100 */
    s_time_t filled;        /* [A] when level was right */
    struct timer timer;     /* ends the pauses of the domain's vcpus */
    struct domain *d;       /* [I] */
};

void allowance_init(struct allowance *a, struct domain *d, unsigned int cpu);
/* Afterwards none of the domain's vcpus is looked at any more. */
void allowance_kill(struct allowance *a);
/* Any number; 0 lets all go. */
void allowance_set_cap(struct allowance *a, uint32_t cap, s_time_t now);
/* @v has run for @ran. If nothing is left it is paused, until there is. */
void allowance_take(struct allowance *a, struct vcpu *v, s_time_t ran,
                    s_time_t now);
/* For how long one of its vcpus may run before the next look. */
s_time_t allowance_share(struct allowance *a, s_time_t now);

#endif
