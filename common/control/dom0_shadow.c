/* SPDX-License-Identifier: MIT */
/*
 * dom0_shadow.c - dom0_op SHADOW_CONTROL: of what was once done with shadow page
 * tables, noting which frames a domain writes to (mm/log_dirty.c).
 */
#include <asm/current.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/log_dirty.h>
#include <hv/vcpu.h>
#include "dom0_op.h"

static long request(struct domain *d, struct log_dirty_request *r)
{
    long rc;

    r->ticket = current->control_done;
    rc = log_dirty_read(d, r);
    current->control_done = r->ticket;
    return rc;
}

/* The faults that a write costs are the guest's own, not counted. */
static long read(struct domain *d, struct dom0_shadow_control *s, bool clean)
{
    struct log_dirty_request r = {
        .clean = clean, .bitmap = guest_va(s->dirty_bitmap), .pages = s->pages,
    };
    long rc;

    if (s->pages < READ_ONCE(d->page_count))
        return -EINVAL;
    rc = request(d, &r);
    s->dirty_count = r.dirty_count;
    s->fault_count = s->dirty_net_count = s->dirty_block_count = 0;
    return rc;
}

static long control(struct domain *d, struct dom0_op *op)
{
    struct log_dirty_request forget = { .clean = true };
    struct dom0_shadow_control *s = &op->u.shadow_control;

    if (READ_ONCE(d->dying) != DOMAIN_ALIVE)
        return -EINVAL;
    switch (s->op) {
    case DOM0_SHADOW_CONTROL_OP_OFF:
        return log_dirty_disable(d);
    case DOM0_SHADOW_CONTROL_OP_ENABLE_LOGDIRTY:
        return log_dirty_enable(d, &current->control_done);
    case DOM0_SHADOW_CONTROL_OP_FLUSH:
        return request(d, &forget);
    case DOM0_SHADOW_CONTROL_OP_CLEAN:
        return read(d, s, true);
    case DOM0_SHADOW_CONTROL_OP_PEEK:
        return read(d, s, false);
    default:
        return -EINVAL;
    }
}

long dom0_shadow_control(struct dom0_op *op)
{
    const struct dom0_shadow_control *s = &op->u.shadow_control;

    return s->pad ? -EINVAL : dom0_about(s->domid, true, control, op);
}
