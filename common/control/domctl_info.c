/* SPDX-License-Identifier: MIT */
/*
 * domctl_info.c - what tools are told of a domain and of a vcpu. A domain that
 * changes meanwhile is told of as it was at some moment, number by number; what
 * belongs together is read under one lock.
 */
#include <hv/control.h>
#include <hv/domain.h>
#include <hv/domctl.h>
#include <hv/errno.h>
#include <hv/sched.h>
#include <hv/string.h>
#include <hv/vcpu.h>
#include <public/domctl.h>

#define BLOCKED (1ul << VCPU_PAUSE_BLOCKED | 1ul << VCPU_PAUSE_POLLING)

void control_count_vcpus(struct domain *d, struct control_vcpus *c)
{
    struct vcpu *v;

    *c = (struct control_vcpus){ 0 };
    for_each_vcpu(d, v) {
        unsigned long pause = READ_ONCE(v->pause_flags);
        struct vcpu_runstate_info r;

        vcpu_runstate_get(v, &r);
        c->cpu_time += r.time[RUNSTATE_running];
        if (pause & (1ul << VCPU_PAUSE_DOWN))
            continue;
        c->online++;
        c->blocked += !!(pause & BLOCKED);
        c->running += READ_ONCE(v->is_running);
    }
}

static uint32_t vcpu_flags(const struct control_vcpus *c)
{
    uint32_t flags = 0;

    if (c->online && c->blocked == c->online)
        flags |= XEN_DOMINF_blocked;
    if (c->running)
        flags |= XEN_DOMINF_running;
    return flags;
}

/* What changes under the domain's lock. */
static void fill_locked(const struct domain *d,
                        struct xen_domctl_getdomaininfo *info)
{
    if (d->dying != DOMAIN_ALIVE)
        info->flags |= XEN_DOMINF_dying;
    if (d->is_shut_down)
        info->flags |= XEN_DOMINF_shutdown;
    if (d->control_pause_count)
        info->flags |= XEN_DOMINF_paused;
    info->flags |= (uint32_t)d->shutdown_code << XEN_DOMINF_shutdownshift;
    memcpy(info->handle, d->handle, sizeof(info->handle));
}

void control_domain_info(struct domain *d,
                         struct xen_domctl_getdomaininfo *info)
{
    struct control_vcpus vcpus;

    control_count_vcpus(d, &vcpus);
    *info = (struct xen_domctl_getdomaininfo){
        .domain = d->id,
        .flags = vcpu_flags(&vcpus),
        .tot_pages = READ_ONCE(d->page_count),
        .max_pages = READ_ONCE(d->page_max),
        .shared_info_frame = d->shared_info_mfn.n,
        .cpu_time = vcpus.cpu_time,
        .nr_online_vcpus = vcpus.online,
        .max_vcpu_id = d->max_vcpus - 1,
    };
    if (d->is_store)
        info->flags |= XEN_DOMINF_xs_domain;
    spin_lock(&d->lock);
    fill_locked(d, info);
    spin_unlock(&d->lock);
}

int domctl_getdomaininfo(struct domain *none, struct xen_domctl *op)
{
    struct domain *d;

    (void)none;
    if (op->domain >= DOMID_FIRST_RESERVED)
        return -EINVAL;
    d = find_domain_from(op->domain);
    if (!d)
        return -ESRCH;
    control_domain_info(d, &op->u.getdomaininfo);
    op->domain = d->id;
    domain_put(d);
    return 0;
}

int domctl_getvcpuinfo(struct domain *d, struct xen_domctl *op)
{
    struct xen_domctl_getvcpuinfo *info = &op->u.getvcpuinfo;
    struct vcpu *v = domain_vcpu(d, info->vcpu);
    struct vcpu_runstate_info r;
    unsigned long pause;

    if (!v)
        return -EINVAL;
    vcpu_runstate_get(v, &r);
    pause = READ_ONCE(v->pause_flags);
    info->online = !(pause & (1ul << VCPU_PAUSE_DOWN));
    info->blocked = !!(pause & BLOCKED);
    info->running = READ_ONCE(v->is_running);
    info->cpu_time = r.time[RUNSTATE_running];
    info->cpu = READ_ONCE(v->cpu);
    return 0;
}
