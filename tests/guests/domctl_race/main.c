/* SPDX-License-Identifier: MIT */
/*
 * domctl_race/main.c - two tools at work on the same domains.
 *
 * Promise: while one vcpu builds domains, starts and destroys them, another
 * pauses, resumes, resets, unpins, shuts down and destroys them under its
 * hands. Each call succeeds or says why not; in the end every domain can be
 * destroyed, and as much memory is free as before.
 * Runs as dom0.
 * Has 2 vcpus.
 */
#include "guest.h"
#include "child.h"
#include "domctl.h"
#include "hypervisor.h"

#include <xen/sysctl.h>

const char test_folder[] = "domctl_race";

#define ROUNDS  60u

static struct child child;
static volatile unsigned is_over, calls, surprises;
static volatile long surprise;

/* What may be wrong with a domain that somebody else changes. */
static bool is_expected(long rc)
{
    static const long expected[] = {
        0, -XEN_ESRCH, -XEN_EINVAL, -XEN_ENODATA, -XEN_EOPNOTSUPP,
    };

    for (size_t i = 0; i < ARRAY_SIZE(expected); i++)
        if (rc == expected[i])
            return true;
    return false;
}

static long disturb(domid_t id, unsigned what)
{
    static struct vcpu_guest_context context;
    struct sched_remote_shutdown end = {
        .domain_id = id, .reason = what & 3,
    };
    struct mmuext_op unpin = {
        .cmd = MMUEXT_UNPIN_TABLE, .arg1.mfn = child.mfn[CHILD_L4],
    };
    struct xen_domctl op = { 0 };

    switch (what % 10) {
    case 0:
        return domctl(XEN_DOMCTL_pausedomain, id, &op);
    case 1:
        return domctl(XEN_DOMCTL_unpausedomain, id, &op);
    case 2:
        return domctl(XEN_DOMCTL_resumedomain, id, &op);
    case 3:     /* all registers are taken from it */
        return domctl(XEN_DOMCTL_setvcpucontext, id, &op);
    case 4:
        set_xen_guest_handle(op.u.vcpucontext.ctxt, &context);
        return domctl(XEN_DOMCTL_getvcpucontext, id, &op);
    case 5:
        return hc_sched_op(SCHEDOP_remote_shutdown, &end);
    case 6:
        return hc_mmuext_op(&unpin, 1, NULL, id);
    case 7:
        return domctl(XEN_DOMCTL_getvcpuinfo, id, &op);
    case 8:
        op.u.max_mem.max_memkb = what;
        return domctl(XEN_DOMCTL_max_mem, id, &op);
    default:
        return domctl(XEN_DOMCTL_destroydomain, id, &op);
    }
}

static void other(void *unused)
{
    uint32_t random = 12345;

    (void)unused;
    while (!is_over) {
        struct xen_domctl op = { 0 };
        long rc;

        random = random * 1664525 + 1013904223;
        if (domctl(XEN_DOMCTL_getdomaininfo, 1, &op)) {
            let_others_run();
            continue;
        }
        rc = disturb(op.domain, random >> 8);
        calls++;
        if (!is_expected(rc)) {
            surprises++;
            surprise = rc;
        }
        if (random >> 30)
            let_others_run();
    }
}

static uint64_t free_pages(void)
{
    static struct xen_sysctl op;

    memset(&op, 0, sizeof(op));
    op.cmd = XEN_SYSCTL_physinfo;
    op.interface_version = XEN_SYSCTL_INTERFACE_VERSION;
    if (HC1(__HYPERVISOR_sysctl, &op))
        report_error("free_memory", "is_not_told");
    return op.u.physinfo.free_pages;
}

/* Those that were lost in the confusion. */
static void destroy_all(void)
{
    struct xen_domctl op = { 0 };

    while (!domctl(XEN_DOMCTL_getdomaininfo, 1, &op)) {
        domid_t id = op.domain;

        if (domctl(XEN_DOMCTL_destroydomain, id, &op)) {
            report_error("each_can_be_destroyed", "this_cannot");
            return;
        }
    }
}

static void build_and_end(void)
{
    struct xen_domctl op = { 0 };

    if (!child_build(&child))
        domctl(XEN_DOMCTL_unpausedomain, child.id, &op);
    let_others_run();
    child_destroy(&child);
}

void test_main(void)
{
    uint64_t before;

    child_build(&child);        /* what stays is made by now */
    child_destroy(&child);
    expect_ok("another_vcpu", vcpu_start(1, other, NULL));
    is_over = 1;
    expect_true("comes_and_goes", vcpu_join(1));
    is_over = 0;
    before = free_pages();
    vcpu_start(1, other, NULL);
    for (unsigned i = 0; i < ROUNDS; i++)
        build_and_end();
    is_over = 1;
    expect_true("it_ends", vcpu_join(1));
    expect_true("it_has_disturbed", calls != 0);
    expect_eq("all_it_was_told_makes_sense", 0, surprises);
    if (surprises)
        print("it was told %d\n", (int)surprise);
    destroy_all();
    if (own_answer("as_much_is_free_as_before"))
        expect_eq("as_much_is_free_as_before", before, free_pages());
}
