/* SPDX-License-Identifier: MIT */
/*
 * event_pair/main.c - event channels between two domains.
 * Has a peer.
 *
 * Promise: a port that waits for a domain is bound by that domain alone, and
 * once. What either end sends makes the other pending, a hundred times as well
 * as once; who closes makes the other wait again. Nobody sees, opens, closes or
 * resets another's ports. When a domain ends, its channels' other ends wait for
 * a domain that does not come back, and sending there does nothing.
 */
#include "guest.h"
#include "peer.h"

const char test_folder[] = "event_pair";

static unsigned port, far;          /* a channel: our end, and the peer's */

/* -- what the peer does --------------------------------------------------- */

static long peer_event(unsigned op, void *arg)
{
    return peer_call(__HYPERVISOR_event_channel_op, op, (uint64_t)arg, 0);
}

static long peer_bind(unsigned remote, unsigned remote_port)
{
    struct evtchn_bind_interdomain *op = peer_room;
    long rc;

    *op = (struct evtchn_bind_interdomain){ .remote_dom = (domid_t)remote,
                                            .remote_port = remote_port };
    rc = peer_event(EVTCHNOP_bind_interdomain, op);
    return rc ? rc : (long)op->local_port;
}

static long peer_send(unsigned nr)
{
    struct evtchn_send *op = peer_room;

    op->port = nr;
    return peer_event(EVTCHNOP_send, op);
}

static long peer_close(unsigned nr)
{
    struct evtchn_close *op = peer_room;

    op->port = nr;
    return peer_event(EVTCHNOP_close, op);
}

static long peer_alloc(unsigned dom, unsigned remote)
{
    struct evtchn_alloc_unbound *op = peer_room;
    long rc;

    *op = (struct evtchn_alloc_unbound){ .dom = (domid_t)dom,
                                         .remote_dom = (domid_t)remote };
    rc = peer_event(EVTCHNOP_alloc_unbound, op);
    return rc ? rc : (long)op->port;
}

static struct evtchn_status peer_status(unsigned nr)
{
    struct evtchn_status *op = peer_room;

    *op = (struct evtchn_status){ .dom = DOMID_SELF, .port = nr };
    if (peer_event(EVTCHNOP_status, op))
        op->status = 99;
    return *op;
}

static uint64_t pending_word(unsigned nr)
{
    return (uint64_t)&shared_info.evtchn_pending[nr / 64];
}

static bool peer_is_pending(unsigned nr)
{
    return peer_read(pending_word(nr)) >> nr % 64 & 1;
}

static void peer_clear(unsigned nr)
{
    peer_write(pending_word(nr), peer_read(pending_word(nr)) &
                                 ~(1ul << nr % 64));
}

/* -- ours ----------------------------------------------------------------- */

static struct evtchn_status status_of(unsigned dom, unsigned nr, long *rc)
{
    struct evtchn_status op = { .dom = (domid_t)dom, .port = nr };

    *rc = hc_event_channel_op(EVTCHNOP_status, &op);
    return op;
}

static struct evtchn_status own_status(unsigned nr)
{
    long rc;
    struct evtchn_status s = status_of(DOMID_SELF, nr, &rc);

    if (rc)
        s.status = 99;
    return s;
}

static void expect_unbound(unsigned nr)
{
    struct evtchn_status s = own_status(nr);

    expect_eq("waits", EVTCHNSTAT_unbound, s.status);
    expect_eq("for_the_peer", peer_id, s.u.unbound.dom);
}

/* -- a channel ------------------------------------------------------------ */

static void binding(void)
{
    long rc = port_alloc_unbound(DOMID_SELF, peer_id);

    report_group("bind");
    expect_true("port", rc > 0);
    port = (unsigned)rc;
    expect_unbound(port);
    expect_ok("sending_is_dropped", port_send(port));
    expect_rc("not_for_us", -XEN_EINVAL, port_bind_interdomain(own_id, port));
    rc = peer_bind(own_id, port);
    expect_true("peer", rc > 0);
    far = (unsigned)rc;
    expect_rc("once", -XEN_EINVAL, peer_bind(own_id, port));
    expect_rc("no_port", -XEN_EINVAL, peer_bind(own_id, port + 40));
    expect_rc("port_0", -XEN_EINVAL, peer_bind(own_id, 0));
    expect_rc("far_beyond", -XEN_EINVAL, peer_bind(own_id, ~0u));
    expect_rc("nobody", -XEN_ESRCH, peer_bind(77, port));
    expect_eq("status", EVTCHNSTAT_interdomain, own_status(port).status);
    expect_eq("names_the_peer", peer_id,
              own_status(port).u.interdomain.dom);
    expect_eq("and_its_port", far, own_status(port).u.interdomain.port);
    expect_eq("there_too", EVTCHNSTAT_interdomain, peer_status(far).status);
    expect_eq("named_us", own_id, peer_status(far).u.interdomain.dom);
    expect_eq("and_ours", port, peer_status(far).u.interdomain.port);
    report_group(NULL);
}

static void sending(void)
{
    report_group("send");
    port_mask(port);
    port_clear(port);
    peer_clear(far);
    expect_ok("to_the_peer", port_send(port));
    expect_true("it_is_pending", peer_is_pending(far));
    expect_true("ours_is_not", !port_is_pending(port));
    expect_ok("to_us", peer_send(far));
    expect_true("ours_is_pending", port_is_pending(port));
    peer_clear(far);
    for (unsigned i = 0; i < 100; i++)
        if (port_send(port))
            expect_true("all_are_sent", false);
    expect_true("once_is_enough", peer_is_pending(far));
    peer_clear(far);
    expect_true("then_it_is_over", !peer_is_pending(far));
    port_clear(port);
    report_group(NULL);
}

static void upcall(void)
{
    unsigned before = upcalls;

    report_group("upcall");
    port_unmask_quietly(port);
    upcalls_unmask();
    expect_ok("send", peer_send(far));
    let_others_run();
    upcalls_mask();
    expect_true("comes", upcalls > before);
    port_mask(port);
    port_clear(port);
    report_group(NULL);
}

/* -- not ours to touch ---------------------------------------------------- */

static void forbidden(void)
{
    struct evtchn_reset reset = { .dom = (domid_t)peer_id };
    long rc;

    report_group("forbidden");
    expect_rc("a_port_for_others", -XEN_EPERM,
              port_alloc_unbound(peer_id, own_id));
    expect_rc("for_nobody", -XEN_ESRCH, port_alloc_unbound(77, own_id));
    status_of(peer_id, far, &rc);
    expect_rc("status_of_the_peer", -XEN_EPERM, rc);
    status_of(77, far, &rc);
    expect_rc("of_nobody", -XEN_ESRCH, rc);
    expect_rc("reset_of_the_peer", -XEN_EPERM,
              hc_event_channel_op(EVTCHNOP_reset, &reset));
    reset.dom = 77;
    expect_rc("reset_of_nobody", -XEN_ESRCH,
              hc_event_channel_op(EVTCHNOP_reset, &reset));
    rc = peer_alloc(DOMID_SELF, 0);
    expect_true("a_port_for_domain_0", rc > 0);
    expect_rc("is_not_for_us", -XEN_EINVAL,
              port_bind_interdomain(peer_id, (unsigned)rc));
    peer_close((unsigned)rc);
    expect_eq("the_channel_is_as_before", EVTCHNSTAT_interdomain,
              own_status(port).status);
    report_group(NULL);
}

/* -- closing -------------------------------------------------------------- */

static void closing(void)
{
    long rc;

    report_group("closed_by_the_peer");
    expect_ok("close", peer_close(far));
    expect_unbound(port);
    expect_ok("sending_is_dropped", port_send(port));
    expect_eq("it_is_closed", EVTCHNSTAT_closed, peer_status(far).status);
    expect_rc("twice", -XEN_EINVAL, peer_close(far));
    expect_rc("no_sending_there", -XEN_EINVAL, peer_send(far));
    rc = peer_bind(own_id, port);
    expect_true("it_binds_again", rc > 0);
    far = (unsigned)rc;
    report_group("closed_by_us");
    expect_ok("close", port_close(port));
    expect_eq("it_is_closed", EVTCHNSTAT_closed, own_status(port).status);
    expect_eq("the_peers_waits", EVTCHNSTAT_unbound,
              peer_status(far).status);
    expect_eq("for_us", own_id, peer_status(far).u.unbound.dom);
    expect_ok("its_sending_is_dropped", peer_send(far));
    rc = port_bind_interdomain(peer_id, far);
    expect_true("we_bind_it", rc > 0);
    port = (unsigned)rc;
    expect_ok("and_send", port_send(port));
    expect_true("it_is_pending", peer_is_pending(far));
    report_group(NULL);
}

/* -- a flood, and both ends closing --------------------------------------- */

#define FLOOD   20000u

static void flood(uint64_t kind, uint64_t round)
{
    if (kind == 0) {
        port_send(far);
    } else {
        long nr = port_bind_interdomain(peer_id, (unsigned)kind);

        if (nr > 0) {
            port_send((unsigned)nr);
            port_close((unsigned)nr);
        }
        if (round % 8 == 0)
            let_others_run();
    }
}

static void flooded(void)
{
    unsigned sent = 0;
    long rc;

    report_group("flood");
    peer_write((uint64_t)&far, far);
    port_mask(port);
    peer_begin_storm(0, FLOOD);
    for (unsigned i = 0; i < 200; i++) {
        sent += !port_send(port);
        port_clear(port);
    }
    peer_wait();
    expect_eq("we_sent_all_the_same", 200, sent);
    rc = port_alloc_unbound(DOMID_SELF, peer_id);
    peer_begin_storm((uint64_t)rc, 400);
    for (unsigned i = 0; i < 200 && rc > 0; i++) {
        port_send((unsigned)rc);
        if (i % 3 == 0) {
            port_close((unsigned)rc);
            rc = port_alloc_unbound(DOMID_SELF, peer_id);
        }
        let_others_run();
    }
    peer_wait();
    expect_eq("it_waits_at_the_end", EVTCHNSTAT_unbound,
              own_status((unsigned)rc).status);
    expect_ok("and_is_closed", port_close((unsigned)rc));
    report_group(NULL);
}

/* -- reset, and the end --------------------------------------------------- */

static void reset_of_the_peer(void)
{
    struct evtchn_reset *op = peer_room;

    report_group("reset");
    op->dom = DOMID_SELF;
    expect_ok("of_its_own", peer_event(EVTCHNOP_reset, op));
    expect_unbound(port);
    expect_eq("all_are_closed", EVTCHNSTAT_closed, peer_status(far).status);
    far = (unsigned)peer_bind(own_id, port);
    expect_eq("it_may_bind_again", EVTCHNSTAT_interdomain,
              own_status(port).status);
    report_group(NULL);
}

static void the_peer_ends(void)
{
    unsigned before = peer_id;

    report_group("end");
    if (!expect_true("another_comes", peer_replace()))
        return;
    expect_eq("ours_waits", EVTCHNSTAT_unbound, own_status(port).status);
    expect_eq("for_who_is_gone", before, own_status(port).u.unbound.dom);
    expect_ok("sending_is_dropped", port_send(port));
    expect_rc("the_other_cannot_have_it", -XEN_EINVAL,
              peer_bind(own_id, port));
    expect_rc("who_is_gone_has_no_ports", -XEN_ESRCH,
              port_bind_interdomain(before, far));
    expect_ok("it_can_be_closed", port_close(port));
    report_group(NULL);
}

void test_main(void)
{
    peer_storm = flood;
    if (!peer_start())
        return;
    binding();
    sending();
    upcall();
    forbidden();
    closing();
    flooded();
    reset_of_the_peer();
    the_peer_ends();
}
