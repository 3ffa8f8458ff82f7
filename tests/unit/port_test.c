/* SPDX-License-Identifier: MIT */
/*
 * port_test.c - event channels of two domains, under random use.
 *
 * After each operation all ports of both are walked and every invariant is
 * checked: ends that lead to each other, references, VIRQ and pirq bindings,
 * the lowest closed port taken first, nothing pending on a closed port.
 */
#include <string.h>
#include <hv/errno.h>
#include <hv/pirq.h>
#include <hv/ring_console.h>
#include <hv/sched.h>
#include <hv/vcpu.h>
#include "../../common/event/port.h"
#include "fake_heap.h"
#include "fake_spinlock.h"
#include "unit.h"

#define DOMAINS 2u
#define VCPUS   3u
#define PIRQS   8u
#define ROUNDS  20000

unsigned int fake_cpu;
struct vcpu *fake_current;
struct domain *dom0;
cpu_set_t cpu_online;

static struct domain domain[DOMAINS];
static struct vcpu vcpu[DOMAINS][VCPUS], *pointers[DOMAINS][VCPUS];
static struct shared_info shared[DOMAINS];
static evtchn_port_t bound_port[DOMAINS][PIRQS];
static unsigned int unblocked, kicked, polls_ended;
static const struct vcpu *last_poll;
static uint64_t seed;

bool domain_get(struct domain *d)
{
    d->refs++;
    return true;
}

void domain_put(struct domain *d)
{
    UNIT_REQUIRE(d->refs > 1);      /* the list's is never dropped here */
    d->refs--;
}

void vcpu_unblock(struct vcpu *v)
{
    UNIT_REQUIRE(v->info->evtchn_upcall_pending);
    unblocked++;
}

void ring_console_notify(struct domain *d)
{
    (void)d;
}

void arch_vcpu_kick(struct vcpu *v)
{
    (void)v;
    kicked++;
}

void vcpu_end_poll(struct vcpu *v)
{
    clear_bit(v->id, v->domain->poll_mask);
    last_poll = v;
    polls_ended++;
}

int pirq_bind(struct domain *d, unsigned int pirq, bool share,
              evtchn_port_t port)
{
    (void)share;
    if (pirq >= PIRQS)
        return -EINVAL;
    if (bound_port[d - domain][pirq])
        return -EBUSY;
    UNIT_REQUIRE(port_find(d, port)->state == PORT_PIRQ);   /* may come now */
    bound_port[d - domain][pirq] = port;
    return 0;
}

bool pirq_may_bind(struct domain *d, unsigned int pirq)
{
    (void)pirq;
    return d->is_hardware;
}

evtchn_port_t pirq_port(const struct domain *d, unsigned int pirq)
{
    return bound_port[d - domain][pirq];
}

void pirq_unbind(struct domain *d, unsigned int pirq)
{
    bound_port[d - domain][pirq] = 0;
}

static void set_up(void)
{
    cpu_set_add(&cpu_online, 0);
    for (unsigned int i = 0; i < DOMAINS; i++) {
        struct domain *d = &domain[i];

        d->id = (domid_t)(i + 1);
        d->refs = 1;
        d->max_vcpus = VCPUS;
        d->is_hardware = true;     /* may bind pirqs */
        d->vcpu = pointers[i];
        d->shared_info = &shared[i];
        for (unsigned int k = 0; k < VCPUS; k++) {
            pointers[i][k] = &vcpu[i][k];
            vcpu[i][k].domain = d;
            vcpu[i][k].id = (uint16_t)k;
            vcpu[i][k].info = &shared[i].vcpu_info[k];
        }
        ck_assert_int_eq(event_domain_create(d, 0), 0);
    }
}

static void tear_down(void)
{
    for (unsigned int i = 0; i < DOMAINS; i++)
        event_domain_close_all(&domain[i]);
    for (unsigned int i = 0; i < DOMAINS; i++) {
        ck_assert_int_eq(domain[i].refs, 1);
        event_domain_destroy(&domain[i]);
    }
    ck_assert_int_eq(fake_heap_live, 0);
}

/* -- invariants ------------------------------------------------------------ */

static unsigned int refs_seen[DOMAINS];

static void check_port(struct domain *d, evtchn_port_t nr)
{
    const struct port *p = port_find(d, nr);

    UNIT_REQUIRE(p->notify_vcpu < VCPUS);
    UNIT_REQUIRE((p->state == PORT_RESERVED) == (nr == 0));
    UNIT_REQUIRE((p->far != NULL) == (p->state == PORT_INTERDOMAIN));
    switch (p->state) {
    case PORT_INTERDOMAIN: {
        const struct port *q = port_find(p->far, p->far_port);

        UNIT_REQUIRE(q != p && q->state == PORT_INTERDOMAIN && q->far == d &&
                     q->far_port == nr);
        refs_seen[p->far - domain]++;
        break;
    }
    case PORT_VIRQ:
        UNIT_REQUIRE(d->vcpu[virq_is_global(p->virq) ? 0 : p->notify_vcpu]
                         ->virq_port[p->virq] == nr);
        break;
    case PORT_PIRQ:
        UNIT_REQUIRE(bound_port[d - domain][p->pirq] == nr);
        break;
    case PORT_CLOSED:
        UNIT_REQUIRE(!d->event_abi->is_pending(d, nr) && !p->notify_vcpu);
        break;
    default:
        break;
    }
}

static void check_bindings(struct domain *d)
{
    for (unsigned int k = 0; k < VCPUS; k++)
        for (unsigned int q = 0; q < NR_VIRQS; q++) {
            evtchn_port_t nr = d->vcpu[k]->virq_port[q];

            if (nr)
                UNIT_REQUIRE(port_find(d, nr)->state == PORT_VIRQ &&
                             port_find(d, nr)->virq == q);
        }
    for (unsigned int q = 0; q < PIRQS; q++) {
        evtchn_port_t nr = bound_port[d - domain][q];

        if (nr)
            UNIT_REQUIRE(port_find(d, nr)->state == PORT_PIRQ &&
                         port_find(d, nr)->pirq == q);
    }
}

static void check_all(void)
{
    memset(refs_seen, 0, sizeof(refs_seen));
    UNIT_REQUIRE(fake_locks_held == 0);
    for (unsigned int i = 0; i < DOMAINS; i++) {
        for (evtchn_port_t nr = 0; nr < domain[i].port_count; nr++)
            check_port(&domain[i], nr);
        check_bindings(&domain[i]);
    }
    for (unsigned int i = 0; i < DOMAINS; i++)
        UNIT_REQUIRE(domain[i].refs == (int)refs_seen[i] + 1);
}

/* -- random use ------------------------------------------------------------ */

static unsigned int below(unsigned int limit)
{
    return (unsigned int)unit_random_below(&seed, limit);
}

static evtchn_port_t lowest_closed(const struct domain *d)
{
    evtchn_port_t nr = 1;

    while (nr < d->port_count && port_find(d, nr)->state != PORT_CLOSED)
        nr++;
    return nr;
}

static int bind_something(struct domain *d, struct domain *other,
                          evtchn_port_t some, evtchn_port_t *got)
{
    switch (below(5)) {
    case 0:
        return port_alloc_unbound(d, other->id, got);
    case 1:
        return port_bind_interdomain(d, other, some, got);
    case 2:
        return port_bind_virq(d, below(NR_VIRQS + 2), below(VCPUS + 1), got);
    case 3:
        return port_bind_ipi(d, below(VCPUS + 1), got);
    default:
        return port_bind_pirq(d, below(PIRQS + 2), false, got);
    }
}

static void send_somewhere(struct domain *d, evtchn_port_t nr)
{
    const struct port *p = port_find(d, nr);
    int rc = port_send(d, nr);

    if (!p || p->state == PORT_CLOSED || p->state == PORT_VIRQ ||
        p->state == PORT_PIRQ || p->state == PORT_RESERVED) {
        UNIT_REQUIRE(rc == -EINVAL);
        return;
    }
    UNIT_REQUIRE(rc == 0);
    if (p->state == PORT_INTERDOMAIN)
        UNIT_REQUIRE(p->far->event_abi->is_pending(p->far, p->far_port));
    if (p->state == PORT_IPI)
        UNIT_REQUIRE(d->event_abi->is_pending(d, nr));
}

static void one_operation(void)
{
    struct domain *d = &domain[below(DOMAINS)];
    struct domain *other = &domain[below(DOMAINS)];
    evtchn_port_t nr = below(90), lowest = lowest_closed(d), got = 0;

    switch (below(6)) {
    case 0:
        (void)port_close(d, nr);
        break;
    case 1:
        send_somewhere(d, nr);
        break;
    case 2:
        (void)port_bind_vcpu(d, nr, below(VCPUS + 1));
        break;
    case 3:
        event_virq_raise(d->vcpu[below(VCPUS)], below(NR_VIRQS));
        break;
    default:
        if (!bind_something(d, other, nr, &got))
            UNIT_REQUIRE(got == lowest);
        break;
    }
}

START_TEST(random_use_keeps_every_invariant)
{
    set_up();
    seed = 4;
    for (int i = 0; i < ROUNDS; i++) {
        one_operation();
        check_all();
        if (i % 5000 == 4999)
            event_domain_close_all(&domain[i & 1]);
    }
    tear_down();
}
END_TEST

/* -- promises, one by one -------------------------------------------------- */

static evtchn_port_t near_end, far_end;

static void join_two(void)
{
    ck_assert_int_eq(port_alloc_unbound(&domain[1], 1, &far_end), 0);
    ck_assert_int_eq(port_bind_interdomain(&domain[0], &domain[1], far_end,
                                           &near_end), 0);
}

START_TEST(only_the_named_domain_may_bind)
{
    evtchn_port_t nr, got;

    set_up();
    ck_assert_int_eq(port_alloc_unbound(&domain[0], 2, &nr), 0);
    ck_assert_int_eq(port_bind_interdomain(&domain[0], &domain[0], nr, &got),
                     -EINVAL);
    ck_assert_int_eq(port_bind_interdomain(&domain[1], &domain[0], nr, &got),
                     0);
    ck_assert_int_eq(port_bind_interdomain(&domain[1], &domain[0], nr, &got),
                     -EINVAL);
    tear_down();
}
END_TEST

START_TEST(binding_makes_the_new_end_pending_and_not_the_old_one)
{
    set_up();
    join_two();
    ck_assert(test_bit(near_end, shared[0].evtchn_pending));
    ck_assert(!test_bit(far_end, shared[1].evtchn_pending));
    tear_down();
}
END_TEST

START_TEST(the_far_end_of_a_closed_port_waits_for_the_same_domain)
{
    evtchn_port_t again;

    set_up();
    join_two();
    ck_assert_int_eq(port_close(&domain[0], near_end), 0);
    ck_assert_int_eq(port_find(&domain[1], far_end)->state, PORT_UNBOUND);
    ck_assert_int_eq(port_send(&domain[1], far_end), 0);
    ck_assert_int_eq(port_bind_interdomain(&domain[1], &domain[1], far_end,
                                           &again), -EINVAL);
    ck_assert_int_eq(port_bind_interdomain(&domain[0], &domain[1], far_end,
                                           &again), 0);
    tear_down();
}
END_TEST

START_TEST(an_event_goes_on_only_where_a_bit_was_clear)
{
    struct vcpu_info *info = &shared[1].vcpu_info[2];

    set_up();
    join_two();
    vcpu[1][2].is_running = true;
    unblocked = 0;
    ck_assert_int_eq(port_bind_vcpu(&domain[1], far_end, 2), 0);
    set_bit(far_end, shared[1].evtchn_mask);
    port_send(&domain[0], near_end);
    ck_assert_uint_eq(info->evtchn_upcall_pending, 0);
    ck_assert_int_eq(port_unmask(&domain[1], far_end), 0);
    ck_assert_uint_eq(info->evtchn_upcall_pending, 1);
    ck_assert_uint_eq(info->evtchn_pending_sel, 1ul << far_end / 64);
    ck_assert_uint_eq(unblocked, 1);
    ck_assert_uint_eq(kicked, 1);
    info->evtchn_upcall_pending = 0;
    port_send(&domain[0], near_end);        /* is pending still */
    ck_assert_uint_eq(info->evtchn_upcall_pending, 0);
    clear_bit(far_end, shared[1].evtchn_pending);
    port_send(&domain[0], near_end);        /* its selector is set still */
    ck_assert_uint_eq(info->evtchn_upcall_pending, 0);
    ck_assert_uint_eq(kicked, 1);
    tear_down();
}
END_TEST

START_TEST(a_vcpu_without_vcpu_info_is_not_signalled)
{
    evtchn_port_t nr;

    set_up();
    vcpu[0][1].info = NULL;
    ck_assert_int_eq(port_bind_ipi(&domain[0], 1, &nr), 0);
    ck_assert_int_eq(port_send(&domain[0], nr), 0);
    ck_assert(test_bit(nr, shared[0].evtchn_pending));
    ck_assert_uint_eq(unblocked, 0);
    ck_assert(!event_is_due(&vcpu[0][1]));
    tear_down();
}
END_TEST

START_TEST(pollers_of_the_port_or_of_several_wake_also_when_it_is_masked)
{
    set_up();
    join_two();
    set_bit(far_end, shared[1].evtchn_mask);
    set_bit(0, domain[1].poll_mask);
    set_bit(1, domain[1].poll_mask);
    set_bit(2, domain[1].poll_mask);
    vcpu[1][0].poll_port = far_end;
    vcpu[1][1].poll_port = far_end + 1;
    vcpu[1][2].poll_port = 0;
    port_send(&domain[0], near_end);
    ck_assert_uint_eq(polls_ended, 2);
    ck_assert_uint_eq(domain[1].poll_mask[0], 1ul << 1);
    ck_assert(last_poll == &vcpu[1][2]);
    tear_down();
}
END_TEST

START_TEST(a_full_table_and_a_full_heap_are_errors_that_change_nothing)
{
    evtchn_port_t nr, count = 0;
    int rc;

    set_up();
    while (count < 63 && !port_alloc_unbound(&domain[0], 2, &nr))
        count++;
    fake_heap_budget = 0;
    ck_assert_int_eq(port_bind_ipi(&domain[0], 0, &nr), -ENOMEM);
    ck_assert_int_eq(port_bind_virq(&domain[0], 0, 0, &nr), -ENOMEM);
    ck_assert_uint_eq(vcpu[0][0].virq_port[0], 0);
    fake_heap_budget = -1;
    while (!(rc = port_alloc_unbound(&domain[0], 2, &nr)))
        count++;
    ck_assert_int_eq(rc, -ENOSPC);
    ck_assert_uint_eq(count, 4095);
    ck_assert_int_eq(port_bind_interdomain(&domain[0], &domain[1], 5, &nr),
                     -ENOSPC);
    check_all();
    tear_down();
}
END_TEST

START_TEST(errors_are_told_apart)
{
    evtchn_port_t nr;

    set_up();
    ck_assert_int_eq(port_bind_virq(&domain[0], NR_VIRQS, 0, &nr), -EINVAL);
    ck_assert_int_eq(port_bind_virq(&domain[0], VIRQ_CONSOLE, 1, &nr),
                     -EINVAL);
    ck_assert_int_eq(port_bind_virq(&domain[0], VIRQ_TIMER, VCPUS, &nr),
                     -ENOENT);
    ck_assert_int_eq(port_bind_virq(&domain[0], VIRQ_TIMER, 1, &nr), 0);
    ck_assert_int_eq(port_bind_virq(&domain[0], VIRQ_TIMER, 1, &nr), -EEXIST);
    ck_assert_int_eq(port_bind_vcpu(&domain[0], 1, 0), -EINVAL);
    ck_assert_int_eq(port_bind_vcpu(&domain[0], 1, VCPUS), -ENOENT);
    ck_assert_int_eq(port_bind_pirq(&domain[0], PIRQS, false, &nr), -EINVAL);
    ck_assert_int_eq(port_bind_pirq(&domain[0], 3, false, &nr), 0);
    ck_assert_int_eq(port_bind_pirq(&domain[0], 3, true, &nr), -EEXIST);
    port_close_pirq(&domain[0], 2);
    ck_assert_int_eq(port_bind_pirq(&domain[0], 3, true, &nr), -EEXIST);
    port_close_pirq(&domain[0], 3);
    ck_assert_uint_eq(bound_port[0][3], 0);
    ck_assert_int_eq(port_bind_pirq(&domain[0], 3, true, &nr), 0);
    domain[0].is_hardware = false;
    ck_assert_int_eq(port_bind_pirq(&domain[0], 2, true, &nr), -EPERM);
    ck_assert_int_eq(port_bind_pirq(&domain[0], PIRQ_COUNT, true, &nr),
                     -EINVAL);
    ck_assert_int_eq(port_close(&domain[0], 0), -EINVAL);
    ck_assert_int_eq(port_send(&domain[0], 0), -EINVAL);
    ck_assert_int_eq(port_close(&domain[0], ~0u), -EINVAL);
    ck_assert_int_eq(port_unmask(&domain[0], 4095), -EINVAL);
    check_all();
    tear_down();
}
END_TEST

START_TEST(a_domain_has_no_port_beyond_its_limit)
{
    static const unsigned int limits[] = { 1, 2, 40, 64 };
    evtchn_port_t nr;

    set_up();
    for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
        struct domain *d = &domain[0];

        event_domain_destroy(d);
        d->port_count = 0;
        ck_assert_int_eq(event_domain_create(d, limits[i]), 0);
        for (unsigned int k = 1; k < limits[i]; k++) {
            ck_assert_int_eq(port_bind_ipi(d, 0, &nr), 0);
            ck_assert_uint_eq(nr, k);
        }
        ck_assert_int_eq(port_bind_ipi(d, 0, &nr), -ENOSPC);
        ck_assert_ptr_null(port_find(d, limits[i]));
        event_domain_close_all(d);
    }
    tear_down();
}
END_TEST

START_TEST(a_dying_domain_gets_no_port)
{
    evtchn_port_t nr;

    set_up();
    domain[0].dying = DOMAIN_DYING;
    ck_assert_int_eq(port_bind_ipi(&domain[0], 0, &nr), -EINVAL);
    tear_down();
}
END_TEST

START_TEST(the_outside_raises_nothing_in_a_dying_domain)
{
    evtchn_port_t nr;

    set_up();
    ck_assert_int_eq(port_bind_ipi(&domain[0], 0, &nr), 0);
    event_raise_from_outside(&domain[0], nr);
    ck_assert(test_bit(nr, shared[0].evtchn_pending));
    clear_bit(nr, shared[0].evtchn_pending);
    domain[0].dying = DOMAIN_DYING;
    event_raise_from_outside(&domain[0], nr);
    ck_assert(!test_bit(nr, shared[0].evtchn_pending));
    event_wait_for_senders(&domain[0]);     /* nobody is left sending */
    tear_down();
}
END_TEST

int main(void)
{
    return UNIT_RUN("port", random_use_keeps_every_invariant,
                    only_the_named_domain_may_bind,
                    binding_makes_the_new_end_pending_and_not_the_old_one,
                    the_far_end_of_a_closed_port_waits_for_the_same_domain,
                    an_event_goes_on_only_where_a_bit_was_clear,
                    a_vcpu_without_vcpu_info_is_not_signalled,
                    pollers_of_the_port_or_of_several_wake_also_when_it_is_masked,
                    a_full_table_and_a_full_heap_are_errors_that_change_nothing,
                    errors_are_told_apart, a_domain_has_no_port_beyond_its_limit,
                    a_dying_domain_gets_no_port,
                    the_outside_raises_nothing_in_a_dying_domain);
}
