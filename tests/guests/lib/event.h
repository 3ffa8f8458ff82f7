/* SPDX-License-Identifier: MIT */
/*
 * event.h - event channels of this domain, two-level form.
 *
 * The test runs with upcalls masked unless it unmasks them. While no handler
 * is set, an upcall just counts: it clears the pending flag and the selector
 * words, and leaves the ports' pending bits to the test.
 */
#ifndef GUEST_EVENT_H
#define GUEST_EVENT_H

#include "regs.h"
#include "types.h"
#include "vcpu.h"

/* The hypervisor's page, mapped over a page of our image. */
extern struct shared_info shared_info;
/* Where each vcpu's own part of it is; a test may move it. */
extern volatile struct vcpu_info *vcpu_places[VCPUS_MAX];
static inline volatile struct vcpu_info *vcpu_self(void)
{
    return vcpu_places[vcpu_id()];
}

/* How many upcalls came to vcpu 0 since the start, and to each of the others. */
extern volatile unsigned upcalls, upcalls_of[VCPUS_MAX];
extern struct regs upcall_regs;         /* the frame of the last one */
extern volatile uint8_t upcall_entry_mask;

bool event_init(void);      /* false: it cannot be mapped */
bool event_upcall(struct regs *regs);

static inline void upcalls_mask(void)
{
    vcpu_self()->evtchn_upcall_mask = 1;
    asm volatile("" ::: "memory");
}

/* Let upcalls in, and take one that waits: the hypervisor looks on its exit. */
void upcalls_unmask(void);

static inline bool port_is_pending(unsigned port)
{
    return ((volatile unsigned long *)shared_info.evtchn_pending)[port / 64] >>
           port % 64 & 1;
}
static inline bool port_is_masked(unsigned port)
{
    return ((volatile unsigned long *)shared_info.evtchn_mask)[port / 64] >>
           port % 64 & 1;
}
void port_mask(unsigned port);
void port_unmask_quietly(unsigned port);        /* only the bit, no hypercall */
/* Forget that the port fired: its bit, its selector, the upcall flag. */
void port_clear(unsigned port);

/* Return the new port, or a negated error. */
long port_alloc_unbound(unsigned dom, unsigned remote);
long port_bind_interdomain(unsigned remote, unsigned remote_port);
long port_bind_virq(unsigned virq, unsigned vcpu);
long port_bind_ipi(unsigned vcpu);
long port_send(unsigned port);
long port_close(unsigned port);
long port_unmask(unsigned port);

#endif
