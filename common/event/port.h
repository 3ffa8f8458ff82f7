/* SPDX-License-Identifier: MIT */
/* port.h - one port, and what the files of this folder do with it. */
#ifndef EVENT_PORT_H
#define EVENT_PORT_H

#include <hv/compiler.h>
#include <hv/domain.h>
#include <hv/event.h>

#define PORTS_MAX       4096u
#define PORTS_PER_GROUP 32u

enum port_state {
    PORT_CLOSED,
    PORT_RESERVED,          /* port 0: never anything else */
    PORT_UNBOUND,           /* waits for remote_id */
    PORT_INTERDOMAIN,       /* joined to far_port of far */
    PORT_PIRQ, PORT_VIRQ, PORT_IPI,
    PORT_CONSOLE,           /* joined to the hypervisor's console */
};

/* [E] holder of the domain's event_lock   [s] so, and read once by senders */
struct port {
    struct domain *far;         /* [s] set while interdomain, with a reference */
    evtchn_port_t far_port;     /* [s] */
    uint8_t state;              /* [s] enum port_state */
    uint16_t notify_vcpu;       /* [s] */
    union {
        domid_t remote_id;      /* [E] unbound */
        uint32_t pirq;          /* [E] */
        uint32_t virq;          /* [E] */
    };
};

/* -- port.c -- */
/* NULL: there is no port @nr. Needs no lock. */
struct port *port_find(const struct domain *d, evtchn_port_t nr);
/* The lowest closed port; it becomes something by port_open(). Under the lock.
 * -ENOSPC all are in use; -ENOMEM; -EINVAL the domain is dying. */
int port_get_closed(struct domain *d, evtchn_port_t *nr) MUST_CHECK;
/* Make a closed port what @state says, its other fields being set. */
void port_open(struct port *p, enum port_state state, unsigned int vcpu);
/* The opposite, under the lock. */
void port_make_closed(struct domain *d, evtchn_port_t nr);

/* The vcpu that a guest named, or NULL. */
struct vcpu *event_find_vcpu(const struct domain *d, uint32_t id);

/* -- bind.c: all take what a guest said, and check it -- */
int port_alloc_unbound(struct domain *d, domid_t remote_id,
                       evtchn_port_t *nr);
int port_bind_interdomain(struct domain *near, struct domain *far,
                          evtchn_port_t far_nr, evtchn_port_t *near_nr);
int port_bind_virq(struct domain *d, uint32_t virq, uint32_t vcpu,
                   evtchn_port_t *nr);
int port_bind_ipi(struct domain *d, uint32_t vcpu, evtchn_port_t *nr);
int port_bind_pirq(struct domain *d, uint32_t pirq, bool share,
                   evtchn_port_t *nr);
int port_bind_vcpu(struct domain *d, evtchn_port_t nr, uint32_t vcpu);

/* -- close.c, send.c -- */
int port_close(struct domain *d, evtchn_port_t nr);
/* The port that @pirq is bound to, if any. */
void port_close_pirq(struct domain *d, unsigned int pirq);
int port_send(struct domain *d, evtchn_port_t nr);
int port_unmask(struct domain *d, evtchn_port_t nr);

/* -- virq.c -- */
bool virq_is_global(unsigned int virq);

#endif
