/* SPDX-License-Identifier: MIT */
/*
 * fairness.c - shares by weight, and caps.
 *
 * The goal: over 10 s the vcpus of each weight get their share within 2 %, and
 * so does each vcpu by itself, or within GRAIN of it where that is more: nobody
 * can be served in pieces smaller than a turn.
 */
#include <stdio.h>
#include <stdlib.h>
#include "../../common/sched/policy.h"
#include "machine.h"
#include "scenario.h"

#define CLASSES     4u
#define SPAN        (10 * 1000000000ll)
#define GRAIN       3000000.0       /* ns */
#define GOAL        0.02

static const uint32_t weight_of[CLASSES] = { 64, 128, 256, 512 };

static void set_weight(struct domain *d, uint32_t weight)
{
    struct sched_domain_params p;

    if (sched_get_domain(d, &p))
        abort();
    p.weight = weight;
    p.mcu_advance = 2560 / weight;
    if (sched_set_domain(d, &p))
        abort();
}

/* bvt's turns are ctx_allow, however many wait: 1 ms where that is many. */
static void allow_little(void)
{
    struct sched_params p;

    if (sched_get_params(&p))
        abort();
    p.slice = 1000000;
    if (sched_set_params(&p))
        abort();
}

struct errors {
    double class_worst;     /* of a weight's vcpus together */
    double worst;           /* of one vcpu */
    double excess;          /* by how many grains one misses the goal */
};

static void add_class(struct errors *e, struct domain *d, double ideal)
{
    double sum = 0, error;

    for (unsigned int i = 0; i < d->max_vcpus; i++) {
        double ran = (double)sim_ran(d, i), off = ran - ideal;

        off = off < 0 ? -off : off;
        sum += ran;
        e->worst = off / ideal > e->worst ? off / ideal : e->worst;
        if (off > GOAL * ideal && off / GRAIN > e->excess)
            e->excess = off / GRAIN;
    }
    error = sum / (ideal * d->max_vcpus) - 1;
    error = error < 0 ? -error : error;
    e->class_worst = error > e->class_worst ? error : e->class_worst;
}

void fairness(const struct sched_policy *policy, unsigned int cpus,
              unsigned int vcpus)
{
    struct domain *d[CLASSES];
    struct errors e = { 0 };
    double weights = 0;

    sim_init(cpus, policy);
    if (policy == &sched_bvt && vcpus > 10 * cpus)
        allow_little();
    for (unsigned int c = 0; c < CLASSES; c++) {
        d[c] = sim_domain(vcpus / CLASSES, 0, 0);
        set_weight(d[c], weight_of[c]);
        weights += (double)weight_of[c] * (vcpus / CLASSES);
    }
    for (unsigned int c = 0; c < CLASSES; c++)
        sim_start(d[c]);
    sim_run(SPAN);
    for (unsigned int c = 0; c < CLASSES; c++)
        add_class(&e, d[c], (double)SPAN * cpus * weight_of[c] / weights);
    printf("fairness policy=%s cpus=%u vcpus=%u class_error=%.5f "
           "vcpu_error=%.5f switches=%llu moves=%llu\n", policy->name, cpus,
           vcpus, e.class_worst, e.worst, (unsigned long long)sim_switches,
           (unsigned long long)sim_moves);
    report(e.class_worst <= GOAL && e.excess <= 1,
           "fairness, %s, %u CPUs, %u vcpus: each weight within %.2f %%, "
           "each vcpu within %.2f %%", policy->name, cpus, vcpus,
           100 * e.class_worst, 100 * e.worst);
}

/* Running time of the domain's vcpus together, in per cent of a CPU. */
static double usage(struct domain *d)
{
    double sum = 0;

    for (unsigned int i = 0; i < d->max_vcpus; i++)
        sum += (double)sim_ran(d, i);
    return 100 * sum / SPAN;
}

void cap(unsigned int cpus, unsigned int vcpus, unsigned int per_cent,
         bool has_rivals)
{
    struct sched_domain_params p;
    struct domain *capped, *rivals;
    double got, off;

    sim_init(cpus, &sched_credit);
    capped = sim_domain(vcpus, 0, 0);
    rivals = sim_domain(vcpus, 0, 0);
    if (sched_get_domain(capped, &p))
        abort();
    p.cap = per_cent;
    if (sched_set_domain(capped, &p))
        abort();
    sim_start(capped);
    if (has_rivals)
        sim_start(rivals);
    sim_run(SPAN);
    got = usage(capped);
    off = (got - per_cent) / per_cent;
    printf("cap cpus=%u vcpus=%u cap=%u rivals=%u got=%.3f\n", cpus, vcpus,
           per_cent, has_rivals, got);
    report(off <= 0.01 && off >= -0.01,
           "cap of %u %%, %u vcpus, %u CPUs%s: it got %.2f %%", per_cent,
           vcpus, cpus, has_rivals ? ", beside hogs" : "", got);
}
