/* SPDX-License-Identifier: MIT */
/*
 * sched_control.c - DOM0_SCHEDCTL and DOM0_ADJUSTDOM: parameters of the
 * scheduler, and of one domain, asked for or set. The caller names the policy
 * that it means, since the parameters are the policy's.
 */
#include <hv/control.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/sched.h>
#include <public/dom0_ops.h>

static bool is_zero(const uint64_t *words, size_t count)
{
    uint64_t any = 0;

    for (size_t i = 0; i < count; i++)
        any |= words[i];
    return !any;
}

static long checked(uint32_t sched_id, uint32_t direction)
{
    if (sched_id != sched_policy_id() || direction > SCHED_INFO_GET)
        return -EINVAL;
    return 0;
}

static long set_params(const struct dom0_schedctl *c)
{
    struct sched_params p = { .slice = c->u.rrobin.slice };

    if (!is_zero(&c->u.pad[1], ARRAY_SIZE(c->u.pad) - 1))
        return -EINVAL;
    if (c->sched_id == SCHED_CREDIT) {
        p.slice = c->u.credit.tslice_us * 1000ull;
        p.ratelimit = c->u.credit.ratelimit_us * 1000ull;
    }
    return sched_set_params(&p);
}

long control_schedctl(struct dom0_schedctl *c)
{
    struct sched_params p;
    long rc = checked(c->sched_id, c->direction);

    if (rc)
        return rc;
    if (c->direction == SCHED_INFO_PUT)
        return set_params(c);
    rc = sched_get_params(&p);
    if (c->sched_id == SCHED_CREDIT) {
        c->u.credit.tslice_us = (uint32_t)(p.slice / 1000);
        c->u.credit.ratelimit_us = (uint32_t)(p.ratelimit / 1000);
    } else {
        c->u.rrobin.slice = p.slice;
    }
    return rc;
}

/* What SET does not use is 0. */
static bool is_padded(const struct dom0_adjustdom *a)
{
    if (a->sched_id == SCHED_BVT)
        return !a->u.bvt.pad && a->u.bvt.warpback <= 1 &&
               is_zero(&a->u.pad[4], ARRAY_SIZE(a->u.pad) - 4);
    return a->u.pad[0] >> 32 == 0 &&
           is_zero(&a->u.pad[1], ARRAY_SIZE(a->u.pad) - 1);
}

static long set_domain(struct domain *d, const struct dom0_adjustdom *a)
{
    struct sched_domain_params p = {
        .weight = a->u.credit.weight, .cap = a->u.credit.cap,
    };

    if (!is_padded(a))
        return -EINVAL;
    if (a->sched_id == SCHED_BVT)
        p = (struct sched_domain_params){
            .mcu_advance = a->u.bvt.mcu_adv, .warps = a->u.bvt.warpback,
            .warp_value = a->u.bvt.warpvalue,
            .warp_limit = (uint64_t)a->u.bvt.warpl,
            .unwarp_limit = (uint64_t)a->u.bvt.warpu,
        };
    return sched_set_domain(d, &p);
}

static long get_domain(struct domain *d, struct dom0_adjustdom *a)
{
    struct sched_domain_params p;
    long rc = sched_get_domain(d, &p);

    if (a->sched_id == SCHED_BVT) {
        a->u.bvt.mcu_adv = p.mcu_advance;
        a->u.bvt.warpback = p.warps;
        a->u.bvt.warpvalue = p.warp_value;
        a->u.bvt.warpl = (int64_t)p.warp_limit;
        a->u.bvt.warpu = (int64_t)p.unwarp_limit;
    } else {
        a->u.credit.weight = (uint16_t)p.weight;
        a->u.credit.cap = (uint16_t)p.cap;
    }
    return rc;
}

long control_adjustdom(struct dom0_adjustdom *a)
{
    long rc = checked(a->sched_id, a->direction);
    struct domain *d;

    if (rc || a->pad[0] || a->pad[1] || a->pad[2])
        return -EINVAL;
    d = find_domain(a->domid);
    if (!d)
        return -ESRCH;
    rc = a->direction == SCHED_INFO_PUT ? set_domain(d, a) : get_domain(d, a);
    domain_put(d);
    return rc;
}
