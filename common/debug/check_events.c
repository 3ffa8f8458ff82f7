/* SPDX-License-Identifier: MIT */
/*
 * check_events.c - every port is what its state says (E1, E3, E4 of
 * event/port.c), VIRQs lead to ports that know them, and the references on each
 * domain are those of the list, of its frames, of channels to it, and of who has
 * its grants mapped.
 *
 * The pending bits are in memory that guests write as they like; nothing is
 * believed of them, so there is nothing to check.
 */
#include "check.h"
#include "../event/port.h"
#include <hv/grant_table.h>
#include <hv/pirq.h>
#include <hv/vcpu.h>

#define DOMAINS_MAX 64u

/* How many references were seen on each domain of the list. */
static struct seen {
    const struct domain *d;
    int refs;
} seen[DOMAINS_MAX];
static unsigned int seen_count;

static void port_fail(const char *what, const struct domain *d,
                      evtchn_port_t nr, uint64_t expected, uint64_t found)
{
    if (expected != found)
        check_fail(what, nr, d->id, expected, found);
}

static void count_reference(const struct domain *d)
{
    for (unsigned int i = 0; i < seen_count; i++)
        if (seen[i].d == d)
            seen[i].refs++;
}

static void check_channel(const struct domain *d, evtchn_port_t nr,
                          const struct port *p)
{
    const struct port *q;

    if (!p->far) {
        port_fail("a channel's far domain", d, nr, 1, 0);
        return;
    }
    count_reference(p->far);                                    /* E3 */
    q = port_find(p->far, p->far_port);
    if (!q) {
        port_fail("a channel's far port", d, nr, 1, 0);
        return;
    }
    port_fail("the state of a channel's far port", d, nr, PORT_INTERDOMAIN,
              q->state);                                        /* E1 */
    port_fail("the way back from a channel's far port", d, nr, nr,
              q->far_port);
    port_fail("the way back from a channel's far domain", d, nr, (uint64_t)d,
              (uint64_t)q->far);
}

static void check_virq(const struct domain *d, evtchn_port_t nr,
                       const struct port *p)
{
    unsigned int vcpu = virq_is_global(p->virq) ? 0 : p->notify_vcpu;

    if (p->virq >= NR_VIRQS)
        port_fail("the VIRQ of a port", d, nr, NR_VIRQS - 1, p->virq);
    else
        port_fail("the port of a VIRQ", d, nr, nr,
                  d->vcpu[vcpu]->virq_port[p->virq]);
}

static void check_port(const struct domain *d, evtchn_port_t nr)
{
    const struct port *p = port_find(d, nr);

    if (!p) {
        port_fail("a port that exists", d, nr, 1, 0);           /* E4 */
        return;
    }
    if (p->notify_vcpu >= d->max_vcpus) {
        port_fail("the vcpu of a port", d, nr, 0, p->notify_vcpu);
        return;
    }
    if (p->state != PORT_INTERDOMAIN)
        port_fail("the far domain of a port that is no channel", d, nr, 0,
                  (uint64_t)p->far);
    port_fail("port 0", d, nr, !nr, p->state == PORT_RESERVED);
    if (p->state > PORT_CONSOLE)
        port_fail("the state of a port", d, nr, PORT_CONSOLE, p->state);
    else if (p->state == PORT_INTERDOMAIN)
        check_channel(d, nr, p);
    else if (p->state == PORT_VIRQ)
        check_virq(d, nr, p);
    else if (p->state == PORT_PIRQ)
        port_fail("a pirq that is bound", d, nr, 1,
                  pirq_is_mapped(d, p->pirq));
}

/* The other direction: what a vcpu calls a VIRQ's port is one. */
static void check_virq_ports(const struct domain *d)
{
    const struct vcpu *v;

    for_each_vcpu(d, v)
        for (unsigned int virq = 0; virq < NR_VIRQS; virq++) {
            evtchn_port_t nr = v->virq_port[virq];
            const struct port *p = port_find(d, nr);

            if (nr && (!p || p->state != PORT_VIRQ || p->virq != virq))
                port_fail("the VIRQ of a vcpu's port", d, nr, virq,
                          p ? p->virq : ~0ul);
        }
}

/* T1 of grant/maptrack.c: each mapping holds its granter. */
static void count_mapping(struct domain *user, const struct grant_map *m,
                          void *data)
{
    (void)user;
    (void)data;
    count_reference(m->granter);
}

static void check_references(const struct seen *s)
{
    int expected = s->refs + 1 + !!s->d->page_count;            /* D1 */

    if (expected != s->d->refs)
        check_fail("references on a domain", s->d->id, CHECK_NOBODY,
                   (uint64_t)expected, (uint64_t)s->d->refs);
}

void check_events(void)
{
    const struct domain *d;

    seen_count = 0;
    list_for_each(d, &domain_list, list)
        if (seen_count < DOMAINS_MAX)
            seen[seen_count++] = (struct seen){ d, 0 };
    list_for_each(d, &domain_list, list) {
        for (evtchn_port_t nr = 0; nr < d->port_count; nr++)
            check_port(d, nr);
        check_virq_ports(d);
        check_each_mapping(d, count_mapping, NULL);
    }
    for (unsigned int i = 0; i < seen_count; i++)
        check_references(&seen[i]);
}
