/* SPDX-License-Identifier: MIT */
/*
 * reuse.c - who gets the memory that another domain had finds nothing of it,
 * whether the machine has had time to clear it or not.
 *
 * The heir takes all memory there is, so that it gets that memory as well.
 */
#include "life.h"
#include "clock.h"

#include <xen/sched.h>

#define ORDER_MOST  9u
#define WORDS       (PAGE_SIZE / sizeof(uint64_t))

static struct child child, heir;
static uint64_t next_pfn;
static unsigned found, dirty;

/* Its tables and its code are there as well. */
static bool leave_marks(void)
{
    for (unsigned i = CHILD_DATA; i < CHILD_PAGES; i++) {
        uint64_t *page = foreign_map(0, child.id, child.mfn[i]);

        if (!page)
            return false;
        for (unsigned k = 0; k < WORDS; k++)
            page[k] = 0x5ec4e7;
    }
    foreign_unmap(0);
    return true;
}

static void look_at(uint64_t mfn)
{
    const uint64_t *page = foreign_map(0, heir.id, mfn);

    found++;
    for (unsigned k = 0; k < WORDS; k++)
        if (!page || page[k]) {
            dirty++;
            return;
        }
}

/* False: there is no block of that size any more. */
static bool take(unsigned order)
{
    uint64_t first = next_pfn;
    struct xen_memory_reservation want = {
        .nr_extents = 1, .extent_order = order, .domid = heir.id,
    };

    set_xen_guest_handle(want.extent_start, &first);
    if (hc_memory_op(XENMEM_populate_physmap, &want) != 1)
        return false;
    next_pfn += 1ul << order;
    for (unsigned i = 0; i < CHILD_PAGES; i++)
        if (child.mfn[i] - first < 1ul << order)
            look_at(child.mfn[i]);
    return true;
}

static void inherit(void)
{
    struct xen_domctl op = { .u.max_mem.max_memkb = ~0ul };

    expect_ok("an_heir", child_create(&heir, 1));
    expect_ok("may_have_all", domctl(XEN_DOMCTL_max_mem, heir.id, &op));
    next_pfn = found = dirty = 0;
    for (unsigned order = ORDER_MOST + 1; order-- > 0; )
        while (take(order))
            ;
    foreign_unmap(0);
    expect_true("who_gets_what_another_had", found > 0);
    expect_eq("finds_nothing_of_it", 0, dirty);
    child_destroy(&heir);
}

/* The CPU is idle. */
static void sleep(void)
{
    struct sched_poll poll = { .timeout = clock_now() + 20 * MILLISECOND };

    hc_sched_op(SCHEDOP_poll, &poll);
}

static void end_and_inherit(bool waits)
{
    const char *why = child_build(&child);
    struct xen_domctl op = { 0 };

    expect_text("there_is", "a domain", why ? why : "a domain");
    expect_true("that_has_secrets", leave_marks());
    expect_ok("and_ends", domctl(XEN_DOMCTL_destroydomain, child.id, &op));
    if (waits)
        sleep();
    inherit();
}

void test_reuse(void)
{
    report_group("at_once");
    end_and_inherit(false);
    report_group("later");
    end_and_inherit(true);
}
