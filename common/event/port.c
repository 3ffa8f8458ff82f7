/* SPDX-License-Identifier: MIT */
/*
 * port.c - event channels: one pending bit per port, delivered to one vcpu.
 *
 *   closed --alloc_unbound--> unbound <--far end closes--+
 *     |  ^                       |                       |
 *     |  +--------close----------+--far end binds--> interdomain
 *     +--bind--> interdomain, pirq, virq, ipi or console --close--> closed
 *
 * A port is one end of a channel. Binding gives it a far end; sending on it
 * makes the far end pending and wakes the vcpu that end notifies.
 * Invariants:
 *   E1  If a is interdomain then a.far's port a.far_port is, and leads back.
 *   E2  A port changes only under its own domain's event_lock.
 *   E3  An interdomain port holds one reference on its far domain (which may be
 *       its own), dropped by whoever makes it something else.
 *   E4  ports[0..port_count) exist, in groups that stay until the domain ends.
 * Locks: two event_locks by spin_lock_pair(). Sending takes none, see send.c.
 */
#include <hv/errno.h>
#include <hv/heap.h>
#include <hv/nospec.h>
#include <hv/vcpu.h>
#include "port.h"

/* How many it may come to have. */
static unsigned int groups_of(const struct domain *d)
{
    return (d->port_max + PORTS_PER_GROUP - 1) / PORTS_PER_GROUP;
}

struct port *port_find(const struct domain *d, evtchn_port_t nr)
{
    struct port *group;

    if (nr >= d->port_max)
        return NULL;
    nr = (evtchn_port_t)index_nospec(nr, d->port_max);
    /* pairs with add_group() */
    group = __atomic_load_n(&d->ports[nr / PORTS_PER_GROUP],
                            __ATOMIC_ACQUIRE);
    return group ? &group[nr % PORTS_PER_GROUP] : NULL;
}

static int add_group(struct domain *d)
{
    struct port *group;

    if (d->port_count == d->port_max)
        return -ENOSPC;
    group = heap_alloc_array(PORTS_PER_GROUP, sizeof(*group));
    if (!group)
        return -ENOMEM;
    /* pairs with port_find() */
    __atomic_store_n(&d->ports[d->port_count / PORTS_PER_GROUP], group,
                     __ATOMIC_RELEASE);
    d->port_count = MIN(d->port_count + PORTS_PER_GROUP, d->port_max);
    return 0;
}

int port_get_closed(struct domain *d, evtchn_port_t *nr)
{
    if (READ_ONCE(d->dying) != DOMAIN_ALIVE)
        return -EINVAL;
    for (*nr = 1; *nr < d->port_count; ++*nr)
        if (port_find(d, *nr)->state == PORT_CLOSED)
            return 0;
    return add_group(d);    /* its first port is *nr */
}

void port_open(struct port *p, enum port_state state, unsigned int vcpu)
{
    WRITE_ONCE(p->notify_vcpu, (uint16_t)vcpu);
    /* pairs with port_send() */
    __atomic_store_n(&p->state, (uint8_t)state, __ATOMIC_RELEASE);
}

/* An event that nobody has looked at must not greet the port's next user. */
void port_make_closed(struct domain *d, evtchn_port_t nr)
{
    struct port *p = port_find(d, nr);

    WRITE_ONCE(p->state, PORT_CLOSED);
    WRITE_ONCE(p->notify_vcpu, 0);
    d->event_abi->clear_pending(d, nr);
}

struct vcpu *event_find_vcpu(const struct domain *d, uint32_t id)
{
    return id < d->max_vcpus ? d->vcpu[index_nospec(id, d->max_vcpus)] : NULL;
}

/* -- with its domain ------------------------------------------------------- */

int event_domain_create(struct domain *d, unsigned int max_ports)
{
    int rc;

    spin_lock_init(&d->event_lock, LOCK_LEVEL_EVENT);
    if (!d->event_abi)
        d->event_abi = &event_abi_2level_64;
    d->port_max = MIN(d->event_abi->max_ports, PORTS_MAX);
    if (max_ports)
        d->port_max = MIN(d->port_max, max_ports);
    d->ports = heap_alloc_array(groups_of(d), sizeof(d->ports[0]));
    if (!d->ports)
        return -ENOMEM;
    rc = add_group(d);
    if (rc) {
        heap_free(d->ports);
        d->ports = NULL;
        return rc;
    }
    port_find(d, 0)->state = PORT_RESERVED;
    return 0;
}

void event_domain_close_all(struct domain *d)
{
    unsigned int count;

    spin_lock(&d->event_lock);
    count = d->port_count;
    spin_unlock(&d->event_lock);
    for (evtchn_port_t nr = 1; nr < count; nr++)
        (void)port_close(d, nr);
}

void event_domain_destroy(struct domain *d)
{
    event_wait_for_senders(d);
    for (unsigned int i = 0; d->ports && i < groups_of(d); i++)
        heap_free(d->ports[i]);
    heap_free(d->ports);
    d->ports = NULL;
}
