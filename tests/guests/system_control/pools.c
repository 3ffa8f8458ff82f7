/* SPDX-License-Identifier: MIT */
/* pools.c - pools of CPUs, of which there is one, and the scheduler in it. */
#include "system.h"

static struct xen_sysctl_cpupool_op *const p = &op.u.cpupool_op;
static uint8_t map[16];

static long pool(uint32_t command, uint32_t id, uint32_t bits)
{
    op_clear();
    memset(map, 0x55, sizeof(map));
    p->op = command;
    p->cpupool_id = id;
    p->cpumap.nr_bits = bits;
    set_xen_guest_handle(p->cpumap.bitmap, map);
    return sysctl(XEN_SYSCTL_cpupool_op);
}

static long pool_cpu(uint32_t command, uint32_t id, uint32_t cpu)
{
    op_clear();
    p->op = command;
    p->cpupool_id = id;
    p->cpu = cpu;
    return sysctl(XEN_SYSCTL_cpupool_op);
}

static long pool_domain(uint32_t id, uint32_t domid)
{
    op_clear();
    p->op = XEN_SYSCTL_CPUPOOL_OP_MOVEDOMAIN;
    p->cpupool_id = id;
    p->domid = domid;
    return sysctl(XEN_SYSCTL_cpupool_op);
}

static void the_one(void)
{
    expect_ok("first", pool(XEN_SYSCTL_CPUPOOL_OP_INFO, 0, 64));
    expect_eq("is_0", 0, p->cpupool_id);
    expect_eq("has_a_domain", 1, p->n_dom);
    expect_eq("has_cpu_0", 1, map[0]);
    expect_eq("has_no_others", 0, map[1] | map[7]);
    expect_eq("no_more_is_written", 0x55, map[8]);
    expect_ok("with_less_room", pool(XEN_SYSCTL_CPUPOOL_OP_INFO, 0, 9));
    expect_eq("whole_bytes_are_written", 0, map[1]);
    expect_eq("and_no_more", 0x55, map[2]);
    expect_ok("without_room", pool(XEN_SYSCTL_CPUPOOL_OP_INFO, 0, 0));
    expect_eq("nothing_is_written", 0x55, map[0]);
    expect_rc("next", -XEN_ENOENT, pool(XEN_SYSCTL_CPUPOOL_OP_INFO, 1, 64));
    expect_rc("any", -XEN_ENOENT,
              pool(XEN_SYSCTL_CPUPOOL_OP_INFO, XEN_SYSCTL_CPUPOOL_PAR_ANY, 64));
    expect_ok("cpus_in_none", pool(XEN_SYSCTL_CPUPOOL_OP_FREEINFO, 0, 64));
    expect_eq("are_none", 0, map[0] | map[7]);
    set_xen_guest_handle(p->cpumap.bitmap, window_page(0));
    expect_rc("to_nowhere", -XEN_EFAULT, sysctl(XEN_SYSCTL_cpupool_op));
    p->op = XEN_SYSCTL_CPUPOOL_OP_INFO;
    set_xen_guest_handle(p->cpumap.bitmap, (uint8_t *)HV_PRIVATE);
    expect_rc("to_the_hypervisor", -XEN_EFAULT, sysctl(XEN_SYSCTL_cpupool_op));
    if (own_answer("too_much_room"))
        expect_rc("too_much_room", -XEN_E2BIG,
                  pool(XEN_SYSCTL_CPUPOOL_OP_INFO, 0, ~0u));
}

static void changes(void)
{
    expect_rc("destroy_it", -XEN_EBUSY,
              pool(XEN_SYSCTL_CPUPOOL_OP_DESTROY, 0, 0));
    expect_rc("destroy_another", -XEN_ENOENT,
              pool(XEN_SYSCTL_CPUPOOL_OP_DESTROY, 1, 0));
    expect_rc("add_its_cpu", -XEN_ENODEV,
              pool_cpu(XEN_SYSCTL_CPUPOOL_OP_ADDCPU, 0, 0));
    expect_rc("add_no_cpu", -XEN_EINVAL,
              pool_cpu(XEN_SYSCTL_CPUPOOL_OP_ADDCPU, 0, 5000));
    expect_rc("remove_its_last_cpu", -XEN_EINVAL,
              pool_cpu(XEN_SYSCTL_CPUPOOL_OP_RMCPU, 0, 0));
    expect_rc("remove_from_another", -XEN_ENOENT,
              pool_cpu(XEN_SYSCTL_CPUPOOL_OP_RMCPU, 1, 0));
    expect_rc("remove_no_cpu", -XEN_EINVAL,
              pool_cpu(XEN_SYSCTL_CPUPOOL_OP_RMCPU, 0, 5000));
    expect_rc("move_no_domain", -XEN_ESRCH, pool_domain(0, 99));
    expect_rc("move_ourselves", -XEN_EPERM, pool_domain(1, 0));
    expect_rc("move_us_to_where_we_are", -XEN_EPERM, pool_domain(0, 0));
    expect_rc("operation_0", -XEN_ENOSYS, pool(0, 0, 0));
    expect_rc("operation_8", -XEN_ENOSYS, pool(8, 0, 0));
    if (own_answer("make_one"))
        expect_rc("make_one", -XEN_EOPNOTSUPP,
                  pool(XEN_SYSCTL_CPUPOOL_OP_CREATE,
                       XEN_SYSCTL_CPUPOOL_PAR_ANY, 0));
}

void test_pools(void)
{
    report_group("pools");
    the_one();
    changes();
}

/* -- the scheduler --------------------------------------------------------- */

static struct xen_sysctl_credit_schedule *const credit =
    &op.u.scheduler_op.u.sched_credit;

static long schedule(uint32_t id, uint32_t command, uint32_t slice,
                     uint32_t limit)
{
    op_clear();
    op.u.scheduler_op.sched_id = id;
    op.u.scheduler_op.cmd = command;
    credit->tslice_ms = slice;
    credit->ratelimit_us = limit;
    return sysctl(XEN_SYSCTL_scheduler_op);
}

static long put(uint32_t slice, uint32_t limit)
{
    return schedule(XEN_SCHEDULER_CREDIT, XEN_SYSCTL_SCHEDOP_putinfo, slice,
                    limit);
}

static long get(void)
{
    return schedule(XEN_SCHEDULER_CREDIT, XEN_SYSCTL_SCHEDOP_getinfo, 5, 5);
}

static void out_of_range(void)
{
    expect_rc("slice_0", -XEN_EINVAL, put(0, 0));
    expect_rc("slice_too_long", -XEN_EINVAL, put(1001, 1000));
    expect_rc("slice_without_end", -XEN_EINVAL, put(~0u, 1000));
    expect_rc("limit_too_short", -XEN_EINVAL, put(30, 99));
    expect_rc("limit_too_long", -XEN_EINVAL, put(1000, 500001));
    expect_rc("limit_above_slice", -XEN_EINVAL, put(1, 1001));
    expect_rc("another_scheduler", -XEN_EINVAL,
              schedule(XEN_SCHEDULER_CREDIT2, XEN_SYSCTL_SCHEDOP_getinfo, 0,
                       0));
    expect_rc("no_scheduler", -XEN_EINVAL,
              schedule(~0u, XEN_SYSCTL_SCHEDOP_getinfo, 0, 0));
    expect_rc("command_2", -XEN_EINVAL,
              schedule(XEN_SCHEDULER_CREDIT, 2, 30, 1000));
    put(30, 1000);
    op.u.scheduler_op.cpupool_id = 1;
    expect_rc("in_another_pool", -XEN_ESRCH, sysctl(XEN_SYSCTL_scheduler_op));
}

void test_scheduler(void)
{
    report_group("scheduler");
    op_clear();
    expect_ok("which", sysctl(XEN_SYSCTL_sched_id));
    expect_eq("credit", XEN_SCHEDULER_CREDIT, op.u.sched_id.sched_id);
    expect_ok("ask", get());
    expect_eq("slice", 30, credit->tslice_ms);
    expect_eq("limit", 1000, credit->ratelimit_us);
    expect_eq("delay", 0, credit->vcpu_migr_delay_us);
    expect_ok("set", put(10, 500));
    expect_eq("slice_as_set", 10, credit->tslice_ms);
    out_of_range();
    expect_ok("no_limit", put(30, 0));
    expect_ok("ask_again", get());
    expect_eq("slice_again", 30, credit->tslice_ms);
    expect_eq("limit_again", 0, credit->ratelimit_us);
    expect_ok("set_back", put(30, 1000));
}
