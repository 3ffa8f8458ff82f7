/* SPDX-License-Identifier: MIT */
/*
 * bench/pairs/main.c - what two domains cost that use each other's pages and
 * wake each other by events.
 *
 * It runs as a pair (lib/peer.h), of which the first measures. Pages are the
 * peer's, mapped and copied by the first, one at a time and many by one call.
 * For an event's round trip both sleep in SCHEDOP_block: the first sends, the
 * peer wakes up, sends back and sleeps again. With "apart" on the command line
 * the two have a CPU each, and only events are measured.
 */
#include "cost.h"
#include "grant.h"
#include "peer.h"

const char test_folder[] = "pairs";

#define REF         20u         /* of the peer's first page */
#define BATCH       32u
#define TRIPS       1000u

static struct gnttab_map_grant_ref maps[BATCH];
static struct gnttab_unmap_grant_ref unmaps[BATCH];
static struct gnttab_copy copies[BATCH];
static unsigned port;           /* our end of the channel */

/* -- grants --------------------------------------------------------------- */

static void map_and_unmap(unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        maps[i] = (struct gnttab_map_grant_ref){
            .host_addr = (uint64_t)window_page(i), .flags = GNTMAP_host_map,
            .ref = REF + i, .dom = (domid_t)peer_id,
        };
    must(!hc_grant_table_op(GNTTABOP_map_grant_ref, maps, count) &&
         maps[count - 1].status == GNTST_okay, "map");
    for (unsigned i = 0; i < count; i++)
        unmaps[i] = (struct gnttab_unmap_grant_ref){
            .host_addr = maps[i].host_addr, .handle = maps[i].handle,
        };
    must(!hc_grant_table_op(GNTTABOP_unmap_grant_ref, unmaps, count) &&
         unmaps[count - 1].status == GNTST_okay, "unmap");
}

static void map_1(void)
{
    map_and_unmap(1);
}

static void map_batch(void)
{
    map_and_unmap(BATCH);
}

static void copy(unsigned count)
{
    must(!hc_grant_table_op(GNTTABOP_copy, copies, count) &&
         copies[count - 1].status == GNTST_okay, "copy");
}

static void copy_1(void)
{
    copy(1);
}

static void copy_batch(void)
{
    copy(BATCH);
}

/* The peer's pages are granted, and ours wait for their content. */
static void prepare_grants(void)
{
    uint64_t mfn;

    for (unsigned i = 0; i < BATCH; i++) {
        peer_page(&mfn);
        peer_give(REF + i, mfn, GTF_permit_access);
        copies[i] = (struct gnttab_copy){
            .source = { .u.ref = REF + i, .domid = (domid_t)peer_id },
            .dest = { .u.gmfn = va_to_mfn(page_alloc()),
                      .domid = DOMID_SELF },
            .len = PAGE_SIZE, .flags = GNTCOPY_source_gref,
        };
    }
}

static void report_grants(void)
{
    prepare_grants();
    cost_report("grant map and unmap, per page", map_1, 500, 1);
    cost_report("grant map and unmap, per page of 32", map_batch, 50, BATCH);
    cost_report("grant copy, per page", copy_1, 500, 1);
    cost_report("grant copy, per page of 32", copy_batch, 50, BATCH);
}

/* -- events --------------------------------------------------------------- */

/* Sleep until @nr is pending, and forget that it is. */
static void await_port(unsigned nr)
{
    for (;;) {
        upcalls_mask();
        if (port_is_pending(nr))
            break;
        must(!hc_sched_op(SCHEDOP_block, NULL), "block");
    }
    port_clear(nr);
}

/* What the peer does, on its end of the channel. */
static void echo(uint64_t nr, uint64_t round)
{
    if (round == 0)
        port_unmask_quietly((unsigned)nr);
    await_port((unsigned)nr);
    must(!port_send((unsigned)nr), "send back");
}

static void round_trip(void)
{
    must(!port_send(port), "send");
    await_port(port);
}

/* The peer's new end; what its binding made pending there is forgotten. */
static unsigned peer_bind(void)
{
    struct evtchn_bind_interdomain *op = peer_room;

    *op = (struct evtchn_bind_interdomain){
        .remote_dom = (domid_t)own_id, .remote_port = port,
    };
    must(!peer_call(__HYPERVISOR_event_channel_op, EVTCHNOP_bind_interdomain,
                    (uint64_t)op, 0), "bind");
    peer_write((uint64_t)&shared_info.evtchn_pending[op->local_port / 64], 0);
    return op->local_port;
}

static void report_events(void)
{
    long allocated = port_alloc_unbound(DOMID_SELF, peer_id);

    must(allocated > 0, "alloc_unbound");
    port = (unsigned)allocated;
    peer_begin_storm(peer_bind(), COST_WARM_UP + TRIPS);
    port_clear(port);
    port_unmask_quietly(port);
    cost_report("event round trip", round_trip, TRIPS, 1);
    peer_wait();
}

static bool are_apart(void)
{
    const char *line = (const char *)start_info->cmd_line;

    while (*line && strncmp(line, "apart", 5))
        line++;
    return *line;
}

void test_main(void)
{
    hc_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
    peer_storm = echo;
    if (!peer_start())
        return;
    cost_begin();
    if (!are_apart())
        report_grants();
    report_events();
    cost_end();
}
