/* SPDX-License-Identifier: MIT */
/*
 * event.h - event channels: what the rest of the hypervisor asks of them.
 * common/event/port.c states the rules.
 */
#ifndef HV_EVENT_H
#define HV_EVENT_H

#include <hv/compiler.h>
#include <hv/types.h>

struct domain;
struct vcpu;

/* How one guest ABI lays pending and mask bits out in its shared page. */
struct event_abi {
    unsigned int max_ports;
    /* Set pending; deliver to @v unless masked. True when it was clear. */
    bool (*set_pending)(struct vcpu *v, evtchn_port_t port);
    void (*clear_pending)(struct domain *d, evtchn_port_t port);
    /* Clear the mask; deliver to @v when pending. */
    void (*unmask)(struct vcpu *v, evtchn_port_t port);
    bool (*is_pending)(const struct domain *d, evtchn_port_t port);
    bool (*is_masked)(const struct domain *d, evtchn_port_t port);
};
extern const struct event_abi event_abi_2level_64;

/* Ports up to @max_ports, 0: as many as there are. 0 or -ENOMEM. */
int event_domain_create(struct domain *d, unsigned int max_ports);
void event_domain_close_all(struct domain *d);  /* every port; may be repeated */
void event_domain_destroy(struct domain *d);    /* frees the arrays */

/* A port of @d whose far end is the hypervisor: sending on it calls
 * ring_console_notify(). 0 or as any other binding. */
int event_bind_console(struct domain *d, evtchn_port_t *port) MUST_CHECK;

/* Make @port of @d pending. No lock is taken; any context. */
void event_port_raise(struct domain *d, evtchn_port_t port);

/* The same for who is no vcpu of @d and holds a reference at most, while @d may
 * be ended; not from interrupts. */
void event_raise_from_outside(struct domain *d, evtchn_port_t port);
/* Wait until no other domain and none of the above is sending to @d, which is
 * dying and has no channel any more. */
void event_wait_for_senders(const struct domain *d);

/* Per-vcpu VIRQ to its vcpu; global VIRQ to the domain that handles it
 * (dom0). Dropped when not bound. Any context. */
void event_virq_raise(struct vcpu *v, unsigned int virq);
void event_virq_raise_global(unsigned int virq);

/* An upcall waits for @v, and @v does not hold upcalls back. */
bool event_is_due(const struct vcpu *v);
/* Key e: the ports of domain 0. */
void event_dump(void);

/* Hypercall 32, and its older form 16. */
long do_event_channel_op(int cmd, unsigned long arg);
long do_event_channel_op_compat(unsigned long arg);

#endif
