/* SPDX-License-Identifier: MIT */
/* affinity.c - CPUs, weights and nodes. The machine has one CPU. */
#include "cpus.h"

#define HARD    XEN_VCPUAFFINITY_HARD
#define SOFT    XEN_VCPUAFFINITY_SOFT
#define FORCE   XEN_VCPUAFFINITY_FORCE

static uint8_t hard[16], soft[16];
static void *hard_at = hard, *soft_at = soft;

/* With masks of @bits that name the CPUs of the first byte of each. */
static long affinity(uint32_t command, domid_t domid, uint32_t vcpu,
                     uint32_t flags, uint32_t bits)
{
    struct xen_domctl_vcpuaffinity *a = &op.u.vcpuaffinity;

    op_clear();
    a->vcpu = vcpu;
    a->flags = flags;
    a->cpumap_hard.nr_bits = a->cpumap_soft.nr_bits = bits;
    set_xen_guest_handle(a->cpumap_hard.bitmap, hard_at);
    set_xen_guest_handle(a->cpumap_soft.bitmap, soft_at);
    return control(command, domid);
}

static long get(domid_t domid, uint32_t vcpu, uint32_t flags, uint32_t bits)
{
    memset(hard, 0x55, sizeof(hard));
    memset(soft, 0x55, sizeof(soft));
    return affinity(XEN_DOMCTL_getvcpuaffinity, domid, vcpu, flags, bits);
}

static long set(domid_t domid, uint32_t vcpu, uint32_t flags, uint8_t hard_cpus,
                uint8_t soft_cpus)
{
    memset(hard, 0, sizeof(hard));
    memset(soft, 0, sizeof(soft));
    hard[0] = hard_cpus;
    soft[0] = soft_cpus;
    return affinity(XEN_DOMCTL_setvcpuaffinity, domid, vcpu, flags, 64);
}

static void ask(void)
{
    expect_ok("at_first", get(other, 0, HARD | SOFT, 64));
    expect_eq("anywhere", 1, hard[0]);
    expect_eq("as_far_as_there_are_cpus", 0, hard[1] | hard[7]);
    expect_eq("and_anywhere_best", 1, soft[0]);
    expect_eq("no_more_is_written", 0x55, hard[8]);
    expect_ok("hard_alone", get(other, 1, HARD, 64));
    expect_eq("leaves_soft", 0x55, soft[0]);
    expect_ok("soft_alone", get(other, 1, SOFT, 64));
    expect_eq("leaves_hard", 0x55, hard[0]);
    expect_ok("of_ourselves", get(0, 0, HARD, 64));
    expect_eq("anywhere_too", 1, hard[0]);
    expect_ok("without_room", get(other, 0, HARD, 0));
    expect_eq("writes_nothing", 0x55, hard[0]);
}

static void change(void)
{
    expect_ok("set_hard", set(other, 0, HARD, 0xff, 0));
    expect_eq("what_is_in_force", 1, hard[0]);
    expect_ok("set_soft", set(other, 0, SOFT, 0, 0x03));
    expect_eq("soft_in_force", 1, soft[0]);
    expect_ok("set_both", set(other, 1, HARD | SOFT, 1, 1));
    expect_eq("hard_of_both", 1, hard[0]);
    expect_eq("soft_of_both", 1, soft[0]);
    expect_ok("force_of_nothing", set(other, 1, FORCE, 0, 0));
    expect_ok("force_and_hard", set(other, 1, FORCE | HARD, 1, 0));
    expect_ok("of_ourselves_set", set(0, 0, HARD, 1, 0));
    expect_rc("hard_without_cpus", -XEN_EINVAL, set(other, 0, HARD, 0, 0));
    expect_rc("hard_of_none_that_is_there", -XEN_EINVAL,
              set(other, 0, HARD, 0x80, 0));
    expect_ok("soft_without_cpus", set(other, 0, SOFT, 0, 0));
    expect_eq("none_in_force", 0, soft[0]);
    expect_ok("soft_of_none_that_is_there",
              set(other, 0, HARD | SOFT, 1, 0x80));
    expect_eq("hard_and_none_in_force", 1, hard[0] | soft[0]);
    expect_ok("asked_after_that", get(other, 0, HARD | SOFT, 64));
    expect_eq("hard_is_as_it_was", 1, hard[0]);
}

static void wrong(void)
{
    expect_rc("no_flags", -XEN_EINVAL, get(other, 0, 0, 64));
    expect_rc("vcpu_2", -XEN_EINVAL, get(other, 2, HARD, 64));
    expect_rc("vcpu_without_end", -XEN_EINVAL, get(other, ~0u, HARD, 64));
    expect_rc("set_vcpu_2", -XEN_EINVAL, set(other, 2, HARD, 1, 1));
    expect_rc("set_no_flags", -XEN_EINVAL, set(other, 0, 0, 1, 1));
    expect_rc("no_domain", -XEN_ESRCH, get(NO_DOMAIN, 0, HARD, 64));
    expect_rc("set_no_domain", -XEN_ESRCH, set(NO_DOMAIN, 0, HARD, 1, 1));
    hard_at = NULL;
    expect_rc("null_hard", -XEN_EINVAL, get(other, 0, HARD, 64));
    expect_ok("null_hard_and_soft_asked", get(other, 0, SOFT, 64));
    hard_at = window_page(0);
    expect_rc("hard_unmapped", -XEN_EFAULT, get(other, 0, HARD, 64));
    expect_rc("set_from_unmapped", -XEN_EFAULT, set(other, 0, HARD, 1, 1));
    hard_at = (void *)HV_PRIVATE;
    expect_rc("hard_of_the_hypervisor", -XEN_EFAULT, get(other, 0, HARD, 64));
    expect_rc("set_from_the_hypervisor", -XEN_EFAULT,
              set(other, 0, HARD, 1, 1));
    hard_at = hard;
    soft_at = (void *)NON_CANONICAL;
    expect_rc("soft_of_no_address", -XEN_EFAULT, get(other, 0, SOFT, 64));
    soft_at = soft;
}

/* What the vcpu asked for itself is ended by force only. */
static void override(void)
{
    struct sched_pin_override pin = { .pcpu = 0 };

    expect_ok("pin_ourselves", hc_sched_op(SCHEDOP_pin_override, &pin));
    expect_rc("set_while_pinned", -XEN_EBUSY, set(0, 0, HARD, 1, 0));
    expect_rc("soft_while_pinned", -XEN_EBUSY, set(0, 0, SOFT, 0, 1));
    expect_ok("by_force", set(0, 0, FORCE | HARD, 1, 0));
    pin.pcpu = -1;
    expect_rc("nothing_is_left_to_end", -XEN_EINVAL,
              hc_sched_op(SCHEDOP_pin_override, &pin));
}

void test_affinity(void)
{
    report_group("affinity");
    ask();
    change();
    wrong();
    override();
}

/* -- scheduler ------------------------------------------------------------- */

static struct xen_domctl_scheduler_op *const s = &op.u.scheduler_op;

static long schedule(domid_t domid, uint32_t id, uint32_t command,
                     uint16_t weight, uint16_t cap)
{
    op_clear();
    s->sched_id = id;
    s->cmd = command;
    s->u.credit.weight = weight;
    s->u.credit.cap = cap;
    return control(XEN_DOMCTL_scheduler_op, domid);
}

static long put(uint16_t weight, uint16_t cap)
{
    return schedule(other, XEN_SCHEDULER_CREDIT, XEN_DOMCTL_SCHEDOP_putinfo,
                    weight, cap);
}

static void expect_info(const char *name, uint16_t weight, uint16_t cap)
{
    long rc = schedule(other, XEN_SCHEDULER_CREDIT, XEN_DOMCTL_SCHEDOP_getinfo,
                       7, 7);

    expect_eq(name, (uint32_t)weight << 16 | cap,
              rc ? ~0u : (uint32_t)s->u.credit.weight << 16 | s->u.credit.cap);
}

void test_scheduler(void)
{
    report_group("scheduler");
    expect_info("at_first", 256, 0);
    expect_ok("set", put(512, 50));
    expect_info("as_set", 512, 50);
    expect_ok("weight_0", put(0, 100));
    expect_info("keeps_the_weight", 512, 100);
    expect_ok("cap_without_end", put(300, 0xffff));
    expect_info("keeps_the_cap", 300, 100);
    expect_rc("another_scheduler", -XEN_EINVAL,
              schedule(other, XEN_SCHEDULER_CREDIT2,
                       XEN_DOMCTL_SCHEDOP_getinfo, 0, 0));
    expect_rc("no_scheduler", -XEN_EINVAL,
              schedule(other, ~0u, XEN_DOMCTL_SCHEDOP_getinfo, 0, 0));
    expect_rc("of_a_vcpu", -XEN_EINVAL,
              schedule(other, XEN_SCHEDULER_CREDIT,
                       XEN_DOMCTL_SCHEDOP_getvcpuinfo, 0, 0));
    expect_rc("command_4", -XEN_EINVAL,
              schedule(other, XEN_SCHEDULER_CREDIT, 4, 0, 0));
    expect_rc("no_domain", -XEN_ESRCH,
              schedule(NO_DOMAIN, XEN_SCHEDULER_CREDIT,
                       XEN_DOMCTL_SCHEDOP_getinfo, 0, 0));
    expect_ok("of_ourselves", schedule(0, XEN_SCHEDULER_CREDIT,
                                       XEN_DOMCTL_SCHEDOP_getinfo, 0, 0));
    if (own_answer("cap_beyond_its_vcpus"))
        expect_rc("cap_beyond_its_vcpus", -XEN_EINVAL, put(256, 201));
    expect_ok("set_back", put(256, 0));
}

/* -- nodes ----------------------------------------------------------------- */

static uint8_t nodes[16];

static long node(uint32_t command, domid_t domid, uint8_t mask, void *at)
{
    op_clear();
    memset(nodes, 0, sizeof(nodes));
    nodes[0] = mask;
    op.u.nodeaffinity.nodemap.nr_bits = 64;
    set_xen_guest_handle(op.u.nodeaffinity.nodemap.bitmap, at);
    return control(command, domid);
}

void test_nodes(void)
{
    report_group("nodes");
    expect_ok("ask", node(XEN_DOMCTL_getnodeaffinity, other, 0xff, nodes));
    expect_eq("node_0", 1, nodes[0]);
    expect_ok("set", node(XEN_DOMCTL_setnodeaffinity, other, 1, nodes));
    expect_rc("set_none", -XEN_EINVAL,
              node(XEN_DOMCTL_setnodeaffinity, other, 0, nodes));
    expect_rc("from_nowhere", -XEN_EFAULT,
              node(XEN_DOMCTL_setnodeaffinity, other, 1, window_page(0)));
    expect_rc("to_the_hypervisor", -XEN_EFAULT,
              node(XEN_DOMCTL_getnodeaffinity, other, 1, (void *)HV_PRIVATE));
    expect_rc("no_domain", -XEN_ESRCH,
              node(XEN_DOMCTL_getnodeaffinity, NO_DOMAIN, 1, nodes));
    expect_rc("none_that_is_there", -XEN_EINVAL,
              node(XEN_DOMCTL_setnodeaffinity, other, 2, nodes));
}
