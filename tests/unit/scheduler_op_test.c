/* SPDX-License-Identifier: MIT */
/*
 * scheduler_op_test.c - the scheduler's parameters in the terms of today's
 * tools: what they are told, what they may set, and what stays when they err.
 */
#include <string.h>
#include <hv/domctl.h>
#include <hv/errno.h>
#include <hv/sysctl.h>
#include <public/domctl.h>
#include <public/sysctl.h>
#include "policy_core.h"

static struct xen_sysctl sysctl_arg;
static struct xen_domctl domctl_arg;

static struct xen_sysctl_credit_schedule *const all =
    &sysctl_arg.u.scheduler_op.u.sched_credit;
static struct xen_domctl_sched_credit *const one =
    &domctl_arg.u.scheduler_op.u.credit;

static long about_all(uint32_t cmd)
{
    struct xen_sysctl_scheduler_op *s = &sysctl_arg.u.scheduler_op;

    s->cpupool_id = 0;
    s->sched_id = XEN_SCHEDULER_CREDIT;
    s->cmd = cmd;
    return sysctl_scheduler_op(&sysctl_arg);
}

static long set_all(uint32_t tslice_ms, uint32_t ratelimit_us)
{
    *all = (struct xen_sysctl_credit_schedule){
        .tslice_ms = tslice_ms, .ratelimit_us = ratelimit_us,
    };
    return about_all(XEN_SYSCTL_SCHEDOP_putinfo);
}

/* What is in force is that. */
static void require_all(uint32_t tslice_ms, uint32_t ratelimit_us)
{
    memset(all, 0xff, sizeof(*all));
    ck_assert_int_eq(about_all(XEN_SYSCTL_SCHEDOP_getinfo), 0);
    ck_assert_uint_eq(all->tslice_ms, tslice_ms);
    ck_assert_uint_eq(all->ratelimit_us, ratelimit_us);
    ck_assert_uint_eq(all->vcpu_migr_delay_us, 0);
}

static int about_one(unsigned int i, uint32_t cmd)
{
    domctl_arg.u.scheduler_op.sched_id = XEN_SCHEDULER_CREDIT;
    domctl_arg.u.scheduler_op.cmd = cmd;
    return domctl_scheduler_op(&core_domain[i], &domctl_arg);
}

static int set_one(unsigned int i, uint16_t weight, uint16_t cap)
{
    *one = (struct xen_domctl_sched_credit){ .weight = weight, .cap = cap };
    return about_one(i, XEN_DOMCTL_SCHEDOP_putinfo);
}

static void require_one(unsigned int i, uint16_t weight, uint16_t cap)
{
    memset(one, 0xff, sizeof(*one));
    ck_assert_int_eq(about_one(i, XEN_DOMCTL_SCHEDOP_getinfo), 0);
    ck_assert_uint_eq(one->weight, weight);
    ck_assert_uint_eq(one->cap, cap);
}

START_TEST(the_policy_that_runs_has_a_number)
{
    core_init(&sched_credit, 1);
    ck_assert_int_eq(sysctl_sched_id(&sysctl_arg), 0);
    ck_assert_uint_eq(sysctl_arg.u.sched_id.sched_id, XEN_SCHEDULER_CREDIT);
}
END_TEST

START_TEST(what_is_set_for_all_is_told_again)
{
    core_init(&sched_credit, 2);
    require_all(30, 1000);
    ck_assert_int_eq(set_all(5, 0), 0);
    require_all(5, 0);
    ck_assert_int_eq(set_all(10, 2500), 0);
    ck_assert_uint_eq(all->tslice_ms, 10);      /* told at once as well */
    ck_assert_uint_eq(all->ratelimit_us, 2500);
    require_all(10, 2500);
}
END_TEST

START_TEST(slices_and_limits_at_their_ends_are_taken)
{
    core_init(&sched_credit, 2);
    ck_assert_int_eq(set_all(1, 100), 0);
    require_all(1, 100);
    ck_assert_int_eq(set_all(1, 1000), 0);      /* all of the slice */
    ck_assert_int_eq(set_all(1000, 500000), 0);
    require_all(1000, 500000);
}
END_TEST

START_TEST(what_makes_no_sense_for_all_changes_nothing)
{
    static const uint32_t wrong[][2] = {
        { 0, 0 }, { 0, 1000 }, { 1001, 1000 }, { ~0u, 1000 },
        { 10, 99 }, { 10, 1 }, { 1000, 500001 }, { 1000, ~0u },
        { 1, 1001 }, { 10, 10001 },     /* longer than a slice */
    };

    core_init(&sched_credit, 2);
    ck_assert_int_eq(set_all(20, 2000), 0);
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        ck_assert_int_eq(set_all(wrong[i][0], wrong[i][1]), -EINVAL);
        require_all(20, 2000);
    }
    *all = (struct xen_sysctl_credit_schedule){ 10, 1000, 1 };
    ck_assert_int_eq(about_all(XEN_SYSCTL_SCHEDOP_putinfo), -EINVAL);
    require_all(20, 2000);
}
END_TEST

START_TEST(the_new_slice_is_the_one_that_is_run)
{
    core_init(&sched_credit, 2);
    ck_assert_int_eq(set_all(4, 0), 0);
    core_wake(0);
    core_wake(1);
    core_pass(MILLISECS(400));
    ck_assert_int_le(core_turn(), MILLISECS(4));
    ck_assert_int_eq(set_all(100, 0), 0);
    core_pass(MILLISECS(400));
    ck_assert_int_gt(core_turn(), MILLISECS(4));
}
END_TEST

START_TEST(only_pool_0_its_policy_and_two_commands_are_known)
{
    struct xen_sysctl_scheduler_op *s = &sysctl_arg.u.scheduler_op;

    core_init(&sched_credit, 2);
    *s = (struct xen_sysctl_scheduler_op){
        .cpupool_id = 1, .sched_id = XEN_SCHEDULER_CREDIT,
        .cmd = XEN_SYSCTL_SCHEDOP_getinfo,
    };
    ck_assert_int_eq(sysctl_scheduler_op(&sysctl_arg), -ESRCH);
    s->cmd = 2;                         /* is looked at before the pool */
    ck_assert_int_eq(sysctl_scheduler_op(&sysctl_arg), -EINVAL);
    s->cpupool_id = 0;
    ck_assert_int_eq(sysctl_scheduler_op(&sysctl_arg), -EINVAL);
    s->cmd = ~0u;
    ck_assert_int_eq(sysctl_scheduler_op(&sysctl_arg), -EINVAL);
    s->cmd = XEN_SYSCTL_SCHEDOP_getinfo;
    for (uint32_t id = 0; id < 12; id++) {
        s->sched_id = id;
        ck_assert_int_eq(sysctl_scheduler_op(&sysctl_arg),
                         id == XEN_SCHEDULER_CREDIT ? 0 : -EINVAL);
    }
}
END_TEST

START_TEST(weight_and_cap_are_those_of_one_domain)
{
    core_init(&sched_credit, 2);
    require_one(0, 256, 0);
    ck_assert_int_eq(set_one(1, 512, 50), 0);
    require_one(1, 512, 50);
    require_one(0, 256, 0);
    ck_assert_int_eq(set_one(1, 65535, 100), 0);
    require_one(1, 65535, 100);
    ck_assert_int_eq(set_one(1, 1, 0), 0);      /* a cap of 0 ends it */
    require_one(1, 1, 0);
}
END_TEST

START_TEST(a_value_can_be_left_as_it_is)
{
    core_init(&sched_credit, 1);
    ck_assert_int_eq(set_one(0, 300, 40), 0);
    ck_assert_int_eq(set_one(0, 0, 60), 0);
    require_one(0, 300, 60);
    ck_assert_int_eq(set_one(0, 400, 0xffff), 0);
    require_one(0, 400, 60);
    ck_assert_int_eq(set_one(0, 0, 0xffff), 0);
    require_one(0, 400, 60);
}
END_TEST

START_TEST(a_cap_beyond_all_vcpus_changes_nothing)
{
    core_init(&sched_credit, 1);
    ck_assert_int_eq(set_one(0, 300, 40), 0);
    ck_assert_int_eq(set_one(0, 500, 101), -EINVAL);
    require_one(0, 300, 40);
    ck_assert_int_eq(set_one(0, 500, 0xfffe), -EINVAL);
    require_one(0, 300, 40);
}
END_TEST

START_TEST(of_single_vcpus_there_is_nothing_to_know)
{
    static const uint32_t wrong[] = {
        XEN_DOMCTL_SCHEDOP_putvcpuinfo, XEN_DOMCTL_SCHEDOP_getvcpuinfo, 4, ~0u,
    };

    core_init(&sched_credit, 1);
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
        ck_assert_int_eq(about_one(0, wrong[i]), -EINVAL);
    domctl_arg.u.scheduler_op.sched_id = XEN_SCHEDULER_CREDIT2;
    domctl_arg.u.scheduler_op.cmd = XEN_DOMCTL_SCHEDOP_putinfo;
    *one = (struct xen_domctl_sched_credit){ .weight = 7 };
    ck_assert_int_eq(domctl_scheduler_op(&core_domain[0], &domctl_arg),
                     -EINVAL);
    require_one(0, 256, 0);
}
END_TEST

/* Tools of credit must not set what another policy understands otherwise. */
static void refuse_under(const struct sched_policy *policy)
{
    core_init(policy, 2);
    ck_assert_int_eq(sysctl_sched_id(&sysctl_arg), 0);
    ck_assert_uint_eq(sysctl_arg.u.sched_id.sched_id, policy->id);
    ck_assert_int_eq(set_all(30, 1000), -EINVAL);
    ck_assert_int_eq(about_all(XEN_SYSCTL_SCHEDOP_getinfo), -EINVAL);
    ck_assert_int_eq(set_one(0, 256, 0), -EINVAL);
    ck_assert_int_eq(about_one(0, XEN_DOMCTL_SCHEDOP_getinfo), -EINVAL);
    sysctl_arg.u.scheduler_op.sched_id = policy->id;
    ck_assert_int_eq(sysctl_scheduler_op(&sysctl_arg), -EINVAL);
    domctl_arg.u.scheduler_op.sched_id = policy->id;
    ck_assert_int_eq(domctl_scheduler_op(&core_domain[0], &domctl_arg),
                     -EINVAL);
}

START_TEST(bvt_is_not_steered_by_credits_tools)
{
    refuse_under(&sched_bvt);
}
END_TEST

START_TEST(round_robin_is_not_steered_by_credits_tools)
{
    refuse_under(&sched_round_robin);
}
END_TEST

int main(void)
{
    return UNIT_RUN("scheduler_op", the_policy_that_runs_has_a_number,
                    what_is_set_for_all_is_told_again,
                    slices_and_limits_at_their_ends_are_taken,
                    what_makes_no_sense_for_all_changes_nothing,
                    the_new_slice_is_the_one_that_is_run,
                    only_pool_0_its_policy_and_two_commands_are_known,
                    weight_and_cap_are_those_of_one_domain,
                    a_value_can_be_left_as_it_is,
                    a_cap_beyond_all_vcpus_changes_nothing,
                    of_single_vcpus_there_is_nothing_to_know,
                    bvt_is_not_steered_by_credits_tools,
                    round_robin_is_not_steered_by_credits_tools);
}
