/* SPDX-License-Identifier: MIT */
/*
 * event_channel.h - ports: make them, join them, send to them.
 *
 * event_channel_op(EVTCHNOP_*, argument *): any domain about its own ports. A
 * domid other than DOMID_SELF for the side that acts needs control rights.
 *
 * Errors of all: -ESRCH no such domain, -EPERM no right to it, -EINVAL no such
 * port or one in another state, -ENOENT no such vcpu, -ENOSPC no port free,
 * -ENOSYS no such operation.
 *
 * Source: operations 0-6 are those of the Xen 2.0 interface manual, in the
 * layout of Xen 4.17.
 */
#ifndef PUBLIC_EVENT_CHANNEL_H
#define PUBLIC_EVENT_CHANNEL_H

#include "xen.h"

#define EVTCHNOP_bind_interdomain    0
#define EVTCHNOP_bind_virq           1
#define EVTCHNOP_bind_pirq           2
#define EVTCHNOP_close               3
#define EVTCHNOP_send                4
#define EVTCHNOP_status              5
#define EVTCHNOP_alloc_unbound       6
#define EVTCHNOP_bind_ipi            7
#define EVTCHNOP_bind_vcpu           8
#define EVTCHNOP_unmask              9
#define EVTCHNOP_reset              10
#define EVTCHNOP_init_control       11
#define EVTCHNOP_expand_array       12
#define EVTCHNOP_set_priority       13

/* A port of one domain; 0 is never one. */
typedef uint32_t evtchn_port_t;
DEFINE_XEN_GUEST_HANDLE(evtchn_port_t);

/* Make a port in @dom to which @remote_dom, and nobody else, may bind. */
struct evtchn_alloc_unbound {
    domid_t dom, remote_dom;        /* in */
    evtchn_port_t port;             /* out */
};
typedef struct evtchn_alloc_unbound evtchn_alloc_unbound_t;

/*
 * Join a new port of the caller to @remote_port, which must wait for the
 * caller. The new port is pending at once, so that no earlier event is lost.
 */
struct evtchn_bind_interdomain {
    domid_t remote_dom;             /* in */
    evtchn_port_t remote_port;      /* in */
    evtchn_port_t local_port;       /* out */
};
typedef struct evtchn_bind_interdomain evtchn_bind_interdomain_t;

/*
 * Give VIRQ_* a port on @vcpu, which is 0 for a global one. -EEXIST: it has
 * one. A VIRQ meant for a control domain may be bound by any, and never comes.
 */
struct evtchn_bind_virq {
    uint32_t virq;                  /* in */
    uint32_t vcpu;                  /* in */
    evtchn_port_t port;             /* out */
};
typedef struct evtchn_bind_virq evtchn_bind_virq_t;

/*
 * Give an interrupt of the machine a port, on vcpu 0. The domain must have been
 * given the interrupt (PHYSDEVOP_map_pirq). -EEXIST: it has a port; -EBUSY:
 * another domain uses it and one of the two does not share.
 */
struct evtchn_bind_pirq {
    uint32_t pirq;                  /* in */
#define BIND_PIRQ__WILL_SHARE   1
    uint32_t flags;                 /* in */
    evtchn_port_t port;             /* out */
};
typedef struct evtchn_bind_pirq evtchn_bind_pirq_t;

/* Make a port by which any vcpu of the domain interrupts @vcpu. */
struct evtchn_bind_ipi {
    uint32_t vcpu;                  /* in */
    evtchn_port_t port;             /* out */
};
typedef struct evtchn_bind_ipi evtchn_bind_ipi_t;

/* Free a port. A port joined to it waits for the closer again. */
struct evtchn_close {
    evtchn_port_t port;             /* in */
};
typedef struct evtchn_close evtchn_close_t;

/*
 * Set the far port pending; interdomain and IPI ports only. A port to which
 * nobody is bound yet swallows the event and gives 0.
 */
struct evtchn_send {
    evtchn_port_t port;             /* in */
};
typedef struct evtchn_send evtchn_send_t;

/* What a port is. */
struct evtchn_status {
    domid_t dom;                    /* in */
    evtchn_port_t port;             /* in */
#define EVTCHNSTAT_closed       0
#define EVTCHNSTAT_unbound      1   /* waits for u.unbound.dom */
#define EVTCHNSTAT_interdomain  2   /* joined to u.interdomain */
#define EVTCHNSTAT_pirq         3   /* u.pirq */
#define EVTCHNSTAT_virq         4   /* u.virq */
#define EVTCHNSTAT_ipi          5
    uint32_t status;                /* out */
    uint32_t vcpu;                  /* out: the one it notifies */
    union {
        struct {
            domid_t dom;
        } unbound;
        struct {
            domid_t dom;
            evtchn_port_t port;
        } interdomain;
        uint32_t pirq;
        uint32_t virq;
    } u;                            /* out */
};
typedef struct evtchn_status evtchn_status_t;

/*
 * Let a port notify another vcpu from now on. IPI ports and VIRQs that each
 * vcpu has for itself cannot move: -EINVAL.
 */
struct evtchn_bind_vcpu {
    evtchn_port_t port;             /* in */
    uint32_t vcpu;                  /* in */
};
typedef struct evtchn_bind_vcpu evtchn_bind_vcpu_t;

/* Clear the port's mask bit, and deliver the event if it is pending. */
struct evtchn_unmask {
    evtchn_port_t port;             /* in */
};
typedef struct evtchn_unmask evtchn_unmask_t;

/* Close all ports of @dom. */
struct evtchn_reset {
    domid_t dom;                    /* in */
};
typedef struct evtchn_reset evtchn_reset_t;

/*
 * Operations 11-13 belong to the event array with priorities, in which each
 * port is a word on one of 16 queues. -ENOSYS leaves a domain with the masks
 * of shared_info.
 */

/* Use the array on @vcpu; its control block lies at @offset in the frame. */
struct evtchn_init_control {
    uint64_t control_gfn;           /* in */
    uint32_t offset;                /* in: multiple of 8 */
    uint32_t vcpu;                  /* in */
    uint8_t  link_bits;             /* out */
    uint8_t  _pad[7];
};
typedef struct evtchn_init_control evtchn_init_control_t;

/* Append a frame of event words. */
struct evtchn_expand_array {
    uint64_t array_gfn;             /* in */
};
typedef struct evtchn_expand_array evtchn_expand_array_t;

/* Choose the queue of a port. */
struct evtchn_set_priority {
    evtchn_port_t port;             /* in */
    uint32_t priority;              /* in: 0 (first) to 15 */
};
typedef struct evtchn_set_priority evtchn_set_priority_t;

/* Argument of event_channel_op_compat: command and operands in one. */
struct evtchn_op {
    uint32_t cmd;                   /* EVTCHNOP_* below 10 */
    union {
        evtchn_bind_interdomain_t bind_interdomain;
        evtchn_bind_virq_t        bind_virq;
        evtchn_bind_pirq_t        bind_pirq;
        evtchn_close_t            close;
        evtchn_send_t             send;
        evtchn_status_t           status;
        evtchn_alloc_unbound_t    alloc_unbound;
        evtchn_bind_ipi_t         bind_ipi;
        evtchn_bind_vcpu_t        bind_vcpu;
        evtchn_unmask_t           unmask;
    } u;
};
typedef struct evtchn_op evtchn_op_t;
DEFINE_XEN_GUEST_HANDLE(evtchn_op_t);

/* Ports that the bit masks of shared_info have room for: 4096, 32-bit 1024. */
#define EVTCHN_2L_NR_CHANNELS   (sizeof(xen_ulong_t) * sizeof(xen_ulong_t) * 64)

#define EVTCHN_FIFO_PRIORITY_MAX        0
#define EVTCHN_FIFO_PRIORITY_DEFAULT    7
#define EVTCHN_FIFO_PRIORITY_MIN        15
#define EVTCHN_FIFO_MAX_QUEUES          (EVTCHN_FIFO_PRIORITY_MIN + 1)

/* Event word: four state bits, and the port that follows in the queue. */
typedef uint32_t event_word_t;
#define EVTCHN_FIFO_PENDING     31
#define EVTCHN_FIFO_MASKED      30
#define EVTCHN_FIFO_LINKED      29
#define EVTCHN_FIFO_BUSY        28
#define EVTCHN_FIFO_LINK_BITS   17
#define EVTCHN_FIFO_LINK_MASK   ((1 << EVTCHN_FIFO_LINK_BITS) - 1)
#define EVTCHN_FIFO_NR_CHANNELS (1 << EVTCHN_FIFO_LINK_BITS)

struct evtchn_fifo_control_block {
    uint32_t ready;                             /* queues with events */
    uint32_t _rsvd;
    uint32_t head[EVTCHN_FIFO_MAX_QUEUES];      /* first port of each */
};
typedef struct evtchn_fifo_control_block evtchn_fifo_control_block_t;

#endif
