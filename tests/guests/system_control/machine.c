/* SPDX-License-Identifier: MIT */
/* machine.c - CPUs and memory: physinfo, getcpuinfo, availheap. */
#include "system.h"

#define FEATURE_FPU (1u << 0)       /* SDM 2A, CPUID 1 EDX */
#define FEATURE_LM  (1u << 29)      /* 0x80000001 EDX */

static struct xen_sysctl_physinfo *const info = &op.u.physinfo;

static void physinfo(void)
{
    memset(&op, 0x55, sizeof(op));
    expect_ok("physinfo", sysctl(XEN_SYSCTL_physinfo));
    expect_eq("threads_of_a_core", 1, info->threads_per_core);
    expect_eq("cores_of_a_socket", 1, info->cores_per_socket);
    expect_eq("cpus", 1, info->nr_cpus);
    expect_eq("highest_cpu", 0, info->max_cpu_id);
    expect_eq("nodes", 1, info->nr_nodes);
    expect_true("a_likely_rate",
                info->cpu_khz > 100000 && info->cpu_khz < 10000000);
    expect_true("pv_guests_can_be",
                info->capabilities & XEN_SYSCTL_PHYSCAP_pv);
    expect_true("grants_are_of_version_1",
                info->capabilities & XEN_SYSCTL_PHYSCAP_gnttab_v1);
    expect_true("memory", info->total_pages > start_info->nr_pages);
    expect_true("free_memory", info->free_pages > 0 && info->free_pages <
                info->total_pages - start_info->nr_pages);
    expect_eq("nothing_is_claimed", 0, info->outstanding_pages);
    expect_true("the_last_frame", info->max_mfn >= info->total_pages - 1);
    expect_true("features", info->hw_cap[0] & FEATURE_FPU &&
                info->hw_cap[2] & FEATURE_LM);
    if (own_answer("capabilities"))
        expect_eq("capabilities",
                  XEN_SYSCTL_PHYSCAP_pv | XEN_SYSCTL_PHYSCAP_gnttab_v1,
                  info->capabilities);
}

static void memory_comes_and_goes(void)
{
    xen_pfn_t frame = pfn_to_mfn(pfn_alloc_unmapped());
    struct xen_memory_reservation res = { .nr_extents = 1,
                                          .domid = DOMID_SELF };
    uint64_t free;

    sysctl(XEN_SYSCTL_physinfo);
    free = info->free_pages;
    set_xen_guest_handle(res.extent_start, &frame);
    expect_rc("give_one_back", 1,
              hc_memory_op(XENMEM_decrease_reservation, &res));
    sysctl(XEN_SYSCTL_physinfo);
    expect_eq("one_more_is_free", free + 1, info->free_pages);
}

/* -- idle time ------------------------------------------------------------- */

static long idle(uint32_t room, void *to)
{
    op_clear();
    op.u.getcpuinfo.max_cpus = room;
    set_xen_guest_handle(op.u.getcpuinfo.info, to);
    return sysctl(XEN_SYSCTL_getcpuinfo);
}

static void idle_time(void)
{
    static xen_sysctl_cpuinfo_t cpus[4];
    uint64_t before;

    expect_ok("idle_time_of_none", idle(0, NULL));
    expect_eq("is_of_none", 0, op.u.getcpuinfo.nr_cpus);
    memset(cpus, 0x55, sizeof(cpus));
    expect_ok("idle_time_of_all", idle(4, cpus));
    expect_eq("is_of_one", 1, op.u.getcpuinfo.nr_cpus);
    expect_true("and_no_more_is_written",
                cpus[1].idletime == 0x5555555555555555ul);
    before = cpus[0].idletime;
    hc_set_timer_op(clock_now() + 5 * MILLISECOND);
    hc_sched_op(SCHEDOP_block, NULL);
    upcalls_mask();
    idle(1, cpus);
    expect_true("it_grows_while_we_sleep",
                cpus[0].idletime >= before + 2 * MILLISECOND);
    expect_rc("idle_time_to_nowhere", -XEN_EFAULT, idle(1, window_page(0)));
    expect_rc("idle_time_to_the_hypervisor", -XEN_EFAULT,
              idle(1, (void *)HV_PRIVATE));
    expect_rc("idle_time_of_cpus_without_end", -XEN_EFAULT,
              idle(~0u, (void *)NON_CANONICAL));
}

/* -- free memory ----------------------------------------------------------- */

static uint64_t available(uint32_t from, uint32_t to, int32_t node)
{
    op_clear();
    op.u.availheap.min_bitwidth = from;
    op.u.availheap.max_bitwidth = to;
    op.u.availheap.node = node;
    op.u.availheap.avail_bytes = 0x5555;
    return sysctl(XEN_SYSCTL_availheap) ? ~0ul
                                        : op.u.availheap.avail_bytes;
}

static void free_memory(void)
{
    uint64_t all;

    sysctl(XEN_SYSCTL_physinfo);
    all = info->free_pages << PAGE_SHIFT;
    expect_eq("all_that_is_free", all, available(0, 0, -1));
    expect_eq("is_on_node_0", all, available(0, 0, 0));
    expect_eq("none_is_on_another", 0, available(0, 0, 1));
    expect_eq("all_is_below_2_to_the_64", all, available(0, 64, -1));
    expect_eq("none_is_above", 0, available(63, 0, -1));
    expect_eq("none_is_in_the_first_page", 0, available(0, 12, -1));
    if (own_answer("both_parts_are_the_whole"))
        expect_eq("both_parts_are_the_whole", all,
                  available(0, 24, -1) + available(24, 0, -1));
    if (own_answer("all_is_below_2_to_more"))
        expect_eq("all_is_below_2_to_more", all, available(0, ~0u, -1));
}

void test_machine(void)
{
    report_group("machine");
    physinfo();
    memory_comes_and_goes();
    hc_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
    port_bind_virq(VIRQ_TIMER, 0);
    idle_time();
    free_memory();
}
