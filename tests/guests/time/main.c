/* SPDX-License-Identifier: MIT */
/*
 * time/main.c - system time and wall clock.
 *
 * Promise: vcpu_time_info turns the TSC into nanoseconds since the hypervisor
 * started; it never goes back. Its version is even while it may be read. A flag
 * says that no vcpu's clock is behind another's: on a machine with one CPU, or
 * where the CPU says that its TSC keeps its rate. The wall clock is what system
 * time zero was, and domain 0 may set it.
 */
#include "guest.h"
#include "hypervisor.h"

#include <xen/platform.h>
#include <xen/sysctl.h>

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
            let_others_run();
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

static unsigned machine_cpus(void)
{
    static struct xen_sysctl op;

    op.cmd = XEN_SYSCTL_physinfo;
    op.interface_version = XEN_SYSCTL_INTERFACE_VERSION;
    if (HC1(__HYPERVISOR_sysctl, &op))
        report_error("machine_cpus", "are_not_told");
    return op.u.physinfo.nr_cpus;
}

static bool tsc_is_invariant(void)
{
    uint32_t leaf = 0x80000007, flags;

    asm volatile("cpuid" : "+a" (leaf), "=d" (flags) : : "rbx", "rcx");
    return flags & 1u << 8;
}

static void flags(void)
{
    unsigned flags = vcpu_self()->time.flags;
    bool is_common;

    expect_eq("there_are_no_flags_that_nobody_knows", 0,
              flags & ~XEN_PVCLOCK_TSC_STABLE_BIT);
    if (!is_domain_0() || !own_answer("a_flag_says_that_all_clocks_agree"))
        return;
    is_common = machine_cpus() == 1 || tsc_is_invariant();
    expect_eq("a_flag_says_that_all_clocks_agree",
              is_common ? XEN_PVCLOCK_TSC_STABLE_BIT : 0, flags);
}

static uint64_t wall_seconds(void)
{
    volatile struct shared_info *s = &shared_info;

    return (uint64_t)s->wc_sec_hi << 32 | s->wc_sec;
}

static long settime32(uint32_t secs, uint32_t nsecs, uint64_t at)
{
    struct xen_platform_op op = {
        .cmd = XENPF_settime32,
        .interface_version = XENPF_INTERFACE_VERSION,
    };

    op.u.settime32.secs = secs;
    op.u.settime32.nsecs = nsecs;
    op.u.settime32.system_time = at;
    return HC1(__HYPERVISOR_platform_op, &op);
}

/* The older form has seconds of 32 bits, without a sign. */
static void set_by_32_bits(uint64_t now)
{
    report_group("settime32");
    expect_ok("set_it", settime32(1600000000, 7, now));
    expect_true("it_is_what_was_set_less_the_system_time",
                wall_seconds() * 1000000000ul + shared_info.wc_nsec ==
                1600000000000000007ul - now);
    expect_ok("the_last_second", settime32(~0u, 999999999, 0));
    expect_eq("is_kept", ~0u, wall_seconds());
    expect_eq("with_its_nanoseconds", 999999999, shared_info.wc_nsec);
    if (own_answer("a_second_of_nanoseconds")) {
        expect_rc("a_second_of_nanoseconds", -XEN_EINVAL,
                  settime32(1600000000, 1000000000, 0));
        expect_rc("nanoseconds_without_end", -XEN_EINVAL,
                  settime32(1600000000, ~0u, 0));
        expect_rc("system_time_beyond_its_end", -XEN_EINVAL,
                  settime32(1600000000, 0, 1ul << 63));
        expect_eq("change_nothing", ~0u, wall_seconds());
    }
    expect_ok("set_it_back", settime32(1700000000, 0, 0));
    report_group(NULL);
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
    op.u.settime64.secs = 1800000000;
    op.u.settime64.mbz = 1;
    expect_rc("a_field_that_must_be_zero", -XEN_EINVAL,
              HC1(__HYPERVISOR_platform_op, &op));
    expect_true("changes_nothing", wall_seconds() < 1800000000);
    set_by_32_bits(now);
}

void test_main(void)
{
    monotonic();
    scale();
    flags();
    wall_clock();
}
