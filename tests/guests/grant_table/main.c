/* SPDX-License-Identifier: MIT */
/*
 * grant_table/main.c - a domain's own grant table: how large, where, which kind.
 *
 * Promise: setup_table makes the table at least as long as was asked and names
 * its frames, which are empty, and which the domain may map and write;
 * it never shrinks. query_size tells its length and its limit. The table
 * is of version 1. What concerns a domain is answered by a status in the
 * argument; a list that cannot be read, or is no list of one, fails the call.
 */
#include "guest.h"
#include "hypervisor.h"

#include <xen/grant_table.h>

const char test_folder[] = "grant_table";

#define UNKNOWN 77u
#define MANY    64u

static xen_pfn_t frames[MANY + 1];

static long grant(unsigned op, void *list, unsigned count)
{
    return HC3(__HYPERVISOR_grant_table_op, op, list, count);
}

/* The status, or what the call itself returned. */
static long setup(unsigned n, xen_pfn_t *list, unsigned dom)
{
    struct gnttab_setup_table op = {
        .dom = (domid_t)dom, .nr_frames = n, .status = 55,
    };
    long rc;

    set_xen_guest_handle(op.frame_list, list);
    rc = grant(GNTTABOP_setup_table, &op, 1);
    return rc ? rc : op.status;
}

static struct gnttab_query_size size;

static long query(unsigned dom)
{
    memset(&size, 0x55, sizeof(size));
    size.dom = (domid_t)dom;
    return grant(GNTTABOP_query_size, &size, 1);
}

static unsigned length(void)
{
    return query(DOMID_SELF) || size.status ? ~0u : size.nr_frames;
}

/* -- how long ------------------------------------------------------------- */

static void sizes(void)
{
    report_group("size");
    expect_ok("query", query(DOMID_SELF));
    expect_rc("its_status", GNTST_okay, size.status);
    expect_eq("at_most", MANY, size.max_nr_frames);
    expect_true("not_longer_than_that", size.nr_frames <= MANY);
    expect_ok("of_an_unknown_domain", query(UNKNOWN));
    expect_rc("says_so", GNTST_bad_domain, size.status);
    expect_rc("of_no_domain", -XEN_EINVAL,
              grant(GNTTABOP_query_size, &size, 0));
    expect_rc("of_two", -XEN_EINVAL, grant(GNTTABOP_query_size, &size, 2));
    expect_rc("from_nowhere", -XEN_EFAULT,
              grant(GNTTABOP_query_size, window_page(0), 1));
    expect_rc("from_the_hypervisor", -XEN_EFAULT,
              grant(GNTTABOP_query_size, (void *)HV_PRIVATE, 1));
    report_group(NULL);
}

/* -- where ---------------------------------------------------------------- */

static void frames_of_the_table(void)
{
    struct grant_entry_v1 *entry = window_page(1);
    xen_pfn_t before;

    report_group("frames");
    expect_rc("one", GNTST_okay, setup(1, frames, DOMID_SELF));
    expect_true("it_is_named", frames[0] != 0);
    expect_eq("no_other_is", 0, frames[1]);
    expect_true("so_long_at_least", length() >= 1);
    expect_ok("it_can_be_mapped",
              page_map(entry, pte_make(frames[0], PTE_PAGE)));
    for (unsigned i = GNTTAB_NR_RESERVED_ENTRIES; i < PAGE_SIZE / 8; i++)
        if (entry[i].flags || entry[i].domid || entry[i].frame)
            expect_eq("an_entry_is_empty", PAGE_SIZE / 8, i);
    entry[9].frame = 0x1234;
    before = frames[0];
    expect_rc("two", GNTST_okay, setup(2, frames, DOMID_SELF));
    expect_eq("the_first_is_where_it_was", before, frames[0]);
    expect_true("the_second_is_another", frames[1] && frames[1] != before);
    expect_eq("what_was_written_stays", 0x1234, entry[9].frame);
    expect_true("longer", length() >= 2);
    frames[1] = 0;
    expect_rc("one_again", GNTST_okay, setup(1, frames, DOMID_SELF));
    expect_eq("names_one", 0, frames[1]);
    expect_true("and_the_table_did_not_shrink", length() >= 2);
    expect_rc("none", GNTST_okay, setup(0, window_page(0), DOMID_SELF));
    expect_rc("the_domains_pages_are_as_many", page_count(),
              (long)start_info->nr_pages);
    page_map(entry, 0);
    report_group(NULL);
}

static void all_frames(void)
{
    unsigned twice = 0;

    report_group("all");
    expect_rc("as_many_as_there_can_be", GNTST_okay,
              setup(MANY, frames, DOMID_SELF));
    expect_eq("length", MANY, length());
    for (unsigned i = 0; i < MANY; i++)
        for (unsigned j = 0; j < i; j++)
            twice += frames[i] == frames[j];
    expect_eq("no_frame_is_there_twice", 0, twice);
    expect_eq("none_beyond", 0, frames[MANY]);
    report_group(NULL);
}

static void refused(void)
{
    unsigned before = length();

    report_group("refused");
    expect_rc("one_too_many", GNTST_general_error,
              setup(MANY + 1, frames, DOMID_SELF));
    expect_rc("frames_without_end", GNTST_general_error,
              setup(~0u, frames, DOMID_SELF));
    expect_rc("of_an_unknown_domain", GNTST_bad_domain,
              setup(1, frames, UNKNOWN));
    expect_rc("a_list_nowhere", GNTST_bad_virt_addr,
              setup(1, window_page(0), DOMID_SELF));
    if (own_answer("a_list_in_the_hypervisor"))     /* Xen: -EFAULT */
        expect_rc("a_list_in_the_hypervisor", GNTST_bad_virt_addr,
                  setup(1, (xen_pfn_t *)HV_PRIVATE, DOMID_SELF));
    expect_eq("the_table_is_as_before", before, length());
    expect_rc("no_request", -XEN_EINVAL,
              grant(GNTTABOP_setup_table, frames, 0));
    expect_rc("two_requests", -XEN_EINVAL,
              grant(GNTTABOP_setup_table, frames, 2));
    expect_rc("from_nowhere", -XEN_EFAULT,
              grant(GNTTABOP_setup_table, window_page(0), 1));
    expect_rc("from_no_address", -XEN_EFAULT,
              grant(GNTTABOP_setup_table, (void *)NON_CANONICAL, 1));
    expect_rc("an_unknown_operation", -XEN_ENOSYS, grant(99, &size, 1));
    expect_rc("an_operation_above_12_bits", -XEN_EINVAL,
              grant(1 << 12 | GNTTABOP_query_size, &size, 1));
    expect_rc("requests_below_none", -XEN_EINVAL,
              grant(GNTTABOP_query_size, &size, 1u << 31));
    report_group(NULL);
}

/* -- which kind ----------------------------------------------------------- */

static long version_of(unsigned dom, uint32_t *version)
{
    struct gnttab_get_version op = { .dom = (domid_t)dom, .version = 55 };
    long rc = grant(GNTTABOP_get_version, &op, 1);

    *version = op.version;
    return rc;
}

static long set_version(uint32_t *version)
{
    struct gnttab_set_version op = { .version = *version };
    long rc = grant(GNTTABOP_set_version, &op, 1);

    *version = op.version;
    return rc;
}

static void versions(void)
{
    uint32_t version;

    report_group("version");
    expect_ok("get", version_of(DOMID_SELF, &version));
    expect_eq("is_1", 1, version);
    expect_rc("of_an_unknown_domain", -XEN_ESRCH,
              version_of(UNKNOWN, &version));
    expect_eq("leaves_the_argument", 55, version);
    expect_rc("get_from_nowhere", -XEN_EFAULT,
              grant(GNTTABOP_get_version, window_page(0), 1));
    version = 1;
    expect_ok("set_1", set_version(&version));
    expect_eq("says_1", 1, version);
    version = 0;
    expect_rc("set_0", -XEN_EINVAL, set_version(&version));
    version = 3;
    expect_rc("set_3", -XEN_EINVAL, set_version(&version));
    version = ~0u;
    expect_rc("set_one_without_end", -XEN_EINVAL, set_version(&version));
    version = 2;
    if (own_answer("set_2"))
        expect_rc("set_2", -XEN_ENOSYS, set_version(&version));
    expect_rc("set_from_nowhere", -XEN_EFAULT,
              grant(GNTTABOP_set_version, window_page(0), 1));
    expect_ok("get_again", version_of(DOMID_SELF, &version));
    expect_eq("is_still_1", 1, version);
    report_group(NULL);
}

void test_main(void)
{
    sizes();
    frames_of_the_table();
    refused();
    all_frames();
    versions();
}
