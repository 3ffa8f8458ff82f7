/* SPDX-License-Identifier: MIT */
/*
 * time/main.c - system time and wall clock.
 *
 * Promise: vcpu_time_info turns the TSC into nanoseconds since the hypervisor
 * started; it never goes back. Its version is even while it may be read. The
 * wall clock is what system time zero was, and domain 0 may set it.
 */
#include "guest.h"

#include <xen/platform.h>

const char test_folder[] = "time";

static void monotonic(void)
{
    uint64_t last = clock_now(), largest = 0;
    unsigned backward = 0;

    for (unsigned i = 0; i < 10000; i++) {
        uint64_t now = clock_now();

        if (now < last)
            backward++;
        else if (now - last > largest)
            largest = now - last;
        last = now;
        if (i % 100 == 0)
            hc_sched_op(SCHEDOP_yield, NULL);
    }
    expect_eq("never_goes_back_in_10000_reads", 0, backward);
    expect_true("never_jumps_ten_seconds", largest < 10000 * MILLISECOND);
}

static void scale(void)
{
    volatile struct vcpu_time_info *t = &vcpu_self()->time;
    uint64_t ns = clock_now(), tsc = clock_tsc(), khz;

    expect_eq("the_version_is_even", 0, t->version & 1);
    expect_true("the_version_is_not_zero", t->version != 0);
    /* Not always bit 31: the clock may be slowed a little to be right. */
    expect_true("the_multiplier_is_normal", t->tsc_to_system_mul >> 30 != 0);
    expect_true("it_is_not_long_since_the_start", ns < 600000 * MILLISECOND);
    clock_spin_until(ns + 20 * MILLISECOND);
    khz = (clock_tsc() - tsc) / 20;
    expect_true("the_tsc_runs_at_a_likely_rate",
                khz > 100000 && khz < 10000000);
}

static uint64_t wall_seconds(void)
{
    volatile struct shared_info *s = &shared_info;

    return (uint64_t)s->wc_sec_hi << 32 | s->wc_sec;
}

static void wall_clock(void)
{
    struct xen_platform_op op = {
        .cmd = XENPF_settime64,
        .interface_version = XENPF_INTERFACE_VERSION,
    };
    uint64_t now = clock_now();

    expect_true("it_is_after_2020", wall_seconds() > 1577836800ul);
    expect_true("it_is_before_2100", wall_seconds() < 4102444800ul);
    expect_true("nanoseconds_are_below_a_second",
                shared_info.wc_nsec < 1000000000u);
    expect_eq("its_version_is_even", 0, shared_info.wc_version & 1);
    if (!is_domain_0())
        return;
    op.u.settime64.secs = 1700000000;
    op.u.settime64.nsecs = 5;
    op.u.settime64.system_time = now;
    expect_ok("set_it", HC1(__HYPERVISOR_platform_op, &op));
    expect_true("it_is_what_was_set_less_the_system_time",
                wall_seconds() * 1000000000ul + shared_info.wc_nsec ==
                1700000000000000005ul - now);
    op.u.settime64.mbz = 1;
    expect_rc("a_field_that_must_be_zero", -XEN_EINVAL,
              HC1(__HYPERVISOR_platform_op, &op));
}

void test_main(void)
{
    monotonic();
    scale();
    wall_clock();
}
