/* SPDX-License-Identifier: MIT */
/*
 * vcpu_other/main.c - what one vcpu can ask for another.
 * Has 2 vcpus.
 *
 * Promise: the records of another vcpu are registered like one's own, and are
 * filled in at once; only vcpu_info must wait until the other is down. Its
 * periodic timer can be set and stopped, its single-shot one cannot. Events
 * and NMIs reach it whether it runs, blocks, polls or is down, and wake it. A
 * port can be sent on by all at once and no signal is lost.
 */
#include "guest.h"

const char test_folder[] = "vcpu_other";

#define VCPU_1  1u

static volatile unsigned ready, stop, nmis, nmi_vcpu;
static uint64_t value;

static void spin(void *arg)
{
    (void)arg;
    ready = 1;
    while (!stop)
        let_others_run();
}

/* Until somebody sends it an event or an NMI. */
static void sleep(void *arg)
{
    (void)arg;
    ready = 1;
    hc_sched_op(SCHEDOP_block, NULL);
    vcpu_self()->evtchn_upcall_mask = 1;
}

static void run(void (*work)(void *))
{
    ready = stop = 0;
    if (vcpu_start(1, work, NULL) || !vcpu_wait(&ready, 1))
        report_error("the_second_vcpu_runs", "it_does_not");
}

static void end(void)
{
    stop = 1;
    if (!vcpu_join(1))
        report_error("the_second_vcpu_ends", "it_does_not");
}

/* Until it is found blocked, or for too long. */
static bool is_asleep(void)
{
    struct vcpu_runstate_info info;
    uint64_t until = clock_now() + 2000 * MILLISECOND;

    do {
        let_others_run();
        hc_vcpu_op(VCPUOP_get_runstate_info, 1, &info);
    } while (info.state != RUNSTATE_blocked && clock_now() < until);
    return info.state == RUNSTATE_blocked;
}

static void runstate(void)
{
    static struct vcpu_runstate_info area;
    struct vcpu_register_runstate_memory_area reg = { .addr.v = &area };
    struct vcpu_runstate_info info;
    uint64_t sum = 0, now;

    report_group("runstate");
    area.state = 77;
    expect_ok("it_is_told", hc_vcpu_op(VCPUOP_get_runstate_info, 1, &info));
    expect_eq("down_is_offline", RUNSTATE_offline, (uint64_t)info.state);
    expect_ok("an_area",
              hc_vcpu_op(VCPUOP_register_runstate_memory_area, 1, &reg));
    expect_eq("it_is_filled_in_at_once", RUNSTATE_offline,
              (uint64_t)area.state);
    run(sleep);
    expect_true("the_vcpu_sleeps", is_asleep());
    expect_eq("the_area_says_so", RUNSTATE_blocked, (uint64_t)area.state);
    hc_vcpu_op(VCPUOP_get_runstate_info, 1, &info);
    now = clock_now();
    for (unsigned i = 0; i < 4; i++)
        sum += info.time[i];
    expect_true("its_times_add_up_to_its_age",
                sum <= now && info.state_entry_time <= now);
    hc_vcpu_op(VCPUOP_send_nmi, 1, NULL);
    end();
    reg.addr.v = window_page(0);
    expect_ok("an_area_where_nothing_is",
              hc_vcpu_op(VCPUOP_register_runstate_memory_area, 1, &reg));
    reg.addr.p = HV_PRIVATE;
    expect_rc("the_hypervisors_memory", -XEN_EFAULT,
              hc_vcpu_op(VCPUOP_register_runstate_memory_area, 1, &reg));
    reg.addr.p = NON_CANONICAL;
    expect_rc("no_address", -XEN_EFAULT,
              hc_vcpu_op(VCPUOP_register_runstate_memory_area, 1, &reg));
    reg.addr.v = NULL;
    expect_ok("none_any_more",
              hc_vcpu_op(VCPUOP_register_runstate_memory_area, 1, &reg));
}

static void time_area(void)
{
    static struct vcpu_time_info area;
    struct vcpu_register_time_memory_area reg = { .addr.v = &area };

    report_group("time");
    expect_ok("an_area",
              hc_vcpu_op(VCPUOP_register_vcpu_time_memory_area, 1, &reg));
    expect_true("it_is_filled_in_at_once", area.tsc_to_system_mul != 0);
    expect_eq("by_an_even_version", 0, area.version & 1);
    reg.addr.v = window_page(0);
    expect_ok("an_area_where_nothing_is",
              hc_vcpu_op(VCPUOP_register_vcpu_time_memory_area, 1, &reg));
    reg.addr.p = HV_PRIVATE;
    expect_rc("the_hypervisors_memory", -XEN_EFAULT,
              hc_vcpu_op(VCPUOP_register_vcpu_time_memory_area, 1, &reg));
    reg.addr.p = NON_CANONICAL;
    expect_rc("no_address", -XEN_EFAULT,
              hc_vcpu_op(VCPUOP_register_vcpu_time_memory_area, 1, &reg));
    reg.addr.v = NULL;
    expect_ok("none_any_more",
              hc_vcpu_op(VCPUOP_register_vcpu_time_memory_area, 1, &reg));
    run(spin);
    expect_true("its_vcpu_info_has_the_time",
                shared_info.vcpu_info[1].time.tsc_to_system_mul != 0);
    end();
}

static void timers(void)
{
    struct vcpu_set_periodic_timer period = {
        .period_ns = 10 * MILLISECOND,
    };
    struct vcpu_set_singleshot_timer once = { 0 };
    long port = port_bind_virq(VIRQ_TIMER, 1);

    report_group("timer");
    expect_true("its_virq_is_bound", port > 0);
    expect_rc("but_once", -XEN_EEXIST, port_bind_virq(VIRQ_TIMER, 1));
    once.timeout_abs_ns = clock_now();
    expect_rc("a_single_shot_is_its_own", -XEN_EINVAL,
              hc_vcpu_op(VCPUOP_set_singleshot_timer, 1, &once));
    expect_rc("and_so_is_stopping_it", -XEN_EINVAL,
              hc_vcpu_op(VCPUOP_stop_singleshot_timer, 1, NULL));
    expect_rc("looked_at_before_the_argument", -XEN_EINVAL,
              hc_vcpu_op(VCPUOP_set_singleshot_timer, 1, window_page(0)));
    period.period_ns = 1000;
    expect_rc("too_short_a_period", -XEN_EINVAL,
              hc_vcpu_op(VCPUOP_set_periodic_timer, 1, &period));
    hc_vcpu_op(VCPUOP_stop_periodic_timer, 1, NULL);
    run(spin);
    port_clear((unsigned)port);
    period.period_ns = 10 * MILLISECOND;
    expect_ok("a_period", hc_vcpu_op(VCPUOP_set_periodic_timer, 1, &period));
    for (uint64_t until = clock_now() + 2000 * MILLISECOND;
         !port_is_pending((unsigned)port) && clock_now() < until; )
        let_others_run();
    expect_true("it_ticks", port_is_pending((unsigned)port));
    expect_ok("it_is_stopped",
              hc_vcpu_op(VCPUOP_stop_periodic_timer, 1, NULL));
    end();
    port_close((unsigned)port);
}

static void place(void)
{
    struct vcpu_info *at = page_alloc();
    struct vcpu_register_vcpu_info reg = {
        .mfn = va_to_mfn(at), .offset = 64,
    };

    report_group("vcpu_info");
    run(spin);
    expect_rc("not_while_it_is_up", -XEN_EINVAL,
              hc_vcpu_op(VCPUOP_register_vcpu_info, 1, &reg));
    end();
    expect_ok("while_it_is_down",
              hc_vcpu_op(VCPUOP_register_vcpu_info, 1, &reg));
    expect_eq("signals_wait_there", 1, at[1].evtchn_upcall_pending);
    expect_eq("and_are_masked", 1, at[1].evtchn_upcall_mask);
    vcpu_places[1] = &at[1];
    expect_rc("once", -XEN_EINVAL,
              hc_vcpu_op(VCPUOP_register_vcpu_info, 1, &reg));
}

static bool count_nmi(struct regs *regs)
{
    (void)regs;
    nmis++;
    nmi_vcpu = vcpu_id();
    return true;
}

static void nmi(void)
{
    report_group("nmi");
    nmis = 0;
    vcpu_places[1]->evtchn_upcall_pending = 0;
    vcpu_places[1]->evtchn_pending_sel = 0;
    run(spin);
    expect_rc("an_argument_is_refused", -XEN_EINVAL,
              hc_vcpu_op(VCPUOP_send_nmi, 1, &value));
    expect_ok("to_one_that_runs", hc_vcpu_op(VCPUOP_send_nmi, 1, NULL));
    expect_true("it_comes", vcpu_wait(&nmis, 1));
    expect_eq("to_that_vcpu", VCPU_1, nmi_vcpu);
    end();
    run(sleep);
    expect_true("the_vcpu_sleeps", is_asleep());
    expect_ok("to_one_that_sleeps", hc_vcpu_op(VCPUOP_send_nmi, 1, NULL));
    expect_true("it_wakes_it", vcpu_join(1));
    expect_eq("and_comes", 2, nmis);
    expect_ok("to_one_that_is_down", hc_vcpu_op(VCPUOP_send_nmi, 1, NULL));
    expect_rc("it_stays_down", 0, hc_vcpu_op(VCPUOP_is_up, 1, NULL));
    run(spin);
    end();
    expect_eq("and_has_it_when_it_comes_up", 3, nmis);
}

static unsigned ipi;

static void ipis(void)
{
    unsigned before;

    report_group("ipi");
    ipi = (unsigned)port_bind_ipi(1);
    run(sleep);
    expect_true("the_vcpu_sleeps", is_asleep());
    before = upcalls_of[1];
    expect_ok("one_is_sent", port_send(ipi));
    expect_true("it_wakes_it", vcpu_join(1));
    expect_eq("by_an_upcall", before + 1, upcalls_of[1]);
    expect_true("the_port_is_pending", port_is_pending(ipi));
    expect_eq("nothing_came_here", 0, vcpu_self()->evtchn_upcall_pending);
    port_clear(ipi);
    expect_rc("an_ipi_port_stays_with_its_vcpu", -XEN_EINVAL,
              hc_event_channel_op(EVTCHNOP_bind_vcpu,
                  &(struct evtchn_bind_vcpu){ .port = ipi, .vcpu = 0 }));
    expect_rc("an_ipi_to_nobody", -XEN_ENOENT, port_bind_ipi(2));
}

static void poll(void *arg)
{
    evtchn_port_t ports[1] = { ipi };
    struct sched_poll p = { .nr_ports = 1 };

    (void)arg;
    set_xen_guest_handle(p.ports, ports);
    ready = 1;
    hc_sched_op(SCHEDOP_poll, &p);
}

static void polling(void)
{
    report_group("poll");
    port_mask(ipi);
    run(poll);
    expect_true("the_vcpu_sleeps", is_asleep());
    expect_ok("its_port_is_sent_on", port_send(ipi));
    expect_true("it_wakes_though_masked", vcpu_join(1));
    port_clear(ipi);
    port_unmask_quietly(ipi);
}

#define ROUNDS  2000u

static volatile unsigned taken, sent[2];

/* Take each signal once; the sender waits until it was taken. */
static void take(void *arg)
{
    (void)arg;
    ready = 1;
    while (taken < ROUNDS) {
        if (!port_is_pending(ipi)) {
            poll(NULL);
            continue;
        }
        port_clear(ipi);
        vcpu_places[1]->evtchn_upcall_pending = 0;
        taken++;
    }
}

static void one_port(void)
{
    report_group("many");
    port_mask(ipi);
    taken = 0;
    run(take);
    for (unsigned i = 0; i < ROUNDS; i++) {
        port_send(ipi);
        if (!vcpu_wait(&taken, i + 1))
            break;
    }
    expect_eq("no_signal_is_lost", ROUNDS, taken);
    expect_true("it_ends", vcpu_join(1));
    port_unmask_quietly(ipi);
}

static void hammer(void *arg)
{
    (void)arg;
    ready = 1;
    for (unsigned i = 0; i < ROUNDS; i++) {
        port_send(ipi);
        sent[1]++;
    }
}

static void both_send(void)
{
    report_group("both");
    run(hammer);
    for (unsigned i = 0; i < ROUNDS; i++) {
        port_send(ipi);
        sent[0]++;
        if (i % 64 == 0)
            let_others_run();
    }
    expect_true("it_ends", vcpu_join(1));
    expect_eq("all_were_sent", 2 * ROUNDS, sent[0] + sent[1]);
    expect_true("the_port_is_pending", port_is_pending(ipi));
    expect_eq("and_signalled", 1, vcpu_places[1]->evtchn_upcall_pending);
    port_clear(ipi);
}

/* On a machine of one CPU domain 0 cannot but run there. */
static void physid(void)
{
    struct vcpu_get_physid id = { .phys_id = ~0ul };

    report_group("physid");
    if (!is_domain_0()) {
        expect_rc("only_domain_0_is_pinned", -XEN_EINVAL,
                  hc_vcpu_op(VCPUOP_get_physid, 0, &id));
        return;
    }
    if (hc_vcpu_op(VCPUOP_get_physid, 0, &id) == -XEN_EINVAL) {
        report_skip("of_a_vcpu_that_is_pinned", "there_are_more_CPUs");
        return;
    }
    expect_ok("of_a_vcpu_that_is_pinned",
              hc_vcpu_op(VCPUOP_get_physid, 0, &id));
    expect_eq("it_is_the_machines_first_cpu", 0, id.phys_id);
    expect_rc("to_nowhere", -XEN_EFAULT,
              hc_vcpu_op(VCPUOP_get_physid, 0, window_page(0)));
}

void test_main(void)
{
    hc_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
    trap_handle(2, count_nmi);
    runstate();
    time_area();
    timers();
    place();
    nmi();
    ipis();
    polling();
    one_port();
    both_send();
    physid();
}
