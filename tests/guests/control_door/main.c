/* SPDX-License-Identifier: MIT */
/*
 * control_door/main.c - dom0_op, which only Parapet has (docs/abi/dom0_op.md);
 * dom0_domains has the commands that make a domain.
 *
 * Promise: domain 0 asks about domains, the machine, the console's ring and a
 * few MSRs, and sets the wall clock. Any other domain is refused, whatever it
 * asks. Commands that do not exist are -ENOSYS, padding that is not zero is
 * -EINVAL, and a call that fails changes neither the caller's argument nor
 * what it was about.
 */
#include "control.h"
#include "hypervisor.h"

const char test_folder[] = "control_door";

dom0_op_t op;

long control(uint32_t command)
{
    op.cmd = command;
    op.interface_version = DOM0_INTERFACE_VERSION;
    return HC1(__HYPERVISOR_dom0_op, &op);
}

void control_clear(void)
{
    memset(&op, 0, sizeof(op));
}

static const uint32_t answered[] = {
    DOM0_GETMEMLIST, DOM0_SCHEDCTL, DOM0_ADJUSTDOM, DOM0_CREATEDOMAIN,
    DOM0_DESTROYDOMAIN, DOM0_PAUSEDOMAIN, DOM0_UNPAUSEDOMAIN,
    DOM0_GETDOMAININFO, DOM0_BUILDDOMAIN, DOM0_IOPL, DOM0_MSR, DOM0_SETTIME,
    DOM0_GETPAGEFRAMEINFO, DOM0_READCONSOLE, DOM0_PINCPUDOMAIN, DOM0_GETTBUFS,
    DOM0_PHYSINFO, DOM0_PCIDEV_ACCESS, DOM0_SCHED_ID, DOM0_SHADOW_CONTROL,
    DOM0_SETDOMAININITIALMEM, DOM0_SETDOMAINMAXMEM, DOM0_GETPAGEFRAMEINFO2,
    DOM0_SETDOMAINVMASSIST,
};

/* How many of the commands' numbers, and a few beyond, give @rc. */
static unsigned answers(long rc)
{
    unsigned n = 0;

    for (uint32_t command = 0; command < 64; command++) {
        bool is_known = false;

        for (size_t i = 0; i < ARRAY_SIZE(answered); i++)
            is_known |= answered[i] == command;
        control_clear();
        if (!is_known && control(command) == rc)
            n++;
    }
    return n;
}

static void refused(void)
{
    unsigned denied = 0;

    for (size_t i = 0; i < ARRAY_SIZE(answered); i++) {
        control_clear();
        denied += control(answered[i]) == -XEN_EPERM;
    }
    expect_eq("each_command_is_refused", ARRAY_SIZE(answered), denied);
    expect_eq("and_all_that_do_not_exist", 64 - ARRAY_SIZE(answered),
              answers(-XEN_EPERM));
    expect_rc("the_number_without_end_is_too", -XEN_EPERM, control(~0u));
}

static void versions(void)
{
    control_clear();
    op.cmd = DOM0_SCHED_ID;
    op.interface_version = 0;
    expect_rc("version_0", -XEN_EACCES, HC1(__HYPERVISOR_dom0_op, &op));
    op.interface_version = DOM0_INTERFACE_VERSION + 1;
    expect_rc("the_next_version", -XEN_EACCES, HC1(__HYPERVISOR_dom0_op, &op));
    expect_rc("from_nowhere", -XEN_EFAULT,
              HC1(__HYPERVISOR_dom0_op, window_page(0)));
    expect_rc("from_the_hypervisor", -XEN_EFAULT,
              HC1(__HYPERVISOR_dom0_op, HV_PRIVATE));
    expect_rc("from_no_address", -XEN_EFAULT,
              HC1(__HYPERVISOR_dom0_op, NON_CANONICAL));
}

/* The structure ends where its page does; the next page is not mapped. */
static void edges(void)
{
    uint8_t *page = window_page(1);
    dom0_op_t *edge = (dom0_op_t *)(page + PAGE_SIZE - 8 -
                                    sizeof(dom0_sched_id_t));
    uint64_t mfn = va_to_mfn(page_alloc());

    expect_eq("commands_that_do_not_exist", 64 - ARRAY_SIZE(answered),
              answers(-XEN_ENOSYS));
    expect_rc("command_without_end", -XEN_ENOSYS, control(~0u));
    page_map(page, pte_make(mfn, PTE_PAGE));
    edge->interface_version = DOM0_INTERFACE_VERSION;
    edge->cmd = DOM0_PHYSINFO;
    expect_rc("an_argument_that_ends_too_early", -XEN_EFAULT,
              HC1(__HYPERVISOR_dom0_op, edge));
    edge->cmd = DOM0_SCHED_ID;
    expect_ok("no_more_is_read_than_the_command_has",
              HC1(__HYPERVISOR_dom0_op, edge));
    page_map(page, pte_make(mfn, PTE_RO_PAGE));
    expect_rc("an_answer_that_cannot_be_written", -XEN_EFAULT,
              HC1(__HYPERVISOR_dom0_op, edge));
}

void test_main(void)
{
    if (!own_answer("dom0_op"))
        return;
    versions();
    if (!is_domain_0()) {
        refused();
        return;
    }
    edges();
    report_group("getdomaininfo");
    test_getdomaininfo();
    report_group("msr");
    test_msr();
    report_group("settime");
    test_settime();
    report_group("readconsole");
    test_readconsole();
    report_group("machine");
    test_physinfo();
    test_sched_id();
    report_group("scheduler");
    test_scheduler();
}
