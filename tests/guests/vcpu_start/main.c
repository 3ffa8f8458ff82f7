/* SPDX-License-Identifier: MIT */
/*
 * vcpu_start/main.c - a second vcpu is brought up, works, and goes down.
 * Has 3 vcpus.
 *
 * Promise: a vcpu that the guest initialises begins with the registers of the
 * context, on the tables it names, with upcalls masked. It runs beside the
 * others, goes down when it says so, and goes on behind that call when it is
 * brought up again. Its own exceptions come to its own stack.
 */
#include "guest.h"

const char test_folder[] = "vcpu_start";

static volatile unsigned id_seen, mask_seen, vectors, rounds, stop;
static uint64_t value;

static void look(void *arg)
{
    id_seen = vcpu_id();
    mask_seen = vcpu_self()->evtchn_upcall_mask;
    *(volatile unsigned *)arg += 1;
}

static void fault(void *arg)
{
    vectors = touch_write(arg, 1) << 16 | touch_read(arg, &value);
    value = vcpu_self()->arch.cr2;
}

static void go_round(void *arg)
{
    (void)arg;
    while (!stop) {
        rounds++;
        let_others_run();
    }
}

void test_main(void)
{
    static volatile unsigned count;

    hc_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
    expect_rc("it_is_down_before", 0, hc_vcpu_op(VCPUOP_is_up, 1, NULL));
    expect_rc("it_cannot_come_up_without_registers", -XEN_EINVAL,
              hc_vcpu_op(VCPUOP_up, 1, NULL));
    expect_ok("it_starts", vcpu_start(1, look, (void *)&count));
    expect_true("and_ends", vcpu_join(1));
    expect_eq("on_its_own_stack", 1, id_seen);
    expect_eq("with_upcalls_masked", 1, mask_seen);
    expect_eq("having_worked", 1, count);
    expect_ok("it_starts_again", vcpu_start(1, look, (void *)&count));
    expect_true("and_ends_again", vcpu_join(1));
    expect_eq("having_worked_again", 2, count);
    expect_ok("it_may_fault", vcpu_start(1, fault, window_page(0)));
    expect_true("and_goes_on", vcpu_join(1));
    expect_eq("page_faults_come_to_it", TRAP_PF << 16 | TRAP_PF, vectors);
    expect_eq("with_their_address", (uint64_t)window_page(0), value);
    expect_ok("a_third_starts", vcpu_start(2, go_round, NULL));
    expect_true("and_goes_round", vcpu_wait(&rounds, 10));
    expect_rc("it_is_up", 1, hc_vcpu_op(VCPUOP_is_up, 2, NULL));
    stop = 1;
    expect_true("until_it_is_told_to_stop", vcpu_join(2));
    expect_rc("a_vcpu_beyond_the_last", -XEN_ENOENT,
              hc_vcpu_op(VCPUOP_is_up, 3, NULL));
}
