/* SPDX-License-Identifier: MIT */
/*
 * grant_copy/main.c - a domain copies between its pages, by number or as it
 * grants them to itself.
 *
 * Promise: grant_table_op's copy moves so many bytes from one page to another,
 * each end a grant or a frame of the caller's, never beyond either page, never
 * into a page that is a table; a grant is used only as it was granted, and is
 * unused again when the call returns. Every mistake has its status.
 */
#include "guest.h"
#include "grant.h"

const char test_folder[] = "grant_copy";

#define FROM    20u
#define TO      21u
#define UNKNOWN 77u
#define BY_REF  (GNTCOPY_source_gref | GNTCOPY_dest_gref)

static unsigned self;
static uint8_t *source, *dest;
static uint64_t source_mfn, dest_mfn;
static struct gnttab_copy op;

/* All of a page, from a grant to a grant. */
static void prepare(void)
{
    grant_give(FROM, self, source_mfn, GTF_permit_access | GTF_readonly);
    grant_give(TO, self, dest_mfn, GTF_permit_access);
    for (unsigned i = 0; i < PAGE_SIZE; i++)
        source[i] = (uint8_t)(i * 7 + (i >> 8));
    memset(dest, 0xee, PAGE_SIZE);
    op = (struct gnttab_copy){
        .source = { .u.ref = FROM, .domid = (domid_t)self },
        .dest = { .u.ref = TO, .domid = (domid_t)self },
        .len = PAGE_SIZE, .flags = BY_REF, .status = 55,
    };
}

static void by_frame(void)
{
    op.source.domid = op.dest.domid = DOMID_SELF;
    op.source.u.gmfn = source_mfn;
    op.dest.u.gmfn = dest_mfn;
    op.flags = 0;
}

static long copy(void)
{
    long rc = hc_grant_table_op(GNTTABOP_copy, &op, 1);

    return rc ? rc + CALL_FAILED : op.status;
}

/* Do @n bytes at @to equal those at @from, and all else is as it was? */
static bool copied(unsigned from, unsigned to, unsigned n)
{
    for (unsigned i = 0; i < PAGE_SIZE; i++)
        if (dest[i] != (i - to < n ? source[from + (i - to)] : 0xee))
            return false;
    return true;
}

static bool unused(void)
{
    return grant_entry(FROM)->flags == (GTF_permit_access | GTF_readonly) &&
           grant_entry(TO)->flags == GTF_permit_access;
}

static void it_copies(void)
{
    report_group("grant_to_grant");
    prepare();
    expect_rc("a_page", GNTST_okay, copy());
    expect_true("is_there", copied(0, 0, PAGE_SIZE));
    expect_true("both_unused", unused());
    prepare();
    op.source.offset = 100;
    op.dest.offset = 4000;
    op.len = 96;
    expect_rc("a_part", GNTST_okay, copy());
    expect_true("no_more_no_less", copied(100, 4000, 96));
    prepare();
    op.len = 0;
    expect_rc("nothing", GNTST_okay, copy());
    expect_true("copies_nothing", copied(0, 0, 0));
    report_group("frame_to_frame");
    prepare();
    by_frame();
    expect_rc("a_page", GNTST_okay, copy());
    expect_true("is_there", copied(0, 0, PAGE_SIZE));
    report_group("frame_to_grant");
    prepare();
    op.flags = GNTCOPY_dest_gref;
    op.source.domid = DOMID_SELF;
    op.source.u.gmfn = source_mfn;
    op.len = 1;
    expect_rc("a_byte", GNTST_okay, copy());
    expect_true("is_there", copied(0, 0, 1));
    report_group("grant_to_frame");
    prepare();
    op.flags = GNTCOPY_source_gref;
    op.dest.domid = DOMID_SELF;
    op.dest.u.gmfn = dest_mfn;
    op.source.offset = 4095;
    op.dest.offset = 17;
    op.len = 1;
    expect_rc("a_byte", GNTST_okay, copy());
    expect_true("is_there", copied(4095, 17, 1));
    report_group(NULL);
}

static void beyond(void)
{
    report_group("beyond");
    prepare();
    op.source.offset = 1;
    expect_rc("the_source", GNTST_bad_copy_arg, copy());
    prepare();
    op.dest.offset = 1;
    expect_rc("the_destination", GNTST_bad_copy_arg, copy());
    prepare();
    op.len = 0xffff;
    expect_rc("both", GNTST_bad_copy_arg, copy());
    prepare();
    op.source.offset = 0xffff;
    op.len = 1;
    expect_rc("by_far", GNTST_bad_copy_arg, copy());
    prepare();
    op.source.offset = 4097;
    op.len = 0;
    expect_rc("with_nothing", GNTST_bad_copy_arg, copy());
    prepare();
    op.source.offset = op.dest.offset = 0x1001;
    op.len = 0xffff;
    expect_rc("as_a_sum_that_wraps", GNTST_bad_copy_arg, copy());
    expect_true("nothing_is_copied", copied(0, 0, 0));
    expect_true("both_unused", unused());
    report_group(NULL);
}

static void ends(void)
{
    report_group("end");
    prepare();
    op.source.domid = UNKNOWN;
    expect_rc("unknown_source", GNTST_bad_domain, copy());
    prepare();
    op.dest.domid = UNKNOWN;
    expect_rc("unknown_destination", GNTST_bad_domain, copy());
    prepare();
    op.source.domid = op.dest.domid = DOMID_SELF;
    expect_rc("self", GNTST_okay, copy());
    prepare();
    by_frame();
    op.source.domid = (domid_t)self;
    expect_rc("a_frame_by_number_of_domain", GNTST_permission_denied, copy());
    prepare();
    by_frame();
    op.dest.domid = UNKNOWN;
    expect_rc("a_frame_of_nobody", GNTST_bad_domain, copy());
    prepare();
    by_frame();
    op.dest.domid = DOMID_IO;
    expect_rc("a_frame_of_devices", GNTST_bad_domain, copy());
    prepare();
    by_frame();
    op.source.u.gmfn = 0xb8;
    expect_rc("from_the_screen", GNTST_bad_page, copy());
    prepare();
    by_frame();
    op.dest.u.gmfn = ~0ul;
    expect_rc("to_no_frame", GNTST_bad_page, copy());
    prepare();
    by_frame();
    op.dest.u.gmfn = pt_root_mfn();
    expect_rc("to_a_table", GNTST_general_error, copy());
    expect_true("nothing_is_copied", copied(0, 0, 0));
    prepare();
    by_frame();
    op.source.u.gmfn = pt_root_mfn();
    op.len = 8;
    expect_rc("from_a_table", GNTST_okay, copy());
    report_group(NULL);
}

static void grants(void)
{
    report_group("grant");
    prepare();
    op.source.u.ref = GRANT_TABLE_PAGES * GRANTS_PER_PAGE;
    expect_rc("source_beyond_the_table", GNTST_bad_gntref, copy());
    prepare();
    op.dest.u.ref = ~0u;
    expect_rc("destination_beyond_the_table", GNTST_bad_gntref, copy());
    expect_true("both_unused", unused());
    prepare();
    grant_give(FROM, self, source_mfn, 0);
    expect_rc("source_not_granted", GNTST_general_error, copy());
    prepare();
    grant_give(TO, self, dest_mfn, GTF_permit_access | GTF_readonly);
    expect_rc("destination_readonly", GNTST_general_error, copy());
    expect_eq("destination_unused", GTF_permit_access | GTF_readonly,
              grant_entry(TO)->flags);
    prepare();
    grant_give(TO, self + 1, dest_mfn, GTF_permit_access);
    expect_rc("for_another", GNTST_general_error, copy());
    prepare();
    grant_give(FROM, self, 0xb8, GTF_permit_access | GTF_readonly);
    expect_rc("of_the_screen", GNTST_bad_page, copy());
    expect_true("unused_then", unused());
    prepare();
    grant_give(TO, self, pt_root_mfn(), GTF_permit_access);
    expect_rc("of_a_table", GNTST_general_error, copy());
    expect_true("still_unused", unused());
    expect_true("nothing_is_copied", copied(0, 0, 0));
    report_group(NULL);
}

/* Grants that are mapped meanwhile, and the same one at both ends. */
static void in_use(void)
{
    uint64_t va = (uint64_t)window_page(0);

    report_group("in_use");
    prepare();
    expect_rc("map", GNTST_okay,
              grant_map(self, TO, va, GNTMAP_host_map | GNTMAP_readonly));
    expect_rc("copy", GNTST_okay, copy());
    expect_true("is_there", copied(0, 0, PAGE_SIZE));
    expect_eq("mapped_only_to_be_read", GTF_permit_access | GTF_reading,
              grant_entry(TO)->flags);
    expect_rc("unmap", GNTST_okay, grant_unmap(grant_handle, va, 0));
    prepare();
    op.source.u.ref = TO;
    op.source.offset = 0;
    op.dest.offset = 2048;
    op.len = 2048;
    dest[5] = 0x55;
    expect_rc("onto_itself", GNTST_okay, copy());
    expect_eq("is_there_twice", 0x55, dest[2048 + 5]);
    expect_true("both_unused", unused());
    report_group(NULL);
}

#define MANY 200u

static struct gnttab_copy list[MANY];

static void lists(void)
{
    unsigned good = 0;

    report_group("list");
    prepare();
    op.len = 4;
    for (unsigned i = 0; i < MANY; i++) {
        list[i] = op;
        list[i].dest.offset = list[i].source.offset = (uint16_t)(i * 4);
    }
    list[77].len = 0x4000;
    list[78].source.domid = UNKNOWN;
    expect_ok("copy", hc_grant_table_op(GNTTABOP_copy, list, MANY));
    for (unsigned i = 0; i < MANY; i++)
        good += list[i].status == GNTST_okay;
    expect_eq("all_but_two", MANY - 2, good);
    expect_rc("too_long", GNTST_bad_copy_arg, list[77].status);
    expect_rc("nobody", GNTST_bad_domain, list[78].status);
    memcpy(dest + 77 * 4, source + 77 * 4, 8);
    expect_true("all_is_there", copied(0, 0, MANY * 4));
    expect_rc("from_nowhere", -XEN_EFAULT,
              hc_grant_table_op(GNTTABOP_copy, window_page(3), 1));
    expect_ok("none", hc_grant_table_op(GNTTABOP_copy, NULL, 0));
    report_group(NULL);
}

void test_main(void)
{
    expect_true("there_is_a_table", grant_init());
    self = own_number();
    source = page_alloc();
    dest = page_alloc();
    source_mfn = va_to_mfn(source);
    dest_mfn = va_to_mfn(dest);
    it_copies();
    beyond();
    ends();
    grants();
    in_use();
    lists();
    expect_true("nothing_holds_the_source", page_renew(source));
    expect_true("nothing_holds_the_destination", page_renew(dest));
}
