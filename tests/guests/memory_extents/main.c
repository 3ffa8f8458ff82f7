/* SPDX-License-Identifier: MIT */
/*
 * memory_extents/main.c - lists of extents of every size, given and taken.
 *
 * Promise: increase_reservation, decrease_reservation and populate_physmap
 * answer how many extents they did, from the first on. They stop at the first
 * they cannot do: what was done before stays done, the rest is untouched. An
 * extent is 2^order frames, aligned; its frames are the domain's and answer to
 * consecutive pfns. Nonsense in the call (an order or count out of range, an
 * unknown domain, an unreadable argument) is nothing done. exchange is
 * different: it takes whole groups or fails.
 */
#include "guest.h"
#include "hypervisor.h"

const char test_folder[] = "memory_extents";

#define EXTENTS 8u

static uint64_t hole;           /* a pfn far behind the domain's memory */
static xen_pfn_t list[EXTENTS];

static struct xen_memory_reservation call(const xen_pfn_t *extents,
                                          unsigned long count, unsigned order)
{
    struct xen_memory_reservation res = {
        .nr_extents = count, .extent_order = order, .domid = DOMID_SELF,
    };

    set_xen_guest_handle(res.extent_start, (xen_pfn_t *)extents);
    return res;
}

static long run(unsigned op, const xen_pfn_t *extents, unsigned long count,
                unsigned order)
{
    struct xen_memory_reservation res = call(extents, count, order);

    return hc_memory_op(op, &res);
}

static long give(const xen_pfn_t *extents, unsigned long count, unsigned order)
{
    return run(XENMEM_decrease_reservation, extents, count, order);
}

static long take(const xen_pfn_t *extents, unsigned long count, unsigned order)
{
    return run(XENMEM_populate_physmap, extents, count, order);
}

/* Make room: give @count frames that nobody mapped back. */
static void make_room(unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        uint64_t pfn = pfn_alloc_unmapped();
        xen_pfn_t frame = pfn_to_mfn(pfn);

        if (give(&frame, 1, 0) != 1)
            report_error("room_is_made", "refused");
    }
}

static bool pfns_follow(xen_pfn_t first, unsigned order, uint64_t pfn)
{
    for (uint64_t i = 0; i < 1ul << order; i++)
        if (mfn_to_pfn(first + i) != pfn + i)
            return false;
    return true;
}

static void orders(void)
{
    static const char *const name[] = {
        "order_0", "order_1", "order_2", "order_3", "order_4", "order_5",
        "order_6", "order_7", "order_8", "order_9",
    };
    volatile uint64_t *va = window_page(0);

    make_room(512);
    for (unsigned order = 0; order < ARRAY_SIZE(name); order++) {
        uint64_t size = 1ul << order;
        long before = page_count();
        xen_pfn_t frame = hole, middle;

        report_group(name[order]);
        if (!expect_rc("taken", 1, take(&frame, 1, order)))
            continue;
        expect_eq("is_aligned", 0, frame & (size - 1));
        expect_rc("is_counted", (long)size, page_count() - before);
        expect_true("has_its_pfns", pfns_follow(frame, order, hole));
        expect_ok("its_last_page_can_be_mapped",
                  page_map((void *)(uint64_t)va,
                           pte_make(frame + size - 1, PTE_PAGE)));
        *va = 1;
        page_map((void *)(uint64_t)va, 0);
        expect_rc("given_back", 1, give(&frame, 1, order));
        expect_rc("is_counted_no_more", 0, page_count() - before);
        expect_rc("given_back_again", 0, give(&frame, 1, order));
        middle = frame + size / 2;
        expect_rc("its_middle_given_back", 0, give(&middle, 1, 0));
    }
    report_group(NULL);
}

/* What was written to a frame is not there for the next owner of it. */
static void increase(void)
{
    long before = page_count();
    xen_pfn_t frames[4] = { 1, 2, 3, 4 };

    expect_rc("increase_by_four", 4,
              run(XENMEM_increase_reservation, frames, 4, 0));
    expect_rc("are_counted", 4, page_count() - before);
    expect_true("are_four_frames", frames[0] != frames[1] &&
                frames[1] != frames[2] && frames[2] != frames[3] &&
                frames[0] != 1);
    expect_rc("give_the_four_back", 4, give(frames, 4, 0));
    expect_rc("increase_by_one_of_order_2", 1,
              run(XENMEM_increase_reservation, frames, 1, 2));
    expect_eq("it_is_aligned", 0, frames[0] & 3);
    expect_rc("give_it_back", 1, give(frames, 1, 2));
    expect_rc("as_before", 0, page_count() - before);
}

/* The list goes bad half-way. */
static void partial(void)
{
    long before = page_count();
    xen_pfn_t frames[EXTENTS];
    xen_pfn_t *edge = (xen_pfn_t *)((uint8_t *)window_page(1) + PAGE_SIZE);
    void *page = page_alloc();

    for (unsigned i = 0; i < EXTENTS; i++)
        list[i] = hole + i;
    expect_rc("take_eight", EXTENTS, take(list, EXTENTS, 0));
    memcpy(frames, list, sizeof(list));
    list[5] = 0xffffffffful;
    expect_rc("give_eight_of_which_the_sixth_is_none", 5,
              give(list, EXTENTS, 0));
    expect_rc("five_are_gone", 3, page_count() - before);
    expect_rc("give_the_rest", 3, give(frames + 5, 3, 0));
    expect_rc("none_is_left", 0, page_count() - before);

    page_map(window_page(1), pte_make(va_to_mfn(page), PTE_PAGE));
    for (unsigned i = 1; i <= 3; i++)
        edge[-(int)i] = hole + i;
    expect_rc("take_by_a_list_that_ends_in_a_hole_after_three", 3,
              take(edge - 3, EXTENTS, 0));
    expect_rc("three_are_there", 3, page_count() - before);
    expect_rc("give_by_such_a_list", 3, give(edge - 3, EXTENTS, 0));
    expect_rc("none_is_left_again", 0, page_count() - before);
    edge[-1] = hole;
    before = page_count();
    page_map(window_page(1), pte_make(va_to_mfn(page), PTE_RO_PAGE));
    expect_rc("take_by_a_list_that_is_read_only", 0, take(edge - 1, 1, 0));
    if (own_answer("nothing_is_taken"))
        expect_rc("nothing_is_taken", before, page_count());
    page_map(window_page(1), 0);
    page_free(page);
}

/* An extent of which one frame cannot be given: those before it are gone. */
static void broken_extent(void)
{
    xen_pfn_t frame = hole, second;

    expect_rc("an_extent_of_four", 1, take(&frame, 1, 2));
    second = frame + 2;
    expect_rc("its_third_frame_goes", 1, give(&second, 1, 0));
    expect_rc("the_whole_cannot_go_then", 0, give(&frame, 1, 2));
    second = frame + 3;
    expect_rc("its_last_frame_is_still_ours", 1, give(&second, 1, 0));
    give(&frame, 1, 0);
    second = frame + 1;
    give(&second, 1, 0);
}

static void nonsense(unsigned op, const char *group)
{
    struct xen_memory_reservation res;
    long before = page_count();
    xen_pfn_t frame;

    report_group(group);
    frame = hole;
    expect_rc("no_extents", 0, run(op, &frame, 0, 0));
    expect_rc("order_19", 0, run(op, &frame, 1, 19));
    expect_rc("order_63", 0, run(op, &frame, 1, 63));
    expect_rc("order_64", 0, run(op, &frame, 1, 64));
    expect_rc("the_last_order", 0, run(op, &frame, 1, ~0u));
    expect_rc("more_extents_than_a_restart_counts", 0,
              run(op, &frame, 1ul << 58, 0));
    expect_rc("the_last_count", 0, run(op, &frame, ~0ul, 0));
    expect_rc("a_list_that_is_not_mapped", 0, run(op, window_page(9), 1, 0));
    expect_rc("a_list_in_the_hypervisor", 0,
              run(op, (xen_pfn_t *)HV_PRIVATE, 1, 0));
    expect_rc("a_list_at_no_address", 0,
              run(op, (xen_pfn_t *)NON_CANONICAL, 1, 0));
    expect_rc("an_argument_that_is_not_mapped", 0,
              hc_memory_op(op, window_page(9)));
    expect_rc("an_argument_in_the_hypervisor", 0,
              hc_memory_op(op, (void *)HV_PRIVATE));
    expect_rc("no_argument", 0, hc_memory_op(op, (void *)8));
    res = call(&frame, 1, 0);
    res.domid = 77;
    expect_rc("an_unknown_domain", 0, hc_memory_op(op, &res));
    res.domid = DOMID_XEN;
    expect_true("the_hypervisors_domain", hc_memory_op(op, &res) <= 0);
    res.domid = DOMID_IO;
    expect_true("the_device_domain", hc_memory_op(op, &res) <= 0);
    res = call(&frame, 1, 0);
    expect_rc("starting_behind_the_end", 5,
              hc_memory_op(op | 5u << 6, &res));
    expect_rc("starting_at_the_end", 1, hc_memory_op(op | 1u << 6, &res));
    /* Debian's Xen loses a frame that it cannot tell the number of. */
    if (op != XENMEM_increase_reservation || own_answer("nothing_was_done"))
        expect_rc("nothing_was_done", 0, page_count() - before);
    report_group(NULL);
}

/* The command's upper bits say where a call goes on. */
static void starts(void)
{
    struct xen_memory_reservation res = call(list, 4, 0);
    long before = page_count();

    for (unsigned i = 0; i < 4; i++)
        list[i] = hole + i;
    expect_rc("take_from_the_third_on", 4,
              hc_memory_op(XENMEM_populate_physmap | 2u << 6, &res));
    expect_rc("two_were_taken", 2, page_count() - before);
    expect_true("the_first_two_entries_are_untouched",
                list[0] == hole && list[1] == hole + 1);
    expect_rc("give_them_back", 4,
              hc_memory_op(XENMEM_decrease_reservation | 2u << 6, &res));
    expect_rc("they_are_gone", 0, page_count() - before);
}

static void address_limits(void)
{
    struct xen_memory_reservation res = call(list, 1, 0);
    long before = page_count();

    for (unsigned bits = 1; bits <= 12; bits++) {
        list[0] = hole;
        res.mem_flags = XENMEMF_address_bits(bits);
        if (hc_memory_op(XENMEM_populate_physmap, &res) != 0)
            report_error("below_a_page_there_is_none", "taken");
    }
    expect_rc("below_a_page_there_is_none", 0, page_count() - before);
    res.mem_flags = XENMEMF_address_bits(31);
    list[0] = hole;
    expect_rc("take_one_below_2_gib", 1,
              hc_memory_op(XENMEM_populate_physmap, &res));
    expect_true("it_is_below", list[0] < 1ul << 19);
    give(list, 1, 0);
    res.mem_flags = XENMEMF_address_bits(255);
    list[0] = hole;
    expect_rc("a_limit_above_all_memory", 1,
              hc_memory_op(XENMEM_populate_physmap, &res));
    give(list, 1, 0);
}

/* As much as there is, and one more. */
static void limit(void)
{
    domid_t self = DOMID_SELF;
    long most = hc_memory_op(XENMEM_maximum_reservation, &self);
    long taken = 0;
    xen_pfn_t frame = 0;

    if (most - page_count() > 4096) {
        report_skip("beyond_the_maximum", "it_is_far_away");
        return;
    }
    while (page_count() < most && taken < 4096) {
        frame = hole + 0x1000 + (uint64_t)taken;
        if (take(&frame, 1, 0) != 1)
            break;
        taken++;
    }
    expect_true("all_that_is_allowed_can_be_had", page_count() == most);
    frame = hole;
    expect_rc("and_nothing_beyond", 0, take(&frame, 1, 0));
    expect_eq("whose_entry_is_as_it_was", hole, frame);
}

void test_main(void)
{
    hole = start_info->nr_pages + 0x1000;
    (void)window_page(0);
    orders();
    increase();
    partial();
    broken_extent();
    nonsense(XENMEM_increase_reservation, "increase");
    nonsense(XENMEM_decrease_reservation, "decrease");
    nonsense(XENMEM_populate_physmap, "populate");
    starts();
    address_limits();
    limit();
}
