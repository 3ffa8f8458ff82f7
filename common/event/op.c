/* SPDX-License-Identifier: MIT */
/*
 * op.c - hypercall 32, and 16, its older form with command and operands in one
 * structure: a table of operation, size of its argument, and handler. Arguments
 * are copied in once and copied back where the operation replies.
 */
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <hv/subject.h>
#include <hv/vcpu.h>
#include <public/event_channel.h>
#include "port.h"

union event_arg {
    struct evtchn_bind_interdomain bind_interdomain;
    struct evtchn_bind_virq bind_virq;
    struct evtchn_bind_pirq bind_pirq;
    struct evtchn_close close;
    struct evtchn_send send;
    struct evtchn_status status;
    struct evtchn_alloc_unbound alloc_unbound;
    struct evtchn_bind_ipi bind_ipi;
    struct evtchn_bind_vcpu bind_vcpu;
    struct evtchn_unmask unmask;
    struct evtchn_reset reset;
};

static domid_t id_or_own(domid_t id)
{
    return id == DOMAIN_SELF ? current->domain->id : id;
}

static long op_alloc_unbound(struct domain *caller, union event_arg *a)
{
    struct evtchn_alloc_unbound *u = &a->alloc_unbound;
    struct domain *d;
    int rc = find_subject(u->dom, &d);

    (void)caller;
    if (rc)
        return rc;
    rc = port_alloc_unbound(d, id_or_own(u->remote_dom), &u->port);
    domain_put(d);
    return rc;
}

static long op_bind_interdomain(struct domain *d, union event_arg *a)
{
    struct evtchn_bind_interdomain *b = &a->bind_interdomain;
    struct domain *far = find_domain_or_self(b->remote_dom);
    int rc;

    if (!far)
        return -ESRCH;
    rc = port_bind_interdomain(d, far, b->remote_port, &b->local_port);
    domain_put(far);
    return rc;
}

static long op_bind_virq(struct domain *d, union event_arg *a)
{
    struct evtchn_bind_virq *b = &a->bind_virq;

    return port_bind_virq(d, b->virq, b->vcpu, &b->port);
}

static long op_bind_pirq(struct domain *d, union event_arg *a)
{
    struct evtchn_bind_pirq *b = &a->bind_pirq;

    return port_bind_pirq(d, b->pirq, b->flags & BIND_PIRQ__WILL_SHARE,
                          &b->port);
}

static long op_bind_ipi(struct domain *d, union event_arg *a)
{
    return port_bind_ipi(d, a->bind_ipi.vcpu, &a->bind_ipi.port);
}

static long op_bind_vcpu(struct domain *d, union event_arg *a)
{
    return port_bind_vcpu(d, a->bind_vcpu.port, a->bind_vcpu.vcpu);
}

static long op_close(struct domain *d, union event_arg *a)
{
    return port_close(d, a->close.port);
}

static long op_send(struct domain *d, union event_arg *a)
{
    return port_send(d, a->send.port);
}

static long op_unmask(struct domain *d, union event_arg *a)
{
    return port_unmask(d, a->unmask.port);
}

static void status_locked(const struct port *p, struct evtchn_status *s)
{
    s->vcpu = p->notify_vcpu;
    switch (p->state) {
    case PORT_UNBOUND:
        s->status = EVTCHNSTAT_unbound;
        s->u.unbound.dom = p->remote_id;
        break;
    case PORT_INTERDOMAIN:
        s->status = EVTCHNSTAT_interdomain;
        s->u.interdomain.dom = p->far->id;
        s->u.interdomain.port = p->far_port;
        break;
    case PORT_CONSOLE:
        s->status = EVTCHNSTAT_interdomain;
        s->u.interdomain.dom = DOMAIN_HV;
        break;
    case PORT_PIRQ:
        s->status = EVTCHNSTAT_pirq;
        s->u.pirq = p->pirq;
        break;
    case PORT_VIRQ:
        s->status = EVTCHNSTAT_virq;
        s->u.virq = p->virq;
        break;
    case PORT_IPI:
        s->status = EVTCHNSTAT_ipi;
        break;
    default:
        s->status = EVTCHNSTAT_closed;
        break;
    }
}

static long op_status(struct domain *caller, union event_arg *a)
{
    struct domain *d;
    const struct port *p;
    int rc = find_subject(a->status.dom, &d);

    (void)caller;
    if (rc)
        return rc;
    spin_lock(&d->event_lock);
    p = port_find(d, a->status.port);
    if (p)
        status_locked(p, &a->status);
    spin_unlock(&d->event_lock);
    domain_put(d);
    return p ? 0 : -EINVAL;
}

/* Of another domain only while the tools hold it still. */
static long op_reset(struct domain *caller, union event_arg *a)
{
    struct domain *d;
    int rc = find_subject(a->reset.dom, &d);

    if (rc)
        return rc;
    if (d != caller && !READ_ONCE(d->control_pause_count))
        rc = -EINVAL;
    else
        event_domain_close_all(d);
    domain_put(d);
    return rc;
}

#define REPLIES     1u      /* the argument is copied back */

#define ARG(member) sizeof(((union event_arg *)0)->member)

/* What is not here, as the FIFO layout of events, is -ENOSYS. */
static const struct event_command {
    uint8_t size;           /* 0: no such operation */
    uint8_t flags;
    long (*handle)(struct domain *d, union event_arg *a);
} commands[] = {
    [EVTCHNOP_bind_interdomain] = { ARG(bind_interdomain), REPLIES,
                                    op_bind_interdomain },
    [EVTCHNOP_bind_virq] = { ARG(bind_virq), REPLIES, op_bind_virq },
    [EVTCHNOP_bind_pirq] = { ARG(bind_pirq), REPLIES, op_bind_pirq },
    [EVTCHNOP_close] = { ARG(close), 0, op_close },
    [EVTCHNOP_send] = { ARG(send), 0, op_send },
    [EVTCHNOP_status] = { ARG(status), REPLIES, op_status },
    [EVTCHNOP_alloc_unbound] = { ARG(alloc_unbound), REPLIES,
                                 op_alloc_unbound },
    [EVTCHNOP_bind_ipi] = { ARG(bind_ipi), REPLIES, op_bind_ipi },
    [EVTCHNOP_bind_vcpu] = { ARG(bind_vcpu), 0, op_bind_vcpu },
    [EVTCHNOP_unmask] = { ARG(unmask), 0, op_unmask },
    [EVTCHNOP_reset] = { ARG(reset), 0, op_reset },
};

/* It may be another domain's, which has ended by now. */
static void close_unbound(const struct evtchn_alloc_unbound *u)
{
    struct domain *d;

    if (find_subject(u->dom, &d))
        return;
    (void)port_close(d, u->port);
    domain_put(d);
}

/* Whoever cannot be told which port it got must not keep it. */
static void undo(struct domain *d, int cmd, const union event_arg *a)
{
    switch (cmd) {
    case EVTCHNOP_bind_interdomain:
        (void)port_close(d, a->bind_interdomain.local_port);
        break;
    case EVTCHNOP_bind_virq:
        (void)port_close(d, a->bind_virq.port);
        break;
    case EVTCHNOP_bind_pirq:
        (void)port_close(d, a->bind_pirq.port);
        break;
    case EVTCHNOP_bind_ipi:
        (void)port_close(d, a->bind_ipi.port);
        break;
    case EVTCHNOP_alloc_unbound:
        close_unbound(&a->alloc_unbound);
        break;
    default:
        break;
    }
}

static long run(int cmd, guest_va_t arg)
{
    const struct event_command *c;
    struct domain *d = current->domain;
    union event_arg a = { .status = { 0 } };
    long rc;

    if (cmd < 0 || (size_t)cmd >= ARRAY_SIZE(commands) || !commands[cmd].size)
        return -ENOSYS;
    c = &commands[cmd];
    if (copy_from_guest(&a, arg, c->size))
        return -EFAULT;
    rc = c->handle(d, &a);
    if (rc || !(c->flags & REPLIES) || !copy_to_guest(arg, &a, c->size))
        return rc;
    undo(d, cmd, &a);
    return -EFAULT;
}

long do_event_channel_op(int cmd, unsigned long arg)
{
    return run(cmd, guest_va(arg));
}

long do_event_channel_op_compat(unsigned long arg)
{
    uint32_t cmd;

    if (read_guest(cmd, arg))
        return -EFAULT;
    if (cmd > EVTCHNOP_unmask)
        return -ENOSYS;
    return run((int)cmd, guest_va(arg + offsetof(struct evtchn_op, u)));
}
