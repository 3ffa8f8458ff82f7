/* SPDX-License-Identifier: MIT */
/*
 * pirq_test.c - lines that guests handle, over hardware that remembers which
 * lines are open and masked. Promise: a line is unmasked only while a port
 * waits for it and its last occurrence is dealt with.
 */
#include <stdlib.h>
#include <string.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/event.h>
#include <hv/irq.h>
#include <hv/pirq.h>
#include <hv/time.h>
#include <hv/timer.h>
#include "fake_spinlock.h"
#include "unit.h"

#define GSIS    24u
#define EDGE    4u
#define LEVEL   17u
#define HV_LINE 3u

static struct domain first, second;
static bool is_open[IRQ_COUNT], is_masked[IRQ_COUNT];
static unsigned int raised[64];
static const struct domain *raised_in;
static s_time_t now, timer_at;
static struct timer *timer;
static unsigned int next_message = 100;

unsigned int arch_irq_gsi_count(void) { return GSIS; }

bool arch_irq_is_level(unsigned int irq) { return irq >= 16 && irq < GSIS; }

int arch_irq_open(unsigned int irq)
{
    if (irq == HV_LINE)
        return -EBUSY;
    ck_assert(!is_open[irq]);
    is_open[irq] = is_masked[irq] = true;
    return 0;
}

void arch_irq_close(unsigned int irq)
{
    ck_assert(is_open[irq]);
    is_open[irq] = false;
    is_masked[irq] = true;
}

int arch_irq_set_mode(unsigned int irq, bool is_level, bool is_low)
{
    (void)is_low;
    if (irq >= GSIS)
        return -EINVAL;
    is_masked[irq] = true;
    return is_level == arch_irq_is_level(irq) ? 0 : -EEXIST;
}

int arch_msi_open(const struct msi_request *request, unsigned int *irq)
{
    if (!request->count)
        return -EINVAL;
    *irq = next_message;
    for (unsigned int i = 0; i < request->count; i++)
        is_open[next_message++] = true;
    return 0;
}

void arch_irq_mask(unsigned int irq)
{
    ck_assert(is_open[irq] || irq == HV_LINE);
    is_masked[irq] = true;
}

void arch_irq_unmask(unsigned int irq)
{
    ck_assert(is_open[irq]);
    is_masked[irq] = false;
}

void event_port_raise(struct domain *d, evtchn_port_t port)
{
    ck_assert(d != NULL && port != 0);
    raised_in = d;
    raised[port]++;
}

s_time_t system_time(void) { return now; }

void timer_init(struct timer *t, void (*fn)(void *data), void *data,
                unsigned int cpu)
{
    *t = (struct timer){ .fn = fn, .data = data, .cpu = (uint16_t)cpu };
    timer = t;
}

void timer_set(struct timer *t, s_time_t expires)
{
    ck_assert(t == timer);
    timer_at = expires;
}

static void pass_time(s_time_t step)
{
    now += step;
    if (timer_at && timer_at <= now) {
        timer_at = 0;
        timer->fn(timer->data);
    }
}

static void start(void)
{
    pirq_init();
    for (unsigned int i = 0; i < IRQ_COUNT; i++)
        is_masked[i] = true;
}

static void open_line(unsigned int irq, evtchn_port_t port)
{
    ck_assert_int_eq(pirq_map_gsi(&first, irq), 0);
    ck_assert_int_eq(pirq_bind(&first, irq, true, port), 0);
    ck_assert(!is_masked[irq]);
}

START_TEST(a_level_line_stays_masked_until_its_eoi)
{
    start();
    open_line(LEVEL, 5);
    pirq_raise(LEVEL);
    ck_assert(is_masked[LEVEL]);
    ck_assert_uint_eq(raised[5], 1);
    ck_assert_ptr_eq(raised_in, &first);
    pirq_eoi(&second, LEVEL);
    ck_assert(is_masked[LEVEL]);
    pirq_eoi(&first, LEVEL);
    ck_assert(!is_masked[LEVEL]);
    ck_assert_uint_eq(fake_locks_held, 0);
}
END_TEST

START_TEST(an_edge_leaves_its_line_open)
{
    start();
    open_line(EDGE, 6);
    pirq_raise(EDGE);
    pirq_raise(EDGE);
    ck_assert(!is_masked[EDGE]);
    ck_assert_uint_eq(raised[6], 2);
}
END_TEST

START_TEST(a_line_raised_with_nobody_bound_is_masked)
{
    start();
    ck_assert_int_eq(pirq_map_gsi(&first, EDGE), 0);
    is_masked[EDGE] = false;
    pirq_raise(EDGE);
    ck_assert(is_masked[EDGE]);
}
END_TEST

START_TEST(only_the_owner_binds_and_only_once)
{
    start();
    ck_assert_int_eq(pirq_bind(&first, EDGE, false, 5), -EINVAL);
    open_line(EDGE, 5);
    ck_assert_int_eq(pirq_bind(&second, EDGE, true, 6), -EINVAL);
    ck_assert_int_eq(pirq_bind(&first, EDGE, true, 6), -EBUSY);
    ck_assert_int_eq(pirq_map_gsi(&second, EDGE), -EEXIST);
    ck_assert_int_eq(pirq_map_gsi(&first, EDGE), 0);
}
END_TEST

START_TEST(a_bound_pirq_cannot_be_unmapped)
{
    start();
    open_line(EDGE, 5);
    ck_assert_int_eq(pirq_unmap(&first, EDGE), -EBUSY);
    pirq_unbind(&first, EDGE);
    ck_assert(is_masked[EDGE]);
    ck_assert_int_eq(pirq_unmap(&second, EDGE), -EINVAL);
    ck_assert_int_eq(pirq_unmap(&first, EDGE), 0);
    ck_assert(!is_open[EDGE]);
    ck_assert(!pirq_is_mapped(&first, EDGE));
}
END_TEST

START_TEST(unbinding_forgets_an_eoi_that_was_due)
{
    start();
    open_line(LEVEL, 5);
    pirq_raise(LEVEL);
    pirq_unbind(&first, LEVEL);
    pirq_eoi(&first, LEVEL);
    ck_assert(is_masked[LEVEL]);
    ck_assert_int_eq(pirq_bind(&first, LEVEL, true, 7), 0);
    ck_assert(!is_masked[LEVEL]);
}
END_TEST

START_TEST(an_eoi_that_is_not_due_changes_nothing)
{
    start();
    ck_assert_int_eq(pirq_map_gsi(&first, LEVEL), 0);
    pirq_eoi(&first, LEVEL);
    ck_assert(is_masked[LEVEL]);
    pirq_eoi(&first, PIRQ_COUNT);
    pirq_eoi(&first, ~0u);
}
END_TEST

START_TEST(a_storm_masks_the_line_until_the_window_is_over)
{
    unsigned int count = 0;

    start();
    open_line(EDGE, 5);
    while (!is_masked[EDGE] && count < 1000000) {
        pirq_raise(EDGE);
        count++;
    }
    ck_assert_uint_lt(count, 100000);
    ck_assert_uint_eq(raised[5], count);
    pass_time(MILLISECS(11));
    ck_assert(!is_masked[EDGE]);
    ck_assert_uint_eq(raised[5], count + 1);    /* it may have come since */
}
END_TEST

START_TEST(a_busy_line_is_no_storm)
{
    start();
    open_line(EDGE, 5);
    for (int i = 0; i < 100000; i++) {
        pirq_raise(EDGE);
        pass_time(MICROSECS(4));
        UNIT_REQUIRE(!is_masked[EDGE]);
    }
}
END_TEST

START_TEST(an_unbound_line_stays_masked_when_its_storm_is_over)
{
    start();
    open_line(EDGE, 5);
    while (!is_masked[EDGE])
        pirq_raise(EDGE);
    pirq_unbind(&first, EDGE);
    pass_time(MILLISECS(11));
    ck_assert(is_masked[EDGE]);
}
END_TEST

START_TEST(a_line_that_changes_its_mode_is_opened_again)
{
    start();
    open_line(LEVEL, 5);
    ck_assert_int_eq(pirq_set_mode(LEVEL, true, true), 0);
    ck_assert(!is_masked[LEVEL]);
    ck_assert_int_eq(pirq_set_mode(LEVEL, false, true), -EEXIST);
    ck_assert_int_eq(pirq_set_mode(GSIS, true, true), -EINVAL);
}
END_TEST

START_TEST(messages_are_mapped_in_a_row)
{
    struct msi_request request = { .count = 4 };
    unsigned int irq;

    start();
    ck_assert_int_eq(pirq_map_msi(&first, &request, &irq), 0);
    for (unsigned int i = 0; i < 4; i++)
        ck_assert(pirq_is_mapped(&first, irq + i));
    request.count = 0;
    ck_assert_int_eq(pirq_map_msi(&first, &request, &irq), -EINVAL);
}
END_TEST

START_TEST(a_line_of_the_hypervisor_is_not_given_away)
{
    start();
    ck_assert_int_eq(pirq_map_gsi(&first, HV_LINE), -EBUSY);
    ck_assert_int_eq(pirq_bind(&first, HV_LINE, true, 5), -EINVAL);
    ck_assert_int_eq(pirq_map_gsi(&first, GSIS), -EINVAL);
}
END_TEST

START_TEST(a_dying_domain_gives_everything_back)
{
    start();
    open_line(LEVEL, 5);
    open_line(EDGE, 6);
    ck_assert_int_eq(pirq_map_gsi(&second, 9), 0);
    pirq_raise(LEVEL);
    pirq_domain_destroy(&first);
    ck_assert(!is_open[LEVEL] && !is_open[EDGE] && is_open[9]);
    ck_assert(is_masked[LEVEL] && is_masked[EDGE]);
    ck_assert_int_eq(pirq_map_gsi(&second, LEVEL), 0);
    ck_assert_uint_eq(fake_locks_held, 0);
}
END_TEST

START_TEST(a_line_that_is_lent_comes_back)
{
    start();
    ck_assert_int_eq(pirq_map_gsi(&first, LEVEL), 0);
    ck_assert_int_eq(pirq_lend_gsi(&first, &second, LEVEL), 0);
    ck_assert_int_eq(pirq_lend_gsi(&first, &second, LEVEL), 0);
    ck_assert(!pirq_is_mapped(&first, LEVEL));
    ck_assert_int_eq(pirq_bind(&first, LEVEL, true, 5), -EINVAL);
    ck_assert_int_eq(pirq_bind(&second, LEVEL, true, 6), 0);
    ck_assert_uint_eq(pirq_port(&second, LEVEL), 6);
    ck_assert_uint_eq(pirq_port(&first, LEVEL), 0);
    pirq_raise(LEVEL);
    ck_assert_ptr_eq(raised_in, &second);
    pirq_domain_destroy(&second);
    ck_assert(pirq_is_mapped(&first, LEVEL) && is_open[LEVEL]);
    ck_assert(is_masked[LEVEL]);
    ck_assert_int_eq(pirq_bind(&first, LEVEL, true, 5), 0);
    ck_assert(!is_masked[LEVEL]);
    pirq_unbind(&first, LEVEL);
    ck_assert_int_eq(pirq_unmap(&first, LEVEL), 0);
    ck_assert(!is_open[LEVEL]);
    ck_assert_uint_eq(fake_locks_held, 0);
}
END_TEST

START_TEST(a_line_of_nobody_that_is_lent_is_closed_after_it)
{
    start();
    ck_assert_int_eq(pirq_lend_gsi(&first, &second, EDGE), 0);
    ck_assert_int_eq(pirq_unmap(&first, EDGE), -EINVAL);
    ck_assert_int_eq(pirq_unmap(&second, EDGE), 0);
    ck_assert(!is_open[EDGE]);
    ck_assert(!pirq_is_mapped(&first, EDGE));
}
END_TEST

START_TEST(what_is_not_free_is_not_lent)
{
    struct domain third = { .dying = DOMAIN_ALIVE };
    struct domain ends = { .dying = DOMAIN_DYING };

    start();
    open_line(EDGE, 5);
    ck_assert_int_eq(pirq_lend_gsi(&first, &second, EDGE), -EBUSY);
    ck_assert_int_eq(pirq_lend_gsi(&third, &second, EDGE), -EEXIST);
    ck_assert_int_eq(pirq_lend_gsi(&first, &second, HV_LINE), -EBUSY);
    ck_assert_int_eq(pirq_lend_gsi(&first, &second, GSIS), -EINVAL);
    ck_assert_int_eq(pirq_lend_gsi(&first, &ends, LEVEL), -EINVAL);
    ck_assert(!is_open[LEVEL] && !is_masked[EDGE]);
    ck_assert(pirq_is_mapped(&first, EDGE));
    ck_assert_uint_eq(pirq_port(&first, PIRQ_COUNT), 0);
    ck_assert_uint_eq(fake_locks_held, 0);
}
END_TEST

static void any_move(uint64_t *seed)
{
    struct domain *d = unit_random_below(seed, 4) ? &first : &second;
    unsigned int nr = (unsigned int)unit_random_below(seed, GSIS + 2);
    int rc = 0;

    switch (unit_random_below(seed, 9)) {
    case 0: rc = pirq_map_gsi(d, nr); break;
    case 1: rc = pirq_unmap(d, nr); break;
    case 2: rc = pirq_bind(d, nr, true, 1 + nr); break;
    case 3: pirq_unbind(d, nr); break;
    case 4: pirq_eoi(d, nr); break;
    case 5: pass_time(MILLISECS(1)); break;
    case 6: rc = pirq_lend_gsi(&first, &second, nr); break;
    default:
        for (unsigned int i = 0; i < 700 && !is_masked[nr]; i++)
            pirq_raise(nr);
    }
    (void)rc;
}

START_TEST(any_order_of_moves_keeps_a_line_masked_without_a_port)
{
    uint64_t seed = 1;

    start();
    for (int i = 0; i < 20000; i++) {
        any_move(&seed);
        UNIT_REQUIRE(fake_locks_held == 0);
        for (unsigned int nr = 0; nr < GSIS; nr++)
            if (!pirq_is_mapped(&first, nr) && !pirq_is_mapped(&second, nr))
                UNIT_REQUIRE(is_masked[nr] && !is_open[nr]);
    }
    pirq_domain_destroy(&second);   /* what it has of the first goes back */
    pirq_domain_destroy(&first);
    for (unsigned int nr = 0; nr < GSIS; nr++)
        ck_assert(!is_open[nr] && is_masked[nr]);
}
END_TEST

int main(void)
{
    return UNIT_RUN("pirq", a_level_line_stays_masked_until_its_eoi,
                    an_edge_leaves_its_line_open,
                    a_line_raised_with_nobody_bound_is_masked,
                    only_the_owner_binds_and_only_once,
                    a_bound_pirq_cannot_be_unmapped,
                    unbinding_forgets_an_eoi_that_was_due,
                    an_eoi_that_is_not_due_changes_nothing,
                    a_storm_masks_the_line_until_the_window_is_over,
                    a_busy_line_is_no_storm,
                    an_unbound_line_stays_masked_when_its_storm_is_over,
                    a_line_that_changes_its_mode_is_opened_again,
                    messages_are_mapped_in_a_row,
                    a_line_of_the_hypervisor_is_not_given_away,
                    a_dying_domain_gives_everything_back,
                    a_line_that_is_lent_comes_back,
                    a_line_of_nobody_that_is_lent_is_closed_after_it,
                    what_is_not_free_is_not_lent,
                    any_order_of_moves_keeps_a_line_masked_without_a_port);
}
