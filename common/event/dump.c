/* SPDX-License-Identifier: MIT */
/* dump.c - key e: the ports of domain 0. */
#include <hv/log_level.h>
#include "port.h"

static const char *const state_name[] = {
    [PORT_UNBOUND] = "unbound, waits for domain",
    [PORT_INTERDOMAIN] = "joined to domain",
    [PORT_PIRQ] = "pirq",
    [PORT_VIRQ] = "virq",
    [PORT_IPI] = "ipi",
    [PORT_CONSOLE] = "console, vcpu",
};

static unsigned int detail(const struct port *p)
{
    switch (p->state) {
    case PORT_UNBOUND:
        return p->remote_id;
    case PORT_INTERDOMAIN:
        return p->far->id;
    case PORT_PIRQ:
        return p->pirq;
    case PORT_VIRQ:
        return p->virq;
    default:
        return p->notify_vcpu;
    }
}

static void dump_port(const struct domain *d, evtchn_port_t nr)
{
    const struct port *p = port_find(d, nr);

    if (!p || p->state <= PORT_RESERVED)
        return;
    printk_always(" %4u %s%sto vcpu %u: %s %u\n", nr,
                  d->event_abi->is_pending(d, nr) ? "pending " : "",
                  d->event_abi->is_masked(d, nr) ? "masked " : "",
                  p->notify_vcpu, state_name[p->state], detail(p));
    if (p->state == PORT_INTERDOMAIN)
        printk_always("      port %u there\n", p->far_port);
}

void event_dump(void)
{
    struct domain *d = dom0;

    if (!d)
        return;
    for (evtchn_port_t nr = 1; nr < READ_ONCE(d->port_count); nr++) {
        spin_lock(&d->event_lock);
        dump_port(d, nr);
        spin_unlock(&d->event_lock);
    }
}
