/* SPDX-License-Identifier: MIT */
/*
 * domctl_life/main.c - a domain's life by domctl.
 *
 * Promise: only a control domain may call, by the interface version that is
 * spoken, and of an argument that can be read. Each command names a domain that
 * exists. A domain is made as asked, or -EINVAL and nothing is left; it is born
 * paused, shuts down for its own reason or ours, goes on when it is told to,
 * and gives all its memory back when it is destroyed, however far it was built.
 * Who gets that memory finds nothing of what was in it.
 * Runs as dom0.
 */
#include "life.h"

const char test_folder[] = "domctl_life";

static void door(void)
{
    struct xen_domctl op = { .cmd = XEN_DOMCTL_getdomaininfo };

    report_group("door");
    expect_rc("no_version", -XEN_EACCES, HC1(__HYPERVISOR_domctl, &op));
    op.interface_version = XEN_DOMCTL_INTERFACE_VERSION + 1;
    expect_rc("the_next_version", -XEN_EACCES, HC1(__HYPERVISOR_domctl, &op));
    expect_rc("from_nowhere", -XEN_EFAULT,
              HC1(__HYPERVISOR_domctl, window_page(0)));
    expect_rc("from_the_hypervisor", -XEN_EFAULT,
              HC1(__HYPERVISOR_domctl, HV_PRIVATE));
    expect_rc("from_no_address", -XEN_EFAULT,
              HC1(__HYPERVISOR_domctl, NON_CANONICAL));
    expect_rc("command_0", -XEN_ENOSYS, domctl(0, 0, &op));
    expect_rc("the_command_before_the_last_number", -XEN_ENOSYS,
              domctl(~1u, 0, &op));
    expect_rc("a_command_that_was_removed", -XEN_ENOSYS, domctl(6, 0, &op));
}

/* The argument ends where its page does, and the answer cannot be written. */
static void edges(void)
{
    uint8_t *page = window_page(1);
    struct xen_domctl *edge =
        (struct xen_domctl *)(page + PAGE_SIZE - sizeof(*edge));
    uint64_t mfn = va_to_mfn(page_alloc());

    report_group("edges");
    page_map(page, pte_make(mfn, PTE_PAGE));
    expect_ok("at_the_end_of_a_page",
              domctl(XEN_DOMCTL_getdomaininfo, 0, edge));
    expect_rc("eight_bytes_further", -XEN_EFAULT,
              HC1(__HYPERVISOR_domctl, (uint64_t)edge + 8));
    page_map(page, pte_make(mfn, PTE_RO_PAGE));
    expect_rc("an_answer_that_cannot_be_written", -XEN_EFAULT,
              HC1(__HYPERVISOR_domctl, edge));
    page_map(page, 0);
}

static void nobody(void)
{
    static const struct {
        const char *name;
        unsigned cmd;
    } command[] = {
        { "destroy", XEN_DOMCTL_destroydomain },
        { "pause", XEN_DOMCTL_pausedomain },
        { "unpause", XEN_DOMCTL_unpausedomain },
        { "resume", XEN_DOMCTL_resumedomain },
        { "max_mem", XEN_DOMCTL_max_mem },
        { "max_vcpus", XEN_DOMCTL_max_vcpus },
        { "handle", XEN_DOMCTL_setdomainhandle },
        { "set_context", XEN_DOMCTL_setvcpucontext },
        { "get_context", XEN_DOMCTL_getvcpucontext },
        { "vcpu", XEN_DOMCTL_getvcpuinfo },
        { "trigger", XEN_DOMCTL_sendtrigger },
        { "address_size", XEN_DOMCTL_get_address_size },
        { "time_offset", XEN_DOMCTL_settimeoffset },
    };

    report_group("nobody");
    for (size_t i = 0; i < ARRAY_SIZE(command); i++) {
        struct xen_domctl op = { 0 };

        expect_rc(command[i].name, -XEN_ESRCH,
                  domctl(command[i].cmd, 77, &op));
    }
    struct xen_domctl op = { 0 };
    expect_rc("self_is_nobody", -XEN_ESRCH,
              domctl(XEN_DOMCTL_pausedomain, DOMID_SELF, &op));
    expect_rc("info_beyond_the_last", -XEN_ESRCH,
              domctl(XEN_DOMCTL_getdomaininfo, DOMID_FIRST_RESERVED - 1, &op));
    expect_rc("info_of_a_reserved_number", -XEN_EINVAL,
              domctl(XEN_DOMCTL_getdomaininfo, DOMID_FIRST_RESERVED, &op));
}

static void self(void)
{
    struct xen_domctl op = { 0 };

    report_group("self");
    expect_rc("pause", -XEN_EINVAL, domctl(XEN_DOMCTL_pausedomain, 0, &op));
    expect_rc("unpause", -XEN_EINVAL, domctl(XEN_DOMCTL_unpausedomain, 0, &op));
    expect_rc("destroy", -XEN_EINVAL, domctl(XEN_DOMCTL_destroydomain, 0, &op));
    expect_rc("resume", -XEN_EINVAL, domctl(XEN_DOMCTL_resumedomain, 0, &op));
    op.u.max_vcpus.max = 1;
    expect_rc("vcpus", -XEN_EINVAL, domctl(XEN_DOMCTL_max_vcpus, 0, &op));
    expect_rc("clock", -XEN_EINVAL, domctl(XEN_DOMCTL_gettscinfo, 0, &op));
    expect_ok("info", domctl(XEN_DOMCTL_getdomaininfo, 0, &op));
    expect_eq("which_is_online", 1, op.u.getdomaininfo.nr_online_vcpus);
    expect_true("and_runs", op.u.getdomaininfo.flags & XEN_DOMINF_running);
    expect_eq("and_is_not_paused_or_dying", 0, op.u.getdomaininfo.flags &
              (XEN_DOMINF_paused | XEN_DOMINF_dying | XEN_DOMINF_shutdown));
}

void test_main(void)
{
    door();
    edges();
    nobody();
    self();
    report_group("create");
    test_create();
    report_group("memory");
    test_memory();
    report_group("foreign");
    test_foreign();
    report_group("life");
    test_life();
    report_group("destroy");
    test_destroy();
    report_group("reuse");
    test_reuse();
}
