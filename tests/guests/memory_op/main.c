/* SPDX-License-Identifier: MIT */
/*
 * memory_op/main.c - give pages back, take pages, exchange them.
 *
 * Promise: reservation calls answer how many extents were done; what could not
 * be done is left alone. A page given back is out of the domain and of its
 * reservation; a page taken belongs to it, under the pfn it was asked for, and
 * below the address asked for. An exchange is done whole or not at all. The
 * machine's memory map is sorted and contains the domain's frames as RAM.
 */
#include "guest.h"

const char test_folder[] = "memory_op";

static long reservation(void)
{
    domid_t self = DOMID_SELF;

    return hc_memory_op(XENMEM_current_reservation, &self);
}

static long change(unsigned op, xen_pfn_t *list, unsigned long count,
                   unsigned order, unsigned flags)
{
    struct xen_memory_reservation res = {
        .nr_extents = count, .extent_order = order, .mem_flags = flags,
        .domid = DOMID_SELF,
    };

    set_xen_guest_handle(res.extent_start, list);
    return hc_memory_op(op, &res);
}

static void sizes(void)
{
    domid_t self = DOMID_SELF, other = 77;
    struct xen_machphys_mapping m2p;
    long most = hc_memory_op(XENMEM_maximum_reservation, &self);

    expect_rc("current_reservation", (long)start_info->nr_pages,
              reservation());
    expect_that("maximum_reservation_holds_it", most >= reservation(),
                (uint64_t)most);
    expect_rc("reservation_of_an_unknown_domain", -XEN_ESRCH,
              hc_memory_op(XENMEM_current_reservation, &other));
    expect_true("maximum_ram_page",
                hc_memory_op(XENMEM_maximum_ram_page, NULL) > 0x1000);
    expect_ok("machphys_mapping", hc_memory_op(XENMEM_machphys_mapping, &m2p));
    expect_eq("it_starts_at", HV_START, m2p.v_start);
    expect_true("it_ends_behind", m2p.v_end > m2p.v_start &&
                m2p.v_end <= HV_END);
    expect_true("its_last_frame_is_inside",
                m2p.v_start + (m2p.max_mfn + 1) * 8 <= m2p.v_end);
    expect_rc("an_unknown_operation", -XEN_ENOSYS, hc_memory_op(63, &m2p));
    expect_rc("an_unmapped_argument", -XEN_EFAULT,
              hc_memory_op(XENMEM_current_reservation, window_page(0)));
    expect_rc("memory_map_was_never_set", -XEN_ENOSYS,
              hc_memory_op(XENMEM_memory_map,
                           &(struct xen_memory_map){ .nr_entries = 1 }));
}

/* To others than the hardware domain it is refused: see memory_figures. */
static void machine_map(void)
{
    static struct {
        uint64_t start, size;
        uint32_t type;
    } __attribute__((packed)) entry[128];
    struct xen_memory_map map = { .nr_entries = ARRAY_SIZE(entry) };
    uint64_t inside = pfn_to_mfn(0x100) << PAGE_SHIFT;
    bool sorted = true, found = false;

    set_xen_guest_handle(map.buffer, (void *)entry);
    if (!is_domain_0()) {
        expect_rc("machine_memory_map", -XEN_EPERM,
                  hc_memory_op(XENMEM_machine_memory_map, &map));
        return;
    }
    expect_ok("machine_memory_map",
              hc_memory_op(XENMEM_machine_memory_map, &map));
    expect_true("has_entries", map.nr_entries > 2 &&
                map.nr_entries <= ARRAY_SIZE(entry));
    for (unsigned i = 0; i < map.nr_entries; i++) {
        if (i && entry[i].start < entry[i - 1].start + entry[i - 1].size)
            sorted = false;
        if (entry[i].type == 1 && inside >= entry[i].start &&
            inside < entry[i].start + entry[i].size)
            found = true;
    }
    expect_true("is_sorted_and_apart", sorted);
    expect_true("has_the_domains_frames_as_ram", found);
    map.nr_entries = 1;
    expect_rc("does_not_fit_in_one_entry", -XEN_EINVAL,
              hc_memory_op(XENMEM_machine_memory_map, &map));
    set_xen_guest_handle(map.buffer, window_page(0));
    map.nr_entries = ARRAY_SIZE(entry);
    expect_rc("into_an_unmapped_buffer", -XEN_EFAULT,
              hc_memory_op(XENMEM_machine_memory_map, &map));
}

/* Give one page back and take one in its place. */
static void balloon(void)
{
    long before = reservation();
    xen_pfn_t frame;
    uint64_t pfn, *page = page_alloc_unmapped(&frame);

    pfn = mfn_to_pfn(frame);
    expect_rc("give_a_page_back", 1,
              change(XENMEM_decrease_reservation, &frame, 1, 0, 0));
    expect_rc("the_reservation_is_one_less", before - 1, reservation());
    expect_rc("give_it_back_again", 0,
              change(XENMEM_decrease_reservation, &frame, 1, 0, 0));
    expect_rc("give_back_from_nowhere", 0,
              hc_memory_op(XENMEM_decrease_reservation, window_page(0)));
    expect_rc("it_cannot_be_mapped", -XEN_EBUSY,
              page_map(page, pte_make(frame, PTE_PAGE)));
    frame = pfn;
    expect_rc("take_a_page", 1,
              change(XENMEM_populate_physmap, &frame, 1, 0, 0));
    expect_rc("the_reservation_is_as_before", before, reservation());
    expect_eq("its_pfn_is_the_one_asked_for", pfn, mfn_to_pfn(frame));
    expect_ok("it_can_be_mapped", page_map(page, pte_make(frame, PTE_PAGE)));
    page[511] = 0x99;
    expect_eq("and_used", 0x99, page[511]);
    page_map(page, 0);
    change(XENMEM_decrease_reservation, &frame, 1, 0, 0);
    frame = pfn;
    expect_rc("take_a_page_below_4_gib", 1,
              change(XENMEM_populate_physmap, &frame, 1, 0, 32));
    expect_true("it_is_there", frame < 1ul << 20);
    page_map(page, pte_make(frame, PTE_PAGE));
}

static void refused(void)
{
    long before = reservation();
    xen_pfn_t frame = 0xfffffffffful, two[2] = { 0xfffffffffful, 0 };

    expect_rc("give_a_frame_that_does_not_exist", 0,
              change(XENMEM_decrease_reservation, &frame, 1, 0, 0));
    expect_rc("the_first_bad_one_ends_it", 0,
              change(XENMEM_decrease_reservation, two, 2, 0, 0));
    expect_rc("none_at_all", 0,
              change(XENMEM_decrease_reservation, two, 0, 0, 0));
    expect_rc("the_reservation_is_untouched", before, reservation());
    frame = start_info->nr_pages;
    expect_rc("take_a_page_below_4_kib", 0,
              change(XENMEM_populate_physmap, &frame, 1, 0, 12));
    expect_rc("and_nothing_was_taken", before, reservation());
}

static struct xen_memory_exchange exchange(xen_pfn_t *in, unsigned long nr_in,
                                           xen_pfn_t *out, unsigned long nr_out,
                                           unsigned order_out)
{
    struct xen_memory_exchange ex = {
        .in = { .nr_extents = nr_in, .domid = DOMID_SELF },
        .out = {
            .nr_extents = nr_out, .extent_order = order_out, .mem_flags = 32,
            .domid = DOMID_SELF,
        },
    };

    set_xen_guest_handle(ex.in.extent_start, in);
    set_xen_guest_handle(ex.out.extent_start, out);
    return ex;
}

static void exchanges(void)
{
    struct xen_memory_exchange ex;
    xen_pfn_t in[4], out[1], bad[1] = { 0xfffffffffful };
    uint64_t *page[4], pfn[4];
    long before = reservation();

    for (unsigned i = 0; i < 4; i++) {
        page[i] = page_alloc_unmapped(&in[i]);
        pfn[i] = mfn_to_pfn(in[i]);
    }
    out[0] = pfn[0];
    ex = exchange(in, 4, out, 1, 2);
    expect_ok("four_pages_for_one_run_of_four",
              hc_memory_op(XENMEM_exchange, &ex));
    expect_eq("all_were_exchanged", 4, ex.nr_exchanged);
    expect_eq("the_run_is_aligned", 0, out[0] & 3);
    expect_true("the_run_is_below_4_gib", out[0] < 1ul << 20);
    expect_eq("its_first_pfn", pfn[0], mfn_to_pfn(out[0]));
    expect_eq("its_last_pfn", pfn[0] + 3, mfn_to_pfn(out[0] + 3));
    expect_rc("the_reservation_is_the_same", before, reservation());
    expect_ok("the_run_can_be_mapped",
              page_map(page[3], pte_make(out[0] + 3, PTE_PAGE)));
    page_map(page[3], 0);

    in[0] = out[0];
    out[0] = pfn[0];
    ex = exchange(in, 1, out, 2, 0);
    expect_rc("one_page_for_two", -XEN_EINVAL,
              hc_memory_op(XENMEM_exchange, &ex));
    expect_eq("nothing_was_exchanged", 0, ex.nr_exchanged);
    ex = exchange(bad, 1, out, 1, 0);
    expect_rc("a_page_that_does_not_exist", -XEN_EINVAL,
              hc_memory_op(XENMEM_exchange, &ex));
    expect_eq("nothing_was_exchanged_for_it", 0, ex.nr_exchanged);
    expect_rc("the_reservation_is_still_the_same", before, reservation());
    expect_ok("the_page_offered_is_still_ours",
              page_map(page[0], pte_make(in[0], PTE_PAGE)));
}

void test_main(void)
{
    sizes();
    if (is_domain_0())
        machine_map();
    balloon();
    refused();
    exchanges();
}
