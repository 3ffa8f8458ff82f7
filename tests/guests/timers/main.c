/* SPDX-License-Identifier: MIT */
/*
 * timers/main.c - VIRQ_TIMER when it was asked for.
 *
 * Promise: set_timer_op and the single-shot timer fire once, not before their
 * deadline (but for rounding, far below a millisecond), at once if it has
 * passed, and not at all once cancelled. A later deadline replaces an earlier
 * one. The periodic timer fires again and again.
 */
#include "guest.h"

const char test_folder[] = "timers";

static unsigned port;

static long single_shot(uint64_t deadline, unsigned flags, unsigned vcpu)
{
    struct vcpu_set_singleshot_timer op = { deadline, flags };

    return hc_vcpu_op(VCPUOP_set_singleshot_timer, vcpu, &op);
}

static long set_by_op(uint64_t deadline)
{
    return hc_set_timer_op(deadline);
}

static long set_by_vcpu_op(uint64_t deadline)
{
    return single_shot(deadline, 0, 0);
}

static long cancel_op(void)
{
    return hc_set_timer_op(0);
}

static long cancel_vcpu_op(void)
{
    return hc_vcpu_op(VCPUOP_stop_singleshot_timer, 0, NULL);
}

/* The time at which the port fired, at most @patience from now, or 0. */
static uint64_t fired(uint64_t patience)
{
    uint64_t end = clock_now() + patience, now;

    do {
        now = clock_now();
        if (port_is_pending(port)) {
            port_clear(port);
            return now;
        }
        asm volatile("pause");
    } while (now < end);
    return 0;
}

static void timer(const char *group, long (*set)(uint64_t),
                  long (*cancel)(void))
{
    uint64_t deadline = clock_now() + 5 * MILLISECOND, when;

    report_group(group);
    expect_ok("a_deadline_to_come", set(deadline));
    when = fired(500 * MILLISECOND);
    expect_true("fires", when != 0);
    expect_true("not_before_it", when + TIMER_SLOP >= deadline);
    expect_eq("only_once", 0, fired(20 * MILLISECOND));
    expect_ok("a_deadline_that_has_passed", set(clock_now() - MILLISECOND));
    expect_true("fires_at_once", fired(500 * MILLISECOND) != 0);
    expect_ok("the_first_nanosecond", set(1));
    expect_true("fires_at_once_too", fired(500 * MILLISECOND) != 0);
    expect_ok("set", set(clock_now() + 100 * MILLISECOND));
    expect_ok("and_cancel", cancel());
    expect_eq("fires_never", 0, fired(150 * MILLISECOND));
    expect_ok("cancel_nothing", cancel());
    deadline = clock_now() + 200 * MILLISECOND;
    set(clock_now() + 100 * MILLISECOND);
    set(deadline);
    expect_true("a_later_deadline_replaces_an_earlier",
                fired(1000 * MILLISECOND) + TIMER_SLOP >= deadline);
    set(clock_now() + 500 * MILLISECOND);
    set(clock_now() + 5 * MILLISECOND);
    expect_true("an_earlier_one_replaces_a_later",
                fired(250 * MILLISECOND) != 0);
    expect_eq("which_is_forgotten", 0, fired(400 * MILLISECOND));
    report_group(NULL);
}

static void errors(void)
{
    /* For a deadline that has passed the flag may be ignored: not tested. */
    expect_ok("a_deadline_that_must_be_to_come",
              single_shot(clock_now() + 5 * MILLISECOND, VCPU_SSHOTTMR_future,
                          0));
    expect_true("fires_if_it_is", fired(500 * MILLISECOND) != 0);
    expect_rc("a_vcpu_that_does_not_exist", -XEN_ENOENT,
              single_shot(clock_now(), 0, 100));
    expect_rc("an_unmapped_argument", -XEN_EFAULT,
              hc_vcpu_op(VCPUOP_set_singleshot_timer, 0, window_page(0)));
}

static void periodic(void)
{
    struct vcpu_set_periodic_timer op = { .period_ns = 5 * MILLISECOND };

    expect_ok("a_period", hc_vcpu_op(VCPUOP_set_periodic_timer, 0, &op));
    for (unsigned i = 0; i < 3; i++) {
        static const char *const name[] = { "first", "second", "third" };

        expect_true(name[i], fired(500 * MILLISECOND) != 0);
    }
    expect_ok("stop", hc_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL));
    port_clear(port);
    expect_eq("then_no_more", 0, fired(30 * MILLISECOND));
    op.period_ns = 999999;
    expect_rc("a_period_too_short", -XEN_EINVAL,
              hc_vcpu_op(VCPUOP_set_periodic_timer, 0, &op));
}

void test_main(void)
{
    expect_ok("stop_the_periodic_timer",
              hc_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL));
    port = (unsigned)port_bind_virq(VIRQ_TIMER, 0);
    port_clear(port);
    timer("set_timer_op", set_by_op, cancel_op);
    timer("single_shot", set_by_vcpu_op, cancel_vcpu_op);
    errors();
    periodic();
}
