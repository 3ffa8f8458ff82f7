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
struct msi_request;

#define PIRQ_COUNT  1024u       /* per machine */

/* Tie @pirq, mapped to @d, to @port: from now on it raises that port.
 * -EINVAL not mapped; -EBUSY bound already and not shareable. */
int pirq_bind(struct domain *d, unsigned int pirq, bool share,
              evtchn_port_t port) MUST_CHECK;
void pirq_unbind(struct domain *d, unsigned int pirq);
/* The guest is done with one occurrence (PHYSDEVOP_eoi). */
void pirq_eoi(struct domain *d, unsigned int pirq);
/* Give @pirq, or message-signalled ones, to @d.
 * -EEXIST mapped already, by another; errors of arch_irq_open, arch_msi_open. */
int pirq_map_gsi(struct domain *d, unsigned int pirq) MUST_CHECK;
int pirq_map_msi(struct domain *d, const struct msi_request *request,
                 unsigned int *pirq) MUST_CHECK;
/* GSI @pirq is @to's from now on, and @from's again after that if it was before.
 * -EINVAL no such line, @to ends; -EBUSY bound by @from, or the hypervisor's;
 * -EEXIST another's. */
int pirq_lend_gsi(struct domain *from, struct domain *to,
                  unsigned int pirq) MUST_CHECK;
/* -EINVAL not mapped to @d; -EBUSY still bound to a port. */
int pirq_unmap(struct domain *d, unsigned int pirq) MUST_CHECK;
bool pirq_is_mapped(const struct domain *d, unsigned int pirq);
/* The port of @d that @pirq raises, or 0. */
evtchn_port_t pirq_port(const struct domain *d, unsigned int pirq);

/* How the device on a GSI signals; errors of arch_irq_set_mode. */
int pirq_set_mode(unsigned int pirq, bool is_level, bool is_low) MUST_CHECK;

/* event/pirq_right.c: may @d bind @pirq? It may what it was permitted, if it is
 * mapped for it; the domain with the devices may all. */
bool pirq_may_bind(struct domain *d, unsigned int pirq);
/* -EINVAL @d ends; -ENOMEM. What is bound stays bound. */
int pirq_permit(struct domain *d, unsigned int pirq, bool is_allowed)
    MUST_CHECK;
/* Map GSI @pirq for @d, not the caller's, and permit it: as pirq_lend_gsi. */
int pirq_give(struct domain *d, unsigned int pirq) MUST_CHECK;
/* The end of that; a port of @d that it is bound to is closed. -EINVAL not
 * mapped for @d; -EBUSY @d binds it right now; -ENOMEM. */
int pirq_take_back(struct domain *d, unsigned int pirq) MUST_CHECK;

void pirq_init(void);           /* boot, before the first interrupt */
/* Line @irq of a guest was raised. Interrupt context; the caller ends it. */
void pirq_raise(unsigned int irq);
/* For key i: whose @irq is, in words. */
void pirq_describe(unsigned int irq, char *buf, size_t size);

/* Give all pirqs of a dying domain back. */
void pirq_domain_destroy(struct domain *d);

/* arch: the current vcpu's I/O privilege level, 0 to 3, and the ports that its
 * applications reach: @nr bits at guest address @va, 0 for none. 0, -EINVAL. */
long arch_set_iopl(unsigned int iopl);
long arch_set_iobitmap(unsigned long va, unsigned int nr);

/* Hypercall 33. */
long do_physdev_op(int cmd, unsigned long arg);

#endif
