/* SPDX-License-Identifier: MIT */
/*
 * policy_core.h - the least core that a scheduling policy can be tested with:
 * two CPUs, each vcpu a domain of its own, a clock and one timer of each kind.
 */
#ifndef POLICY_CORE_H
#define POLICY_CORE_H

#include <hv/domain.h>
#include <hv/sched.h>
#include <hv/vcpu.h>
#include "../../common/sched/policy.h"
#include "unit.h"

#define CORE_VCPUS  40u

extern struct vcpu core_vcpu[CORE_VCPUS];
extern struct domain core_domain[CORE_VCPUS];
extern int64_t core_ran[CORE_VCPUS];
extern s_time_t core_now;
extern s_time_t core_until;     /* when this CPU is to choose again, 0: never */
extern s_time_t core_since;     /* when this CPU last chose another */

/* Begin with @count vcpus on CPU 0; with 0: go on with those there are. */
void core_init(const struct sched_policy *policy, unsigned int count);
void core_set_weight(unsigned int i, uint32_t weight);
void core_wake(unsigned int i);
void core_sleep(unsigned int i);
void core_move(unsigned int i, unsigned int cpu);
void core_yield(void);
/* On which CPU the calls above and below act. */
void core_be_cpu(unsigned int cpu);
/* Let @ns pass on both CPUs. */
void core_pass(s_time_t ns);
struct vcpu *core_running(void);
/* How long the running one's turn is to last. */
s_time_t core_turn(void);

#endif
