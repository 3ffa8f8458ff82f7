/* SPDX-License-Identifier: MIT */
/*
 * bench/domains/main.c - what it costs to make and to end a domain of 4 MiB,
 * and how much memory one takes beyond its own.
 *
 * Does what tools do, and little of its own, so that the hypervisor's part can
 * be counted: the domain with its vcpu; its memory; its page tables, code and
 * registers, until it could run; its end. Then it is idle for a while, which is
 * not counted: a hypervisor may clear memory then.
 */
#include "child.h"
#include "clock.h"
#include "cost.h"
#include "domctl.h"

#include <xen/sched.h>
#include <xen/sysctl.h>

const char test_folder[] = "domains";

#define ROUNDS      20u
#define ORDER       9u          /* as tools take memory */
#define EXTENTS     2u          /* 4 MiB */
#define MEMORY_KB   4096u
#define AT_ONCE     64u
#define REST        (20 * MILLISECOND)

static struct child child, many[AT_ONCE];

static void make(void)
{
    struct xen_domctl op = { .u.max_vcpus.max = 1 };

    must(!child_create(&child, 1), "createdomain");
    must(!domctl(XEN_DOMCTL_max_vcpus, child.id, &op), "max_vcpus");
}

static void populate(void)
{
    struct xen_domctl op = { .u.max_mem.max_memkb = MEMORY_KB };
    struct xen_memory_reservation want = {
        .nr_extents = EXTENTS, .extent_order = ORDER, .domid = child.id,
    };
    uint64_t frames[EXTENTS] = { 0, 1u << ORDER };

    must(!domctl(XEN_DOMCTL_max_mem, child.id, &op), "max_mem");
    set_xen_guest_handle(want.extent_start, frames);
    must(hc_memory_op(XENMEM_populate_physmap, &want) == EXTENTS,
         "populate_physmap");
    for (unsigned i = 0; i < CHILD_PAGES; i++)
        child.mfn[i] = frames[0] + i;
}

static void set_up(void)
{
    static struct vcpu_guest_context context;
    struct xen_domctl op = { .u.vcpucontext.vcpu = 0 };

    must(!child_furnish(&child), "its tables");
    child_context(&child, &context);
    set_xen_guest_handle(op.u.vcpucontext.ctxt, &context);
    must(!domctl(XEN_DOMCTL_setvcpucontext, child.id, &op), "setvcpucontext");
}

static void destroy(void)
{
    struct xen_domctl op = { 0 };

    must(!domctl(XEN_DOMCTL_destroydomain, child.id, &op), "destroydomain");
}

static void rest(void)
{
    struct sched_poll poll = { .timeout = clock_now() + REST };

    must(!hc_sched_op(SCHEDOP_poll, &poll), "poll");
}

static void report_life(void)
{
    static struct cost costs[] = {
        { .name = "the domain and its vcpu" },
        { .name = "its memory" },
        { .name = "its tables and registers" },
        { .name = "destroy" },
    };
    static void (*const steps[])(void) = { make, populate, set_up, destroy };

    for (unsigned round = 0; round <= ROUNDS; round++) {
        for (unsigned i = 0; i < ARRAY_SIZE(steps); i++)
            if (round == 0)
                steps[i]();     /* what stays is made by now */
            else
                cost_add(&costs[i], steps[i], 1);
        rest();
    }
    for (unsigned i = 0; i < ARRAY_SIZE(steps); i++)
        cost_print(&costs[i], 1);
}

static uint64_t free_pages(void)
{
    static struct xen_sysctl op;

    memset(&op, 0, sizeof(op));
    op.cmd = XEN_SYSCTL_physinfo;
    op.interface_version = XEN_SYSCTL_INTERFACE_VERSION;
    must(!HC1(__HYPERVISOR_sysctl, &op), "physinfo");
    return op.u.physinfo.free_pages;
}

static void report_memory(void)
{
    uint64_t before = free_pages(), taken;

    for (unsigned i = 0; i < AT_ONCE; i++)
        must(!child_build(&many[i]), "a domain of many");
    taken = before - free_pages() - AT_ONCE * CHILD_PAGES;
    for (unsigned i = 0; i < AT_ONCE; i++)
        child_destroy(&many[i]);
    print("@@ memory %lu bytes\n", taken * PAGE_SIZE / AT_ONCE);
}

void test_main(void)
{
    report_memory();
    cost_begin();
    report_life();
    cost_end();
}
