/* SPDX-License-Identifier: MIT */
/*
 * pause.c - hold a vcpu, or all of a domain, still. Pauses are counted; V1 in
 * hv/vcpu.h says what the counts do. First the count changes, then the
 * scheduler is told to look at it.
 *
 * The tools have a count of their own, so that they cannot end a pause that the
 * hypervisor made: all of theirs together are one of the domain's.
 */
#include <hv/assert.h>
#include <hv/domain.h>
#include <hv/errno.h>
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
static void wait_for_vcpus(struct domain *d)
{
    struct vcpu *v;

    for_each_vcpu(d, v)
        vcpu_sleep_sync(v);
}

void domain_pause(struct domain *d)
{
    domain_pause_nosync(d);
    wait_for_vcpus(d);
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

#define CONTROL_PAUSES_MAX  255u

/* Whoever comes second waits too: it may rely on the domain standing still. */
int domain_control_pause(struct domain *d)
{
    int rc = -EOVERFLOW;

    spin_lock(&d->lock);
    if (d->control_pause_count < CONTROL_PAUSES_MAX) {
        if (d->control_pause_count++ == 0)
            domain_pause_nosync(d);
        rc = 0;
    }
    spin_unlock(&d->lock);
    if (!rc)
        wait_for_vcpus(d);
    return rc;
}

int domain_control_unpause(struct domain *d)
{
    int rc = -EINVAL;

    spin_lock(&d->lock);
    if (d->control_pause_count) {
        if (--d->control_pause_count == 0)
            domain_unpause(d);
        rc = 0;
    }
    spin_unlock(&d->lock);
    return rc;
}
