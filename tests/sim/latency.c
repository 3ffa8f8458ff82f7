/* SPDX-License-Identifier: MIT */
/*
 * latency.c - how long vcpus that sleep and wake wait for a CPU.
 *
 * A sleeper works for 50 us and sleeps for about 1 ms: what a domain does that
 * serves a device. It sleeps longer where that is more than half of its share.
 * The hogs beside it always run. The goal under credit: 99 of 100 wake-ups are
 * served within ratelimit, which any vcpu may keep its CPU, and the work of
 * other sleepers on that CPU; none takes more than twice as long. What happens
 * in the first 100 ms does not count: a vcpu that is new is owed nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../../common/sched/policy.h"
#include "machine.h"
#include "scenario.h"

#define BURST       50000
#define SLEEP       1000000
#define SETTLE      100000000
#define SPAN        (10 * 1000000000ll)
#define RATELIMIT   1000000
#define SLEEPS_MAX  (4u << 20)

static int64_t *seen;
static size_t seen_count;

static void note(struct sim_vcpu *s, int64_t ns)
{
    if (s->burst && seen_count < SLEEPS_MAX)
        seen[seen_count++] = ns;
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static int64_t percentile(double p)
{
    return seen[(size_t)(p * (double)(seen_count - 1))];
}

static void let_warp(struct domain *d)
{
    struct sched_domain_params p;

    if (sched_get_domain(d, &p))
        abort();
    p.warps = true;
    p.warp_value = 1000;
    if (sched_set_domain(d, &p))
        abort();
}

static void print(const char *policy, unsigned int cpus, unsigned int sleepers,
                  unsigned int hogs)
{
    printf("latency policy=%s cpus=%u sleepers=%u hogs=%u wakes=%zu p50=%lld "
           "p90=%lld p99=%lld p999=%lld max=%lld\n", policy, cpus, sleepers,
           hogs, seen_count, (long long)percentile(0.5),
           (long long)percentile(0.9), (long long)percentile(0.99),
           (long long)percentile(0.999), (long long)percentile(1));
}

void latency(const struct sched_policy *policy, bool warps, unsigned int cpus,
             unsigned int sleepers, unsigned int hogs)
{
    int64_t goal = RATELIMIT + BURST * ((sleepers - 1) / cpus);
    int64_t sleep = 2 * BURST * ((sleepers + hogs) / cpus);
    struct domain *io, *busy;

    sleep = sleep > SLEEP ? sleep : SLEEP;
    seen = malloc(SLEEPS_MAX * sizeof(*seen));
    if (!seen)
        abort();
    sim_init(cpus, policy);
    io = sim_domain(sleepers, BURST, sleep);
    busy = sim_domain(hogs, 0, 0);
    if (warps)
        let_warp(io);
    sim_start(busy);
    sim_start(io);
    sim_run(SETTLE);
    sim_latency = note;
    sim_run(SPAN);
    qsort(seen, seen_count, sizeof(*seen), compare);
    print(warps ? "bvt-warp" : policy->name, cpus, sleepers, hogs);
    if (policy == &sched_credit)
        report(percentile(0.99) <= goal && percentile(1) <= 2 * goal,
               "latency, %u sleepers and %u hogs on %u CPUs: 99 %% within "
               "%.0f us, all within %.0f us", sleepers, hogs, cpus,
               (double)percentile(0.99) / 1000, (double)percentile(1) / 1000);
}
