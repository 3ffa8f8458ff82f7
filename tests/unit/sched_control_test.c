/* SPDX-License-Identifier: MIT */
/*
 * sched_control_test.c - parameters through the native control door, for each
 * of the policies.
 */
#include <hv/control.h>
#include <hv/errno.h>
#include <public/dom0_ops.h>
#include "policy_core.h"

static int references;

struct domain *find_domain(domid_t id)
{
    if (id >= 2)
        return NULL;
    references++;
    return &core_domain[id];
}

void domain_put(struct domain *d)
{
    UNIT_REQUIRE(d == &core_domain[0] || d == &core_domain[1]);
    references--;
}

static struct dom0_adjustdom about(uint32_t sched_id, uint32_t direction)
{
    return (struct dom0_adjustdom){
        .sched_id = sched_id, .direction = direction, .domid = 1,
    };
}

static struct dom0_schedctl all(uint32_t sched_id, uint32_t direction)
{
    return (struct dom0_schedctl){
        .sched_id = sched_id, .direction = direction,
    };
}

START_TEST(weight_and_cap_of_a_domain)
{
    struct dom0_adjustdom a = about(SCHED_CREDIT, SCHED_INFO_GET);

    core_init(&sched_credit, 2);
    ck_assert_int_eq(control_adjustdom(&a), 0);
    ck_assert_uint_eq(a.u.credit.weight, 256);
    ck_assert_uint_eq(a.u.credit.cap, 0);
    a.direction = SCHED_INFO_PUT;
    a.u.credit.weight = 300;
    a.u.credit.cap = 50;
    ck_assert_int_eq(control_adjustdom(&a), 0);
    a = about(SCHED_CREDIT, SCHED_INFO_GET);
    ck_assert_int_eq(control_adjustdom(&a), 0);
    ck_assert_uint_eq(a.u.credit.weight, 300);
    ck_assert_uint_eq(a.u.credit.cap, 50);
    a.domid = 0;
    ck_assert_int_eq(control_adjustdom(&a), 0);
    ck_assert_uint_eq(a.u.credit.weight, 256);
    a.domid = 2;
    ck_assert_int_eq(control_adjustdom(&a), -ESRCH);
    ck_assert_int_eq(references, 0);
}
END_TEST

START_TEST(all_parameters_of_bvt)
{
    struct dom0_adjustdom a = about(SCHED_BVT, SCHED_INFO_PUT);
    struct dom0_schedctl c = all(SCHED_BVT, SCHED_INFO_PUT);

    core_init(&sched_bvt, 2);
    a.u.bvt.mcu_adv = 20;
    a.u.bvt.warpback = 1;
    a.u.bvt.warpvalue = 7;
    a.u.bvt.warpl = 1000;
    a.u.bvt.warpu = 2000;
    ck_assert_int_eq(control_adjustdom(&a), 0);
    a = about(SCHED_BVT, SCHED_INFO_GET);
    ck_assert_int_eq(control_adjustdom(&a), 0);
    ck_assert_uint_eq(a.u.bvt.mcu_adv, 20);
    ck_assert_uint_eq(a.u.bvt.warpback, 1);
    ck_assert_int_eq(a.u.bvt.warpvalue, 7);
    ck_assert_int_eq(a.u.bvt.warpl, 1000);
    ck_assert_int_eq(a.u.bvt.warpu, 2000);
    a.direction = SCHED_INFO_PUT;
    a.u.bvt.warpl = -1;
    ck_assert_int_eq(control_adjustdom(&a), -EINVAL);
    a.u.bvt.warpl = 0;
    a.u.bvt.warpback = 2;
    ck_assert_int_eq(control_adjustdom(&a), -EINVAL);
    c.u.bvt.ctx_allow = MILLISECS(2);
    ck_assert_int_eq(control_schedctl(&c), 0);
    c = all(SCHED_BVT, SCHED_INFO_GET);
    ck_assert_int_eq(control_schedctl(&c), 0);
    ck_assert_uint_eq(c.u.bvt.ctx_allow, MILLISECS(2));
    ck_assert_int_eq(references, 0);
}
END_TEST

START_TEST(round_robin_has_a_slice_and_nothing_of_domains)
{
    struct dom0_adjustdom a = about(SCHED_RROBIN, SCHED_INFO_GET);
    struct dom0_schedctl c = all(SCHED_RROBIN, SCHED_INFO_GET);

    core_init(&sched_round_robin, 2);
    ck_assert_int_eq(control_adjustdom(&a), -EINVAL);
    a.direction = SCHED_INFO_PUT;
    ck_assert_int_eq(control_adjustdom(&a), -EINVAL);
    ck_assert_int_eq(references, 0);
    ck_assert_int_eq(control_schedctl(&c), 0);
    ck_assert_uint_eq(c.u.rrobin.slice, MILLISECS(10));
    c.direction = SCHED_INFO_PUT;
    c.u.rrobin.slice = MILLISECS(1001);
    ck_assert_int_eq(control_schedctl(&c), -EINVAL);
    c.u.rrobin.slice = MILLISECS(1);
    ck_assert_int_eq(control_schedctl(&c), 0);
}
END_TEST

/* Each byte that is none of the parameters must be 0. */
START_TEST(what_is_no_parameter_must_be_zero)
{
    struct dom0_adjustdom a = about(SCHED_CREDIT, SCHED_INFO_PUT);
    struct dom0_schedctl c = all(SCHED_CREDIT, SCHED_INFO_PUT);

    core_init(&sched_credit, 2);
    a.u.credit.weight = 256;
    c.u.credit.tslice_us = 30000;
    for (size_t i = 4; i < sizeof(a.u); i++) {
        ((uint8_t *)&a.u)[i] = 1;
        ck_assert_int_eq(control_adjustdom(&a), -EINVAL);
        ((uint8_t *)&a.u)[i] = 0;
    }
    for (size_t i = 8; i < sizeof(c.u); i++) {
        ((uint8_t *)&c.u)[i] = 1;
        ck_assert_int_eq(control_schedctl(&c), -EINVAL);
        ((uint8_t *)&c.u)[i] = 0;
    }
    ck_assert_int_eq(control_adjustdom(&a), 0);
    ck_assert_int_eq(control_schedctl(&c), 0);
    a.pad[2] = 1;
    ck_assert_int_eq(control_adjustdom(&a), -EINVAL);
}
END_TEST

START_TEST(another_policy_or_direction_is_refused)
{
    static const uint32_t wrong[][2] = {
        { SCHED_BVT, SCHED_INFO_GET }, { SCHED_ATROPOS, SCHED_INFO_GET },
        { SCHED_RROBIN, SCHED_INFO_PUT }, { 4, SCHED_INFO_GET },
        { SCHED_CREDIT, 2 }, { SCHED_CREDIT, ~0u }, { ~0u, 0 },
    };

    core_init(&sched_credit, 2);
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        struct dom0_adjustdom a = about(wrong[i][0], wrong[i][1]);
        struct dom0_schedctl c = all(wrong[i][0], wrong[i][1]);

        ck_assert_int_eq(control_adjustdom(&a), -EINVAL);
        ck_assert_int_eq(control_schedctl(&c), -EINVAL);
    }
    ck_assert_int_eq(references, 0);
}
END_TEST

int main(void)
{
    return UNIT_RUN("sched_control", weight_and_cap_of_a_domain,
                    all_parameters_of_bvt,
                    round_robin_has_a_slice_and_nothing_of_domains,
                    what_is_no_parameter_must_be_zero,
                    another_policy_or_direction_is_refused);
}
