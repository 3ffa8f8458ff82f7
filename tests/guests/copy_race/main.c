/* SPDX-License-Identifier: MIT */
/*
 * copy_race/main.c - two vcpus of a domain copy to and from another's page,
 * while that gives the page away, gives it back, or ends.
 * Has a peer.
 * Has 2 vcpus.
 * Races on 4 CPUs.
 *
 * Promise: a copy is made or refused, nothing else. A page that comes from the
 * other domain holds one copy, whole, or what it held before, and does not
 * change any more. Both domains have as many pages afterwards, and nobody holds
 * one.
 */
#include "guest.h"
#include "grant.h"
#include "peer.h"
#include "race.h"

const char test_folder[] = "copy_race";

#define ROUNDS  20u
#define THEIRS  20u         /* the peer's page, granted to us */
#define ACCEPT  21u         /* we accept a page from the peer */
#define OLD     0x01d01d01d01d01d0ul    /* what the peer writes to each word */
#define NEW     0x0e30e30e30e30e30ul    /* and what we copy there */
#define WORDS   (PAGE_SIZE / sizeof(uint64_t))

enum kind { GIVES_AWAY, GIVES_BACK };

struct plan {               /* in the memory that both domains see */
    volatile unsigned stop, accepts, given, failed;
    uint64_t va, mfn, pfn;  /* the peer's page */
};

static uint64_t *source, *dest;
static uint64_t source_mfn, dest_mfn, pfn;
static unsigned copied[2], wrong, damaged, taken;

static struct plan *plan(void)
{
    return (struct plan *)((uint8_t *)peer_room + 1024);
}

static void words_fill(uint64_t *words, uint64_t value)
{
    for (unsigned i = 0; i < WORDS; i++)
        words[i] = value;
}

static bool words_are(const uint64_t *words, uint64_t value)
{
    for (unsigned i = 0; i < WORDS; i++)
        if (((const volatile uint64_t *)words)[i] != value)
            return false;
    return true;
}

static long reservation(unsigned op, xen_pfn_t *number)
{
    struct xen_memory_reservation r = { .nr_extents = 1, .domid = DOMID_SELF };

    set_xen_guest_handle(r.extent_start, number);
    return hc_memory_op(op, &r);
}

/* -- we copy --------------------------------------------------------------- */

static bool is_ending;          /* then a peer is nowhere, or new */

static bool is_permitted(int16_t status)
{
    return status == GNTST_okay || status == GNTST_bad_page ||
           status == GNTST_general_error ||
           (is_ending && (status == GNTST_bad_domain ||
                          status == GNTST_bad_gntref));
}

static void copy(unsigned who, bool into)
{
    struct gnttab_copy op = {
        .len = PAGE_SIZE, .status = 55,
        .flags = into ? GNTCOPY_dest_gref : GNTCOPY_source_gref,
    };
    struct gnttab_copy_ptr *theirs = into ? &op.dest : &op.source;
    struct gnttab_copy_ptr *ours = into ? &op.source : &op.dest;

    theirs->domid = (domid_t)peer_id;
    theirs->u.ref = THEIRS;
    ours->domid = DOMID_SELF;
    ours->u.gmfn = into ? source_mfn : dest_mfn;
    if (hc_grant_table_op(GNTTABOP_copy, &op, 1))
        op.status = 55;
    copied[who] += !op.status;
    if (!is_permitted(op.status))
        __atomic_add_fetch(&wrong, 1, __ATOMIC_SEQ_CST);
}

static void left(unsigned round)
{
    for (unsigned i = 0; i < 4; i++)
        copy(0, (round ^ i) & 1);
}

static void right(unsigned round)
{
    for (unsigned i = 0; i < 4; i++)
        copy(1, !((round ^ i) & 1));
}

/* What has come is whole, stays, and goes. */
static void take(unsigned round)
{
    const unsigned done = GTF_transfer_committed | GTF_transfer_completed;
    uint64_t *seen = window_page(0);
    xen_pfn_t came = grant_entry(ACCEPT)->frame;
    uint64_t first;

    (void)round;
    if ((grant_entry(ACCEPT)->flags & done) != done)
        return;
    if (page_map(seen, pte_make(came, PTE_PAGE))) {
        wrong++;
        return;
    }
    first = *(volatile uint64_t *)seen;
    for (unsigned i = 0; i < 4; i++)
        damaged += (first != OLD && first != NEW) || !words_are(seen, first);
    page_map(seen, 0);
    wrong += reservation(XENMEM_decrease_reservation, &came) != 1;
    taken++;
    grant_give(ACCEPT, peer_id, pfn, GTF_accept_transfer);
    plan()->accepts = 1;
}

/* -- the peer's page comes and goes ---------------------------------------- */

/* A page that is refused is being copied. */
static bool give_away(void)
{
    struct gnttab_transfer op = {
        .mfn = plan()->mfn, .domid = (domid_t)peer_id, .ref = ACCEPT,
        .status = 55,
    };

    if (!plan()->accepts)
        return false;
    plan()->accepts = 0;
    if (!hc_grant_table_op(GNTTABOP_transfer, &op, 1) && !op.status)
        return true;
    plan()->failed += op.status != GNTST_bad_page;
    plan()->accepts = 1;
    return false;
}

static bool give_back(void)
{
    xen_pfn_t number = plan()->mfn;

    if (reservation(XENMEM_decrease_reservation, &number) == 1)
        return true;
    plan()->failed++;
    return false;
}

/* It may be held a moment longer, and count as ours. */
static void get_another(void)
{
    xen_pfn_t number;

    do {
        number = plan()->pfn;
        let_others_run();
    } while (reservation(XENMEM_populate_physmap, &number) != 1);
    plan()->mfn = number;
    plan()->given++;
}

/* While nobody may copy, or it would be a mixture. */
static void peer_show(void)
{
    void *page = (void *)plan()->va;

    while (!grant_end(THEIRS))
        let_others_run();
    plan()->failed += !!page_map(page, pte_make(plan()->mfn, PTE_PAGE));
    words_fill(page, OLD);
    page_map(page, 0);
    grant_give(THEIRS, peer_id, plan()->mfn, GTF_permit_access);
}

static void storm(uint64_t kind, uint64_t round)
{
    for (; !plan()->stop; round++) {
        peer_show();
        for (unsigned i = 0; i < round % 8 * 20; i++)
            asm volatile("pause");
        if (kind == GIVES_AWAY ? give_away() : give_back())
            get_another();
        if (round % 2 == 0)
            let_others_run();
    }
    peer_show();
}

static long peer_count(void)
{
    domid_t *self = peer_room;

    *self = DOMID_SELF;
    return peer_call(__HYPERVISOR_memory_op, XENMEM_current_reservation,
                     (uint64_t)self, 0);
}

static void copy_while_it(enum kind kind)
{
    long ours = page_count(), theirs = peer_count();

    plan()->stop = plan()->given = 0;
    plan()->accepts = kind == GIVES_AWAY;
    grant_give(ACCEPT, peer_id, pfn, GTF_accept_transfer);
    peer_begin_storm(kind, 1);
    do
        race(&(struct race){ .rounds = ROUNDS, .left = left, .right = right,
                             .after = take });
    while (plan()->given < ROUNDS / 4 || !copied[0] || !copied[1]);
    plan()->stop = 1;
    peer_wait();
    take(0);
    expect_eq("copies_are_made_or_refused", 0, wrong);
    expect_eq("so_is_the_gift", 0, plan()->failed);
    expect_eq("content_is_whole", 0, damaged);
    if (kind == GIVES_AWAY)
        expect_eq("what_is_given_comes", plan()->given, taken);
    expect_rc("we_have_as_many_pages", ours, page_count());
    expect_rc("so_has_the_peer", theirs, peer_count());
    expect_eq("its_page_is_unused", GTF_permit_access, peer_flags(THEIRS));
    copied[0] = copied[1] = wrong = damaged = taken = 0;
}

/* -- the peer ends --------------------------------------------------------- */

static volatile unsigned is_over;

static void copy_for_ever(void *unused)
{
    (void)unused;
    for (unsigned i = 0; !is_over; i++) {
        copy(1, i & 1);
        let_others_run();
    }
}

static void the_end(void)
{
    report_group("end");
    is_ending = true;
    expect_ok("we_copy", vcpu_start(1, copy_for_ever, NULL));
    expect_true("it_ends_and_another_comes", peer_replace());
    is_over = 1;
    expect_true("we_stop", vcpu_join(1));
    expect_true("some_was_copied", copied[1] > 0);
    expect_eq("nothing_else_is_said", 0, wrong);
    report_group(NULL);
}

static void make_room(void)
{
    xen_pfn_t mfn;

    page_alloc_unmapped(&mfn);
    expect_rc("room_for_one", 1,
              reservation(XENMEM_decrease_reservation, &mfn));
}

void test_main(void)
{
    peer_storm = storm;
    if (!peer_start())
        return;
    window_page(0);
    source = page_alloc();
    dest = page_alloc();
    words_fill(source, NEW);
    source_mfn = va_to_mfn(source);
    dest_mfn = va_to_mfn(dest);
    make_room();
    pfn = pfn_alloc_unmapped();
    *plan() = (struct plan){ 0 };
    plan()->va = peer_page(&plan()->mfn);
    plan()->pfn = mfn_to_pfn(plan()->mfn);
    report_group("given_away");
    copy_while_it(GIVES_AWAY);
    report_group("given_back");
    copy_while_it(GIVES_BACK);
    the_end();
    expect_true("nobody_holds_the_source", page_renew(source));
    expect_true("nor_the_destination", page_renew(dest));
}
