/* SPDX-License-Identifier: MIT */
/* memory.c - how much memory a domain may have, and what we say about it. */
#include "life.h"

static struct child child;
static uint64_t frames[8];

static long memory(unsigned cmd, uint64_t count)
{
    struct xen_memory_reservation r = {
        .nr_extents = count, .domid = child.id,
    };

    set_xen_guest_handle(r.extent_start, frames);
    return hc_memory_op(cmd, &r);
}

static long figure(unsigned cmd)
{
    domid_t id = child.id;

    return hc_memory_op(cmd, &id);
}

static void limits(void)
{
    struct xen_domctl op = { .u.max_mem.max_memkb = 24 };

    expect_eq("without_a_limit_it_gets_nothing", 0,
              (uint64_t)memory(XENMEM_populate_physmap, 1));
    expect_ok("six_pages", domctl(XEN_DOMCTL_max_mem, child.id, &op));
    for (unsigned i = 0; i < ARRAY_SIZE(frames); i++)
        frames[i] = i;
    expect_eq("are_all_it_gets", 6,
              (uint64_t)memory(XENMEM_populate_physmap, 8));
    expect_eq("and_has", 6, (uint64_t)figure(XENMEM_current_reservation));
    expect_eq("and_may_have", 6, (uint64_t)figure(XENMEM_maximum_reservation));
    op.u.max_mem.max_memkb = 4;
    expect_ok("less", domctl(XEN_DOMCTL_max_mem, child.id, &op));
    expect_eq("takes_nothing_away", 6,
              (uint64_t)figure(XENMEM_current_reservation));
    expect_eq("two_given_back", 2,
              (uint64_t)memory(XENMEM_decrease_reservation, 2));
    expect_eq("do_not_come_again", 0,
              (uint64_t)memory(XENMEM_populate_physmap, 1));
    op.u.max_mem.max_memkb = ~0ul;
    expect_ok("all_there_is", domctl(XEN_DOMCTL_max_mem, child.id, &op));
    expect_eq("four_are_left", 4,
              (uint64_t)figure(XENMEM_current_reservation));
}

static void map(void)
{
    static uint8_t entries[3][20];
    struct xen_foreign_memory_map f = {
        .domid = child.id, .map.nr_entries = 3,
    };

    report_group("map");
    set_xen_guest_handle(f.map.buffer, (void *)entries);
    expect_ok("is_given", hc_memory_op(XENMEM_set_memory_map, &f));
    expect_ok("again", hc_memory_op(XENMEM_set_memory_map, &f));
    f.map.nr_entries = 100000;
    expect_rc("too_long", -XEN_EINVAL, hc_memory_op(XENMEM_set_memory_map, &f));
    f.map.nr_entries = 3;
    set_xen_guest_handle(f.map.buffer, (void *)HV_PRIVATE);
    expect_rc("from_the_hypervisor", -XEN_EFAULT,
              hc_memory_op(XENMEM_set_memory_map, &f));
    f.domid = 77;
    expect_rc("to_nobody", -XEN_ESRCH,
              hc_memory_op(XENMEM_set_memory_map, &f));
    expect_rc("by_nothing", -XEN_EFAULT,
              hc_memory_op(XENMEM_set_memory_map, window_page(0)));
    expect_rc("we_have_none", -XEN_ENOSYS,
              hc_memory_op(XENMEM_memory_map, &f.map));
    expect_eq("its_last_frame", 0, (uint64_t)figure(XENMEM_maximum_gpfn));
}

void test_memory(void)
{
    if (!expect_ok("a_domain", child_create(&child, 1)))
        return;
    limits();
    map();
    child_destroy(&child);
}
