/* SPDX-License-Identifier: MIT */
/*
 * grant_move/main.c - what else can be done with grants: replace a mapping,
 * exchange two references, give a page away; and what cannot be done.
 *
 * Promise: unmap_and_replace puts the entry of another address in the mapping's
 * place; swap_grant_ref exchanges what two unused references mean; transfer
 * gives a page that nobody uses to a domain that accepts it.
 */
#include "guest.h"
#include "grant.h"
#include "hypervisor.h"

const char test_folder[] = "grant_move";

#define REF     20u
#define OTHER   21u
#define UNKNOWN 77u
#define HOST    GNTMAP_host_map

static unsigned self;
static uint64_t *page, *other_page;
static uint64_t mfn, other_mfn, va, source;

static pte_t entry_of(uint64_t at)
{
    return *pt_entry(at, 1);
}

/* -- replace -------------------------------------------------------------- */

static long replace(grant_handle_t handle, uint64_t at, uint64_t from)
{
    struct gnttab_unmap_and_replace op = {
        .host_addr = at, .new_addr = from, .handle = handle, .status = 55,
    };
    long rc = hc_grant_table_op(GNTTABOP_unmap_and_replace, &op, 1);

    return rc ? rc + CALL_FAILED : op.status;
}

static void mapped(void)
{
    grant_give(REF, self, mfn, GTF_permit_access);
    expect_rc("map", GNTST_okay, grant_map(self, REF, va, HOST));
}

static void replacing(void)
{
    pte_t other = pte_make(other_mfn, PTE_PAGE);

    report_group("replace");
    mapped();
    expect_ok("map_the_other", page_map((void *)source, other));
    other = entry_of(source);
    expect_rc("by_the_other", GNTST_okay, replace(grant_handle, va, source));
    expect_eq("it_is_there", other, entry_of(va));
    expect_eq("no_more_where_it_was", 0, entry_of(source));
    expect_true("unused", grant_end(REF));
    expect_ok("unmap_it", page_map((void *)va, 0));
    report_group("replace_wrongly");
    mapped();
    page_map((void *)source, other);
    expect_rc("elsewhere", GNTST_general_error,
              replace(grant_handle, va + PAGE_SIZE, source));
    if (own_answer("it_leaves_the_other"))
        expect_eq("it_leaves_the_other", other, entry_of(source));
    expect_rc("from_no_table", GNTST_general_error,
              replace(grant_handle, va, 0x7f0000000000ul));
    expect_rc("from_the_hypervisor", GNTST_general_error,
              replace(grant_handle, va, HV_PRIVATE));
    expect_true("still_in_use", !grant_end(REF));
    expect_rc("another_handle", GNTST_bad_handle,
              replace(grant_handle + 100, va, source));
    expect_rc("by_nothing", GNTST_okay, replace(grant_handle, va, 0));
    expect_eq("leaves_nothing", 0, entry_of(va));
    expect_true("unused", grant_end(REF));
    page_map((void *)source, 0);
    report_group(NULL);
}

/* A mapping by its own address would stay when it is ended. */
static void by_itself(void)
{
    report_group("replace_by_itself");
    mapped();
    expect_rc("refused", GNTST_general_error, replace(grant_handle, va, va));
    if (own_answer("nothing_changed")) {        /* on Xen the entry is gone */
        expect_true("nothing_changed", entry_of(va) != 0);
        expect_true("it_is_in_use", !grant_end(REF));
        expect_rc("unmap", GNTST_okay, grant_unmap(grant_handle, va, 0));
    }
    report_group(NULL);
}

static void by_an_empty_entry(void)
{
    report_group("replace_by_an_empty_entry");
    grant_give(OTHER, self, mfn, GTF_permit_access);
    expect_rc("map", GNTST_okay, grant_map(self, OTHER, va + 8 * PAGE_SIZE,
                                           HOST));
    expect_rc("done", GNTST_okay,
              replace(grant_handle, va + 8 * PAGE_SIZE, source));
    expect_eq("nothing_is_left", 0, entry_of(va + 8 * PAGE_SIZE));
    expect_true("unused", grant_end(OTHER));
    report_group(NULL);
}

/* -- exchange ------------------------------------------------------------- */

static long swap(grant_ref_t a, grant_ref_t b)
{
    struct gnttab_swap_grant_ref op = { a, b, 55 };
    long rc = hc_grant_table_op(GNTTABOP_swap_grant_ref, &op, 1);

    return rc ? rc + CALL_FAILED : op.status;
}

static void swapping(void)
{
    const grant_ref_t beyond = GRANT_TABLE_PAGES * GRANTS_PER_PAGE;
    const grant_ref_t a = 30, b = 600;

    report_group("swap");
    grant_give(a, self, mfn, GTF_permit_access);
    grant_give(b, 5, 0x123, GTF_permit_access | GTF_readonly);
    expect_rc("two", GNTST_okay, swap(a, b));
    expect_eq("frame", 0x123, grant_entry(a)->frame);
    expect_eq("domain", 5, grant_entry(a)->domid);
    expect_eq("flags", GTF_permit_access | GTF_readonly,
              grant_entry(a)->flags);
    expect_eq("frame_of_the_other", mfn, grant_entry(b)->frame);
    expect_rc("map_the_other", GNTST_okay, grant_map(self, b, va, HOST));
    expect_rc("in_use", GNTST_eagain, swap(a, b));
    expect_rc("the_second_in_use", GNTST_eagain, swap(b, a));
    expect_rc("with_itself", GNTST_okay, swap(b, b));
    grant_unmap(grant_handle, va, 0);
    expect_rc("first_beyond", GNTST_bad_gntref, swap(beyond, a));
    expect_rc("second_beyond", GNTST_bad_gntref, swap(a, ~0u));
    expect_rc("back", GNTST_okay, swap(a, b));
    expect_eq("as_it_was", mfn, grant_entry(a)->frame);
    report_group(NULL);
}

/* -- give away ------------------------------------------------------------ */

static long transfer(uint64_t frame, unsigned to, grant_ref_t ref)
{
    struct gnttab_transfer op = {
        .mfn = frame, .domid = (domid_t)to, .ref = ref, .status = 55,
    };
    long rc = hc_grant_table_op(GNTTABOP_transfer, &op, 1);

    return rc ? rc + CALL_FAILED : op.status;
}

/* Xen takes the page from who gives it also when nobody gets it: what is
 * refused is tried with what is no page to give. */
static void refused(void)
{
    long before = page_count();

    report_group("transfer");
    grant_give(REF, self, 0, GTF_accept_transfer);
    expect_rc("a_mapped_page", GNTST_bad_page, transfer(mfn, self, REF));
    expect_rc("a_table", GNTST_bad_page, transfer(pt_root_mfn(), self, REF));
    expect_rc("the_screen", GNTST_bad_page, transfer(0xb8, self, REF));
    expect_rc("no_page", GNTST_bad_page, transfer(~0ul, self, REF));
    expect_eq("nothing_came", GTF_accept_transfer, grant_entry(REF)->flags);
    expect_rc("all_pages_are_there", before, page_count());
    report_group(NULL);
}

/* A page that is mapped nowhere. */
static uint64_t *spare;
static uint64_t spare_mfn;

static void make_room(void)
{
    xen_pfn_t frame;
    struct xen_memory_reservation r = { .nr_extents = 1, .domid = DOMID_SELF };

    page_alloc_unmapped(&frame);
    set_xen_guest_handle(r.extent_start, &frame);
    expect_rc("room_for_one", 1,
              hc_memory_op(XENMEM_decrease_reservation, &r));
}

/* What did not work: the page is still ours, if this is Parapet. */
static void not_given(const char *what, long status, unsigned to,
                      grant_ref_t ref)
{
    long before = page_count();

    if (!own_answer(what))
        return;
    expect_rc(what, status, transfer(spare_mfn, to, ref));
    if (page_count() != before ||
        page_map(spare, pte_make(spare_mfn, PTE_PAGE)) ||
        page_map(spare, 0))
        expect_true("it_is_still_ours", false);
}

static void not_accepted(void)
{
    report_group("transfer_refused");
    not_given("unknown_domain", GNTST_bad_domain, UNKNOWN, REF);
    not_given("beyond_the_table", GNTST_general_error, self,
              GRANT_TABLE_PAGES * GRANTS_PER_PAGE);
    grant_give(REF, self, 0, GTF_permit_access);
    not_given("no_transfer", GNTST_general_error, self, REF);
    grant_give(REF, self + 1, 0, GTF_accept_transfer);
    not_given("not_for_us", GNTST_general_error, self, REF);
    grant_give(REF, self, 0, GTF_accept_transfer | GTF_transfer_committed);
    not_given("made_already", GNTST_general_error, self, REF);
    report_group(NULL);
}

static void accepted(void)
{
    long before = page_count();
    uint64_t pfn = pfn_alloc_unmapped();

    report_group("transfer_to_self");
    grant_give(REF, self, pfn, GTF_accept_transfer);
    expect_rc("transfer", GNTST_okay, transfer(spare_mfn, self, REF));
    expect_eq("the_table_says_so",
              GTF_accept_transfer | GTF_transfer_committed |
              GTF_transfer_completed, grant_entry(REF)->flags);
    expect_rc("as_many_pages", before, page_count());
    expect_eq("has_the_number_that_was_wanted", pfn,
              mfn_to_pfn(grant_entry(REF)->frame));
    expect_ok("may_be_mapped",
              page_map(spare, pte_make(grant_entry(REF)->frame, PTE_PAGE)));
    expect_eq("has_the_content", 0x99, spare[9]);
    page_map(spare, 0);
    report_group(NULL);
}

static void given(void)
{
    spare = page_alloc();
    spare[9] = 0x99;
    spare_mfn = va_to_mfn(spare);
    page_map(spare, 0);
    /* A domain that has all it may have cannot get one more first. */
    grant_give(REF, self, 0, GTF_accept_transfer);
    not_given("no_room", GNTST_general_error, self, REF);
    make_room();
    not_accepted();
    accepted();
}

/* -- what there is not ---------------------------------------------------- */

static void missing(void)
{
    struct gnttab_dump_table dump = { .dom = DOMID_SELF, .status = 55 };

    report_group("missing");
    expect_rc("dump_table", -XEN_ENOSYS,
              hc_grant_table_op(GNTTABOP_dump_table, &dump, 1));
    expect_rc("an_unknown_operation", -XEN_ENOSYS,
              hc_grant_table_op(13, &dump, 1));
    report_group(NULL);
}

void test_main(void)
{
    expect_true("there_is_a_table", grant_init());
    self = own_number();
    page = page_alloc();
    other_page = page_alloc();
    mfn = va_to_mfn(page);
    other_mfn = va_to_mfn(other_page);
    va = (uint64_t)window_page(0);
    source = (uint64_t)window_page(100);
    replacing();
    by_an_empty_entry();
    swapping();
    refused();
    given();
    missing();
    by_itself();
}
