/* SPDX-License-Identifier: MIT */
/*
 * sched_op/main.c - give the processor away, and get it back.
 *
 * Promise: yield returns. block unmasks upcalls and sleeps until one is due.
 * poll sleeps until one of its ports is pending, masked or not, or its time is
 * over, and takes no upcall for it. shutdown_code says why the domain will end,
 * and does not end it. Errors return at once.
 */
#include "guest.h"

const char test_folder[] = "sched_op";

static unsigned timer;

static long poll(evtchn_port_t *ports, unsigned count, uint64_t timeout)
{
    struct sched_poll op = { .nr_ports = count, .timeout = timeout };

    set_xen_guest_handle(op.ports, ports);
    return hc_sched_op(SCHEDOP_poll, &op);
}

static void block(void)
{
    unsigned before = upcalls;
    uint64_t until = clock_now() + 5 * MILLISECOND;

    upcalls_mask();
    hc_set_timer_op(until);
    expect_ok("block", hc_sched_op(SCHEDOP_block, NULL));
    expect_true("it_slept_until_the_timer", clock_now() + TIMER_SLOP >= until);
    expect_eq("the_upcall_was_taken", before + 1, upcalls);
    expect_eq("block_unmasked", 0, vcpu_self()->evtchn_upcall_mask);
    expect_eq("the_timer_is_pending", 1, port_is_pending(timer));
    upcalls_mask();
    port_clear(timer);

    hc_set_timer_op(clock_now() + 1 * MILLISECOND);
    clock_spin_until(clock_now() + 3 * MILLISECOND);
    before = upcalls;
    expect_ok("block_with_an_upcall_waiting", hc_sched_op(SCHEDOP_block, NULL));
    expect_eq("takes_it", before + 1, upcalls);
    upcalls_mask();
    port_clear(timer);
}

static void polls(void)
{
    evtchn_port_t port = timer, other = (evtchn_port_t)port_bind_ipi(0);
    evtchn_port_t both[2];
    unsigned before = upcalls;
    uint64_t start = clock_now();

    port_mask(timer);
    port_mask(other);
    expect_ok("poll_until_a_time", poll(&port, 1, start + 5 * MILLISECOND));
    expect_true("it_slept_until_then",
                clock_now() + TIMER_SLOP >= start + 5 * MILLISECOND);
    start = clock_now();
    hc_set_timer_op(start + 3 * MILLISECOND);
    expect_ok("poll_a_masked_timer",
              poll(&port, 1, start + 5000 * MILLISECOND));
    expect_true("it_woke_at_the_timer",
                clock_now() + TIMER_SLOP >= start + 3 * MILLISECOND);
    expect_true("and_not_at_its_own_time",
                clock_now() < start + 5000 * MILLISECOND);
    expect_eq("the_port_is_pending", 1, port_is_pending(timer));
    expect_eq("no_upcall_came", before, upcalls);
    start = clock_now();
    expect_ok("poll_a_pending_port", poll(&port, 1, 0));
    expect_ok("poll_a_time_in_the_past", poll(&other, 1, 1));
    both[0] = other;
    both[1] = timer;
    expect_ok("poll_two_ports", poll(both, 2, 0));
    port_clear(timer);
    port_unmask_quietly(timer);
    port_unmask_quietly(other);

    expect_rc("poll_too_many_ports", -XEN_EINVAL, poll(&port, 129, 1));
    port = ~0u;
    expect_rc("poll_a_port_that_cannot_be", -XEN_EINVAL, poll(&port, 1, 1));
    expect_rc("poll_ports_from_nowhere", -XEN_EFAULT,
              poll(window_page(0), 1, 1));
    port_close(other);
}

/* The first reason counts: the test ends as a power-off, not as a crash. */
static void reason(void)
{
    struct sched_shutdown end = { .reason = SHUTDOWN_poweroff };
    unsigned before = upcalls;

    expect_ok("shutdown_code", hc_sched_op(SCHEDOP_shutdown_code, &end));
    end.reason = SHUTDOWN_crash;
    expect_ok("another_one", hc_sched_op(SCHEDOP_shutdown_code, &end));
    end.reason = ~0u;
    expect_ok("one_that_does_not_exist",
              hc_sched_op(SCHEDOP_shutdown_code, &end));
    expect_rc("shutdown_code_from_nowhere", -XEN_EFAULT,
              hc_sched_op(SCHEDOP_shutdown_code, window_page(0)));
    expect_rc("shutdown_code_from_the_hypervisor", -XEN_EFAULT,
              hc_sched_op(SCHEDOP_shutdown_code, (void *)HV_PRIVATE));
    hc_set_timer_op(clock_now() + MILLISECOND);
    hc_sched_op(SCHEDOP_block, NULL);
    upcalls_mask();
    port_clear(timer);
    expect_eq("the_domain_goes_on", before + 1, upcalls);
}

static void others(void)
{
    struct sched_remote_shutdown remote = { .domain_id = 77 };

    expect_ok("yield", hc_sched_op(SCHEDOP_yield, NULL));
    expect_rc("shutdown_for_no_reason_given", -XEN_EFAULT,
              hc_sched_op(SCHEDOP_shutdown, window_page(0)));
    expect_rc("poll_of_nothing_given", -XEN_EFAULT,
              hc_sched_op(SCHEDOP_poll, window_page(0)));
    expect_rc("shutdown_of_an_unknown_domain", -XEN_ESRCH,
              hc_sched_op(SCHEDOP_remote_shutdown, &remote));
    expect_rc("an_unknown_operation", -XEN_ENOSYS, hc_sched_op(99, NULL));
}

void test_main(void)
{
    hc_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
    timer = (unsigned)port_bind_virq(VIRQ_TIMER, 0);
    block();
    polls();
    others();
    reason();
}
