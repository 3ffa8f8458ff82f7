/* SPDX-License-Identifier: MIT */
/*
 * domctl_many/main.c - thousands of domains, one after the other, and many at
 * once.
 *
 * Promise: a domain that was built and destroyed leaves as much memory free as
 * before, however often that is done. One without memory of its own, with one
 * vcpu, costs the hypervisor at most 32 KiB. Its number is not used again at
 * once. "cycles=2000" on the command line makes it long.
 * Runs as dom0.
 */
#include "guest.h"
#include "child.h"
#include "domctl.h"
#include "hypervisor.h"

#include <xen/sysctl.h>

const char test_folder[] = "domctl_many";

#define CYCLES      50u
#define AT_ONCE     64u
#define BIG_ORDER   9u          /* as tools take memory */
#define BIG_EXTENTS 2u          /* 4 MiB */
#define COST_MAX    (32768 / PAGE_SIZE)

static struct child child, many[AT_ONCE];
static uint64_t frames[BIG_EXTENTS];

static unsigned cycles(void)
{
    static const char word[] = "cycles=";
    const char *line = (const char *)start_info->cmd_line;
    unsigned n = 0;

    while (*line && strncmp(line, word, sizeof(word) - 1))
        line++;
    if (!*line)
        return CYCLES;
    for (line += sizeof(word) - 1; *line >= '0' && *line <= '9'; line++)
        n = 10 * n + (unsigned)(*line - '0');
    return n;
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

static void one_after_the_other(void)
{
    unsigned built = 0, numbers = 0, wanted = cycles();
    domid_t last = 0;
    uint64_t before;

    report_group("cycles");
    built += child_build(&child) == NULL;   /* what stays is made by now */
    child_destroy(&child);
    before = free_pages();
    for (unsigned i = 0; i < wanted; i++) {
        built += child_build(&child) == NULL;
        numbers += child.id != last;
        last = child.id;
        child_destroy(&child);
    }
    expect_eq("each_was_built", wanted + 1, built);
    expect_eq("no_number_came_twice", wanted, numbers);
    if (own_answer("as_much_is_free_as_before"))
        expect_eq("as_much_is_free_as_before", before, free_pages());
}

static void many_at_once(void)
{
    uint64_t before = free_pages(), during;
    unsigned made = 0;

    report_group("at_once");
    for (unsigned i = 0; i < AT_ONCE; i++)
        made += child_create(&many[i], 1) == 0;
    during = free_pages();
    expect_eq("all_are_made", AT_ONCE, made);
    for (unsigned i = 0; i < AT_ONCE; i++)
        child_destroy(&many[i]);
    print("a domain costs %u bytes\n",
          (unsigned)((before - during) * PAGE_SIZE / AT_ONCE));
    if (!own_answer("each_costs_little"))
        return;
    expect_true("each_costs_little",
                before - during <= AT_ONCE * COST_MAX);
    expect_eq("all_is_given_back", before, free_pages());
}

/* Times are printed for who counts instructions. */
static void with_4_mib(void)
{
    struct xen_memory_reservation r = {
        .nr_extents = BIG_EXTENTS, .extent_order = BIG_ORDER,
    };
    struct xen_domctl op = { .u.max_mem.max_memkb = 4096 };
    uint64_t start = clock_now(), made, filled;
    long rc;

    report_group("4_mib");
    rc = child_create(&child, 1);
    made = clock_now();
    expect_ok("made", rc);
    expect_ok("limited", domctl(XEN_DOMCTL_max_mem, child.id, &op));
    r.domid = child.id;
    for (unsigned i = 0; i < BIG_EXTENTS; i++)
        frames[i] = i << BIG_ORDER;
    set_xen_guest_handle(r.extent_start, frames);
    filled = clock_now();
    rc = hc_memory_op(XENMEM_populate_physmap, &r);
    filled = clock_now() - filled;
    expect_eq("filled", BIG_EXTENTS, (uint64_t)rc);
    print("create %u ns, populate %u ns, ", (unsigned)(made - start),
          (unsigned)filled);
    start = clock_now();
    rc = domctl(XEN_DOMCTL_destroydomain, child.id, &op);
    print("destroy %u ns\n", (unsigned)(clock_now() - start));
    expect_ok("destroyed", rc);
}

void test_main(void)
{
    with_4_mib();
    many_at_once();
    one_after_the_other();
}
