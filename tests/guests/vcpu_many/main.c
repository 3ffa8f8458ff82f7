/* SPDX-License-Identifier: MIT */
/*
 * vcpu_many/main.c - more vcpus than the shared page has room for.
 * Has 40 vcpus.
 *
 * Promise: a vcpu from 32 on has no vcpu_info until the guest registers one.
 * Until then it cannot be initialised, and all else that is asked of it, and
 * all that is sent to it, is harmless. Then it is a vcpu like any other.
 */
#include "guest.h"

const char test_folder[] = "vcpu_many";

#define LAST        39u
#define WITHOUT     33u         /* one that has no place in the shared page */

static struct vcpu_guest_context context;
static volatile unsigned ran;

static void work(void *arg)
{
    (void)arg;
    ran = 1;
}

static void existence(void)
{
    unsigned up = 0;

    for (unsigned id = 0; id <= LAST; id++)
        up += hc_vcpu_op(VCPUOP_is_up, id, NULL) == 1;
    expect_eq("one_is_up", 1, up);
    expect_rc("the_last_is_there", 0, hc_vcpu_op(VCPUOP_is_up, LAST, NULL));
    expect_rc("the_next_is_not", -XEN_ENOENT,
              hc_vcpu_op(VCPUOP_is_up, LAST + 1, NULL));
}

static void without_vcpu_info(void)
{
    static struct vcpu_time_info time;
    static struct vcpu_runstate_info runstate;
    struct vcpu_register_time_memory_area time_area = { .addr.v = &time };
    struct vcpu_register_runstate_memory_area area = { .addr.v = &runstate };
    struct vcpu_set_periodic_timer period = {
        .period_ns = 10 * MILLISECOND,
    };
    long port = port_bind_ipi(WITHOUT);

    expect_rc("it_cannot_be_initialised", -XEN_EINVAL,
              hc_vcpu_op(VCPUOP_initialise, WITHOUT, &context));
    expect_rc("whatever_the_context", -XEN_EINVAL,
              hc_vcpu_op(VCPUOP_initialise, WITHOUT, window_page(0)));
    expect_rc("nor_come_up", -XEN_EINVAL,
              hc_vcpu_op(VCPUOP_up, WITHOUT, NULL));
    expect_ok("its_time_is_shown",
              hc_vcpu_op(VCPUOP_register_vcpu_time_memory_area, WITHOUT,
                         &time_area));
    expect_ok("its_runstate_is_shown",
              hc_vcpu_op(VCPUOP_register_runstate_memory_area, WITHOUT, &area));
    expect_eq("as_offline", RUNSTATE_offline, (uint64_t)runstate.state);
    expect_ok("its_timer_is_set",
              hc_vcpu_op(VCPUOP_set_periodic_timer, WITHOUT, &period));
    expect_ok("it_is_sent_an_nmi",
              hc_vcpu_op(VCPUOP_send_nmi, WITHOUT, NULL));
    expect_true("a_port_is_bound_to_it", port > 0);
    expect_ok("it_is_sent_on", port_send((unsigned)port));
    expect_true("and_is_pending", port_is_pending((unsigned)port));
    expect_ok("it_is_taken_down", hc_vcpu_op(VCPUOP_down, WITHOUT, NULL));
    hc_vcpu_op(VCPUOP_stop_periodic_timer, WITHOUT, NULL);
}

/* vcpu 1 of the library runs as vcpu WITHOUT of the hypervisor's. */
static void with_vcpu_info(void)
{
    struct vcpu_info *place = page_alloc();
    struct vcpu_register_vcpu_info reg = { .mfn = va_to_mfn(place) };

    expect_ok("a_place_is_registered",
              hc_vcpu_op(VCPUOP_register_vcpu_info, WITHOUT, &reg));
    expect_eq("what_was_sent_waits_there", 1, place->evtchn_upcall_pending);
    expect_eq("with_all_selectors", ~0ul, place->evtchn_pending_sel);
    expect_eq("masked", 1, place->evtchn_upcall_mask);
    vcpu_places[1] = place;
    vcpu_context_init(&context, 1);
    vcpu_prepare(1, work, NULL);
    expect_ok("it_is_initialised",
              hc_vcpu_op(VCPUOP_initialise, WITHOUT, &context));
    expect_ok("it_comes_up", hc_vcpu_op(VCPUOP_up, WITHOUT, NULL));
    expect_true("it_runs", vcpu_wait(&ran, 1));
    expect_true("it_has_the_time", place->time.tsc_to_system_mul != 0);
}

static bool forget_nmi(struct regs *regs)
{
    (void)regs;
    return true;
}

void test_main(void)
{
    hc_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
    trap_handle(2, forget_nmi);
    vcpu_context_init(&context, 1);
    existence();
    without_vcpu_info();
    with_vcpu_info();
}
