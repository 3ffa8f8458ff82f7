/* SPDX-License-Identifier: MIT */
/*
 * event_op_test.c - hypercalls 32 and 16: what each operation takes, answers
 * and refuses, and that nobody keeps a port that it was not told of.
 */
#include <string.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/event.h>
#include <hv/pirq.h>
#include <hv/ring_console.h>
#include <hv/vcpu.h>
#include <public/event_channel.h>
#include "../../common/event/port.h"
#include "fake_guest.h"
#include "fake_heap.h"
#include "unit.h"

#define AT      FAKE_GUEST_VA
/* Nothing of the guest is there. */
#define HOLE    0xffff800000000000ul

unsigned int fake_cpu;
struct vcpu *fake_current;
struct domain *dom0;
cpu_set_t cpu_online;

static struct domain first, guest;
static struct vcpu vcpu[2], *lists[2] = { &vcpu[0], &vcpu[1] };
static struct shared_info shared[2];
static unsigned int bound_pirq, console_notices;

bool domain_get(struct domain *d)
{
    d->refs++;
    return true;
}

void domain_put(struct domain *d)
{
    ck_assert_int_gt(d->refs, 1);
    d->refs--;
}

struct domain *find_domain_or_self(domid_t id)
{
    struct domain *d = id == DOMAIN_SELF ? fake_current->domain :
                       id == 0 ? &first : id == 1 ? &guest : NULL;

    if (d)
        d->refs++;
    return d;
}

void vcpu_unblock(struct vcpu *v) { (void)v; }
void arch_vcpu_kick(struct vcpu *v) { (void)v; }
void vcpu_end_poll(struct vcpu *v) { (void)v; }

void ring_console_notify(struct domain *d)
{
    ck_assert_ptr_eq(d, &guest);
    console_notices++;
}

int pirq_bind(struct domain *d, unsigned int pirq, bool share,
              evtchn_port_t port)
{
    ck_assert(d == &first && share && port);
    if (pirq != 9)
        return -EINVAL;
    bound_pirq = pirq;
    return 0;
}

bool pirq_may_bind(struct domain *d, unsigned int pirq)
{
    (void)pirq;
    return d->is_hardware;
}

evtchn_port_t pirq_port(const struct domain *d, unsigned int pirq)
{
    ck_abort_msg("nothing asks here: %p %u", (const void *)d, pirq);
}

void pirq_unbind(struct domain *d, unsigned int pirq)
{
    ck_assert(d == &first && pirq == bound_pirq);
    bound_pirq = 0;
}

static void create(struct domain *d, unsigned int i)
{
    *d = (struct domain){ .id = (domid_t)i, .refs = 1, .max_vcpus = 1,
                          .vcpu = &lists[i], .shared_info = &shared[i],
                          .is_privileged = !i, .is_hardware = !i };
    vcpu[i].domain = d;
    vcpu[i].info = &shared[i].vcpu_info[0];
    ck_assert_int_eq(event_domain_create(d, 0), 0);
}

static void start(void)
{
    fake_guest_reset();
    cpu_set_add(&cpu_online, 0);
    create(&first, 0);
    create(&guest, 1);
    dom0 = &first;
    fake_current = &vcpu[0];
}

static void end(void)
{
    event_domain_close_all(&first);
    event_domain_close_all(&guest);
    ck_assert_int_eq(first.refs, 1);
    ck_assert_int_eq(guest.refs, 1);
    event_domain_destroy(&first);
    event_domain_destroy(&guest);
    ck_assert_int_eq(fake_heap_live, 0);
    ck_assert_int_eq(bound_pirq, 0);
}

/* Put @arg there and call. */
#define OP(cmd, ...)    call(cmd, &(__VA_ARGS__), sizeof(__VA_ARGS__))

static long call(int cmd, const void *arg, size_t size)
{
    memcpy(fake_guest_at(AT), arg, size);
    return do_event_channel_op(cmd, AT);
}

static uint32_t word(unsigned int i)
{
    uint32_t *words = fake_guest_at(AT);

    return words[i];
}

static evtchn_port_t unbound_for(domid_t remote)
{
    ck_assert_int_eq(OP(EVTCHNOP_alloc_unbound,
                        (struct evtchn_alloc_unbound){
                            .dom = DOMAIN_SELF, .remote_dom = remote }), 0);
    return word(1);
}

static struct evtchn_status status_of(domid_t dom, evtchn_port_t port)
{
    struct evtchn_status s = { .dom = dom, .port = port };

    ck_assert_int_eq(call(EVTCHNOP_status, &s, sizeof(s)), 0);
    memcpy(&s, fake_guest_at(AT), sizeof(s));
    return s;
}

START_TEST(each_kind_of_port_has_its_status)
{
    evtchn_port_t ipi, virq, pirq, open;

    start();
    ck_assert_int_eq(OP(EVTCHNOP_bind_ipi, (struct evtchn_bind_ipi){ 0 }), 0);
    ipi = word(1);
    ck_assert_int_eq(OP(EVTCHNOP_bind_virq,
                        (struct evtchn_bind_virq){ .virq = VIRQ_TIMER }), 0);
    virq = word(2);
    ck_assert_int_eq(OP(EVTCHNOP_bind_pirq,
                        (struct evtchn_bind_pirq){
                            .pirq = 9, .flags = BIND_PIRQ__WILL_SHARE }), 0);
    pirq = word(2);
    open = unbound_for(1);
    ck_assert_uint_eq(status_of(DOMAIN_SELF, ipi).status, EVTCHNSTAT_ipi);
    ck_assert_uint_eq(status_of(DOMAIN_SELF, virq).status, EVTCHNSTAT_virq);
    ck_assert_uint_eq(status_of(DOMAIN_SELF, virq).u.virq, VIRQ_TIMER);
    ck_assert_uint_eq(status_of(0, pirq).status, EVTCHNSTAT_pirq);
    ck_assert_uint_eq(status_of(0, pirq).u.pirq, 9);
    ck_assert_uint_eq(status_of(0, open).status, EVTCHNSTAT_unbound);
    ck_assert_uint_eq(status_of(0, open).u.unbound.dom, 1);
    ck_assert_int_eq(OP(EVTCHNOP_close, (struct evtchn_close){ ipi }), 0);
    ck_assert_uint_eq(status_of(0, ipi).status, EVTCHNSTAT_closed);
    ck_assert_int_eq(OP(EVTCHNOP_status,
                        (struct evtchn_status){ .port = 4000 }), -EINVAL);
    end();
}
END_TEST

START_TEST(two_domains_meet_at_a_port_and_send_through_it)
{
    evtchn_port_t open, near;

    start();
    open = unbound_for(1);
    fake_current = &vcpu[1];
    ck_assert_int_eq(OP(EVTCHNOP_bind_interdomain,
                        (struct evtchn_bind_interdomain){
                            .remote_dom = 0, .remote_port = open }), 0);
    near = word(2);
    ck_assert_uint_eq(status_of(1, near).status, EVTCHNSTAT_interdomain);
    ck_assert_uint_eq(status_of(1, near).u.interdomain.port, open);
    ck_assert_int_eq(OP(EVTCHNOP_send, (struct evtchn_send){ near }), 0);
    ck_assert(first.event_abi->is_pending(&first, open));
    fake_current = &vcpu[0];
    shared[0].evtchn_mask[0] = ~0ul;
    ck_assert_int_eq(OP(EVTCHNOP_unmask, (struct evtchn_unmask){ open }), 0);
    ck_assert(!first.event_abi->is_masked(&first, open));
    ck_assert_int_eq(OP(EVTCHNOP_bind_vcpu,
                        (struct evtchn_bind_vcpu){ open, 0 }), 0);
    ck_assert_int_eq(OP(EVTCHNOP_bind_vcpu,
                        (struct evtchn_bind_vcpu){ open, 1 }), -ENOENT);
    ck_assert_int_eq(OP(EVTCHNOP_bind_interdomain,
                        (struct evtchn_bind_interdomain){ 5, 1, 0 }),
                     -ESRCH);
    end();
}
END_TEST

START_TEST(a_console_port_looks_joined_to_another_domain)
{
    evtchn_port_t port;

    start();
    ck_assert_int_eq(event_bind_console(&guest, &port), 0);
    fake_current = &vcpu[1];
    ck_assert_uint_eq(status_of(1, port).status, EVTCHNSTAT_interdomain);
    ck_assert_uint_eq(status_of(1, port).u.interdomain.dom, DOMAIN_HV);
    ck_assert_int_eq(OP(EVTCHNOP_send, (struct evtchn_send){ port }), 0);
    ck_assert_uint_eq(console_notices, 1);
    ck_assert_int_eq(OP(EVTCHNOP_bind_pirq, (struct evtchn_bind_pirq){ .pirq = 9 }),
                     -EPERM);
    end();
}
END_TEST

START_TEST(only_the_privileged_look_into_others)
{
    start();
    fake_current = &vcpu[1];
    ck_assert_int_eq(OP(EVTCHNOP_status,
                        (struct evtchn_status){ .dom = 0, .port = 1 }),
                     -EPERM);
    ck_assert_int_eq(OP(EVTCHNOP_alloc_unbound,
                        (struct evtchn_alloc_unbound){ .dom = 0 }), -EPERM);
    ck_assert_int_eq(OP(EVTCHNOP_reset, (struct evtchn_reset){ 0 }), -EPERM);
    ck_assert_int_eq(OP(EVTCHNOP_reset, (struct evtchn_reset){ 7 }), -ESRCH);
    ck_assert_int_eq(OP(EVTCHNOP_alloc_unbound,
                        (struct evtchn_alloc_unbound){ .dom = 7 }), -ESRCH);
    ck_assert_int_eq(OP(EVTCHNOP_status,
                        (struct evtchn_status){ .dom = 7 }), -ESRCH);
    fake_current = &vcpu[0];
    ck_assert_int_eq(OP(EVTCHNOP_alloc_unbound,
                        (struct evtchn_alloc_unbound){
                            .dom = 1, .remote_dom = 0 }), 0);
    ck_assert_uint_eq(status_of(1, word(1)).status, EVTCHNSTAT_unbound);
    end();
}
END_TEST

START_TEST(a_reset_closes_all_ports_but_of_another_only_when_it_is_paused)
{
    evtchn_port_t open;

    start();
    open = unbound_for(1);
    ck_assert_int_eq(OP(EVTCHNOP_reset, (struct evtchn_reset){ DOMAIN_SELF }),
                     0);
    ck_assert_uint_eq(status_of(0, open).status, EVTCHNSTAT_closed);
    ck_assert_int_eq(OP(EVTCHNOP_reset, (struct evtchn_reset){ 1 }), -EINVAL);
    guest.control_pause_count = 1;
    ck_assert_int_eq(OP(EVTCHNOP_reset, (struct evtchn_reset){ 1 }), 0);
    end();
}
END_TEST

START_TEST(an_argument_that_cannot_be_read_is_a_fault)
{
    start();
    ck_assert_int_eq(do_event_channel_op(EVTCHNOP_send, HOLE), -EFAULT);
    ck_assert_int_eq(do_event_channel_op(EVTCHNOP_status,
                                         AT + FAKE_GUEST_SIZE - 8), -EFAULT);
    ck_assert_int_eq(do_event_channel_op(11, AT), -ENOSYS);
    ck_assert_int_eq(do_event_channel_op(-1, AT), -ENOSYS);
    ck_assert_int_eq(do_event_channel_op(1000, AT), -ENOSYS);
    end();
}
END_TEST

START_TEST(who_cannot_be_told_its_port_does_not_keep_it)
{
    static const struct { int cmd; uint32_t words[3]; domid_t whose; }
    calls[] = {
        { EVTCHNOP_bind_ipi, { 0 }, 0 },
        { EVTCHNOP_bind_virq, { VIRQ_TIMER }, 0 },
        { EVTCHNOP_bind_pirq, { 9, BIND_PIRQ__WILL_SHARE }, 0 },
        { EVTCHNOP_alloc_unbound, { DOMAIN_SELF }, 0 },
        { EVTCHNOP_alloc_unbound, { 1 }, 1 },
    };

    start();
    for (unsigned int i = 0; i < ARRAY_SIZE(calls); i++) {
        fake_guest_is_read_only = true;
        ck_assert_int_eq(call(calls[i].cmd, calls[i].words, 12), -EFAULT);
        fake_guest_is_read_only = false;
        ck_assert_uint_eq(status_of(calls[i].whose, 1).status,
                          EVTCHNSTAT_closed);
    }
    end();
}
END_TEST

START_TEST(the_older_form_has_the_command_in_front)
{
    struct evtchn_op *op = fake_guest_at(AT);

    start();
    *op = (struct evtchn_op){ .cmd = EVTCHNOP_alloc_unbound };
    op->u.alloc_unbound.dom = DOMAIN_SELF;
    ck_assert_int_eq(do_event_channel_op_compat(AT), 0);
    ck_assert_uint_eq(op->u.alloc_unbound.port, 1);
    op->cmd = EVTCHNOP_reset;
    ck_assert_int_eq(do_event_channel_op_compat(AT), -ENOSYS);
    op->cmd = ~0u;
    ck_assert_int_eq(do_event_channel_op_compat(AT), -ENOSYS);
    ck_assert_int_eq(do_event_channel_op_compat(HOLE), -EFAULT);
    end();
}
END_TEST

int main(void)
{
    return UNIT_RUN("event_op",
        each_kind_of_port_has_its_status,
        two_domains_meet_at_a_port_and_send_through_it,
        a_console_port_looks_joined_to_another_domain,
        only_the_privileged_look_into_others,
        a_reset_closes_all_ports_but_of_another_only_when_it_is_paused,
        an_argument_that_cannot_be_read_is_a_fault,
        who_cannot_be_told_its_port_does_not_keep_it,
        the_older_form_has_the_command_in_front);
}
