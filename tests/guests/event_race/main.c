/* SPDX-License-Identifier: MIT */
/*
 * event_race/main.c - two vcpus of a domain do the same to its ports at once,
 * while those of another domain do so at the far ends.
 * Has a peer.
 * Has 2 vcpus.
 * Races on 2 CPUs.
 *
 * Promise: two vcpus that ask for ports get different ones; of two that close a
 * port, or bind to one, one succeeds. Whatever two domains open, close, send on
 * and reset at the same time, both ends of a channel agree afterwards, and all
 * ports can be closed. No event is lost that one vcpu waits for while another
 * masks and unmasks its port.
 */
#include "guest.h"
#include "peer.h"
#include "race.h"

const char test_folder[] = "event_race";

#define ROUNDS      200u
#define PORTS       64u         /* all that are used here are below */

/* In the memory that both domains see. */
struct plan {
    volatile unsigned stop;
    unsigned port;              /* the first's, to bind to */
    volatile unsigned rounds, surprises;
};

static long result[2];          /* of each vcpu */
static unsigned good, bad, wrong;
static unsigned port;

static struct plan *plan(void)
{
    return (struct plan *)((uint8_t *)peer_room + 1024);
}

static void forget(void)
{
    good = bad = wrong = 0;
}

/* One of both has got @refusal. */
static void count_one(long refusal)
{
    for (unsigned i = 0; i < 2; i++) {
        good += result[i] >= 0;
        bad += result[i] == refusal;
        wrong += result[i] < 0 && result[i] != refusal;
    }
}

static void expect_one_each(const char *group)
{
    report_group(group);
    expect_eq("one_succeeds", ROUNDS, good);
    expect_eq("the_other_does_not", ROUNDS, bad);
    expect_eq("nothing_else_is_said", 0, wrong);
    report_group(NULL);
    forget();
}

/* -- two that ask for ports ------------------------------------------------ */

#define MANY    24u             /* by each vcpu in a round */

static long many[2][MANY];

static void allocate(unsigned who)
{
    for (unsigned i = 0; i < MANY; i++)
        many[who][i] = i & 1 ? port_bind_ipi(who)
                             : port_alloc_unbound(DOMID_SELF, peer_id);
}

static void left_allocates(unsigned round)
{
    (void)round;
    allocate(0);
}

static void right_allocates(unsigned round)
{
    (void)round;
    allocate(1);
}

/* A port that both were given is closed when it is to be closed again. */
static void close_all(unsigned round)
{
    (void)round;
    for (unsigned i = 0; i < MANY; i++)
        for (unsigned who = 0; who < 2; who++) {
            bad += many[who][i] <= 0 || port_close((unsigned)many[who][i]);
            good++;
        }
}

static void allocating(void)
{
    race(&(struct race){ .rounds = ROUNDS, .left = left_allocates,
                         .right = right_allocates, .after = close_all });
    report_group("alloc");
    expect_eq("ports", 2 * MANY * ROUNDS, good);
    expect_eq("given_twice", 0, bad);
    report_group(NULL);
    forget();
}

/* -- two that close one, or bind to one ------------------------------------ */

static unsigned peer_alloc(void)
{
    struct evtchn_alloc_unbound *op = peer_room;

    *op = (struct evtchn_alloc_unbound){ .dom = DOMID_SELF,
                                         .remote_dom = (domid_t)own_id };
    peer_call(__HYPERVISOR_event_channel_op, EVTCHNOP_alloc_unbound,
              (uint64_t)op, 0);
    return op->port;
}

static unsigned peer_port;      /* waits for us */

static void left_closes(unsigned round)
{
    (void)round;
    result[0] = port_close(port);
}

static void right_closes(unsigned round)
{
    (void)round;
    result[1] = port_close(port);
}

static void bind_one(unsigned round)
{
    (void)round;
    port = (unsigned)port_bind_interdomain(peer_id, peer_port);
}

static void count_refused(unsigned round)
{
    (void)round;
    count_one(-XEN_EINVAL);
}

static void left_binds(unsigned round)
{
    (void)round;
    result[0] = port_bind_interdomain(peer_id, peer_port);
}

static void right_binds(unsigned round)
{
    (void)round;
    result[1] = port_bind_interdomain(peer_id, peer_port);
}

static void count_and_close(unsigned round)
{
    count_refused(round);
    for (unsigned i = 0; i < 2; i++)
        if (result[i] > 0)
            port_close((unsigned)result[i]);
}

static void one_of_two(void)
{
    peer_port = peer_alloc();
    race(&(struct race){ .rounds = ROUNDS, .before = bind_one,
                         .left = left_closes, .right = right_closes,
                         .after = count_refused });
    expect_one_each("close");
    race(&(struct race){ .rounds = ROUNDS, .left = left_binds,
                         .right = right_binds, .after = count_and_close });
    expect_one_each("bind");
}

/* -- both domains at once -------------------------------------------------- */

static bool is_expected(long rc)
{
    return rc >= 0 || rc == -XEN_EINVAL;
}

static void note(long rc)
{
    if (!is_expected(rc))
        plan()->surprises++;
}

/* The peer's vcpus bind to our port, send, close, and reset all they have. */
static void peer_binds(unsigned round)
{
    long nr = port_bind_interdomain(peer_id, plan()->port);

    note(nr);
    if (nr > 0) {
        note(port_send((unsigned)nr));
        if (round % 3)
            note(port_close((unsigned)nr));
    }
}

static void peer_resets(unsigned round)
{
    struct evtchn_reset reset = { .dom = DOMID_SELF };

    if (round % 16 == 0)
        note(hc_event_channel_op(EVTCHNOP_reset, &reset));
    for (unsigned nr = 1; nr < 8; nr++)
        note(port_send(nr));
    note(port_close(1 + round % 8));
}

static void storm(uint64_t kind, uint64_t round)
{
    (void)kind;
    (void)round;
    while (!plan()->stop) {
        race(&(struct race){ .rounds = 32, .left = peer_binds,
                             .right = peer_resets });
        plan()->rounds++;
    }
}

static void left_sends(unsigned round)
{
    note(port_send(port));
    if (round % 4 == 0)
        note(port_close(port));
}

static void right_opens(unsigned round)
{
    note(port_send(port));
    if (round % 8 == 0)
        note(port_close(port));
}

static void open_again(unsigned round)
{
    struct evtchn_status s = { .dom = DOMID_SELF, .port = port };
    long nr;

    (void)round;
    if (!hc_event_channel_op(EVTCHNOP_status, &s) &&
        s.status != EVTCHNSTAT_closed)
        return;
    nr = port_alloc_unbound(DOMID_SELF, peer_id);
    note(nr);
    port = plan()->port = (unsigned)nr;
}

static void storming(void)
{
    struct evtchn_status s = { .dom = DOMID_SELF };
    struct evtchn_reset *reset = peer_room;

    *plan() = (struct plan){ 0 };
    open_again(0);
    port = plan()->port = (unsigned)port_alloc_unbound(DOMID_SELF, peer_id);
    peer_begin_storm(0, 1);
    race(&(struct race){ .rounds = 4 * ROUNDS, .before = open_again,
                         .left = left_sends, .right = right_opens });
    while (plan()->rounds == 0)
        let_others_run();
    plan()->stop = 1;
    peer_wait();
    report_group("storm");
    expect_eq("nothing_else_is_said", 0, plan()->surprises);
    reset->dom = DOMID_SELF;
    expect_ok("the_peer_closes_all",
              peer_call(__HYPERVISOR_event_channel_op, EVTCHNOP_reset,
                        (uint64_t)reset, 0));
    for (unsigned nr = 1; nr < PORTS; nr++) {
        s.port = nr;
        wrong += !hc_event_channel_op(EVTCHNOP_status, &s) &&
                 s.status == EVTCHNSTAT_interdomain &&
                 s.u.interdomain.dom == peer_id;
    }
    expect_eq("so_no_channel_leads_there", 0, wrong);
    expect_ok("ours_can_be_closed", port_close(port));
    report_group(NULL);
    forget();
}

/* -- an event that is waited for, and a mask ------------------------------- */

static void left_waits(unsigned round)
{
    evtchn_port_t ports[1] = { port };
    struct sched_poll poll = { .nr_ports = 1,
                               .timeout = clock_now() + 5000 * MILLISECOND };

    (void)round;
    set_xen_guest_handle(poll.ports, ports);
    port_send(port);
    hc_sched_op(SCHEDOP_poll, &poll);
    good += port_is_pending(port);
    port_clear(port);
}

static void right_masks(unsigned round)
{
    (void)round;
    port_mask(port);
    wrong += !!port_unmask(port);
}

static void waiting(void)
{
    long nr = port_bind_ipi(0);

    report_group("wait");
    if (!expect_true("port", nr > 0))
        return;
    port = (unsigned)nr;
    race(&(struct race){ .rounds = ROUNDS, .left = left_waits,
                         .right = right_masks });
    expect_eq("all_events_come", ROUNDS, good);
    expect_eq("all_are_unmasked", 0, wrong);
    expect_ok("close", port_close(port));
    report_group(NULL);
}

void test_main(void)
{
    peer_storm = storm;
    if (!peer_start())
        return;
    allocating();
    one_of_two();
    storming();
    waiting();
    expect_true("the_peer_ends_and_another_comes", peer_replace());
}
