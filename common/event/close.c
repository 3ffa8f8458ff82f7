/* SPDX-License-Identifier: MIT */
/*
 * close.c - a port goes back to closed. The far end of a channel is not told;
 * it waits for the same domain again.
 */
#include <hv/errno.h>
#include <hv/pirq.h>
#include <hv/vcpu.h>
#include "port.h"

static void release_virq(struct domain *d, const struct port *p,
                         evtchn_port_t nr)
{
    struct vcpu *v = d->vcpu[p->notify_vcpu];

    /* A global VIRQ is kept by vcpu 0, whomever its port notifies. */
    if (virq_is_global(p->virq))
        v = d->vcpu[0];
    if (v->virq_port[p->virq] == nr)
        WRITE_ONCE(v->virq_port[p->virq], 0);
}

/* Ports that concern one domain only. */
static int close_single(struct domain *d, struct port *p, evtchn_port_t nr)
{
    switch (p->state) {
    case PORT_UNBOUND:
    case PORT_IPI:
    case PORT_CONSOLE:
        break;
    case PORT_PIRQ:
        pirq_unbind(d, p->pirq);
        break;
    case PORT_VIRQ:
        release_virq(d, p, nr);
        break;
    default:
        return -EINVAL;
    }
    port_make_closed(d, nr);
    return 0;
}

/* E1 ends on both sides at once. First the state, then the pointer on which a
 * sender decides, then what keeps it valid: pairs with send_far(). */
static void part(struct domain *d, evtchn_port_t nr, struct domain *far)
{
    struct port *p = port_find(d, nr), *q = port_find(far, p->far_port);

    __atomic_store_n(&q->state, PORT_UNBOUND, __ATOMIC_SEQ_CST);
    __atomic_store_n(&q->far, NULL, __ATOMIC_SEQ_CST);
    q->remote_id = d->id;
    __atomic_store_n(&p->far, NULL, __ATOMIC_SEQ_CST);
    port_make_closed(d, nr);
}

/* With both locks; false when the channel is not what it was a moment ago. */
static bool close_channel(struct domain *d, evtchn_port_t nr,
                          struct domain *far)
{
    struct port *p = port_find(d, nr);
    bool same;

    spin_lock_pair(&d->event_lock, &far->event_lock);
    same = p->state == PORT_INTERDOMAIN && p->far == far;
    if (same)
        part(d, nr, far);
    spin_unlock_pair(&d->event_lock, &far->event_lock);
    if (same) {
        domain_put(far);    /* E3: of this end, and of the other */
        domain_put(d);
    }
    return same;
}

/* 0, -EINVAL; -ERESTART: it is a channel, to *far, which has a reference. */
static int close_or_find_far(struct domain *d, struct port *p,
                             evtchn_port_t nr, struct domain **far)
{
    int rc;

    spin_lock(&d->event_lock);
    if (p->state != PORT_INTERDOMAIN) {
        rc = close_single(d, p, nr);
    } else {
        *far = p->far;
        rc = domain_get(*far) ? -ERESTART : -EINVAL;   /* E3: never the last */
    }
    spin_unlock(&d->event_lock);
    return rc;
}

int port_close(struct domain *d, evtchn_port_t nr)
{
    struct port *p = port_find(d, nr);
    struct domain *far = NULL;
    bool is_done;
    int rc;

    if (!p)
        return -EINVAL;
    do {
        rc = close_or_find_far(d, p, nr, &far);
        if (rc != -ERESTART)
            return rc;
        is_done = close_channel(d, nr, far);
        domain_put(far);
    } while (!is_done);
    return 0;
}

void port_close_pirq(struct domain *d, unsigned int pirq)
{
    evtchn_port_t nr;

    spin_lock(&d->event_lock);
    nr = pirq_port(d, pirq);
    if (nr)
        (void)close_single(d, port_find(d, nr), nr);    /* its state is pirq */
    spin_unlock(&d->event_lock);
}
