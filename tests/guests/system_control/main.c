/* SPDX-License-Identifier: MIT */
/*
 * system_control/main.c - sysctl: the machine, as tools see it.
 *
 * Promise: domain 0 is told of CPUs, memory, devices, domains, pools, the
 * scheduler and CPUID, and reads the console's ring, in the layouts and with
 * the errors that Xen's tools know. Any other domain is refused, whatever it
 * asks; a wrong version is, before anything else. No count and no address that
 * is wrong does harm.
 */
#include "system.h"

const char test_folder[] = "system_control";

xen_sysctl_t op;

void op_clear(void)
{
    memset(&op, 0, sizeof(op));
}

long sysctl(uint32_t command)
{
    op.cmd = command;
    op.interface_version = XEN_SYSCTL_INTERFACE_VERSION;
    return HC1(__HYPERVISOR_sysctl, &op);
}

static void versions(void)
{
    uint8_t *page = window_page(1);
    xen_sysctl_t *edge = (xen_sysctl_t *)(page + PAGE_SIZE - 64);

    op_clear();
    op.cmd = XEN_SYSCTL_sched_id;
    expect_rc("version_0", -XEN_EACCES, HC1(__HYPERVISOR_sysctl, &op));
    op.interface_version = XEN_SYSCTL_INTERFACE_VERSION + 1;
    expect_rc("the_next_version", -XEN_EACCES, HC1(__HYPERVISOR_sysctl, &op));
    op.cmd = 0;
    expect_rc("also_with_an_unknown_command", -XEN_EACCES,
              HC1(__HYPERVISOR_sysctl, &op));
    expect_rc("from_nowhere", -XEN_EFAULT,
              HC1(__HYPERVISOR_sysctl, window_page(0)));
    expect_rc("from_the_hypervisor", -XEN_EFAULT,
              HC1(__HYPERVISOR_sysctl, HV_PRIVATE));
    expect_rc("from_no_address", -XEN_EFAULT,
              HC1(__HYPERVISOR_sysctl, NON_CANONICAL));
    page_map(page, pte_make(va_to_mfn(page_alloc()), PTE_PAGE));
    edge->cmd = XEN_SYSCTL_sched_id;
    edge->interface_version = XEN_SYSCTL_INTERFACE_VERSION;
    expect_rc("an_argument_that_ends_too_early", -XEN_EFAULT,
              HC1(__HYPERVISOR_sysctl, edge));
}

static void refused(void)
{
    unsigned denied = 0;

    for (uint32_t command = 0; command < 64; command++) {
        op_clear();
        denied += sysctl(command) == -XEN_EPERM;
    }
    expect_eq("each_command_is_refused", 64, denied);
    expect_rc("that_without_end_is_too", -XEN_EPERM, sysctl(~0u));
}

static void unknown(void)
{
    static const uint8_t left_out[] = { 2, 5, 10, 11, 12, 14, 15, 20, 21, 23,
                                        27 };
    unsigned count = 0;

    op_clear();
    expect_rc("command_0", -XEN_ENOSYS, sysctl(0));
    expect_rc("command_24", -XEN_ENOSYS, sysctl(24));
    expect_rc("command_30", -XEN_ENOSYS, sysctl(30));
    expect_rc("command_without_end", -XEN_ENOSYS, sysctl(~0u));
    if (!own_answer("what_is_left_out"))
        return;
    for (size_t i = 0; i < ARRAY_SIZE(left_out); i++) {
        op_clear();
        count += sysctl(left_out[i]) == -XEN_ENOSYS;
    }
    expect_eq("what_is_left_out", ARRAY_SIZE(left_out), count);
}

void test_main(void)
{
    versions();
    if (!is_domain_0()) {
        refused();
        return;
    }
    unknown();
    test_console();
    test_keys();
    test_machine();
    test_topology();
    test_domains();
    test_pools();
    test_scheduler();
    test_features();
    test_policies();
}
