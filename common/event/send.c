/* SPDX-License-Identifier: MIT */
/*
 * send.c - make a port pending, and wake who waits for it. No lock is taken.
 *
 * A sender reads the far domain from its port while somebody may be closing it.
 * The domain cannot go away under the sender: it first publishes the domain's
 * address for its CPU, then looks whether the port still leads there. If so,
 * E3's reference was held after the publication; and who frees a domain after
 * its last reference waits until no CPU publishes it any more. A port number
 * read a moment too late only makes a wrong port of the right domain pending,
 * which guests expect to happen.
 */
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/irqflags.h>
#include <hv/percpu.h>
#include <hv/ring_console.h>
#include <hv/sched.h>
#include <hv/vcpu.h>
#include "port.h"

/* Whom this CPU is sending to. Handlers of interrupts do not send far. */
static DEFINE_PER_CPU(const struct domain *, sending_to);

/* Pairs with vcpu_poll(): the pending bit was set before. */
static void end_polls(struct domain *d, evtchn_port_t nr)
{
    unsigned int id;

    for_each_set_bit(id, d->poll_mask, d->max_vcpus) {
        evtchn_port_t polled = READ_ONCE(d->vcpu[id]->poll_port);

        if (!polled || polled == nr)
            vcpu_end_poll(d->vcpu[id]);
    }
}

void event_port_raise(struct domain *d, evtchn_port_t nr)
{
    const struct port *p = port_find(d, nr);

    if (p && d->event_abi->set_pending(d->vcpu[READ_ONCE(p->notify_vcpu)], nr))
        end_polls(d, nr);
}

static void send_far(const struct port *p)
{
    const struct domain **publish = &this_cpu(sending_to);
    struct domain *far = READ_ONCE(p->far);

    /* pairs with part() and event_wait_for_senders() */
    __atomic_store_n(publish, far, __ATOMIC_SEQ_CST);
    if (far && __atomic_load_n(&p->far, __ATOMIC_SEQ_CST) == far)
        event_port_raise(far, READ_ONCE(p->far_port));
    __atomic_store_n(publish, NULL, __ATOMIC_RELEASE);
}

void event_raise_from_outside(struct domain *d, evtchn_port_t nr)
{
    const struct domain **publish = &this_cpu(sending_to);

    /* pairs with domain_destroy() and event_wait_for_senders() */
    __atomic_store_n(publish, d, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&d->dying, __ATOMIC_SEQ_CST) == DOMAIN_ALIVE)
        event_port_raise(d, nr);
    __atomic_store_n(publish, NULL, __ATOMIC_RELEASE);
}

void event_wait_for_senders(const struct domain *d)
{
    unsigned int cpu;

    for_each_online_cpu(cpu)
        while (__atomic_load_n(&per_cpu(sending_to, cpu),
                               __ATOMIC_SEQ_CST) == d)
            arch_wait_briefly();
}

int port_send(struct domain *d, evtchn_port_t nr)
{
    const struct port *p = port_find(d, nr);

    if (!p)
        return -EINVAL;
    switch (__atomic_load_n(&p->state, __ATOMIC_ACQUIRE)) {
    case PORT_INTERDOMAIN:
        send_far(p);
        return 0;
    case PORT_IPI:
        event_port_raise(d, nr);
        return 0;
    case PORT_CONSOLE:
        ring_console_notify(d);
        return 0;
    case PORT_UNBOUND:
        return 0;
    default:
        return -EINVAL;
    }
}

int port_unmask(struct domain *d, evtchn_port_t nr)
{
    const struct port *p = port_find(d, nr);

    if (!p)
        return -EINVAL;
    d->event_abi->unmask(d->vcpu[READ_ONCE(p->notify_vcpu)], nr);
    return 0;
}

bool event_is_due(const struct vcpu *v)
{
    const struct vcpu_info *info = READ_ONCE(v->info);

    return info && READ_ONCE(info->evtchn_upcall_pending) &&
           !READ_ONCE(info->evtchn_upcall_mask);
}
