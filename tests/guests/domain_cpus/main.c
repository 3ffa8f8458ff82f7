/* SPDX-License-Identifier: MIT */
/*
 * domain_cpus/main.c - where a domain runs, how much, and on what CPU it
 * believes to be: domctl 9, 16, 25, 68, 69, 82 and 83.
 *
 * Promise: what is set is given back, as far as it is in force; what makes no
 * sense changes nothing. CPUID of a domain that has not run may be made less,
 * by what was read before with bits taken away, and never more.
 *
 * Runs as dom0.
 */
#include "cpus.h"

const char test_folder[] = "domain_cpus";

xen_domctl_t op;
domid_t other;

void op_clear(void)
{
    memset(&op, 0, sizeof(op));
}

long control(uint32_t command, domid_t domid)
{
    op.cmd = command;
    op.interface_version = XEN_DOMCTL_INTERFACE_VERSION;
    op.domain = domid;
    return HC1(__HYPERVISOR_domctl, &op);
}

static bool create(void)
{
    op_clear();
    op.u.createdomain.max_vcpus = 2;
    op.u.createdomain.max_evtchn_port = 1023;
    op.u.createdomain.max_grant_frames = 1;
    op.u.createdomain.max_maptrack_frames = 1;
    op.u.createdomain.grant_opts = XEN_DOMCTL_GRANT_version(1);
    if (!expect_ok("create", control(XEN_DOMCTL_createdomain, 0)))
        return false;
    other = op.domain;
    op_clear();
    op.u.max_vcpus.max = 2;
    return expect_ok("vcpus", control(XEN_DOMCTL_max_vcpus, other));
}

static void destroy(void)
{
    op_clear();
    expect_ok("destroy", control(XEN_DOMCTL_destroydomain, other));
}

void test_main(void)
{
    if (!create())
        return;
    test_affinity();
    test_scheduler();
    test_nodes();
    test_policy();
    report_group(NULL);
    destroy();
}
