/* SPDX-License-Identifier: MIT */
/* domain_info.c - DOM0_GETDOMAININFO: the next domain, from a number on. */
#include "control.h"

static dom0_getdomaininfo_t *const info = &op.u.getdomaininfo;

static long ask(domid_t domid, uint16_t vcpu, uint64_t context)
{
    control_clear();
    info->domid = domid;
    info->vcpu = vcpu;
    info->ctxt = context;
    info->flags = 0x5555;
    return control(DOM0_GETDOMAININFO);
}

static void own(void)
{
    domid_t self = DOMID_SELF;
    uint64_t before;

    expect_ok("of_domain_0", ask(0, 0, 0));
    expect_eq("its_number", 0, info->domid);
    expect_eq("it_runs", DOMFLAGS_RUNNING, info->flags & 0xff);
    expect_eq("on_cpu_0", 0,
              info->flags >> DOMFLAGS_CPUSHIFT & DOMFLAGS_CPUMASK);
    expect_eq("no_reason_to_have_ended", 0,
              info->flags >> DOMFLAGS_SHUTDOWNSHIFT & DOMFLAGS_SHUTDOWNMASK);
    expect_rc("its_pages", page_count(), (long)info->tot_pages);
    expect_rc("its_most_pages",
              hc_memory_op(XENMEM_maximum_reservation, &self),
              (long)info->max_pages);
    expect_eq("its_shared_info", start_info->shared_info >> PAGE_SHIFT,
              info->shared_info_frame);
    expect_true("its_vcpus", info->max_vcpus >= 1);
    expect_eq("one_is_up", 1, info->online_vcpus);
    before = info->cpu_time;
    clock_spin_until(clock_now() + 5 * MILLISECOND);
    hc_set_timer_op(clock_now() + 5 * MILLISECOND);
    hc_sched_op(SCHEDOP_block, NULL);
    upcalls_mask();
    ask(0, 0, 0);
    expect_true("its_time_has_grown",
                info->cpu_time >= before + 4 * MILLISECOND);
    expect_true("and_is_not_longer_than_there_was",
                info->cpu_time <= clock_now());
}

static void errors(void)
{
    expect_rc("after_the_last_domain", -XEN_ESRCH, ask(1, 0, 0));
    expect_eq("leaves_the_argument", 0x5555, info->flags);
    expect_rc("after_the_last_number", -XEN_ESRCH, ask(DOMID_SELF, 0, 0));
    expect_rc("after_all_numbers", -XEN_ESRCH, ask(0xffff, 0, 0));
    expect_rc("of_a_vcpu_that_does_not_exist", -XEN_EINVAL, ask(0, 4000, 0));
    expect_eq("leaves_the_argument_too", 0x5555, info->flags);
    expect_rc("of_a_vcpu_without_end", -XEN_EINVAL, ask(0, 0xffff, 0));
    expect_rc("with_our_registers", -XEN_EINVAL, ask(0, 0, (uint64_t)&op));
    expect_eq("leaves_it_as_well", 0x5555, info->flags);
}

void test_getdomaininfo(void)
{
    hc_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
    port_bind_virq(VIRQ_TIMER, 0);
    own();
    errors();
}
