/* SPDX-License-Identifier: MIT */
/*
 * virq.c - interrupts that the hypervisor itself makes. Some belong to each
 * vcpu, the others to the machine, and go to domain 0. Raising takes no lock: a
 * port that is closed meanwhile may become pending once more.
 */
#include <hv/assert.h>
#include <hv/vcpu.h>
#include "port.h"

bool virq_is_global(unsigned int virq)
{
    switch (virq) {
    case VIRQ_TIMER:
    case VIRQ_DEBUG:
    case VIRQ_XENOPROF:
    case VIRQ_XENPMU:
        return false;
    default:
        return true;
    }
}

void event_virq_raise(struct vcpu *v, unsigned int virq)
{
    evtchn_port_t port;

    ASSERT(virq < NR_VIRQS);
    /* pairs with bind_virq_locked() */
    port = __atomic_load_n(&v->virq_port[virq], __ATOMIC_ACQUIRE);
    if (port)
        event_port_raise(v->domain, port);
}

void event_virq_raise_global(unsigned int virq)
{
    if (dom0)
        event_virq_raise(dom0->vcpu[0], virq);
}
