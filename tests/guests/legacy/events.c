/* SPDX-License-Identifier: MIT */
/*
 * events.c - event_channel_op_compat: each operation it knows does what
 * event_channel_op does, with its arguments behind the command.
 */
#include "guest.h"

void test_events(void);

static struct evtchn_op op;

static long call(uint32_t cmd)
{
    op.cmd = cmd;
    return HC1(__HYPERVISOR_event_channel_op_compat, &op);
}

static void clear(void)
{
    memset(&op, 0, sizeof(op));
}

static long port_call(uint32_t cmd, unsigned port)
{
    clear();
    op.u.close.port = port;         /* send and unmask begin with it, too */
    return call(cmd);
}

static unsigned state_of(unsigned port)
{
    clear();
    op.u.status.dom = DOMID_SELF;
    op.u.status.port = port;
    return call(EVTCHNOP_status) ? 99 : op.u.status.status;
}

static unsigned unbound_port(void)
{
    clear();
    op.u.alloc_unbound.dom = DOMID_SELF;
    op.u.alloc_unbound.remote_dom = DOMID_SELF;
    return call(EVTCHNOP_alloc_unbound) ? 0 : op.u.alloc_unbound.port;
}

static long join(unsigned domain, unsigned port)
{
    long rc;

    clear();
    op.u.bind_interdomain.remote_dom = (domid_t)domain;
    op.u.bind_interdomain.remote_port = port;
    rc = call(EVTCHNOP_bind_interdomain);
    return rc ? rc : (long)op.u.bind_interdomain.local_port;
}

static void ports(void)
{
    unsigned port = unbound_port();

    expect_that("alloc_unbound", port > 0 && port < 4096, port);
    expect_ok("send", port_call(EVTCHNOP_send, port));
    expect_eq("is_unbound", EVTCHNSTAT_unbound, state_of(port));
    expect_ok("close", port_call(EVTCHNOP_close, port));
    expect_rc("close_again", -XEN_EINVAL, port_call(EVTCHNOP_close, port));
    expect_rc("send_to_a_closed_port", -XEN_EINVAL,
              port_call(EVTCHNOP_send, port));
    expect_rc("allocate_for_an_unknown_domain", -XEN_ESRCH,
              (clear(), op.u.alloc_unbound.dom = 77,
               call(EVTCHNOP_alloc_unbound)));
    expect_rc("status_beyond_the_last_port", 99, state_of(~0u));
}

static void channels(void)
{
    unsigned far = unbound_port();
    long near = join(DOMID_SELF, far);

    report_group("bind_interdomain");
    expect_true("gives_a_port", near > 0 && near != (long)far);
    expect_eq("both_are_bound", EVTCHNSTAT_interdomain, state_of(far));
    expect_eq("to_each_other", (uint64_t)near, op.u.status.u.interdomain.port);
    expect_eq("the_new_one_is_pending", 1, port_is_pending((unsigned)near));
    port_clear((unsigned)near);
    port_mask(far);
    expect_ok("send", port_call(EVTCHNOP_send, (unsigned)near));
    expect_eq("reaches_the_other", 1, port_is_pending(far));
    expect_rc("to_a_bound_port", -XEN_EINVAL, join(DOMID_SELF, far));
    expect_rc("to_a_port_beyond_the_last", -XEN_EINVAL, join(DOMID_SELF, ~0u));
    expect_rc("to_an_unknown_domain", -XEN_ESRCH, join(77, 1));

    report_group("unmask");
    vcpu_self()->evtchn_pending_sel = 0;
    vcpu_self()->evtchn_upcall_pending = 0;
    expect_ok("a_pending_port", port_call(EVTCHNOP_unmask, far));
    expect_eq("opens_it", 0, port_is_masked(far));
    expect_eq("and_raises_what_waited", 1,
              vcpu_self()->evtchn_upcall_pending);
    port_clear(far);
    expect_ok("a_port_that_is_not_pending", port_call(EVTCHNOP_unmask, far));
    expect_eq("raises_nothing", 0, vcpu_self()->evtchn_upcall_pending);
    expect_rc("a_port_beyond_the_last", -XEN_EINVAL,
              port_call(EVTCHNOP_unmask, ~0u));
    report_group(NULL);
    port_close((unsigned)near);
    port_close(far);
}

static long move(unsigned port, unsigned vcpu)
{
    clear();
    op.u.bind_vcpu.port = port;
    op.u.bind_vcpu.vcpu = vcpu;
    return call(EVTCHNOP_bind_vcpu);
}

static void others(void)
{
    unsigned port = unbound_port();

    report_group("bind_vcpu");
    expect_ok("an_unbound_port", move(port, 0));
    expect_rc("a_vcpu_that_does_not_exist", -XEN_ENOENT, move(port, 100));
    port_call(EVTCHNOP_close, port);
    expect_rc("a_closed_port", -XEN_EINVAL, move(port, 0));
    report_group("bind_ipi");
    clear();
    expect_ok("of_vcpu_0", call(EVTCHNOP_bind_ipi));
    port = op.u.bind_ipi.port;
    expect_eq("is_an_ipi", EVTCHNSTAT_ipi, state_of(port));
    expect_rc("cannot_be_moved", -XEN_EINVAL, move(port, 0));
    port_call(EVTCHNOP_close, port);
    clear();
    op.u.bind_ipi.vcpu = 100;
    expect_rc("of_a_vcpu_that_does_not_exist", -XEN_ENOENT,
              call(EVTCHNOP_bind_ipi));
    report_group("bind_virq");
    clear();
    op.u.bind_virq.virq = VIRQ_DEBUG;
    expect_ok("bind", call(EVTCHNOP_bind_virq));
    port = op.u.bind_virq.port;
    expect_eq("is_a_virq", EVTCHNSTAT_virq, state_of(port));
    clear();
    op.u.bind_virq.virq = VIRQ_DEBUG;
    expect_rc("again", -XEN_EEXIST, call(EVTCHNOP_bind_virq));
    port_call(EVTCHNOP_close, port);
    clear();
    op.u.bind_virq.virq = NR_VIRQS;
    expect_rc("one_that_does_not_exist", -XEN_EINVAL,
              call(EVTCHNOP_bind_virq));
    report_group(NULL);
}

static void pirqs(void)
{
    struct physdev_map_pirq map = {
        .domid = DOMID_SELF, .type = MAP_PIRQ_TYPE_GSI, .index = 11,
        .pirq = 11,
    };
    unsigned port;

    report_group("bind_pirq");
    clear();
    op.u.bind_pirq.pirq = 11;
    if (!is_domain_0()) {
        expect_rc("is_refused", -XEN_EPERM, call(EVTCHNOP_bind_pirq));
    } else {
        hc_physdev_op(PHYSDEVOP_map_pirq, &map);
        op.u.bind_pirq.flags = BIND_PIRQ__WILL_SHARE;
        expect_ok("a_line", call(EVTCHNOP_bind_pirq));
        port = op.u.bind_pirq.port;
        expect_eq("is_a_pirq", EVTCHNSTAT_pirq, state_of(port));
        expect_eq("of_that_number", 11, op.u.status.u.pirq);
        clear();
        op.u.bind_pirq.pirq = 11;
        expect_rc("again", -XEN_EEXIST, call(EVTCHNOP_bind_pirq));
        port_call(EVTCHNOP_close, port);
    }
    clear();
    op.u.bind_pirq.pirq = 0xfffff;
    expect_rc("one_that_does_not_exist", -XEN_EINVAL,
              call(EVTCHNOP_bind_pirq));
    report_group(NULL);
}

static void errors(void)
{
    uint32_t *edge = window_page(1);

    expect_rc("an_unmapped_argument", -XEN_EFAULT,
              HC1(__HYPERVISOR_event_channel_op_compat, window_page(0)));
    expect_rc("an_argument_in_the_hypervisor", -XEN_EFAULT,
              HC1(__HYPERVISOR_event_channel_op_compat, HV_PRIVATE));
    page_map(edge, pte_make(va_to_mfn(page_alloc()), PTE_PAGE));
    edge += PAGE_SIZE / 4 - 1;
    *edge = EVTCHNOP_send;
    expect_rc("a_command_without_arguments", -XEN_EFAULT,
              HC1(__HYPERVISOR_event_channel_op_compat, edge));
    clear();
    op.u.status.dom = DOMID_SELF;
    expect_rc("reset_came_later", -XEN_ENOSYS, call(EVTCHNOP_reset));
    expect_rc("an_unknown_command", -XEN_ENOSYS, call(99));
    expect_rc("a_command_without_end", -XEN_ENOSYS, call(~0u));
}

void test_events(void)
{
    ports();
    channels();
    others();
    pirqs();
    errors();
}
