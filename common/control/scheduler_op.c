/* SPDX-License-Identifier: MIT */
/*
 * scheduler_op.c - the scheduler's parameters in the terms of today's tools,
 * which know the credit policy of the three: of all of it (sysctl) and of one
 * domain (domctl). sched_control.c has the same for dom0_op.
 */
#include <hv/domctl.h>
#include <hv/errno.h>
#include <hv/sched.h>
#include <hv/sysctl.h>
#include <public/domctl.h>
#include <public/sysctl.h>

#define US_PER_MS       1000u
#define NS_PER_US       1000u
#define KEEP_WEIGHT     0u
#define KEEP_CAP        0xffffu

/* Is @id a policy whose parameters fit here, and does it run? */
static bool is_credit(uint32_t id)
{
    return id == XEN_SCHEDULER_CREDIT && id == sched_policy_id();
}

long sysctl_sched_id(struct xen_sysctl *op)
{
    op->u.sched_id.sched_id = sched_policy_id();
    return 0;
}

/* -- all of it ------------------------------------------------------------- */

static bool is_sensible(const struct xen_sysctl_credit_schedule *c)
{
    return c->tslice_ms >= XEN_SYSCTL_CSCHED_TSLICE_MIN &&
           c->tslice_ms <= XEN_SYSCTL_CSCHED_TSLICE_MAX &&
           (!c->ratelimit_us ||
            c->ratelimit_us >= XEN_SYSCTL_SCHED_RATELIMIT_MIN) &&
           c->ratelimit_us <= XEN_SYSCTL_SCHED_RATELIMIT_MAX &&
           c->ratelimit_us <= c->tslice_ms * US_PER_MS &&
           c->vcpu_migr_delay_us == 0;
}

static int put_params(const struct xen_sysctl_credit_schedule *c)
{
    struct sched_params p = {
        .slice = (uint64_t)c->tslice_ms * US_PER_MS * NS_PER_US,
        .ratelimit = (uint64_t)c->ratelimit_us * NS_PER_US,
    };

    return is_sensible(c) ? sched_set_params(&p) : -EINVAL;
}

static int get_params(struct xen_sysctl_credit_schedule *c)
{
    struct sched_params p;
    int rc = sched_get_params(&p);

    c->tslice_ms = (uint32_t)(p.slice / (US_PER_MS * NS_PER_US));
    c->ratelimit_us = (uint32_t)(p.ratelimit / NS_PER_US);
    c->vcpu_migr_delay_us = 0;
    return rc;
}

long sysctl_scheduler_op(struct xen_sysctl *op)
{
    struct xen_sysctl_scheduler_op *s = &op->u.scheduler_op;

    if (s->cmd != XEN_SYSCTL_SCHEDOP_putinfo &&
        s->cmd != XEN_SYSCTL_SCHEDOP_getinfo)
        return -EINVAL;
    if (s->cpupool_id)
        return -ESRCH;
    if (!is_credit(s->sched_id))
        return -EINVAL;
    if (s->cmd == XEN_SYSCTL_SCHEDOP_putinfo && put_params(&s->u.sched_credit))
        return -EINVAL;
    return get_params(&s->u.sched_credit);
}

/* -- one domain ------------------------------------------------------------ */

static int put_domain(struct domain *d, const struct xen_domctl_sched_credit *c)
{
    struct sched_domain_params p;
    int rc = sched_get_domain(d, &p);

    if (c->weight != KEEP_WEIGHT)
        p.weight = c->weight;
    if (c->cap != KEEP_CAP)
        p.cap = c->cap;
    return rc ? rc : sched_set_domain(d, &p);
}

static int get_domain(struct domain *d, struct xen_domctl_sched_credit *c)
{
    struct sched_domain_params p;
    int rc = sched_get_domain(d, &p);

    c->weight = (uint16_t)p.weight;
    c->cap = (uint16_t)p.cap;
    return rc;
}

/* Credit has no parameters of single vcpus. */
int domctl_scheduler_op(struct domain *d, struct xen_domctl *op)
{
    struct xen_domctl_scheduler_op *s = &op->u.scheduler_op;

    if (!is_credit(s->sched_id))
        return -EINVAL;
    switch (s->cmd) {
    case XEN_DOMCTL_SCHEDOP_putinfo:
        return put_domain(d, &s->u.credit);
    case XEN_DOMCTL_SCHEDOP_getinfo:
        return get_domain(d, &s->u.credit);
    default:
        return -EINVAL;
    }
}
