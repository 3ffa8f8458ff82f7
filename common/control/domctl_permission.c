/* SPDX-License-Identifier: MIT */
/*
 * domctl_permission.c - which I/O ports, device memory and interrupt lines a
 * domain may use. A caller gives only what it has itself. What is mapped or
 * bound already stays so when the permission goes.
 */
#include <hv/domain.h>
#include <hv/domctl.h>
#include <hv/errno.h>
#include <hv/frame.h>
#include <hv/irq.h>
#include <hv/pirq.h>
#include <hv/rangeset.h>
#include <hv/vcpu.h>
#include <public/domctl.h>
#include "permission.h"

#define PORTS       0x10000ul
#define FRAME_BITS  (52 - PAGE_SHIFT)

/* Its set may be that of the domain that is spoken of: one lock at a time. */
bool permission_is_callers(const struct rangeset *set, unsigned long first,
                           unsigned long last)
{
    struct domain *caller = current->domain;
    bool may;

    spin_lock(&caller->lock);
    may = rangeset_contains(set, first, last);
    spin_unlock(&caller->lock);
    return may;
}

/* Its vcpus look at ports under the lock, at frames while they share the
 * tables. */
int permission_change(struct domain *d, struct rangeset *set,
                      unsigned long first, unsigned long last,
                      bool is_allowed)
{
    int rc = -EINVAL;

    spin_lock(&d->lock);
    arch_lock_tables(d);
    if (d->dying == DOMAIN_ALIVE)
        rc = is_allowed ? rangeset_add(set, first, last)
                        : rangeset_remove(set, first, last);
    arch_unlock_tables(d);
    spin_unlock(&d->lock);
    return rc;
}

int domctl_ioport_permission(struct domain *d, struct xen_domctl *op)
{
    const struct xen_domctl_ioport_permission *p = &op->u.ioport_permission;
    unsigned long first = p->first_port, last = first + p->nr_ports - 1;

    if (!p->nr_ports || last >= PORTS)
        return -EINVAL;
    if (!permission_is_callers(&current->domain->ioports, first, last))
        return -EPERM;
    return permission_change(d, &d->ioports, first, last, p->allow_access);
}

int domctl_iomem_permission(struct domain *d, struct xen_domctl *op)
{
    const struct xen_domctl_iomem_permission *p = &op->u.iomem_permission;
    unsigned long first = p->first_mfn, last = first + p->nr_mfns - 1;

    if (!p->nr_mfns || last < first || last >> FRAME_BITS)
        return -EINVAL;
    if (!permission_is_callers(&current->domain->iomem, first, last))
        return -EPERM;
    return permission_change(d, &d->iomem, first, last, p->allow_access);
}

/* All lines are the caller's who drives the devices; messages are nobody's to
 * give. A line of the hypervisor's own is refused when it is mapped. */
int domctl_irq_permission(struct domain *d, struct xen_domctl *op)
{
    const struct xen_domctl_irq_permission *p = &op->u.irq_permission;

    if (p->pirq >= PIRQ_COUNT)
        return -EINVAL;
    if (!current->domain->is_hardware || p->pirq >= arch_irq_gsi_count())
        return -EPERM;
    return pirq_permit(d, p->pirq, p->allow_access);
}
