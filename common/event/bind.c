/* SPDX-License-Identifier: MIT */
/*
 * bind.c - make a closed port something. Each function checks all that can fail
 * before it changes anything, and leaves the port for others to see last.
 */
#include <hv/errno.h>
#include <hv/nospec.h>
#include <hv/pirq.h>
#include <hv/vcpu.h>
#include "port.h"

int port_alloc_unbound(struct domain *d, domid_t remote_id,
                       evtchn_port_t *nr)
{
    int rc;

    spin_lock(&d->event_lock);
    rc = port_get_closed(d, nr);
    if (!rc) {
        struct port *p = port_find(d, *nr);

        p->remote_id = remote_id;
        port_open(p, PORT_UNBOUND, 0);
    }
    spin_unlock(&d->event_lock);
    return rc;
}

/* Both ends must exist, or neither: E1. The references are E3's. */
static int join(struct domain *near, struct port *a, evtchn_port_t a_nr,
                struct domain *far, struct port *b, evtchn_port_t b_nr)
{
    if (!domain_get(far))
        return -ESRCH;
    if (!domain_get(near)) {
        domain_put(far);
        return -ESRCH;
    }
    WRITE_ONCE(a->far_port, b_nr);
    WRITE_ONCE(b->far_port, a_nr);
    __atomic_store_n(&a->far, far, __ATOMIC_RELEASE);
    __atomic_store_n(&b->far, near, __ATOMIC_RELEASE);
    port_open(b, PORT_INTERDOMAIN, b->notify_vcpu);
    port_open(a, PORT_INTERDOMAIN, 0);
    return 0;
}

/* The far port is looked up after the near one was found: where both domains
 * are the same, finding one may add a group. */
static int bind_interdomain_locked(struct domain *near, struct domain *far,
                                   evtchn_port_t far_nr,
                                   evtchn_port_t *near_nr)
{
    struct port *b;
    int rc = port_get_closed(near, near_nr);

    if (rc)
        return rc;
    b = port_find(far, far_nr);
    if (!b || b->state != PORT_UNBOUND || b->remote_id != near->id)
        return -EINVAL;
    return join(near, port_find(near, *near_nr), *near_nr, far, b, far_nr);
}

int port_bind_interdomain(struct domain *near, struct domain *far,
                          evtchn_port_t far_nr, evtchn_port_t *near_nr)
{
    int rc;

    spin_lock_pair(&near->event_lock, &far->event_lock);
    rc = bind_interdomain_locked(near, far, far_nr, near_nr);
    /* What the far end sent while unbound was dropped: look once. */
    if (!rc)
        event_port_raise(near, *near_nr);
    spin_unlock_pair(&near->event_lock, &far->event_lock);
    return rc;
}

static int bind_virq_locked(struct domain *d, uint32_t virq, struct vcpu *v,
                            evtchn_port_t *nr)
{
    struct port *p;
    int rc;

    if (v->virq_port[virq])
        return -EEXIST;
    rc = port_get_closed(d, nr);
    if (rc)
        return rc;
    p = port_find(d, *nr);
    p->virq = virq;
    port_open(p, PORT_VIRQ, v->id);
    /* pairs with event_virq_raise() */
    __atomic_store_n(&v->virq_port[virq], *nr, __ATOMIC_RELEASE);
    return 0;
}

int port_bind_virq(struct domain *d, uint32_t virq, uint32_t vcpu,
                   evtchn_port_t *nr)
{
    struct vcpu *v;
    int rc;

    if (virq >= NR_VIRQS || (virq_is_global(virq) && vcpu != 0))
        return -EINVAL;
    virq = (uint32_t)index_nospec(virq, NR_VIRQS);
    v = event_find_vcpu(d, vcpu);
    if (!v)
        return -ENOENT;
    spin_lock(&d->event_lock);
    rc = bind_virq_locked(d, virq, v, nr);
    spin_unlock(&d->event_lock);
    return rc;
}

int port_bind_ipi(struct domain *d, uint32_t vcpu, evtchn_port_t *nr)
{
    int rc;

    if (!event_find_vcpu(d, vcpu))
        return -ENOENT;
    spin_lock(&d->event_lock);
    rc = port_get_closed(d, nr);
    if (!rc)
        port_open(port_find(d, *nr), PORT_IPI, vcpu);
    spin_unlock(&d->event_lock);
    return rc;
}

/* The interrupt may come as soon as it is bound: the port is open by then. */
static int bind_pirq_locked(struct domain *d, uint32_t pirq, bool share,
                            evtchn_port_t *nr)
{
    struct port *p;
    int rc = port_get_closed(d, nr);

    if (rc)
        return rc;
    p = port_find(d, *nr);
    p->pirq = pirq;
    port_open(p, PORT_PIRQ, 0);
    rc = pirq_bind(d, pirq, share, *nr);
    if (rc)
        port_make_closed(d, *nr);
    return rc;
}

/* A pirq that is bound already is bound in this domain. */
int port_bind_pirq(struct domain *d, uint32_t pirq, bool share,
                   evtchn_port_t *nr)
{
    int rc;

    if (!pirq_may_bind(d, pirq))
        return pirq < PIRQ_COUNT ? -EPERM : -EINVAL;
    spin_lock(&d->event_lock);
    rc = bind_pirq_locked(d, pirq, share, nr);
    spin_unlock(&d->event_lock);
    return rc == -EBUSY ? -EEXIST : rc;
}

int event_bind_console(struct domain *d, evtchn_port_t *port)
{
    int rc;

    spin_lock(&d->event_lock);
    rc = port_get_closed(d, port);
    if (!rc)
        port_open(port_find(d, *port), PORT_CONSOLE, 0);
    spin_unlock(&d->event_lock);
    return rc;
}

static bool may_move(const struct port *p)
{
    switch (p->state) {
    case PORT_UNBOUND:
    case PORT_INTERDOMAIN:
    case PORT_PIRQ:
    case PORT_CONSOLE:
        return true;
    case PORT_VIRQ:
        return virq_is_global(p->virq);
    default:
        return false;
    }
}

int port_bind_vcpu(struct domain *d, evtchn_port_t nr, uint32_t vcpu)
{
    struct port *p;
    int rc = -EINVAL;

    if (!event_find_vcpu(d, vcpu))
        return -ENOENT;
    spin_lock(&d->event_lock);
    p = port_find(d, nr);
    if (p && may_move(p)) {
        WRITE_ONCE(p->notify_vcpu, (uint16_t)vcpu);
        rc = 0;
    }
    spin_unlock(&d->event_lock);
    return rc;
}
