/* SPDX-License-Identifier: MIT */
/*
 * pirq.h - physical interrupts as a guest numbers them: 0..nr_gsi-1 are GSIs,
 * higher ones are message-signalled. A pirq is mapped (physdev_op), then bound
 * to an event port (event_channel_op), then raised by the hardware.
 */
#ifndef HV_PIRQ_H
#define HV_PIRQ_H

#include <hv/compiler.h>
#include <hv/types.h>

struct domain;

#define PIRQ_COUNT  1024u       /* per machine */

/* Tie @pirq, mapped to @d, to @port: from now on it raises that port.
 * -EINVAL not mapped; -EBUSY bound already and not shareable. */
int pirq_bind(struct domain *d, unsigned int pirq, bool share,
              evtchn_port_t port) MUST_CHECK;
void pirq_unbind(struct domain *d, unsigned int pirq);
/* The guest is done with one occurrence (PHYSDEVOP_eoi, evtchn unmask). */
void pirq_eoi(struct domain *d, unsigned int pirq);
/* Give all pirqs of a dying domain back. */
void pirq_domain_destroy(struct domain *d);

/* Hypercall 33. */
long do_physdev_op(int cmd, unsigned long arg);

#endif
