/* SPDX-License-Identifier: MIT */
/*
 * pick_cost.c - what a choice costs the host's CPU: the next one is chosen, and
 * the one before is queued again; the quickest of some batches, since the host
 * does other things too. And that a machine with nothing to do does nothing.
 */
#include <stdio.h>
#include <time.h>
#include "../../common/sched/runqueue.h"
#include "machine.h"
#include "scenario.h"

#define BATCHES 10u
#define ROUNDS  40000u      /* of a batch */

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Each choice comes 1 ms after the one before. */
static void choose_often(unsigned int rounds, s_time_t *at)
{
    struct vcpu *v;
    s_time_t until;

    for (unsigned int i = 0; i < rounds; i++) {
        *at += 1000000;
        v = sched_policy->choose(0, NULL, *at, &until);
        if (v)
            sched_policy->enqueue(v, false, *at);
    }
}

void pick_cost(const struct sched_policy *policy, unsigned int vcpus)
{
    struct domain *d;
    double start, took, least = 1;
    s_time_t at = sim_now();

    sim_init(1, policy);
    d = sim_domain(vcpus, 0, 0);
    for (unsigned int i = 0; i < vcpus; i++)
        sched_policy->enqueue(d->vcpu[i], true, at);
    for (unsigned int i = 0; i < BATCHES; i++) {
        start = seconds();
        choose_often(ROUNDS, &at);
        took = seconds() - start;
        least = took < least ? took : least;
    }
    printf("pick policy=%s vcpus=%u ns=%.1f\n", policy->name, vcpus,
           least / ROUNDS * 1e9);
}

/* Four CPUs, two of them idle, two with a vcpu each that nobody competes
 * with: nothing happens for an hour. */
void quiet(const struct sched_policy *policy)
{
    struct domain *d;
    uint64_t before;

    sim_init(4, policy);
    d = sim_domain(2, 0, 0);
    sim_start(d);
    sim_run(1000000000);
    before = sim_interrupts;
    sim_run(3600 * 1000000000ll);
    report(sim_interrupts == before,
           "quiet, %s: %llu interrupts of the clock in an hour", policy->name,
           (unsigned long long)(sim_interrupts - before));
}
