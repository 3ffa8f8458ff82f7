/* SPDX-License-Identifier: MIT */
/*
 * fake_runqueue.h - run queues that only note what they are told: for tests of
 * where vcpus may run.
 */
#ifndef FAKE_RUNQUEUE_H
#define FAKE_RUNQUEUE_H

#include <hv/sched.h>

/* Since the last reset, and about whom. */
struct fake_runqueue_notes {
    unsigned int taken_off, woken, offered;
    struct vcpu *who;
    cpu_set_t rescheduled;      /* CPUs that are to choose again */
};
extern struct fake_runqueue_notes fake_runqueue_notes;

/* CPUs 0 to @cpus - 1 run, with empty queues. */
void fake_runqueue_start(unsigned int cpus);
void fake_runqueue_reset(void);     /* the notes alone */

#endif
