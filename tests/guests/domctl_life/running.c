/* SPDX-License-Identifier: MIT */
/* running.c - a domain runs, stops, says why, and goes on. */
#include "life.h"

static struct child child;
static volatile struct child_data *data;

static long simple(unsigned cmd)
{
    struct xen_domctl op = { 0 };

    return domctl(cmd, child.id, &op);
}

static uint32_t flags(void)
{
    struct xen_domctl_getdomaininfo info = { 0 };

    if (child_info(&child, &info))
        report_error("it_is_there", "it_is_not");
    return info.flags;
}

static uint32_t reason(void)
{
    return flags() >> XEN_DOMINF_shutdownshift & XEN_DOMINF_shutdownmask;
}

/* Each reason, and on. */
static void reasons(long port)
{
    static const struct {
        const char *name;
        uint32_t reason;
    } each[] = {
        { "poweroff", SHUTDOWN_poweroff }, { "reboot", SHUTDOWN_reboot },
        { "suspend", SHUTDOWN_suspend }, { "crash", SHUTDOWN_crash },
        { "number_200", 200 },
    };

    for (size_t i = 0; i < ARRAY_SIZE(each); i++) {
        uint64_t shutdowns = data->shutdowns;

        report_group(each[i].name);
        port_clear((unsigned)port);
        data->what = each[i].reason;
        expect_ok("it_goes_on", i ? simple(XEN_DOMCTL_resumedomain)
                                  : simple(XEN_DOMCTL_unpausedomain));
        expect_true("and_ends", child_wait_for_end(&child));
        expect_eq("for_this_reason", each[i].reason, reason());
        expect_true("we_are_told", port_is_pending((unsigned)port));
        expect_eq("once", i ? shutdowns + 1 : 0, data->shutdowns);
    }
    report_group("life");
    expect_eq("a_resumed_call_gives_0", 0, data->returned);
}

/* As tools do that only made believe. */
static void answer_one(void)
{
    static struct vcpu_guest_context context;
    struct xen_domctl op = { 0 };

    report_group("cancelled");
    set_xen_guest_handle(op.u.vcpucontext.ctxt, &context);
    expect_ok("its_registers", domctl(XEN_DOMCTL_getvcpucontext, child.id,
                                      &op));
    expect_eq("the_call_is_over", 0, context.user_regs.rax);
    expect_eq("others_are_kept", CHILD_RDX, context.user_regs.rdx);
    expect_true("it_is_online", context.flags & VGCF_online);
    context.user_regs.rax = 1;
    expect_ok("are_changed", domctl(XEN_DOMCTL_setvcpucontext, child.id, &op));
    data->what = SHUTDOWN_suspend;
    expect_ok("it_goes_on", simple(XEN_DOMCTL_resumedomain));
    expect_true("and_ends_again", child_wait_for_end(&child));
    expect_eq("having_seen", 1, data->returned);
}

static void pauses(void)
{
    uint64_t yields;

    report_group("pause");
    data->what = CHILD_YIELD;
    expect_ok("it_goes_on", simple(XEN_DOMCTL_resumedomain));
    expect_true("and_works", child_wait_for_change(&data->yields, 0));
    expect_ok("one_pause", simple(XEN_DOMCTL_pausedomain));
    yields = data->yields;
    expect_true("is_seen", flags() & XEN_DOMINF_paused);
    expect_ok("another", simple(XEN_DOMCTL_pausedomain));
    expect_ok("one_ends", simple(XEN_DOMCTL_unpausedomain));
    for (unsigned i = 0; i < 20; i++)
        let_others_run();
    expect_eq("it_stands_still", yields, data->yields);
    expect_ok("both_end", simple(XEN_DOMCTL_unpausedomain));
    expect_true("it_works_again", child_wait_for_change(&data->yields, yields));
    expect_rc("there_is_none_more", -XEN_EINVAL,
              simple(XEN_DOMCTL_unpausedomain));
    expect_ok("resuming_one_that_runs", simple(XEN_DOMCTL_resumedomain));
    yields = data->yields;
    expect_true("changes_nothing", child_wait_for_change(&data->yields,
                                                         yields));
}

static void ended_by_us(void)
{
    struct sched_remote_shutdown end = {
        .domain_id = child.id, .reason = SHUTDOWN_watchdog,
    };

    report_group("by_us");
    expect_ok("it_is_ended", hc_sched_op(SCHEDOP_remote_shutdown, &end));
    expect_true("at_once", flags() & XEN_DOMINF_shutdown);
    expect_eq("for_our_reason", SHUTDOWN_watchdog, reason());
    end.reason = SHUTDOWN_reboot;
    expect_ok("a_second_time", hc_sched_op(SCHEDOP_remote_shutdown, &end));
    expect_that("the_first_stays", reason() == SHUTDOWN_watchdog, reason());
    end.domain_id = 77;
    expect_rc("nobody_is_ended", -XEN_ESRCH,
              hc_sched_op(SCHEDOP_remote_shutdown, &end));
}

static void triggers(void)
{
    struct xen_domctl op = { .u.sendtrigger.vcpu = 1 };

    report_group("trigger");
    expect_rc("no_such_vcpu", -XEN_ESRCH,
              domctl(XEN_DOMCTL_sendtrigger, child.id, &op));
    op.u.sendtrigger.vcpu = 0;
    op.u.sendtrigger.trigger = XEN_DOMCTL_SENDTRIGGER_POWER;
    expect_rc("no_power_button", -XEN_EINVAL,
              domctl(XEN_DOMCTL_sendtrigger, child.id, &op));
    op.u.sendtrigger.trigger = XEN_DOMCTL_SENDTRIGGER_SLEEP;
    expect_rc("no_sleep_button", -XEN_EINVAL,
              domctl(XEN_DOMCTL_sendtrigger, child.id, &op));
    op.u.sendtrigger.trigger = XEN_DOMCTL_SENDTRIGGER_RESET;
    expect_rc("no_reset_button", -XEN_ENOSYS,
              domctl(XEN_DOMCTL_sendtrigger, child.id, &op));
    op.u.sendtrigger.trigger = XEN_DOMCTL_SENDTRIGGER_NMI;
    expect_ok("an_nmi", domctl(XEN_DOMCTL_sendtrigger, child.id, &op));
}

void test_life(void)
{
    const char *why = child_build(&child);
    long port = port_bind_virq(VIRQ_DOM_EXC, 0);

    expect_true("ends_are_announced", port > 0);
    if (expect_text("a_domain", "built", why ? why : "built")) {
        data = child_data(&child);
        reasons(port);
        answer_one();
        pauses();
        ended_by_us();
        triggers();
    }
    child_destroy(&child);
    report_group("life");
    port_close((unsigned)port);
}
