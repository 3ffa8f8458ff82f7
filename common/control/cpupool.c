/* SPDX-License-Identifier: MIT */
/*
 * cpupool.c - pools of CPUs, of which there is one, number 0: it has all CPUs
 * and all domains, and none can be taken from it.
 */
#include <asm/current.h>
#include <hv/cpu.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/sched.h>
#include <hv/sysctl.h>
#include <hv/vcpu.h>
#include <public/sysctl.h>

static long put_cpus(const struct xenctl_bitmap *to, const cpu_set_t *cpus)
{
    return guest_bitmap_write(to, cpus->bits, cpu_number_limit());
}

static long describe(struct xen_sysctl_cpupool_op *p)
{
    if (p->cpupool_id)
        return -ENOENT;
    p->sched_id = sched_policy_id();
    p->n_dom = domain_count();
    return put_cpus(&p->cpumap, &cpu_online);
}

/* -ENODEV: a CPU that is in a pool cannot be added, nor removed when it is not
 * in this one. -EINVAL: it is the last one. */
static long move_cpu(const struct xen_sysctl_cpupool_op *p, bool is_added)
{
    bool is_any = p->cpu == XEN_SYSCTL_CPUPOOL_PAR_ANY;

    if (!is_added && p->cpupool_id)
        return -ENOENT;
    if (p->cpu >= cpu_number_limit() && (is_added || !is_any))
        return -EINVAL;
    if (is_added || (!is_any && !cpu_set_has(&cpu_online, p->cpu)))
        return -ENODEV;
    return cpu_count == 1 ? -EINVAL : -EOPNOTSUPP;
}

static long move_domain(const struct xen_sysctl_cpupool_op *p)
{
    struct domain *d;
    bool is_self;

    if (p->domid > DOMID_FIRST_RESERVED)
        return -EINVAL;
    d = find_domain((domid_t)p->domid);
    if (!d)
        return -ESRCH;
    is_self = d == current->domain;
    domain_put(d);
    if (is_self)
        return -EPERM;
    return p->cpupool_id ? -ENOENT : 0;
}

long sysctl_cpupool_op(struct xen_sysctl *op)
{
    static const cpu_set_t none;
    struct xen_sysctl_cpupool_op *p = &op->u.cpupool_op;

    switch (p->op) {
    case XEN_SYSCTL_CPUPOOL_OP_CREATE:
        return -EOPNOTSUPP;
    case XEN_SYSCTL_CPUPOOL_OP_DESTROY:
        return p->cpupool_id ? -ENOENT : -EBUSY;
    case XEN_SYSCTL_CPUPOOL_OP_INFO:
        return describe(p);
    case XEN_SYSCTL_CPUPOOL_OP_ADDCPU:
        return move_cpu(p, true);
    case XEN_SYSCTL_CPUPOOL_OP_RMCPU:
        return move_cpu(p, false);
    case XEN_SYSCTL_CPUPOOL_OP_MOVEDOMAIN:
        return move_domain(p);
    case XEN_SYSCTL_CPUPOOL_OP_FREEINFO:
        return put_cpus(&p->cpumap, &none);
    default:
        return -ENOSYS;
    }
}
