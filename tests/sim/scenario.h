/* SPDX-License-Identifier: MIT */
/* scenario.h - what is simulated, and what is made of it. */
#ifndef SIM_SCENARIO_H
#define SIM_SCENARIO_H

#include <stdbool.h>
#include <stdint.h>

struct sched_policy;

/* A scenario prints lines of words on standard output for the plots: its name,
 * then name=value; and by report() whether a goal is met. */
void report(bool is_met, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Shares of vcpus of four weights that always want to run. */
void fairness(const struct sched_policy *policy, unsigned int cpus,
              unsigned int vcpus);
/* A domain of @vcpus with a cap, with as many hogs beside it or alone. */
void cap(unsigned int cpus, unsigned int vcpus, unsigned int per_cent,
         bool has_rivals);
/* How long vcpus that sleep and wake wait for a CPU beside hogs. @warps: bvt
 * lets them warp. */
void latency(const struct sched_policy *policy, bool warps, unsigned int cpus,
             unsigned int sleepers, unsigned int hogs);
/* Host time for a choice with so many waiting; nothing is asserted. */
void pick_cost(const struct sched_policy *policy, unsigned int vcpus);
/* Nothing happens: no CPU may be woken. */
void quiet(const struct sched_policy *policy);

#endif
