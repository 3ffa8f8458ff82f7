/* SPDX-License-Identifier: MIT */
/*
 * tools_channels/main.c - what tools do for a domain's grants and events.
 *
 * Promise: acquire_resource tells a control domain the frames of another's grant
 * table, which grows as is asked; they can be mapped as that domain's, and what
 * is written there is granted. A control domain makes ports for another, sees
 * them, and closes all of them while it holds it. Ports and frames end where
 * the domain was told when it was made.
 * Runs as dom0.
 */
#include "guest.h"
#include "child.h"
#include "domctl.h"
#include "grant.h"
#include "hypervisor.h"

const char test_folder[] = "tools_channels";

#define FRAMES  4u              /* of the domain's grant table, at most */
#define PORTS   64u
#define SHARED  XENMEM_resource_grant_table_id_shared

static struct child child;
static domid_t made;            /* one that has limits, and nothing else */
static xen_pfn_t frames[FRAMES + 1];

static const struct xen_mem_acquire_resource whole = {
    .type = XENMEM_resource_grant_table, .id = SHARED,
};

static long acquire(domid_t id, uint64_t from, unsigned n)
{
    struct xen_mem_acquire_resource r = whole;

    r.domid = id;
    r.frame = from;
    r.nr_frames = n;
    set_xen_guest_handle(r.frame_list, frames);
    return hc_memory_op(XENMEM_acquire_resource, &r);
}

static long acquire_as(struct xen_mem_acquire_resource r)
{
    r.domid = made;
    return hc_memory_op(XENMEM_acquire_resource, &r);
}

static void make(void)
{
    struct xen_domctl op = {
        .u.createdomain = {
            .max_vcpus = 1, .max_evtchn_port = PORTS - 1,
            .max_grant_frames = FRAMES, .max_maptrack_frames = 0,
            .grant_opts = XEN_DOMCTL_GRANT_version(1),
        },
    };

    expect_ok("a_domain_with_limits",
              domctl(XEN_DOMCTL_createdomain, 0, &op));
    made = op.domain;
    op.u.max_vcpus.max = 1;         /* without, a send there kills Xen */
    expect_ok("its_vcpu", domctl(XEN_DOMCTL_max_vcpus, made, &op));
}

/* -- frames of its table ----------------------------------------------------- */

static void resource(void)
{
    struct xen_mem_acquire_resource r = whole;
    xen_pfn_t first;

    report_group("resource");
    r.domid = made;
    expect_ok("how_many", hc_memory_op(XENMEM_acquire_resource, &r));
    expect_eq("as_it_was_made", FRAMES, r.nr_frames);
    expect_ok("one", acquire(made, 0, 1));
    first = frames[0];
    expect_true("is_told", first);
    expect_ok("all", acquire(made, 0, FRAMES));
    expect_eq("the_first_is_where_it_was", first, frames[0]);
    expect_true("others_are_others", frames[1] != first && frames[3]);
    expect_ok("from_the_third", acquire(made, 2, 1));
    expect_rc("none", -XEN_EINVAL, acquire(made, 0, 0));
    expect_rc("one_too_many", -XEN_EINVAL, acquire(made, 0, FRAMES + 1));
    expect_rc("behind_the_last", -XEN_EINVAL, acquire(made, FRAMES, 1));
    expect_rc("far_behind", -XEN_EINVAL, acquire(made, ~0ul, 2));
    expect_rc("of_nobody", -XEN_ESRCH, acquire(77, 0, 1));
    expect_rc("of_our_own", -XEN_EPERM, acquire(0, 0, 1));
    expect_rc("of_self", -XEN_ESRCH, acquire(DOMID_SELF, 0, 1));
    r = whole;
    r.nr_frames = 1;
    expect_rc("no_list", -XEN_EINVAL, acquire_as(r));
    set_xen_guest_handle(r.frame_list, frames);
    r.pad = 1;
    expect_rc("padding", -XEN_EINVAL, acquire_as(r));
    r.pad = 0;
    r.type = 9;
    expect_rc("another_type", -XEN_EOPNOTSUPP, acquire_as(r));
    r.type = XENMEM_resource_grant_table;
    r.id = 9;
    expect_rc("another_id", -XEN_EINVAL, acquire_as(r));
    r.id = SHARED;
    set_xen_guest_handle(r.frame_list, (xen_pfn_t *)window_page(5));
    expect_rc("a_list_nowhere", -XEN_EFAULT, acquire_as(r));
    report_group(NULL);
}

/* As tools grant a domain's console and store pages to their daemons. */
static void seeding(void)
{
    struct grant_entry_v1 *entries;
    uint64_t va = (uint64_t)window_page(7), *page;
    uint64_t spare = child.mfn[CHILD_SPARE];

    report_group("seed");
    expect_ok("frame", acquire(child.id, 0, 1));
    entries = foreign_map(1, child.id, frames[0]);
    if (!expect_true("is_mapped", entries))
        return;
    entries[GNTTAB_RESERVED_CONSOLE] = (struct grant_entry_v1){
        GTF_permit_access, 0, (uint32_t)spare,
    };
    page = foreign_map(2, child.id, spare);
    page[3] = 0x5566;
    expect_rc("grant", GNTST_okay,
              grant_map(child.id, GNTTAB_RESERVED_CONSOLE, va,
                        GNTMAP_host_map));
    expect_eq("is_the_page", 0x5566, ((uint64_t *)va)[3]);
    expect_eq("in_use", GTF_permit_access | GTF_reading | GTF_writing,
              entries[GNTTAB_RESERVED_CONSOLE].flags);
    expect_rc("unmap", GNTST_okay, grant_unmap(grant_handle, va, 0));
    expect_eq("unused", GTF_permit_access,
              entries[GNTTAB_RESERVED_CONSOLE].flags);
    expect_rc("for_the_end", GNTST_okay,
              grant_map(child.id, GNTTAB_RESERVED_CONSOLE, va,
                        GNTMAP_host_map));
    foreign_unmap(2);
    report_group(NULL);
}

/* The domain ends while its page and its table are mapped here. */
static void the_end(void)
{
    uint64_t *page = window_page(7);
    struct grant_entry_v1 *entries = window_page(1);
    struct xen_domctl op = { 0 };

    report_group("end");
    expect_ok("destroy", domctl(XEN_DOMCTL_destroydomain, child.id, &op));
    expect_eq("the_page_is_there", 0x5566, page[3]);
    expect_eq("so_is_the_table", child.mfn[CHILD_SPARE],
              entries[GNTTAB_RESERVED_CONSOLE].frame);
    foreign_unmap(1);
    expect_rc("unmap", GNTST_okay,
              grant_unmap(grant_handle, (uint64_t)page, 0));
    report_group(NULL);
}

/* -- ports ---------------------------------------------------------------------- */

static long status_of(domid_t id, unsigned port, unsigned *status)
{
    struct evtchn_status op = { .dom = id, .port = port };
    long rc = hc_event_channel_op(EVTCHNOP_status, &op);

    *status = op.status;
    return rc;
}

static long reset(domid_t id)
{
    struct evtchn_reset op = { .dom = id };

    return hc_event_channel_op(EVTCHNOP_reset, &op);
}

static void ports(void)
{
    long port = port_alloc_unbound(made, 0), ours, last;
    unsigned status = 99, count = 1;

    report_group("port");
    expect_true("for_the_domain", port > 0);
    expect_ok("its_status", status_of(made, (unsigned)port, &status));
    expect_eq("waits", EVTCHNSTAT_unbound, status);
    ours = port_bind_interdomain(made, (unsigned)port);
    expect_true("we_bind_it", ours > 0);
    expect_ok("its_status_then", status_of(made, (unsigned)port, &status));
    expect_eq("is_joined", EVTCHNSTAT_interdomain, status);
    expect_ok("send", port_send((unsigned)ours));
    expect_rc("no_port", -XEN_EINVAL, status_of(made, PORTS, &status));
    while ((last = port_alloc_unbound(made, 0)) > 0)
        count++;
    expect_rc("no_more", -XEN_ENOSPC, last);
    expect_eq("as_many_as_it_may_have", PORTS - 1, count);
    expect_ok("reset", reset(made));
    expect_ok("its_status_now", status_of(made, (unsigned)port, &status));
    expect_eq("is_closed", EVTCHNSTAT_closed, status);
    expect_ok("status_of_ours", status_of(DOMID_SELF, (unsigned)ours,
                                          &status));
    expect_eq("ours_waits", EVTCHNSTAT_unbound, status);
    expect_ok("close_ours", port_close((unsigned)ours));
    report_group(NULL);
}

void test_main(void)
{
    struct xen_domctl op = { 0 };
    const char *why = child_build(&child);

    if (why) {
        report_error("a_child_is_built", why);
        return;
    }
    make();
    resource();
    seeding();
    ports();
    the_end();
    expect_ok("the_other_is_ended",
              domctl(XEN_DOMCTL_destroydomain, made, &op));
}
