/* SPDX-License-Identifier: MIT */
/*
 * log_dirty/main.c - which frames a domain writes to, for whoever copies it.
 *
 * Promise: after log-dirty mode is switched on for a domain, CLEAN tells each
 * frame that was written since, whoever wrote and however, and begins anew; a
 * frame that nobody wrote to is not told. A copy made of what is told, while
 * two vcpus write and change their tables, is the domain once it stands still.
 * getpageframeinfo3 tells what its frames are used for. (Debian's Xen refuses to
 * switch it on for PV domains.)
 *
 * Runs as dom0.
 */
#include "hypervisor.h"
#include "moved.h"

const char test_folder[] = "log_dirty";

static bool build(unsigned vcpus)
{
    const char *why = moved_build(vcpus);

    if (why)
        report_error("a_domain_is_made", why);
    return !why;
}

static void with_one_vcpu(void)
{
    test_frames();
    test_calls();
    if (!own_answer("what_is_told"))
        return;
    test_frames_while_copied();
    test_writes();
    report_group("copy_of_one");
    test_copy(1);
}

/* It ends in the midst of it. */
static void ends(void)
{
    struct xen_domctl_getdomaininfo *info;
    struct xen_domctl op = { 0 };
    domid_t id = moved.id;

    moved_begin(0, WORK_STORM, 5, 0);
    moved_begin(1, WORK_STORM, 6, 0);
    expect_ok("on_once_more", shadow_op(XEN_DOMCTL_SHADOW_OP_ENABLE_LOGDIRTY));
    expect_ok("told_once_more", shadow_read(XEN_DOMCTL_SHADOW_OP_CLEAN));
    moved_destroy();
    info = &op.u.getdomaininfo;
    expect_true("and_ended", domctl(XEN_DOMCTL_getdomaininfo, id, &op) ||
                             info->domain != id);
}

void test_main(void)
{
    if (build(1))
        with_one_vcpu();
    moved_destroy();
    report_group("copy_of_two");
    if (own_answer("a_copy") && build(2)) {
        test_copy(2);
        ends();
    }
    moved_destroy();
}
