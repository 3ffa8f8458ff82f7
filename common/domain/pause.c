/* SPDX-License-Identifier: MIT */
/*
 * pause.c - hold a vcpu, or all of a domain, still. Pauses are counted; V1 in
 * hv/vcpu.h says what the counts do. First the count changes, then the
 * scheduler is told to look at it.
 */
#include <hv/assert.h>
#include <hv/domain.h>
#include <hv/sched.h>
#include <hv/vcpu.h>

static void add_pause(unsigned int *count)
{
    __atomic_add_fetch(count, 1, __ATOMIC_SEQ_CST);
}

/* True when it was the last one. */
static bool drop_pause(unsigned int *count)
{
    unsigned int left = __atomic_sub_fetch(count, 1, __ATOMIC_SEQ_CST);

    ASSERT(left != ~0u);
    return left == 0;
}

void vcpu_pause(struct vcpu *v)
{
    add_pause(&v->pause_count);
    vcpu_sleep_sync(v);
}

void vcpu_pause_nosync(struct vcpu *v)
{
    add_pause(&v->pause_count);
    vcpu_sleep_nosync(v);
}

void vcpu_unpause(struct vcpu *v)
{
    if (drop_pause(&v->pause_count))
        vcpu_wake(v);
}

/* All are told before one is waited for. */
void domain_pause(struct domain *d)
{
    struct vcpu *v;

    domain_pause_nosync(d);
    for_each_vcpu(d, v)
        vcpu_sleep_sync(v);
}

void domain_pause_nosync(struct domain *d)
{
    struct vcpu *v;

    add_pause(&d->pause_count);
    for_each_vcpu(d, v)
        vcpu_sleep_nosync(v);
}

void domain_unpause(struct domain *d)
{
    struct vcpu *v;

    if (!drop_pause(&d->pause_count))
        return;
    for_each_vcpu(d, v)
        vcpu_wake(v);
}
