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

void test_events(void);         /* events.c */

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

void test_main(void)
{
    callbacks();
    test_events();
    expect_ok("yield", HC2(__HYPERVISOR_sched_op_compat, SCHEDOP_yield, 0));
    expect_rc("an_unknown_operation", -XEN_ENOSYS,
              HC2(__HYPERVISOR_sched_op_compat, 99, 0));
}
