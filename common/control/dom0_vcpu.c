/* SPDX-License-Identifier: MIT */
/*
 * dom0_vcpu.c - dom0_op: a domain and its vcpus described, given registers, kept
 * on CPUs; privileges and assists of a guest kernel.
 */
#include <asm/current.h>
#include <hv/compiler.h>
#include <hv/control.h>
#include <hv/cpu.h>
#include <hv/domain.h>
#include <hv/domctl.h>
#include <hv/errno.h>
#include <hv/sched.h>
#include <hv/vcpu.h>
#include <public/domctl.h>
#include <public/sched.h>
#include "dom0_op.h"

#define ANY_CPU (-1)

bool dom0_is_built(const struct domain *d)
{
    const struct vcpu *v = domain_vcpu(d, 0);

    return v && __atomic_load_n(&v->is_initialised, __ATOMIC_ACQUIRE);
}

/* -- describe -------------------------------------------------------------- */

static uint32_t vcpu_flags(struct domain *d, struct dom0_getdomaininfo *info)
{
    struct control_vcpus c;
    uint32_t flags = 0;

    control_count_vcpus(d, &c);
    info->online_vcpus = c.online;
    info->cpu_time = c.cpu_time;
    if (c.running)
        flags |= DOMFLAGS_RUNNING;
    if (c.online && c.blocked == c.online)
        flags |= DOMFLAGS_BLOCKED;
    return flags;
}

static uint32_t domain_flags(struct domain *d)
{
    uint32_t flags = 0;

    spin_lock(&d->lock);
    if (d->dying != DOMAIN_ALIVE)
        flags |= DOMFLAGS_DYING;
    if (d->is_shut_down) {
        flags |= DOMFLAGS_SHUTDOWN;
        flags |= (uint32_t)d->shutdown_code << DOMFLAGS_SHUTDOWNSHIFT;
        if (d->shutdown_code == SHUTDOWN_crash)
            flags |= DOMFLAGS_CRASHED;
    }
    if (d->control_pause_count)
        flags |= DOMFLAGS_PAUSED;
    spin_unlock(&d->lock);
    return flags;
}

/* What domctl has a command of its own for. */
static long get_context(struct domain *d, const struct dom0_getdomaininfo *info)
{
    struct xen_domctl get = { .u.vcpucontext = { .vcpu = info->vcpu } };

    if (d == current->domain)
        return -EINVAL;
    get.u.vcpucontext.ctxt.p = (vcpu_guest_context_t *)info->ctxt;
    return domctl_getvcpucontext(d, &get);
}

static long describe(struct domain *d, struct dom0_getdomaininfo *info)
{
    const struct vcpu *v = domain_vcpu(d, info->vcpu);
    long rc = 0;

    if (!v)
        return -EINVAL;
    if (info->ctxt)
        rc = get_context(d, info);
    if (rc)
        return rc;
    info->domid = d->id;
    info->flags = vcpu_flags(d, info) | domain_flags(d);
    info->flags |= (READ_ONCE(v->cpu) & DOMFLAGS_CPUMASK) << DOMFLAGS_CPUSHIFT;
    info->tot_pages = READ_ONCE(d->page_count);
    info->max_pages = READ_ONCE(d->page_max);
    info->shared_info_frame = d->shared_info_mfn.n;
    info->max_vcpus = d->max_vcpus;
    return 0;
}

long dom0_getdomaininfo(struct dom0_op *op)
{
    struct domain *d = find_domain_from(op->u.getdomaininfo.domid);
    long rc = -ESRCH;

    if (d) {
        rc = describe(d, &op->u.getdomaininfo);
        domain_put(d);
    }
    return rc;
}

/* -- build ----------------------------------------------------------------- */

static long build(struct domain *d, struct dom0_op *op)
{
    const struct dom0_builddomain *b = &op->u.builddomain;
    struct xen_domctl set = { .u.vcpucontext = { .vcpu = b->vcpu } };
    const struct vcpu *v = domain_vcpu(d, b->vcpu);

    if (!v || !b->ctxt)
        return -EINVAL;
    if (!READ_ONCE(d->control_pause_count))
        return -EBUSY;
    if (__atomic_load_n(&v->is_initialised, __ATOMIC_ACQUIRE))
        return -EEXIST;
    set.u.vcpucontext.ctxt.p = (vcpu_guest_context_t *)b->ctxt;
    return domctl_setvcpucontext(d, &set);
}

long dom0_builddomain(struct dom0_op *op)
{
    const struct dom0_builddomain *a = &op->u.builddomain;

    return a->pad ? -EINVAL : dom0_about(a->domid, true, build, op);
}

/* -- CPUs ------------------------------------------------------------------ */

static long pin(struct domain *d, struct dom0_op *op)
{
    const struct dom0_pincpudomain *p = &op->u.pincpudomain;
    struct vcpu *v = domain_vcpu(d, p->vcpu);
    cpu_set_t cpus = { .bits = { 0 } };

    if (!v || p->cpu < ANY_CPU || p->cpu >= (int)NR_CPUS)
        return -EINVAL;
    for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++)
        if (p->cpu == ANY_CPU || p->cpu == (int)cpu)
            cpu_set_add(&cpus, cpu);
    return sched_set_affinity(v, &cpus);
}

long dom0_pincpudomain(struct dom0_op *op)
{
    return dom0_about(op->u.pincpudomain.domid, true, pin, op);
}

/* -- privileges and assists ------------------------------------------------ */

static long set_iopl(struct domain *d, struct dom0_op *op)
{
    return arch_domain_set_iopl(d, op->u.iopl.iopl);
}

long dom0_iopl(struct dom0_op *op)
{
    const struct dom0_iopl *a = &op->u.iopl;

    return a->pad ? -EINVAL : dom0_about(a->domid, false, set_iopl, op);
}

static long set_assist(struct domain *d, struct dom0_op *op)
{
    const struct dom0_setdomainvmassist *a = &op->u.setdomainvmassist;

    if (dom0_is_built(d))
        return -EINVAL;
    return arch_domain_vm_assist(d, a->cmd, a->type);
}

long dom0_setdomainvmassist(struct dom0_op *op)
{
    const struct dom0_setdomainvmassist *a = &op->u.setdomainvmassist;

    if (a->pad || a->pad2)
        return -EINVAL;
    return dom0_about(a->domid, true, set_assist, op);
}
