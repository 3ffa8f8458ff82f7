/* SPDX-License-Identifier: MIT */
/*
 * watch.c - the other end of a guest's console ring, and its clock.
 *
 * The watcher sleeps on the ring's port and on VIRQ_DOM_EXC, which says that
 * some domain ended, and looks at least twice a second; more often would
 * interrupt the guest in what it tests. A line is printed by one call, so that
 * the hypervisor's own lines stay apart from it.
 */
#include "watch.h"
#include "clock.h"
#include "console.h"
#include "event.h"
#include "hypercall.h"

#include <xen/io/console.h>

#define LOOK_EVERY  (500 * MILLISECOND)
#define LINE_MAX    300u

struct watch {
    struct guest_domain *guest;
    struct xencons_interface *ring;
    evtchn_port_t ports[2];     /* its console, the end of a domain */
    char line[LINE_MAX + 1];    /* begins with the guest's name */
    unsigned length, prefix;
};

static void begin_line(struct watch *w)
{
    const char *name = w->guest->entry->name;

    w->prefix = 0;
    w->line[w->prefix++] = '(';
    while (*name)
        w->line[w->prefix++] = *name++;
    w->line[w->prefix++] = ')';
    w->line[w->prefix++] = ' ';
    w->length = w->prefix;
}

static void put_line(struct watch *w)
{
    w->line[w->length++] = '\n';
    console_write(w->line, w->length);
    w->length = w->prefix;
}

static void drain(struct watch *w)
{
    volatile struct xencons_interface *ring = w->ring;
    XENCONS_RING_IDX at = ring->out_cons, end = ring->out_prod;

    if (end == at)
        return;
    if (end - at > sizeof(ring->out))       /* nonsense: forget it */
        at = end;
    for (; at != end; at++) {
        char c = ring->out[MASK_XENCONS_IDX(at, ring->out)];

        if (c == '\n' || w->length == LINE_MAX)
            put_line(w);
        if (c != '\n' && c != '\r')
            w->line[w->length++] = c;
    }
    ring->out_cons = at;
    port_send(w->ports[0]);                 /* there is room again */
}

static const char *reason_in_words(unsigned reason)
{
    static const char *const words[] = {
        [SHUTDOWN_poweroff] = "poweroff", [SHUTDOWN_reboot] = "reboot",
        [SHUTDOWN_suspend] = "suspend", [SHUTDOWN_crash] = "crash",
        [SHUTDOWN_watchdog] = "watchdog",
        [SHUTDOWN_soft_reset] = "soft_reset",
    };

    return reason < ARRAY_SIZE(words) ? words[reason] : "unknown_reason";
}

/* NULL while it still runs. */
static const char *how_it_ended(const struct guest_domain *g)
{
    struct xen_domctl op = { 0 };
    uint32_t flags;

    if (domctl(XEN_DOMCTL_getdomaininfo, g->id, &op) ||
        op.u.getdomaininfo.domain != g->id)
        return "gone";
    flags = op.u.getdomaininfo.flags;
    if (!(flags & XEN_DOMINF_shutdown))
        return NULL;
    return reason_in_words(flags >> XEN_DOMINF_shutdownshift &
                           XEN_DOMINF_shutdownmask);
}

static void sleep_until_something(struct watch *w)
{
    struct sched_poll poll = {
        .nr_ports = 2, .timeout = clock_now() + LOOK_EVERY,
    };

    set_xen_guest_handle(poll.ports, w->ports);
    hc_sched_op(SCHEDOP_poll, &poll);
    port_clear(w->ports[0]);
    port_clear(w->ports[1]);
}

static const char *watch(struct watch *w)
{
    uint64_t end = clock_now() + w->guest->entry->timeout_ns;
    const char *how;

    for (;;) {
        how = how_it_ended(w->guest);
        drain(w);       /* after the question: what it said before its end */
        if (how)
            return how;
        if (clock_now() > end)
            return "timeout";
        sleep_until_something(w);
    }
}

const char *guest_watch(struct guest_domain *g)
{
    struct watch w = { .guest = g };
    long console = port_bind_interdomain(g->id, g->console_port);
    long exits = port_bind_virq(VIRQ_DOM_EXC, 0);
    const char *how;

    w.ring = foreign_map(WINDOW_CONSOLE, g->id, g->mfn[g->console_pfn]);
    if (console < 0 || exits < 0 || !w.ring)
        return "not_watched";
    w.ports[0] = (evtchn_port_t)console;
    w.ports[1] = (evtchn_port_t)exits;
    begin_line(&w);
    how = guest_domain_start(g);
    if (!how)
        how = watch(&w);
    if (w.length > w.prefix)
        put_line(&w);
    foreign_unmap(WINDOW_CONSOLE);
    port_close(w.ports[0]);
    port_close(w.ports[1]);
    return how;
}
