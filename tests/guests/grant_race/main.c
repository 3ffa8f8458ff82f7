/* SPDX-License-Identifier: MIT */
/*
 * grant_race/main.c - two vcpus of a domain use the same grants at once, while
 * the domain that grants takes them back.
 * Has a peer.
 * Has 2 vcpus.
 * Races on 4 CPUs.
 *
 * Promise: two vcpus that map a reference get a handle each; of two that unmap
 * one handle, one does. Once the granting domain finds a reference unused, no
 * vcpu of the other reads or writes the page any more, by whatever it had
 * mapped. A frame that is given up while others map it does not reach them
 * under its next owner. When a domain ends in the midst of it, the other finds
 * its pages unused.
 */
#include "guest.h"
#include "grant.h"
#include "peer.h"
#include "race.h"

const char test_folder[] = "grant_race";

#define ROUNDS  120u
#define UNMAPS  (4 * ROUNDS)    /* of one handle: those who meet are few */
#define REF     20u
#define OURS    21u
#define HOST    GNTMAP_host_map
#define PUBLIC  0x1111ul    /* what others may see */
#define SECRET  0x2222ul    /* and may not */

struct plan {               /* in the memory that both domains see */
    volatile unsigned stop;
    uint64_t va, mfn;       /* the peer's page */
    volatile unsigned ended, damaged, freed;
};

struct mapping {
    long status;
    grant_handle_t handle;
    uint64_t bus;
};
static struct mapping got[2];
static uint64_t va;
static unsigned good, bad, wrong;
static volatile unsigned secrets, maps;

static struct plan *plan(void)
{
    return (struct plan *)((uint8_t *)peer_room + 1024);
}

static void forget(void)
{
    good = bad = wrong = 0;
}

/* As grant_map() and grant_unmap(), for two vcpus. */
static struct mapping map(grant_ref_t ref, uint64_t at, unsigned flags)
{
    struct gnttab_map_grant_ref op = {
        .host_addr = at, .flags = flags, .ref = ref, .dom = (domid_t)peer_id,
        .status = 55,
    };
    long rc = hc_grant_table_op(GNTTABOP_map_grant_ref, &op, 1);

    return (struct mapping){ rc ? rc : op.status, op.handle, op.dev_bus_addr };
}

static void count_statuses(long refusal)
{
    for (unsigned i = 0; i < 2; i++) {
        good += got[i].status == GNTST_okay;
        bad += got[i].status == refusal;
        wrong += got[i].status != GNTST_okay && got[i].status != refusal;
    }
}

static void expect_counts(unsigned want_good, unsigned want_bad)
{
    expect_eq("done", want_good, good);
    expect_eq("refused", want_bad, bad);
    expect_eq("anything_else", 0, wrong);
    forget();
}

/* -- one handle, two handles ----------------------------------------------- */

static struct mapping mapped;

static void map_for_both(unsigned round)
{
    mapped = map(REF, va, HOST | (round & 1 ? GNTMAP_device_map : 0));
}

static void unmap_from(unsigned who, bool is_for_devices)
{
    got[who].status = grant_unmap(mapped.handle, va,
                                  is_for_devices ? mapped.bus : 0);
}

static void left_unmaps(unsigned round)
{
    unmap_from(0, round & 1);
}

static void right_unmaps(unsigned round)
{
    unmap_from(1, round & 1);
}

static void count_unmapped(unsigned round)
{
    (void)round;
    count_statuses(GNTST_bad_handle);
}

static void left_maps(unsigned round)
{
    (void)round;
    got[0] = map(REF, va, HOST);
}

static void right_maps(unsigned round)
{
    (void)round;
    got[1] = map(REF, va + PAGE_SIZE, HOST);
}

static void unmap_both(unsigned round)
{
    (void)round;
    wrong += got[0].handle == got[1].handle;
    for (unsigned i = 0; i < 2; i++)
        good += !got[i].status &&
                !grant_unmap(got[i].handle, va + i * PAGE_SIZE, 0);
}

static void left_ends(unsigned round)
{
    (void)round;
    got[0].status = grant_unmap(got[0].handle, va, 0);
}

static void right_ends(unsigned round)
{
    (void)round;
    got[1].status = grant_unmap(got[1].handle, va + PAGE_SIZE, 0);
}

static void map_both(unsigned round)
{
    left_maps(round);
    right_maps(round);
}

static void handles(void)
{
    report_group("one_handle");
    race(&(struct race){ .rounds = UNMAPS, .before = map_for_both,
                         .left = left_unmaps, .right = right_unmaps,
                         .after = count_unmapped });
    expect_counts(UNMAPS, UNMAPS);
    expect_eq("the_page_is_unused", GTF_permit_access, peer_flags(REF));
    report_group("one_reference");
    race(&(struct race){ .rounds = ROUNDS, .left = left_maps,
                         .right = right_maps, .after = unmap_both });
    expect_counts(2 * ROUNDS, 0);
    race(&(struct race){ .rounds = ROUNDS, .before = map_both,
                         .left = left_ends, .right = right_ends,
                         .after = count_unmapped });
    report_group("two_handles");
    expect_counts(2 * ROUNDS, 0);
    expect_eq("the_page_is_unused", GTF_permit_access, peer_flags(REF));
    report_group(NULL);
}

/* -- taken back ------------------------------------------------------------ */

/* The peer: what stands in the page is a secret while nobody may use it, and
 * nobody else writes to it. */
static void take_back(volatile uint64_t *page)
{
    if (!grant_end(REF))
        return;
    *page = SECRET;
    for (unsigned i = 0; i < 50; i++)
        asm volatile("pause");
    plan()->damaged += *page != SECRET;
    *page = PUBLIC;
    grant_give(REF, peer_id, plan()->mfn, GTF_permit_access);
    plan()->ended++;
}

static void look(uint64_t at)
{
    uint64_t seen = 0;

    for (unsigned i = 0; i < 8; i++) {
        if (touch_read((void *)at, &seen) == NO_TRAP && seen == SECRET)
            secrets++;
        touch_write((void *)at, PUBLIC);
    }
}

static void left_uses(unsigned round)
{
    struct mapping m = map(REF, va, HOST);

    (void)round;
    if (m.status)
        return;
    maps++;
    look(va);
    wrong += !!grant_unmap(m.handle, va, 0);
}

static void right_looks(unsigned round)
{
    if (round % 4 == 0) {
        struct mapping m = map(REF, va + PAGE_SIZE, HOST);

        if (!m.status)
            wrong += !!grant_unmap(m.handle, va + PAGE_SIZE, 0);
    }
    look(va);
}

static void use_while_the_peer(uint64_t kind)
{
    peer_begin_storm(kind, 1);
    do
        race(&(struct race){ .rounds = ROUNDS, .left = left_uses,
                             .right = right_looks });
    while (!maps || !(kind ? plan()->freed : plan()->ended));
    plan()->stop = 1;
    peer_wait();
    expect_eq("nobody_reads_it_afterwards", 0, secrets);
    expect_eq("nor_writes", 0, plan()->damaged);
    expect_eq("what_is_mapped_can_be_unmapped", 0, wrong);
    expect_true("it_was_mapped", maps > 0);
    expect_eq("the_page_is_unused", GTF_permit_access, peer_flags(REF));
    maps = plan()->stop = 0;
    forget();
}

/* -- given up -------------------------------------------------------------- */

static xen_pfn_t give_up(xen_pfn_t frame)
{
    struct xen_memory_reservation r = { .nr_extents = 1, .domid = DOMID_SELF };
    static uint64_t pfn;

    if (!pfn)
        pfn = pfn_alloc_unmapped();
    set_xen_guest_handle(r.extent_start, &frame);
    if (hc_memory_op(XENMEM_decrease_reservation, &r) != 1)
        plan()->damaged++;
    do {                    /* it is ours as long as it is mapped */
        frame = pfn;
        let_others_run();
    } while (hc_memory_op(XENMEM_populate_physmap, &r) != 1);
    plan()->freed++;
    return frame;
}

/* The peer: gives up its page without a look at who uses it. */
static void another_frame(volatile uint64_t *page)
{
    xen_pfn_t before = plan()->mfn;

    grant_give(REF, peer_id, before, GTF_permit_access);
    for (unsigned i = 0; i < 100; i++)
        asm volatile("pause");
    page_map((void *)(uint64_t)page, 0);
    plan()->mfn = give_up(before);
    page_map((void *)(uint64_t)page, pte_make(plan()->mfn, PTE_PAGE));
    if (plan()->mfn == before)      /* which is granted */
        return;
    *page = SECRET;
    for (unsigned i = 0; i < 50; i++)
        asm volatile("pause");
    plan()->damaged += *page != SECRET;
    *page = PUBLIC;
}

static void storm(uint64_t kind, uint64_t round)
{
    volatile uint64_t *page = (volatile uint64_t *)plan()->va;

    for (; !plan()->stop; round++) {
        if (kind)
            another_frame(page);
        else
            take_back(page);
        if (round % 4 == 0)
            let_others_run();
    }
    while (!grant_end(REF))
        let_others_run();
    grant_give(REF, peer_id, plan()->mfn, GTF_permit_access);
}

/* -- the peer ends --------------------------------------------------------- */

static volatile unsigned is_over;

static void map_for_ever(void *unused)
{
    (void)unused;
    while (!is_over) {
        struct mapping m = map(REF, va, HOST);

        if (!m.status)
            wrong += !!grant_unmap(m.handle, va, 0);
        let_others_run();
    }
}

static void the_end(void)
{
    report_group("end");
    expect_ok("we_map", vcpu_start(1, map_for_ever, NULL));
    expect_rc("so_does_the_peer", GNTST_okay, peer_map(OURS, va, HOST));
    expect_true("it_ends_and_another_comes", peer_replace());
    is_over = 1;
    expect_true("we_stop", vcpu_join(1));
    expect_eq("all_was_unmapped", 0, wrong);
    expect_true("ours_is_unused", grant_end(OURS));
    report_group(NULL);
}

void test_main(void)
{
    void *page;

    va = (uint64_t)window_page(0);
    peer_storm = storm;
    if (!peer_start())
        return;
    page = page_alloc();
    grant_give(OURS, peer_id, va_to_mfn(page), GTF_permit_access);
    *plan() = (struct plan){ 0 };
    plan()->va = peer_page(&plan()->mfn);
    peer_write(plan()->va, PUBLIC);
    peer_give(REF, plan()->mfn, GTF_permit_access);
    handles();
    report_group("taken_back");
    use_while_the_peer(0);
    report_group("given_up");
    use_while_the_peer(1);
    report_group(NULL);
    the_end();
    expect_true("nothing_holds_our_page", page_renew(page));
}
