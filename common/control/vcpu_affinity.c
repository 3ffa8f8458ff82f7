/* SPDX-License-Identifier: MIT */
/*
 * vcpu_affinity.c - where a vcpu may run, asked for and set by tools. They learn
 * what is in force when they set it, and what was asked for when they ask.
 */
#include <hv/compiler.h>
#include <hv/cpu.h>
#include <hv/domain.h>
#include <hv/domctl.h>
#include <hv/errno.h>
#include <hv/nospec.h>
#include <hv/sched.h>
#include <hv/sysctl.h>
#include <hv/vcpu.h>
#include <public/domctl.h>

static void intersect(cpu_set_t *a, const cpu_set_t *b)
{
    for (unsigned int i = 0; i < ARRAY_SIZE(a->bits); i++)
        a->bits[i] &= b->bits[i];
}

static int put(const struct xenctl_bitmap *to, const cpu_set_t *s)
{
    return guest_bitmap_write(to, s->bits, cpu_number_limit());
}

static bool is_sensible(const struct xen_domctl_vcpuaffinity *a)
{
    return a->flags &&
           (!(a->flags & XEN_VCPUAFFINITY_HARD) || a->cpumap_hard.bitmap.p) &&
           (!(a->flags & XEN_VCPUAFFINITY_SOFT) || a->cpumap_soft.bitmap.p);
}

static int find_vcpu(struct domain *d, uint32_t id, struct vcpu **v)
{
    if (id >= d->max_vcpus)
        return -EINVAL;
    *v = d->vcpu[index_nospec(id, d->max_vcpus)];
    return *v ? 0 : -ESRCH;
}

/* -- ask ------------------------------------------------------------------- */

int domctl_getvcpuaffinity(struct domain *d, struct xen_domctl *op)
{
    const struct xen_domctl_vcpuaffinity *a = &op->u.vcpuaffinity;
    struct sched_affinity is;
    struct vcpu *v;
    int rc;

    if (!is_sensible(a))
        return -EINVAL;
    rc = find_vcpu(d, a->vcpu, &v);
    if (rc)
        return rc;
    sched_get_affinity(v, &is);
    if (a->flags & XEN_VCPUAFFINITY_HARD)
        rc = put(&a->cpumap_hard, &is.hard);
    if (!rc && (a->flags & XEN_VCPUAFFINITY_SOFT))
        rc = put(&a->cpumap_soft, &is.soft);
    return rc;
}

/* -- set ------------------------------------------------------------------- */

/* What was asked for. A soft mask may name whatever it likes, the hard one is
 * checked by whoever sets it. */
static int read_wanted(const struct xen_domctl_vcpuaffinity *a,
                       struct sched_affinity *want)
{
    int rc = 0;

    if (a->flags & XEN_VCPUAFFINITY_HARD)
        rc = guest_bitmap_read(want->hard.bits, NR_CPUS, &a->cpumap_hard);
    if (!rc && (a->flags & XEN_VCPUAFFINITY_SOFT))
        rc = guest_bitmap_read(want->soft.bits, NR_CPUS, &a->cpumap_soft);
    return rc;
}

/* What the vcpu's own domain has asked for ends only by force. */
static int end_override(struct vcpu *v, uint32_t flags)
{
    struct sched_affinity is;

    sched_get_affinity(v, &is);
    if (!is.is_override)
        return 0;
    return flags & XEN_VCPUAFFINITY_FORCE ? sched_pin_override(v, NR_CPUS)
                                          : -EBUSY;
}

static int apply(struct vcpu *v, uint32_t flags,
                 const struct sched_affinity *want)
{
    int rc = end_override(v, flags);

    if (!rc && (flags & XEN_VCPUAFFINITY_HARD))
        rc = sched_set_affinity(v, &want->hard);
    if (!rc && (flags & XEN_VCPUAFFINITY_SOFT))
        sched_set_soft_affinity(v, &want->soft);
    return rc;
}

static int put_effective(struct vcpu *v,
                         const struct xen_domctl_vcpuaffinity *a)
{
    struct sched_affinity is;
    int rc = 0;

    sched_get_affinity(v, &is);
    intersect(&is.hard, &cpu_online);
    intersect(&is.soft, &is.hard);
    if (a->flags & XEN_VCPUAFFINITY_HARD)
        rc = put(&a->cpumap_hard, &is.hard);
    if (!rc && (a->flags & XEN_VCPUAFFINITY_SOFT))
        rc = put(&a->cpumap_soft, &is.soft);
    return rc;
}

/* Everything is read before anything is changed. */
int domctl_setvcpuaffinity(struct domain *d, struct xen_domctl *op)
{
    const struct xen_domctl_vcpuaffinity *a = &op->u.vcpuaffinity;
    struct sched_affinity want;
    struct vcpu *v;
    int rc;

    if (!is_sensible(a))
        return -EINVAL;
    rc = find_vcpu(d, a->vcpu, &v);
    if (!rc)
        rc = read_wanted(a, &want);
    if (!rc)
        rc = apply(v, a->flags, &want);
    return rc ? rc : put_effective(v, a);
}
