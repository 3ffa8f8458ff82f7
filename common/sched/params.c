/* SPDX-License-Identifier: MIT */
/*
 * params.c - parameters of the policy that runs, asked for and set; what is out
 * of range is refused and the range printed.
 */
#include <hv/errno.h>
#include <hv/printk.h>
#include "runqueue.h"

bool sched_is_between(const char *what, int64_t value, int64_t min,
                      int64_t max)
{
    if (value >= min && value <= max)
        return true;
    printk_guest(LOG_WARNING, "sched: %s %lld is not within %lld to %lld\n",
                 what, (long long)value, (long long)min, (long long)max);
    return false;
}

int sched_get_params(struct sched_params *p)
{
    *p = (struct sched_params){ 0 };
    return sched_policy->get(p);
}

int sched_set_params(const struct sched_params *p)
{
    return sched_policy->set(p);
}

int sched_get_domain(struct domain *d, struct sched_domain_params *p)
{
    *p = (struct sched_domain_params){ 0 };
    return sched_policy->get_domain ? sched_policy->get_domain(d, p) : -EINVAL;
}

int sched_set_domain(struct domain *d, const struct sched_domain_params *p)
{
    return sched_policy->set_domain ? sched_policy->set_domain(d, p) : -EINVAL;
}

const char *sched_policy_name(void)
{
    return sched_policy->name;
}

unsigned int sched_policy_id(void)
{
    return sched_policy->id;
}
