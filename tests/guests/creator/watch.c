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
#include "string.h"

#include <xen/io/console.h>

#define LOOK_EVERY  (500 * MILLISECOND)
#define LINE_MAX    300u

struct watch {
    struct guest_domain *guest; /* NULL: it is gone */
    struct xencons_interface *ring;
    evtchn_port_t port;         /* of its console */
    unsigned window;            /* through which the ring is seen */
    char line[LINE_MAX + 1];    /* begins with the guest's name */
    unsigned length, prefix;
};

static evtchn_port_t exits;     /* tells of ends of domains */

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
    port_send(w->port);                     /* there is room again */
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

static void sleep_until_something(struct watch *w, unsigned count)
{
    evtchn_port_t ports[3] = { exits };
    struct sched_poll poll = {
        .nr_ports = 1, .timeout = clock_now() + LOOK_EVERY,
    };

    for (unsigned i = 0; i < count; i++)
        if (w[i].guest)
            ports[poll.nr_ports++] = w[i].port;
    set_xen_guest_handle(poll.ports, ports);
    hc_sched_op(SCHEDOP_poll, &poll);
    for (unsigned i = 0; i < poll.nr_ports; i++)
        port_clear(ports[i]);
}

/* --- one guest ------------------------------------------------------------- */

static bool begin(struct watch *w, struct guest_domain *g, unsigned window)
{
    long console = port_bind_interdomain(g->id, g->console_port);

    *w = (struct watch){ .guest = g, .window = window };
    w->ring = foreign_map(window, g->id, g->mfn[g->console_pfn]);
    if (console < 0 || !w->ring)
        return false;
    w->port = (evtchn_port_t)console;
    begin_line(w);
    return true;
}

static void end(struct watch *w)
{
    if (w->length > w->prefix)
        put_line(w);
    foreign_unmap(w->window);
    port_close(w->port);
    w->guest = NULL;
}

/* How it ended, if it did, and what it said. */
static const char *look(struct watch *w)
{
    const char *how = how_it_ended(w->guest);

    drain(w);           /* after the question: what it said before its end */
    return how;
}

/* --- and its peer ---------------------------------------------------------- */

/* One that wants to restart gets a successor; any other end is for good. */
static const char *look_at_peer(struct watch *w, struct guest_domain *first)
{
    struct guest_domain *peer = w->guest;
    const char *how = look(w), *why;

    if (!how)
        return NULL;
    end(w);
    guest_domain_destroy(peer);
    if (strncmp(how, "reboot", sizeof("reboot")))
        return NULL;
    why = guest_domain_build(peer, first->entry);
    if (why)
        return why;
    guest_domain_introduce(first, peer);
    return begin(w, peer, WINDOW_PEER) ? guest_domain_start(peer)
                                       : "not_watched";
}

static const char *watch(struct watch *w, unsigned count)
{
    uint64_t deadline = clock_now() + w->guest->entry->timeout_ns;

    for (;;) {
        const char *how = look(&w[0]);

        if (!how && count > 1 && w[1].guest)
            how = look_at_peer(&w[1], w[0].guest);
        if (how)
            return how;
        if (clock_now() > deadline)
            return "timeout";
        sleep_until_something(w, count);
    }
}

const char *guest_watch(struct guest_domain *g, struct guest_domain *peer)
{
    static struct watch w[2];
    unsigned count = peer ? 2 : 1;
    long port = port_bind_virq(VIRQ_DOM_EXC, 0);
    const char *how = "not_watched";

    if (port < 0)
        return how;
    exits = (evtchn_port_t)port;
    if (begin(&w[0], g, WINDOW_CONSOLE) &&
        (!peer || begin(&w[1], peer, WINDOW_PEER))) {
        how = guest_domain_start(g);
        if (!how && peer)
            how = guest_domain_start(peer);
        if (!how)
            how = watch(w, count);
    }
    for (unsigned i = 0; i < count; i++)
        if (w[i].guest)
            end(&w[i]);
    port_close(exits);
    return how;
}
