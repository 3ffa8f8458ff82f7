/* SPDX-License-Identifier: MIT */
/*
 * memory_figures_test.c - memory_op: how much a domain has, may have and could
 * be promised, nodes that none has, and frames of the hypervisor's that who
 * builds a domain is told.
 */
#include <hv/errno.h>
#include <hv/memory_op.h>
#include "fake_printk.h"
#include "memory_world.h"
#include "unit.h"

static void give(struct domain *d, unsigned int count)
{
    while (count--)
        ck_assert(!mfn_eq(frame_alloc_for(d, 0, 0), INVALID_MFN));
}

START_TEST(only_the_privileged_act_for_others)
{
    domid_t *id = fake_guest_at(AT);
    unsigned long before;

    world_start();
    world_list_of(2, 0)->domid = 1;
    ck_assert_int_eq(world_op(XENMEM_increase_reservation), 2);
    ck_assert_uint_eq(OTHER->page_count, 2);
    world_list_of(2, 0)->domid = 77;
    ck_assert_int_eq(world_op(XENMEM_increase_reservation), 0);
    *id = 1;
    ck_assert_int_eq(world_op(XENMEM_current_reservation), 2);
    ck_assert_int_eq(world_op(XENMEM_maximum_reservation), FAKE_FRAMES);
    ck_assert_int_eq(world_op(XENMEM_maximum_gpfn), 44);
    world_vcpu.domain = OTHER;
    *id = 0;
    ck_assert_int_eq(world_op(XENMEM_current_reservation), -EPERM);
    /* None is done, and that is no error. */
    before = D->page_count;
    world_list_of(2, 0)->domid = 0;
    ck_assert_int_eq(world_op(XENMEM_increase_reservation), 0);
    ck_assert_uint_eq(D->page_count, before);
    ck_assert_int_eq(do_memory_op(XENMEM_current_reservation, HOLE), -EFAULT);
    ck_assert_int_eq(world_op(XENMEM_machphys_mapping), 55);
    ck_assert_int_eq(world_op(XENMEM_machphys_mapping | 1 << 6), -ENOSYS);
}
END_TEST

START_TEST(a_figure_is_asked_for_in_one_go)
{
    world_start();
    *(domid_t *)fake_guest_at(AT) = 1;
    ck_assert_int_eq(world_op(XENMEM_current_reservation | 1 << 6), -EINVAL);
    ck_assert_int_eq(world_op(XENMEM_maximum_reservation | 1 << 6), -EINVAL);
    ck_assert_int_eq(world_op(XENMEM_maximum_gpfn | 1 << 6), -EINVAL);
    *(domid_t *)fake_guest_at(AT) = 9;
    ck_assert_int_eq(world_op(XENMEM_current_reservation), -ESRCH);
}
END_TEST

/* --- claims --- */

static long claim(domid_t id, unsigned long count)
{
    struct xen_memory_reservation *r = world_list_of(count, 0);

    r->domid = id;
    r->extent_start.p = NULL;
    return world_op(XENMEM_claim_pages);
}

START_TEST(a_claim_says_whether_there_is_enough_and_keeps_nothing)
{
    world_start();
    give(OTHER, 10);
    ck_assert_int_eq(claim(1, 11), 0);
    ck_assert_int_eq(claim(1, FAKE_FRAMES - 1), 0);     /* all there is */
    ck_assert_int_eq(claim(1, 0), 0);                   /* let go */
    ck_assert_int_eq(world_op(XENMEM_claim_pages | 1 << 6), -EINVAL);
    ck_assert_uint_eq(OTHER->page_count, 10);
    ck_assert_uint_eq(fake_free_count(), FAKE_FRAMES - 1 - 10);
    ck_assert_uint_eq(fake_printk_count, 0);
}
END_TEST

START_TEST(a_claim_beyond_what_is_free_is_refused_and_said)
{
    world_start();
    give(D, 40);
    give(OTHER, 10);
    ck_assert_int_eq(claim(1, 23), 0);
    ck_assert_int_eq(claim(1, 24), -ENOMEM);
    ck_assert_uint_eq(fake_printk_count, 1);
    ck_assert_str_eq(fake_printk_last, "No memory for domain 1: 24 frames are "
                     "claimed, 13 are free\n");
}
END_TEST

START_TEST(a_claim_lies_between_what_a_domain_has_and_may_have)
{
    world_start();
    give(OTHER, 10);
    OTHER->page_max = 20;
    ck_assert_int_eq(claim(1, 10), -EINVAL);
    ck_assert_int_eq(claim(1, 1), -EINVAL);
    ck_assert_int_eq(claim(1, 20), 0);
    ck_assert_int_eq(claim(1, 21), -EINVAL);
    ck_assert_int_eq(claim(1, ~0ul), -EINVAL);
    ck_assert_uint_eq(fake_printk_count, 0);
}
END_TEST

static void refuse(const struct xen_memory_reservation *r)
{
    *(struct xen_memory_reservation *)fake_guest_at(AT) = *r;
    ck_assert_int_eq(world_op(XENMEM_claim_pages), -EINVAL);
}

START_TEST(a_claim_has_a_number_and_a_domain_only)
{
    world_start();
    ck_assert_int_eq(claim(9, 5), -EINVAL);
    ck_assert_int_eq(claim(DOMAIN_SELF, 5), -EINVAL);
    refuse(&(struct xen_memory_reservation){
        .extent_start.p = (void *)LIST, .nr_extents = 5, .domid = 1 });
    refuse(&(struct xen_memory_reservation){
        .nr_extents = 5, .extent_order = 1, .domid = 1 });
    refuse(&(struct xen_memory_reservation){
        .nr_extents = 5, .mem_flags = 32, .domid = 1 });
    ck_assert_int_eq(do_memory_op(XENMEM_claim_pages, HOLE), -EFAULT);
    D->is_privileged = false;
    ck_assert_int_eq(claim(1, 5), -EPERM);
    ck_assert_int_eq(claim(0, 5), -EPERM);
    ck_assert_int_eq(claim(9, 5), -EINVAL);
}
END_TEST

/* --- nodes --- */

START_TEST(no_domain_has_nodes_of_its_own)
{
    struct xen_vnuma_topology_info *info = fake_guest_at(AT);

    world_start();
    *info = (struct xen_vnuma_topology_info){ .domid = 1 };
    ck_assert_int_eq(world_op(XENMEM_get_vnumainfo), -EOPNOTSUPP);
    ck_assert_int_eq(world_op(XENMEM_get_vnumainfo | 1 << 6), -EINVAL);
    info->domid = DOMAIN_SELF;
    ck_assert_int_eq(world_op(XENMEM_get_vnumainfo), -EOPNOTSUPP);
    info->domid = 9;
    ck_assert_int_eq(world_op(XENMEM_get_vnumainfo), -ESRCH);
    info->domid = 1;
    info->pad = 1;
    ck_assert_int_eq(world_op(XENMEM_get_vnumainfo), -EINVAL);
    info->pad = 0;
    D->is_privileged = false;
    ck_assert_int_eq(world_op(XENMEM_get_vnumainfo), -EPERM);
    ck_assert_int_eq(do_memory_op(XENMEM_get_vnumainfo, HOLE), -EFAULT);
}
END_TEST

/* --- frames of the hypervisor's --- */

static struct xen_mem_acquire_resource *resource(domid_t id, uint32_t n,
                                                 uint64_t from)
{
    struct xen_mem_acquire_resource *r = fake_guest_at(AT);

    *r = (struct xen_mem_acquire_resource){
        .domid = id, .type = XENMEM_resource_grant_table, .nr_frames = n,
        .frame = from,
    };
    r->frame_list.p = (void *)LIST;
    return r;
}

START_TEST(a_grant_tables_frames_are_told_to_who_builds_the_domain)
{
    struct xen_mem_acquire_resource *r;

    world_start();
    r = resource(1, 2, 1);
    ck_assert_int_eq(world_op(XENMEM_acquire_resource | 1 << 6), -EINVAL);
    ck_assert_int_eq(world_op(XENMEM_acquire_resource), 0);
    ck_assert_uint_eq(list[0], 41);
    ck_assert_uint_eq(list[1], 42);
    ck_assert_uint_eq(world_grants.frame_count, 3);
    r = resource(1, 0, 0);
    r->frame_list.p = NULL;
    ck_assert_int_eq(world_op(XENMEM_acquire_resource), 0);
    ck_assert_uint_eq(r->nr_frames, GRANT_FRAMES);
    resource(1, 0, 0);
    ck_assert_int_eq(world_op(XENMEM_acquire_resource), -EINVAL);
}
END_TEST

START_TEST(no_other_resource_is_told)
{
    struct xen_mem_acquire_resource *r;

    world_start();
    resource(1, 1, GRANT_FRAMES);
    ck_assert_int_eq(world_op(XENMEM_acquire_resource), -EINVAL);
    resource(1, 2, ~0ul);
    ck_assert_int_eq(world_op(XENMEM_acquire_resource), -EINVAL);
    resource(1, ~0u, 1);
    ck_assert_int_eq(world_op(XENMEM_acquire_resource), -EINVAL);
    resource(1, GRANT_FRAMES, 0);
    ck_assert_int_eq(world_op(XENMEM_acquire_resource), -ENOMEM);
    r = resource(1, 1, 0);
    r->frame_list.p = NULL;
    ck_assert_int_eq(world_op(XENMEM_acquire_resource), -EINVAL);
    r = resource(1, 1, 0);
    r->frame_list.p = (void *)HOLE;
    ck_assert_int_eq(world_op(XENMEM_acquire_resource), -EFAULT);
    r = resource(1, 1, 0);
    r->id = XENMEM_resource_grant_table_id_status;
    ck_assert_int_eq(world_op(XENMEM_acquire_resource), -EINVAL);
    r = resource(1, 1, 0);
    r->type = XENMEM_resource_ioreq_server;
    ck_assert_int_eq(world_op(XENMEM_acquire_resource), -EINVAL);
    r = resource(1, 1, 0);
    r->type = XENMEM_resource_vmtrace_buf + 1;
    ck_assert_int_eq(world_op(XENMEM_acquire_resource), -EOPNOTSUPP);
    r = resource(1, 1, 0);
    r->pad = 1;
    ck_assert_int_eq(world_op(XENMEM_acquire_resource), -EINVAL);
    resource(0, 1, 0);
    ck_assert_int_eq(world_op(XENMEM_acquire_resource), -EPERM);
    resource(9, 1, 0);
    ck_assert_int_eq(world_op(XENMEM_acquire_resource), -ESRCH);
    resource(1, 1, 0);
    D->is_privileged = false;
    ck_assert_int_eq(world_op(XENMEM_acquire_resource), -EPERM);
}
END_TEST

int main(void)
{
    return UNIT_RUN("memory_figures",
        only_the_privileged_act_for_others,
        a_figure_is_asked_for_in_one_go,
        a_claim_says_whether_there_is_enough_and_keeps_nothing,
        a_claim_beyond_what_is_free_is_refused_and_said,
        a_claim_lies_between_what_a_domain_has_and_may_have,
        a_claim_has_a_number_and_a_domain_only,
        no_domain_has_nodes_of_its_own,
        a_grant_tables_frames_are_told_to_who_builds_the_domain,
        no_other_resource_is_told);
}
