/* SPDX-License-Identifier: MIT */
/* grant_entry_test.c - one entry of a table, judged and marked. */
#include "../../common/grant/entry.h"
#include "unit.h"

#define USER    5u
#define IN_USE  (GTF_reading | GTF_writing)

static struct grant_entry_v1 e;

static int16_t mark(uint16_t flags, domid_t domid, bool writes, bool in_use)
{
    e = (struct grant_entry_v1){ .flags = flags, .domid = domid,
                                 .frame = 0x1234 };
    return grant_entry_mark(&e, USER, writes, in_use);
}

START_TEST(a_grant_is_marked_as_it_is_used)
{
    ck_assert_int_eq(mark(GTF_permit_access, USER, false, false), GNTST_okay);
    ck_assert_uint_eq(e.flags, GTF_permit_access | GTF_reading);
    ck_assert_int_eq(mark(GTF_permit_access, USER, true, false), GNTST_okay);
    ck_assert_uint_eq(e.flags, GTF_permit_access | IN_USE);
    ck_assert_uint_eq(e.domid, USER);
    ck_assert_uint_eq(e.frame, 0x1234);
    grant_entry_unmark(&e, GTF_writing);
    ck_assert_uint_eq(e.flags, GTF_permit_access | GTF_reading);
    grant_entry_unmark(&e, GTF_reading);
    ck_assert_uint_eq(e.flags, GTF_permit_access);
}
END_TEST

START_TEST(all_flags_are_judged)
{
    for (unsigned int flags = 0; flags < 0x400; flags++)
        for (unsigned int writes = 0; writes < 2; writes++) {
            bool good = (flags & GTF_type_mask) == GTF_permit_access &&
                        !(flags & GTF_sub_page) &&
                        !(writes && (flags & GTF_readonly));
            uint16_t now = (uint16_t)(flags | GTF_reading |
                                      (writes ? GTF_writing : 0));

            ck_assert_int_eq(mark((uint16_t)flags, USER, writes, false),
                             good ? GNTST_okay : GNTST_general_error);
            ck_assert_uint_eq(e.flags, good ? now : flags);
            ck_assert_int_eq(mark((uint16_t)flags, USER + 1, writes, false),
                             GNTST_general_error);
            ck_assert_uint_eq(e.flags, flags);
        }
}
END_TEST

START_TEST(one_in_use_is_judged_for_writing_only)
{
    ck_assert_int_eq(mark(0, USER + 1, true, true), GNTST_okay);
    ck_assert_uint_eq(e.flags, IN_USE);
    ck_assert_int_eq(mark(GTF_readonly, USER, true, true),
                     GNTST_general_error);
    ck_assert_uint_eq(e.flags, GTF_readonly);
}
END_TEST

START_TEST(a_transfer_is_committed_once)
{
    e = (struct grant_entry_v1){ GTF_accept_transfer, USER, 77 };
    ck_assert(!grant_entry_commit(&e, USER + 1));
    ck_assert_uint_eq(e.flags, GTF_accept_transfer);
    ck_assert(grant_entry_commit(&e, USER));
    ck_assert(!grant_entry_commit(&e, USER));
    ck_assert_uint_eq(e.flags, GTF_accept_transfer | GTF_transfer_committed);
    grant_entry_complete(&e, 99);
    ck_assert_uint_eq(e.flags, GTF_accept_transfer | GTF_transfer_committed |
                               GTF_transfer_completed);
    ck_assert_uint_eq(e.frame, 99);
    for (unsigned int flags = 0; flags < 0x400; flags++) {
        e = (struct grant_entry_v1){ (uint16_t)flags, USER, 77 };
        ck_assert(grant_entry_commit(&e, USER) ==
                  (flags == GTF_accept_transfer));
    }
}
END_TEST

int main(void)
{
    return UNIT_RUN("grant_entry",
        a_grant_is_marked_as_it_is_used,
        all_flags_are_judged,
        one_in_use_is_judged_for_writing_only,
        a_transfer_is_committed_once);
}
