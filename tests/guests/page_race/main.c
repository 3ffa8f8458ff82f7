/* SPDX-License-Identifier: MIT */
/*
 * page_race/main.c - one vcpu uses a page while another gives it away.
 * Has 2 vcpus.
 * Races on 3 CPUs.
 *
 * Promise: a copy is made whole or not at all, whatever becomes of the page
 * meanwhile, and never of a page that is a table; of pinning a page and copying
 * into it, one works. A page that two transfer is one page afterwards. An
 * exchange takes no page that anybody maps, and nobody maps one that it took.
 * Whatever a domain does to an entry meanwhile, GTF_reading and GTF_writing are
 * gone when its use has ended. All pages are there afterwards, and nobody holds
 * one.
 */
#include "page.h"
#include "race.h"

const char test_folder[] = "page_race";

#define ROUNDS  40u

static long said[2];                /* what each vcpu's call returned */
static uint64_t fresh;
static unsigned used, given, wrong, damaged;
static long pages;

static void finish(bool all_are_given)
{
    expect_true("some_use_it", used > 0);
    expect_true("some_give_it_away", given > 0);
    if (all_are_given)
        expect_eq("all_give_it_away", ROUNDS, given);
    expect_eq("no_other_outcome", 0, wrong);
    expect_eq("content_is_whole", 0, damaged);
    expect_rc("as_many_pages_as_before", pages, page_count());
    used = given = wrong = damaged = 0;
    report_group(NULL);
}

static void (*left_call)(unsigned), (*right_call)(unsigned);

static volatile unsigned begun[2], done[2];     /* rounds, by each */

static void wait_until(const volatile unsigned *rounds, unsigned round)
{
    for (unsigned spins = 1; *rounds <= round; spins++) {
        asm volatile("pause");
        if (spins % 200 == 0)
            let_others_run();
    }
}

/* Of four rounds, in the first the left one's call is over before the other's
 * begins, in the second the right one's; in the third the left one begins, in
 * the fourth the right one, and the other follows at once. */
static void call(unsigned who, unsigned round, void (*it)(unsigned))
{
    bool is_second = (round & 1) != who;

    if (is_second)
        wait_until(round & 2 ? &begun[!who] : &done[!who], round);
    begun[who] = round + 1;
    it(round);
    done[who] = round + 1;
}

static void left(unsigned round)
{
    call(0, round, left_call);
}

static void right(unsigned round)
{
    call(1, round, right_call);
}

static void run(const char *group, void (*before)(unsigned),
                void (*one)(unsigned), void (*another)(unsigned),
                void (*after)(unsigned), bool all_are_given)
{
    report_group(group);
    begun[0] = begun[1] = done[0] = done[1] = 0;
    left_call = one;
    right_call = another;
    race(&(struct race){ .rounds = ROUNDS, .before = before, .left = left,
                         .right = right, .after = after });
    finish(all_are_given);
}

static bool is_status(long status)
{
    return status == GNTST_okay || status == GNTST_bad_page ||
           status == GNTST_general_error;
}

/* A call of a list refused what was being given away. */
static void count_copy(void)
{
    used += !said[0];
    wrong += !is_status(said[0]);
    wrong += !grant_end(OURS);
}

/* -- copies: by the page's number or as a grant, into it or out of it ------ */

static bool is_out_of_it(unsigned round)
{
    return round / 4 & 1;
}

static void copies(unsigned round)
{
    said[0] = page_copy(!is_out_of_it(round), round / 8 & 1);
}

/* As it was, but for what was copied? */
static void judge_content(unsigned round)
{
    bool is_out = is_out_of_it(round);
    uint64_t in_page = is_out || said[0] ? OLD : NEW;
    uint64_t in_other = is_out && !said[0] ? OLD : NEW;

    page_show();
    damaged += !words_are(page, in_page) || !words_are(other, in_other);
    page_hide();
}

static void accept_one(unsigned round)
{
    (void)round;
    page_prepare();
    page_accept(0);
}

static void transfers(unsigned round)
{
    (void)round;
    said[1] = page_transfer(0);
}

/* Frame of the page that ACCEPT + @n was given. */
static void take(unsigned n)
{
    const unsigned done = GTF_accept_transfer | GTF_transfer_committed |
                          GTF_transfer_completed;

    wrong += grant_entry(ACCEPT + n)->flags != done;
    frame = grant_entry(ACCEPT + n)->frame;
    given++;
}

static void copied_or_moved(unsigned round)
{
    if (!said[1])
        take(0);
    else
        wrong += said[1] != GNTST_bad_page ||
                 grant_entry(ACCEPT)->flags != GTF_accept_transfer;
    count_copy();
    judge_content(round);
}

static void prepare(unsigned round)
{
    (void)round;
    page_prepare();
}

static void gives_back(unsigned round)
{
    (void)round;
    said[1] = page_replace(&fresh);
}

/* The number may come back at once, and be copied to rightly: what stands there
 * is of one kind then. What another frame holds on Xen is anything. */
static void copied_or_replaced(unsigned round)
{
    bool is_back = fresh == frame;

    wrong += said[1] != 1;
    given += said[1] == 1;
    count_copy();
    frame = fresh;
    page_show();
    if (is_back)
        damaged += !words_are(page, *page);
    page_hide();
    if (is_out_of_it(round))
        damaged += !words_are(other, *other);
}

/* -- a table: its entries would map a table so that it could be written ---- */

static pte_t forbidden;

static void ready_to_be_a_table(unsigned round)
{
    (void)round;
    page_prepare();
    page_show();
    words_fill(page, 0);
    words_fill(other, forbidden);
    page_set_readonly(page);
}

static void copies_into(unsigned round)
{
    said[0] = page_copy(true, round / 4 & 1);
}

static void pins(unsigned round)
{
    (void)round;
    said[1] = mmuext_mfn(MMUEXT_PIN_L1_TABLE, frame);
}

static void copied_or_pinned(unsigned round)
{
    (void)round;
    count_copy();
    given += !said[1];
    wrong += !said[0] == !said[1];
    damaged += !words_are(page, said[1] ? forbidden : 0);
    if (!said[1])
        wrong += !!mmuext_mfn(MMUEXT_UNPIN_TABLE, frame);
    wrong += !!page_set_writable(page);
}

static void copying(void)
{
    forbidden = pte_make(pt_root_mfn(), PTE_PAGE);
    run("copy_and_transfer", accept_one, copies, transfers, copied_or_moved,
        false);
    run("copy_and_give_back", prepare, copies, gives_back, copied_or_replaced,
        true);
    run("copy_and_pin", ready_to_be_a_table, copies_into, pins,
        copied_or_pinned, false);
}

/* -- both transfer the same ------------------------------------------------ */

static void accept_two(unsigned round)
{
    (void)round;
    page_prepare();
    page_accept(0);
    page_accept(1);
}

static void first_transfers(unsigned round)
{
    (void)round;
    said[0] = page_transfer(0);
}

static void second_transfers(unsigned round)
{
    (void)round;
    said[1] = page_transfer(1);
}

/* On Xen a frame keeps its number, and can be transferred again by that. */
static void moved_once(unsigned round)
{
    (void)round;
    for (unsigned i = 0; i < 2; i++) {
        wrong += said[i] && said[i] != GNTST_bad_page;
        if (!said[i])
            take(i);
    }
    if (!said[0] && !said[1])
        wrong += grant_entry(ACCEPT)->frame != grant_entry(ACCEPT + 1)->frame;
    used += !said[0];
    page_show();
    damaged += !words_are(page, OLD);
    page_hide();
}

/* -- an exchange while another maps ---------------------------------------- */

static void exchanges(unsigned round)
{
    (void)round;
    said[1] = page_exchange(&fresh);
}

static void maps_by_grant(unsigned round)
{
    unsigned flags = round / 4 & 1 ? GNTMAP_readonly : 0;

    said[0] = grant_map(self, OURS, (uint64_t)window_page(0),
                        GNTMAP_host_map | flags);
}

static void maps_itself(unsigned round)
{
    said[0] = page_map(window_page(0),
                       pte_make(frame, round / 4 & 1 ? PTE_RO_PAGE : PTE_PAGE));
}

static void mapped_or_exchanged(void)
{
    wrong += said[1] && said[1] != -XEN_EINVAL;
    wrong += !said[0] && !said[1];
    if (!said[0]) {
        used++;
        damaged += !words_are(window_page(0), OLD);
    }
    if (!said[1]) {
        given++;
        frame = fresh;
        wrong += mfn_to_pfn(frame) != pfn;
    }
}

static void granted_or_exchanged(unsigned round)
{
    (void)round;
    wrong += !is_status(said[0]);
    mapped_or_exchanged();
    if (!said[0])
        wrong += !!grant_unmap(grant_handle, (uint64_t)window_page(0), 0);
    wrong += !grant_end(OURS);
}

static void shown_or_exchanged(unsigned round)
{
    (void)round;
    mapped_or_exchanged();
    page_map(window_page(0), 0);
}

/* -- an entry whose owner cannot make up his mind -------------------------- */

static void maps_to_write(unsigned round)
{
    (void)round;
    said[0] = grant_map(self, OURS, (uint64_t)window_page(0), GNTMAP_host_map);
    if (!said[0])
        wrong += !!grant_unmap(grant_handle, (uint64_t)window_page(0), 0);
}

/* An even number of times. */
static void flips(unsigned round)
{
    volatile struct grant_entry_v1 *e = grant_entry(OURS);

    for (unsigned i = 0; i < 8 + round % 8 * 2; i++)
        __atomic_xor_fetch(&e->flags, round & 1 ? GTF_readonly
                                                : GTF_permit_access,
                           __ATOMIC_SEQ_CST);
    given++;
}

static void unused_again(unsigned round)
{
    (void)round;
    used += !said[0];
    wrong += said[0] != GNTST_okay && said[0] != GNTST_general_error;
    wrong += grant_entry(OURS)->flags != GTF_permit_access;
}

void test_main(void)
{
    page_begin();
    pages = page_count();
    copying();
    run("two_transfers", accept_two, first_transfers, second_transfers,
        moved_once, false);
    run("exchange_and_map_a_grant", prepare, maps_by_grant, exchanges,
        granted_or_exchanged, false);
    run("exchange_and_map", prepare, maps_itself, exchanges,
        shown_or_exchanged, false);
    run("flags", prepare, maps_to_write, flips, unused_again, true);
    expect_true("nobody_holds_a_page", page_end());
}
