/* SPDX-License-Identifier: MIT */
/*
 * scheduler.c - parameters of the scheduler, as the one that runs by default
 * (credit) has them: what was set is given back, and what is out of range or
 * meant for another changes nothing.
 */
#include "control.h"

static long schedctl(uint32_t direction, uint32_t tslice, uint32_t ratelimit)
{
    control_clear();
    op.u.schedctl.sched_id = SCHED_CREDIT;
    op.u.schedctl.direction = direction;
    op.u.schedctl.u.credit.tslice_us = tslice;
    op.u.schedctl.u.credit.ratelimit_us = ratelimit;
    return control(DOM0_SCHEDCTL);
}

static void all_of_it(void)
{
    expect_ok("ask", schedctl(SCHED_INFO_GET, 0, 0));
    expect_eq("tslice", 30000, op.u.schedctl.u.credit.tslice_us);
    expect_eq("ratelimit", 1000, op.u.schedctl.u.credit.ratelimit_us);
    expect_ok("set", schedctl(SCHED_INFO_PUT, 10000, 500));
    expect_rc("tslice_too_short", -XEN_EINVAL,
              schedctl(SCHED_INFO_PUT, 999, 500));
    expect_rc("tslice_too_long", -XEN_EINVAL,
              schedctl(SCHED_INFO_PUT, 1000001, 500));
    expect_rc("ratelimit_too_long", -XEN_EINVAL,
              schedctl(SCHED_INFO_PUT, 10000, 500001));
    expect_rc("direction", -XEN_EINVAL, schedctl(2, 10000, 500));
    expect_ok("ask_again", schedctl(SCHED_INFO_GET, 0, 0));
    expect_eq("what_was_set", 10000, op.u.schedctl.u.credit.tslice_us);
    expect_eq("and_ratelimit", 500, op.u.schedctl.u.credit.ratelimit_us);
    op.u.schedctl.sched_id = SCHED_BVT;
    expect_rc("of_one_that_does_not_run", -XEN_EINVAL, control(DOM0_SCHEDCTL));
    op.u.schedctl.sched_id = SCHED_CREDIT;
    op.u.schedctl.direction = SCHED_INFO_PUT;
    op.u.schedctl.u.pad[3] = 1;
    expect_rc("schedctl_padding", -XEN_EINVAL, control(DOM0_SCHEDCTL));
    expect_ok("set_back", schedctl(SCHED_INFO_PUT, 30000, 1000));
}

static long adjust(uint32_t direction, domid_t domid, uint16_t weight,
                   uint16_t cap)
{
    control_clear();
    op.u.adjustdom.sched_id = SCHED_CREDIT;
    op.u.adjustdom.direction = direction;
    op.u.adjustdom.domid = domid;
    op.u.adjustdom.u.credit.weight = weight;
    op.u.adjustdom.u.credit.cap = cap;
    return control(DOM0_ADJUSTDOM);
}

static void one_domain(void)
{
    expect_ok("ask_about_domain_0", adjust(SCHED_INFO_GET, 0, 0, 0));
    expect_eq("weight", 256, op.u.adjustdom.u.credit.weight);
    expect_eq("cap", 0, op.u.adjustdom.u.credit.cap);
    expect_ok("set_weight_and_cap", adjust(SCHED_INFO_PUT, 0, 512, 90));
    expect_rc("weight_0", -XEN_EINVAL, adjust(SCHED_INFO_PUT, 0, 0, 90));
    expect_rc("cap_beyond_its_vcpus", -XEN_EINVAL,
              adjust(SCHED_INFO_PUT, 0, 512, 12801));
    expect_rc("no_such_domain", -XEN_ESRCH, adjust(SCHED_INFO_GET, 99, 0, 0));
    expect_ok("ask_about_it_again", adjust(SCHED_INFO_GET, 0, 0, 0));
    expect_eq("the_weight_set", 512, op.u.adjustdom.u.credit.weight);
    expect_eq("the_cap_set", 90, op.u.adjustdom.u.credit.cap);
    op.u.adjustdom.pad[1] = 1;
    expect_rc("adjustdom_padding", -XEN_EINVAL, control(DOM0_ADJUSTDOM));
    expect_ok("no_cap", adjust(SCHED_INFO_PUT, 0, 256, 0));
}

void test_scheduler(void)
{
    all_of_it();
    one_domain();
}
