/* SPDX-License-Identifier: MIT */
/*
 * domctl_life.c - a domain's life by order of Xen's tools: made, limited,
 * paused, ended. What is done stands in common/domain; here is what the
 * interface asks of the arguments.
 */
#include <hv/domain.h>
#include <hv/domctl.h>
#include <hv/errno.h>
#include <hv/sched.h>
#include <hv/string.h>
#include <hv/time.h>
#include <hv/vcpu.h>
#include <public/domctl.h>

/* Those that mean something to PV domains, or at least no harm. */
#define FLAGS_TAKEN     (XEN_DOMCTL_CDF_s3_integrity | \
                         XEN_DOMCTL_CDF_oos_off | XEN_DOMCTL_CDF_xs_domain)
#define GRANT_VERSION   1u

/* There is one pool of CPUs, 0. */
static int check_config(const struct xen_domctl_createdomain *c)
{
    if (c->flags & ~FLAGS_TAKEN || c->iommu_opts || c->vmtrace_size ||
        c->grant_opts != XEN_DOMCTL_GRANT_version(GRANT_VERSION) ||
        c->max_grant_frames == 0 ||
        c->arch.misc_flags & ~XEN_X86_MISC_FLAGS_MAX)
        return -EINVAL;
    if (c->arch.emulation_flags)
        return -EOPNOTSUPP;
    return c->cpupool_id ? -ENOENT : 0;
}

static struct domain *create(domid_t id,
                             const struct xen_domctl_createdomain *c, int *rc)
{
    const struct domain_config config = {
        .name = "by the tools",
        .max_vcpus = c->max_vcpus,
        .is_store = c->flags & XEN_DOMCTL_CDF_xs_domain,
        .handle = c->handle,
        .max_ports = MIN(c->max_evtchn_port, UINT32_MAX - 1) + 1,
        .max_grant_frames = c->max_grant_frames,
        .max_maptrack_frames = c->max_maptrack_frames,
    };

    if (id == 0 || id >= DOMID_FIRST_RESERVED)
        return domain_create_any(&config, rc);
    return domain_create(id, &config, rc);
}

/* A number that is taken is said before anything else. */
int domctl_createdomain(struct domain *none, struct xen_domctl *op)
{
    struct domain *d = find_domain(op->domain);
    int rc;

    (void)none;
    if (d) {
        domain_put(d);
        if (op->domain)
            return -EEXIST;
    }
    rc = check_config(&op->u.createdomain);
    if (rc)
        return rc;
    d = create(op->domain, &op->u.createdomain, &rc);
    if (!d)
        return rc;
    op->domain = d->id;
    domain_put(d);
    return 0;
}

int domctl_destroydomain(struct domain *d, struct xen_domctl *op)
{
    (void)op;
    return domain_destroy(d);
}

int domctl_pausedomain(struct domain *d, struct xen_domctl *op)
{
    (void)op;
    return domain_control_pause(d);
}

int domctl_unpausedomain(struct domain *d, struct xen_domctl *op)
{
    (void)op;
    return domain_control_unpause(d);
}

int domctl_resumedomain(struct domain *d, struct xen_domctl *op)
{
    (void)op;
    domain_resume(d);
    return 0;
}

int domctl_max_mem(struct domain *d, struct xen_domctl *op)
{
    domain_set_page_max(d, op->u.max_mem.max_memkb >> (PAGE_SHIFT - 10));
    return 0;
}

/* They were made with their domain. */
int domctl_max_vcpus(struct domain *d, struct xen_domctl *op)
{
    return op->u.max_vcpus.max == d->max_vcpus ? 0 : -EINVAL;
}

int domctl_setdomainhandle(struct domain *d, struct xen_domctl *op)
{
    spin_lock(&d->lock);
    memcpy(d->handle, op->u.setdomainhandle.handle, sizeof(d->handle));
    spin_unlock(&d->lock);
    return 0;
}

int domctl_settimeoffset(struct domain *d, struct xen_domctl *op)
{
    spin_lock(&d->lock);
    d->time_offset = op->u.settimeoffset.time_offset_seconds;
    spin_unlock(&d->lock);
    arch_wallclock_update(d);
    return 0;
}

/* A PV guest has no buttons but this one. */
int domctl_sendtrigger(struct domain *d, struct xen_domctl *op)
{
    struct vcpu *v = domain_vcpu(d, op->u.sendtrigger.vcpu);

    if (!v)
        return -ESRCH;
    switch (op->u.sendtrigger.trigger) {
    case XEN_DOMCTL_SENDTRIGGER_NMI:
        arch_vcpu_send_nmi(v);
        vcpu_unblock(v);
        return 0;
    case XEN_DOMCTL_SENDTRIGGER_POWER:
    case XEN_DOMCTL_SENDTRIGGER_SLEEP:
        return -EINVAL;
    default:
        return -ENOSYS;
    }
}
