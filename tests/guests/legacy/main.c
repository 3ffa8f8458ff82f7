/* SPDX-License-Identifier: MIT */
/*
 * legacy/main.c - the calls that older guests still make.
 *
 * Promise: set_callbacks sets the three callbacks at once. sched_op_compat and
 * event_channel_op_compat do what sched_op and event_channel_op do, with the
 * argument by value and with command and argument in one structure.
 */
#include "guest.h"

const char test_folder[] = "legacy";

static struct {
    uint32_t cmd;
    union {
        struct evtchn_alloc_unbound alloc_unbound;
        struct evtchn_bind_virq bind_virq;
        struct evtchn_send send;
        struct evtchn_close close;
        struct evtchn_status status;
    } u;
} op;

static long call(uint32_t cmd)
{
    op.cmd = cmd;
    return HC1(__HYPERVISOR_event_channel_op_compat, &op);
}

static void callbacks(void)
{
    unsigned port = (unsigned)port_bind_ipi(0), before = upcalls;

    expect_ok("set_callbacks",
              HC3(__HYPERVISOR_set_callbacks, upcall_entry, failsafe_entry,
                  syscall_entry));
    upcalls_unmask();
    port_send(port);
    upcalls_mask();
    port_clear(port);
    port_close(port);
    expect_eq("an_upcall_comes", before + 1, upcalls);
    if (user_init()) {
        USER_RUN("syscall");
        expect_eq("a_system_call_comes", VECTOR_SYSCALL, probe.vector);
        upcalls_mask();
    }
}

static void events(void)
{
    unsigned port;

    memset(&op, 0, sizeof(op));
    op.u.alloc_unbound.dom = DOMID_SELF;
    op.u.alloc_unbound.remote_dom = DOMID_SELF;
    expect_ok("alloc_unbound", call(EVTCHNOP_alloc_unbound));
    port = op.u.alloc_unbound.port;
    expect_that("gives_a_port", port > 0 && port < 4096, port);
    memset(&op, 0, sizeof(op));
    op.u.send.port = port;
    expect_ok("send", call(EVTCHNOP_send));
    memset(&op, 0, sizeof(op));
    op.u.status.dom = DOMID_SELF;
    op.u.status.port = port;
    expect_ok("status", call(EVTCHNOP_status));
    expect_eq("is_unbound", EVTCHNSTAT_unbound, op.u.status.status);
    memset(&op, 0, sizeof(op));
    op.u.close.port = port;
    expect_ok("close", call(EVTCHNOP_close));
    expect_rc("close_again", -XEN_EINVAL, call(EVTCHNOP_close));
    expect_rc("an_unmapped_argument", -XEN_EFAULT,
              HC1(__HYPERVISOR_event_channel_op_compat, window_page(0)));
}

void test_main(void)
{
    callbacks();
    events();
    expect_ok("yield", HC2(__HYPERVISOR_sched_op_compat, SCHEDOP_yield, 0));
    expect_rc("an_unknown_operation", -XEN_ENOSYS,
              HC2(__HYPERVISOR_sched_op_compat, 99, 0));
}
