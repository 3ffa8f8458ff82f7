/* SPDX-License-Identifier: MIT */
/*
 * domctl_shadow.c - shadow_op: of what Xen does with shadow page tables, noting
 * which frames a domain writes to (mm/log_dirty.c). The rest is refused.
 */
#include <asm/current.h>
#include <hv/domain.h>
#include <hv/domctl.h>
#include <hv/errno.h>
#include <hv/log_dirty.h>
#include <hv/vcpu.h>
#include <public/domctl.h>

/* The count of faults is 0: nothing here costs the domain one of ours. */
static int read(struct domain *d, struct xen_domctl_shadow_op *s)
{
    struct log_dirty_request r = {
        .clean = s->op == XEN_DOMCTL_SHADOW_OP_CLEAN,
        .bitmap = guest_va((unsigned long)s->dirty_bitmap.p),
        .pages = s->pages,
        .ticket = current->control_done,
    };
    int rc;

    if (s->mode & ~(uint32_t)XEN_DOMCTL_SHADOW_LOGDIRTY_FINAL)
        return -EINVAL;
    rc = log_dirty_read(d, &r);
    current->control_done = r.ticket;
    s->stats.fault_count = 0;
    s->stats.dirty_count = r.dirty_count;
    return rc;
}

int domctl_shadow_op(struct domain *d, struct xen_domctl *op)
{
    struct xen_domctl_shadow_op *s = &op->u.shadow_op;

    if (d->dying != DOMAIN_ALIVE)
        return 0;
    switch (s->op) {
    case XEN_DOMCTL_SHADOW_OP_OFF:
        return log_dirty_disable(d);
    case XEN_DOMCTL_SHADOW_OP_ENABLE:
        if (!(s->mode & XEN_DOMCTL_SHADOW_ENABLE_LOG_DIRTY))
            return -EINVAL;
        return log_dirty_enable(d, &current->control_done);
    case XEN_DOMCTL_SHADOW_OP_ENABLE_LOGDIRTY:
        return log_dirty_enable(d, &current->control_done);
    case XEN_DOMCTL_SHADOW_OP_CLEAN:
    case XEN_DOMCTL_SHADOW_OP_PEEK:
        return read(d, s);
    default:
        return -EINVAL;
    }
}
