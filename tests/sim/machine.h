/* SPDX-License-Identifier: MIT */
/*
 * machine.h - CPUs, vcpus and a clock that the simulator moves, under the
 * shipped scheduler. One process simulates one machine.
 */
#ifndef SIM_MACHINE_H
#define SIM_MACHINE_H

#include <stdint.h>
#include <hv/domain.h>
#include <hv/sched.h>
#include <hv/vcpu.h>

struct sched_policy;

/* What a vcpu does: runs for @burst, sleeps for about @sleep, again and again.
 * Its sleeps are spread evenly between half and one and a half of that. */
struct sim_vcpu {
    struct vcpu v;
    int64_t burst;              /* ns; 0: it always runs */
    int64_t sleep;
    int64_t left;               /* of the burst */
    int64_t entered;            /* when it got a CPU */
    int64_t woken;              /* when it wanted one; -1: it has it */
    uint32_t generation;        /* of the event that ends its burst */
    unsigned int ran_on;        /* the CPU it had last */
};

/* Who is told of each wake-up: how long until @s had a CPU. */
typedef void (*sim_latency_fn)(struct sim_vcpu *s, int64_t ns);
extern sim_latency_fn sim_latency;

void sim_init(unsigned int cpus, const struct sched_policy *policy);
/* A domain with @count vcpus, all alike; they wake when sim_start() says. */
struct domain *sim_domain(unsigned int count, int64_t burst, int64_t sleep);
void sim_start(struct domain *d);
/* Let time pass. */
void sim_run(int64_t ns);
int64_t sim_now(void);
/* How long it has run so far. */
int64_t sim_ran(struct domain *d, unsigned int id);
/* How often CPUs switched, and vcpus went to another CPU. */
extern uint64_t sim_switches, sim_moves;
/* How often a CPU's clock interrupted it. */
extern uint64_t sim_interrupts;

#endif
