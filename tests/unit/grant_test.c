/* SPDX-License-Identifier: MIT */
/* grant_test.c - a domain's grant table: its frames, its size, its version. */
#include <hv/direct_map.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/frame.h>
#include <hv/grant.h>
#include <hv/grant_table.h>
#include <public/grant_table.h>
#include "fake_guest.h"
#include "fake_heap.h"
#include "fake_spinlock.h"
#include "grant_fakes.h"
#include "unit.h"

#define AT      FAKE_GUEST_VA
#define LIST    (FAKE_GUEST_VA + 0x1000)
#define HOLE    0xffff800000000000ul
#define FRAMES  8           /* of a table, at most */

static void start(struct domain *caller)
{
    grant_fakes_start(FRAMES, 4);
    fake_current = &fake_vcpus[caller->id];
}

static void end(void)
{
    model_domain_refs[0] = model_domain_refs[1] = 0;
    ck_assert(!first->refs && !guest->refs && !fake_locks_held);
    grant_domain_destroy(first);
    grant_domain_destroy(guest);
    grant_domain_destroy(guest);        /* nothing is left to give back */
    ck_assert_uint_eq(fake_free_count(), PAGING_RAM - 1);
    ck_assert_int_eq(fake_heap_live, grant_heap_at_start);
}

/* Ask for @frames of @dom's table; the status. */
static int setup(domid_t dom, uint32_t frames, unsigned long list)
{
    struct gnttab_setup_table *op = fake_guest_at(AT);

    *op = (struct gnttab_setup_table){ .dom = dom, .nr_frames = frames };
    op->frame_list.p = (void *)list;
    ck_assert_int_eq(do_grant_table_op(GNTTABOP_setup_table, AT, 1), 0);
    return op->status;
}

START_TEST(a_table_grows_and_keeps_its_frames)
{
    uint64_t *list = fake_guest_at(LIST), before;

    start(guest);
    ck_assert_int_eq(setup(DOMAIN_SELF, 2, LIST), GNTST_okay);
    ck_assert_uint_ne(list[0], list[1]);
    ck_assert_uint_eq(list[2], 0xccccccccccccccccul);
    ck_assert_ptr_eq(fake_frame(list[0])->owner, guest);
    before = list[0];
    ck_assert_int_eq(setup(1, 4, LIST), GNTST_okay);
    ck_assert_uint_eq(list[0], before);
    ck_assert_uint_eq(fake_memory[list[3]][7], 0);
    ck_assert_int_eq(setup(1, 1, LIST), GNTST_okay);
    ck_assert_uint_eq(guest->grants->frame_count, 4);
    end();
}
END_TEST

START_TEST(a_table_ends_at_its_limit_or_with_memory)
{
    start(guest);
    ck_assert_int_eq(setup(1, FRAMES + 1, LIST), GNTST_general_error);
    ck_assert_int_eq(setup(1, ~0u, LIST), GNTST_general_error);
    ck_assert_uint_eq(guest->grants->frame_count, 0);
    ck_assert_int_eq(setup(1, FRAMES, LIST), GNTST_okay);
    fake_current = &fake_vcpus[0];
    ck_assert_int_eq(setup(0, 2, LIST), GNTST_okay);
    while (!mfn_eq(page_alloc_frames(0, 0), INVALID_MFN))
        ;
    ck_assert_int_eq(setup(0, 3, LIST), GNTST_general_error);
    ck_assert_uint_eq(first->grants->frame_count, 2);
    ck_assert_int_eq(setup(0, 2, HOLE), GNTST_bad_virt_addr);
}
END_TEST

START_TEST(limits_are_what_was_asked_for_or_the_default)
{
    struct domain_config config = { .max_grant_frames = 3,
                                    .max_maptrack_frames = -1 };

    start(guest);
    grant_domain_destroy(guest);
    ck_assert_int_eq(grant_domain_create(guest, &config), 0);
    ck_assert_uint_eq(guest->grants->frame_max, 3);
    ck_assert_uint_eq(guest->grants->maptrack_max, MAPTRACK_FRAMES);
    grant_domain_destroy(guest);
    config.max_grant_frames = -1;
    config.max_maptrack_frames = 7;
    ck_assert_int_eq(grant_domain_create(guest, &config), 0);
    ck_assert_uint_eq(guest->grants->frame_max, GRANT_FRAMES_MAX);
    ck_assert_uint_eq(guest->grants->maptrack_max, 7);
    grant_domain_destroy(guest);
    config.max_grant_frames = GRANT_FRAMES_MAX + 1;
    ck_assert_int_eq(grant_domain_create(guest, &config), -EINVAL);
    config.max_grant_frames = 0;
    ck_assert_int_eq(grant_domain_create(guest, &config), -EINVAL);
    config.max_grant_frames = 1;
    config.max_maptrack_frames = MAPTRACK_FRAMES_MAX + 1;
    ck_assert_int_eq(grant_domain_create(guest, &config), -EINVAL);
    config.max_maptrack_frames = 1;
    for (long budget = 0; budget < 2; budget++) {
        fake_heap_budget = budget;
        ck_assert_int_eq(grant_domain_create(guest, &config), -ENOMEM);
    }
    fake_heap_budget = -1;
    end();
}
END_TEST

START_TEST(another_domains_table_is_for_the_privileged)
{
    start(guest);
    ck_assert_int_eq(setup(0, 1, LIST), GNTST_permission_denied);
    ck_assert_int_eq(setup(7, 1, LIST), GNTST_bad_domain);
    ck_assert_uint_eq(guest->grants->frame_count, 0);
    fake_current = &fake_vcpus[0];
    ck_assert_int_eq(setup(1, 1, LIST), GNTST_okay);
    ck_assert_uint_eq(guest->grants->frame_count, 1);
    end();
}
END_TEST

START_TEST(the_size_is_told)
{
    struct gnttab_query_size *op = fake_guest_at(AT);

    start(guest);
    ck_assert_int_eq(setup(1, 3, LIST), GNTST_okay);
    *op = (struct gnttab_query_size){ .dom = DOMAIN_SELF };
    ck_assert_int_eq(do_grant_table_op(GNTTABOP_query_size, AT, 1), 0);
    ck_assert_int_eq(op->status, GNTST_okay);
    ck_assert_uint_eq(op->nr_frames, 3);
    ck_assert_uint_eq(op->max_nr_frames, FRAMES);
    op->dom = 0;
    ck_assert_int_eq(do_grant_table_op(GNTTABOP_query_size, AT, 1), 0);
    ck_assert_int_eq(op->status, GNTST_permission_denied);
    end();
}
END_TEST

START_TEST(there_is_version_1_and_no_other)
{
    struct gnttab_set_version *set = fake_guest_at(AT);
    struct gnttab_get_version *get = fake_guest_at(AT);

    start(guest);
    set->version = 1;
    ck_assert_int_eq(do_grant_table_op(GNTTABOP_set_version, AT, 1), 0);
    set->version = 2;
    ck_assert_int_eq(do_grant_table_op(GNTTABOP_set_version, AT, 1), -ENOSYS);
    set->version = 3;
    ck_assert_int_eq(do_grant_table_op(GNTTABOP_set_version, AT, 1), -EINVAL);
    *get = (struct gnttab_get_version){ .dom = DOMAIN_SELF };
    ck_assert_int_eq(do_grant_table_op(GNTTABOP_get_version, AT, 1), 0);
    ck_assert_uint_eq(get->version, 1);
    get->dom = 0;
    ck_assert_int_eq(do_grant_table_op(GNTTABOP_get_version, AT, 1), -EPERM);
    get->dom = 7;
    ck_assert_int_eq(do_grant_table_op(GNTTABOP_get_version, AT, 1), -ESRCH);
    end();
}
END_TEST

START_TEST(one_at_a_time_and_only_what_can_be_read)
{
    static const unsigned int all[] = {
        GNTTABOP_setup_table, GNTTABOP_query_size, GNTTABOP_set_version,
        GNTTABOP_get_version,
    };

    start(guest);
    for (unsigned int i = 0; i < ARRAY_SIZE(all); i++)
        ck_assert_int_eq(do_grant_table_op(all[i], HOLE, 1), -EFAULT);
    ck_assert_int_eq(do_grant_table_op(GNTTABOP_setup_table, AT, 2), -EINVAL);
    ck_assert_int_eq(do_grant_table_op(GNTTABOP_query_size, AT, 0), -EINVAL);
    ck_assert_int_eq(do_grant_table_op(99, AT, 1), -ENOSYS);
    ck_assert_int_eq(do_grant_table_op(GNTTABOP_query_size, AT, 1u << 31),
                     -EINVAL);
    ck_assert_int_eq(do_grant_table_op(1 << 12 | GNTTABOP_query_size, AT, 1),
                     -EINVAL);
    end();
}
END_TEST

int main(void)
{
    return UNIT_RUN("grant",
        a_table_grows_and_keeps_its_frames,
        a_table_ends_at_its_limit_or_with_memory,
        limits_are_what_was_asked_for_or_the_default,
        another_domains_table_is_for_the_privileged,
        the_size_is_told,
        there_is_version_1_and_no_other,
        one_at_a_time_and_only_what_can_be_read);
}
