/* SPDX-License-Identifier: MIT */
/*
 * bench/floods/main.c - what a domain gets of a CPU that it shares with another
 * which keeps the hypervisor as busy as it can.
 *
 * It runs as a pair (lib/peer.h) on one CPU. The peer floods, one kind after the
 * other; meanwhile the first works, which is a loop of known length, and then
 * sleeps, which is until a time. With a peer that only works it gets half of the
 * CPU. What it gets less of with a flood is paid by it, and not by the peer.
 */
#include "cost.h"
#include "grant.h"
#include "pagetable.h"
#include "peer.h"

const char test_folder[] = "floods";

#define REF         20u                     /* of our first page to the peer */
#define BATCH       32u
#define WORK_FOR    (1000 * MILLISECOND)
#define SLEEPS      40u
#define SLEEP_FOR   (5 * MILLISECOND)
#define HEAD_START  (50 * MILLISECOND)      /* until the flood is there */
#define REST        (300 * MILLISECOND)     /* from work, before it sleeps */
#define STEPS       2000u                   /* of one turn of the loop */
#define TRIES       200u

/* What the first tells the peer, in the memory that both see. */
struct plan {
    volatile uint64_t end;      /* of the flood, in system time */
    volatile unsigned port;     /* the peer's end of a channel */
};

static unsigned port;           /* ours */

static struct plan *plan(void)
{
    return (struct plan *)((uint8_t *)peer_room + 1024);
}

/* -- floods: what the peer does, again and again ---------------------------- */

static void __attribute__((noipa)) turn(void)
{
    for (unsigned i = 0; i < STEPS; i++)
        asm volatile("");
}

static void send_events(void)
{
    must(!port_send(plan()->port), "send");
}

static void map_grants(void)
{
    static struct gnttab_map_grant_ref maps[BATCH];
    static struct gnttab_unmap_grant_ref unmaps[BATCH];

    for (unsigned i = 0; i < BATCH; i++)
        maps[i] = (struct gnttab_map_grant_ref){
            .host_addr = (uint64_t)window_page(i), .flags = GNTMAP_host_map,
            .ref = REF + i, .dom = (domid_t)peer_id,
        };
    must(!hc_grant_table_op(GNTTABOP_map_grant_ref, maps, BATCH), "map");
    for (unsigned i = 0; i < BATCH; i++)
        unmaps[i] = (struct gnttab_unmap_grant_ref){
            .host_addr = maps[i].host_addr, .handle = maps[i].handle,
        };
    must(!hc_grant_table_op(GNTTABOP_unmap_grant_ref, unmaps, BATCH), "unmap");
}

static void copy_grants(void)
{
    static struct gnttab_copy copies[8 * BATCH];
    static void *to;

    if (!to)
        to = page_alloc();
    for (unsigned i = 0; i < ARRAY_SIZE(copies); i++)
        copies[i] = (struct gnttab_copy){
            .source = { .u.ref = REF + i % BATCH, .domid = (domid_t)peer_id },
            .dest = { .u.gmfn = va_to_mfn(to), .domid = DOMID_SELF },
            .len = PAGE_SIZE, .flags = GNTCOPY_source_gref,
        };
    must(!hc_grant_table_op(GNTTABOP_copy, copies, ARRAY_SIZE(copies)), "copy");
}

/* A full one, that nothing uses. */
static uint64_t make_table(void)
{
    pte_t *table = page_alloc();
    uint64_t mfn = va_to_mfn(page_alloc());

    for (unsigned i = 0; i < PAGE_SIZE / sizeof(pte_t); i++)
        table[i] = pte_make(mfn, PTE_PAGE);
    page_set_readonly(table);
    return va_to_mfn(table);
}

static void pin_tables(void)
{
    static uint64_t mfn;

    if (!mfn)
        mfn = make_table();
    must(!mmuext_mfn(MMUEXT_PIN_L1_TABLE, mfn) &&
         !mmuext_mfn(MMUEXT_UNPIN_TABLE, mfn), "pin");
}

static void yield(void)
{
    hc_sched_op(SCHEDOP_yield, NULL);
}

static void sleep_until(uint64_t when)
{
    struct sched_poll op = { .timeout = when };

    must(!hc_sched_op(SCHEDOP_poll, &op), "poll");
}

static void sleep_shortly(void)
{
    sleep_until(clock_now() + 20 * MICROSECOND);
}

/* Debian's Xen refuses it. */
static void print_lines(void)
{
    static char text[] = "flood\n";

    hc_console_io(CONSOLEIO_write, sizeof(text) - 1, text);
}

static const struct {
    const char *name;
    void (*once)(void);
} floods[] = {
    { "a loop", turn },
    { "events", send_events },
    { "grants mapped", map_grants },
    { "grants copied", copy_grants },
    { "tables pinned", pin_tables },
    { "yields", yield },
    { "short sleeps", sleep_shortly },
    { "console lines", print_lines },
};

static void flood(uint64_t kind, uint64_t round)
{
    (void)round;
    while (clock_now() < plan()->end)
        floods[kind].once();
}

/* -- the first ------------------------------------------------------------- */

/* Nothing comes between when it is shortest. */
static uint64_t cycles_of_a_turn(void)
{
    uint64_t least = ~0ul;

    for (unsigned i = 0; i < TRIES; i++) {
        uint64_t start = clock_tsc(), cycles;

        turn();
        cycles = clock_tsc() - start;
        least = cycles < least ? cycles : least;
    }
    return least;
}

/* Of the time until @end, in thousandths. */
static uint64_t work_until(uint64_t end)
{
    static uint64_t cycles;
    uint64_t start = clock_tsc(), turns = 0;

    if (!cycles)
        cycles = cycles_of_a_turn();
    for (; clock_now() < end; turns++) {
        turn();
        if (port_is_pending(port))
            port_clear(port);
    }
    return turns * cycles * 1000 / (clock_tsc() - start);
}

static uint64_t latest_wakeup(void)
{
    uint64_t latest = 0;

    sleep_until(clock_now() + REST);
    for (unsigned i = 0; i < SLEEPS; i++) {
        uint64_t when = clock_now() + SLEEP_FOR, late;

        sleep_until(when);
        late = clock_now() - when;
        latest = late > latest && late >> 63 == 0 ? late : latest;
    }
    return latest;
}

static void measure(unsigned kind)
{
    uint64_t start = clock_now() + HEAD_START, share;

    plan()->end = start + WORK_FOR + REST + SLEEPS * 2 * SLEEP_FOR;
    peer_begin_storm(kind, 1);
    (void)work_until(start);
    share = work_until(start + WORK_FOR);
    print("@@ flood %lu %lu %s\n", share, latest_wakeup(), floods[kind].name);
    peer_wait();
}

static void prepare(void)
{
    struct evtchn_bind_interdomain *op = peer_room;
    long allocated = port_alloc_unbound(DOMID_SELF, peer_id);

    must(allocated > 0, "alloc_unbound");
    port = (unsigned)allocated;
    *op = (struct evtchn_bind_interdomain){
        .remote_dom = (domid_t)own_id, .remote_port = port,
    };
    must(!peer_call(__HYPERVISOR_event_channel_op, EVTCHNOP_bind_interdomain,
                    (uint64_t)op, 0), "bind");
    plan()->port = op->local_port;
    for (unsigned i = 0; i < BATCH; i++)
        grant_give(REF + i, peer_id, va_to_mfn(page_alloc()),
                   GTF_permit_access);
    port_unmask_quietly(port);
    upcalls_unmask();
}

void test_main(void)
{
    hc_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
    peer_storm = flood;
    if (!peer_start())
        return;
    prepare();
    for (unsigned kind = 0; kind < ARRAY_SIZE(floods); kind++)
        measure(kind);
    print("@@ flood over\n");
}
