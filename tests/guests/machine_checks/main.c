/* SPDX-License-Identifier: MIT */
/*
 * machine_checks/main.c - the mca call: what is known of CPUs and their errors.
 *
 * Promise: domain 0 is told how many CPUs there are and what each is, as far as
 * it has room; a fetch of a report when there was none says so. Another
 * version, an unknown command and a bad address are errors and write nothing.
 * Everything is refused to other domains.
 */
#include "guest.h"
#include "hypervisor.h"

#include <xen/arch-x86/xen-mca.h>

const char test_folder[] = "machine_checks";

static struct xen_mc op;
static xen_mc_logical_cpu_t cpus[3];

static long call(uint32_t command)
{
    op.cmd = command;
    op.interface_version = XEN_MCA_INTERFACE_VERSION;
    return HC1(__HYPERVISOR_mca, &op);
}

static long fetch(uint32_t flags, void *data)
{
    memset(&op, 0, sizeof(op));
    op.u.mc_fetch.flags = flags;
    set_xen_guest_handle(op.u.mc_fetch.data, data);
    return call(XEN_MC_fetch);
}

static long describe(uint32_t room, void *to)
{
    memset(&op, 0, sizeof(op));
    op.u.mc_physcpuinfo.ncpus = room;
    set_xen_guest_handle(op.u.mc_physcpuinfo.info, to);
    return call(XEN_MC_physcpuinfo);
}

static void reports(void)
{
    static struct mc_info info;

    report_group("fetch");
    memset(&info, 0x55, sizeof(info));
    expect_ok("one_that_is_not_urgent", fetch(XEN_MC_NONURGENT, &info));
    expect_eq("there_is_none", XEN_MC_NODATA, op.u.mc_fetch.flags);
    expect_eq("it_has_no_number", 0, op.u.mc_fetch.fetch_id);
    expect_ok("one_that_is_urgent", fetch(XEN_MC_URGENT, &info));
    expect_eq("there_is_none_either", XEN_MC_NODATA, op.u.mc_fetch.flags);
    expect_eq("nothing_is_written", 0x55555555, info.mi_nentries);
    expect_rc("of_no_queue", -XEN_EINVAL, fetch(0, &info));
    expect_rc("of_both_queues", -XEN_EINVAL,
              fetch(XEN_MC_URGENT | XEN_MC_NONURGENT, &info));
    expect_rc("to_nowhere", -XEN_EINVAL, fetch(XEN_MC_URGENT, NULL));
    expect_ok("acknowledge_what_was_not_fetched",
              fetch(XEN_MC_NONURGENT | XEN_MC_ACK, &info));
    expect_eq("leaves_the_argument", XEN_MC_NONURGENT | XEN_MC_ACK,
              op.u.mc_fetch.flags);
    expect_rc("acknowledge_of_no_queue", -XEN_EINVAL,
              fetch(XEN_MC_ACK, &info));
    expect_ok("acknowledge_and_no_room",
              fetch(XEN_MC_URGENT | XEN_MC_ACK, NULL));
    report_group(NULL);
}

static void description(void)
{
    uint32_t eax = 1, ebx, ecx = 0, edx;

    report_group("cpus");
    expect_ok("how_many", describe(0, NULL));
    expect_eq("one", 1, op.u.mc_physcpuinfo.ncpus);
    memset(cpus, 0x55, sizeof(cpus));
    expect_ok("what_they_are", describe(3, cpus));
    expect_eq("still_one", 1, op.u.mc_physcpuinfo.ncpus);
    asm volatile("cpuid" : "+a" (eax), "=b" (ebx), "+c" (ecx), "=d" (edx));
    expect_eq("its_number", 0, cpus[0].mc_cpunr);
    expect_eq("its_apic", ebx >> 24, cpus[0].mc_apicid);
    expect_eq("its_stepping", eax & 0xf, cpus[0].mc_step);
    expect_true("its_family", cpus[0].mc_family >= (eax >> 8 & 0xf));
    expect_that("its_vendor", cpus[0].mc_vendor <= 2, cpus[0].mc_vendor);
    expect_true("its_name", cpus[0].mc_vendorid[0] != 0);
    expect_true("threads", cpus[0].mc_nthreads >= 1);
    expect_eq("no_other_is_described", 0x55555555, cpus[1].mc_cpunr);
    report_group(NULL);
}

static void errors(void)
{
    expect_rc("cpus_to_an_address_that_is_not_mapped", -XEN_EFAULT,
              describe(1, window_page(0)));
    expect_rc("cpus_into_the_hypervisor", -XEN_EFAULT,
              describe(1, (void *)HV_PRIVATE));
    memset(&op, 0, sizeof(op));
    op.cmd = XEN_MC_physcpuinfo;
    expect_rc("version_0", -XEN_EACCES, HC1(__HYPERVISOR_mca, &op));
    op.interface_version = XEN_MCA_INTERFACE_VERSION + 1;
    expect_rc("the_next_version", -XEN_EACCES, HC1(__HYPERVISOR_mca, &op));
    expect_eq("writes_nothing", 0, op.u.mc_physcpuinfo.ncpus);
    if (own_answer("an_unknown_command")) {     /* Xen: -EINVAL */
        expect_rc("an_unknown_command", -XEN_ENOSYS, call(99));
        expect_rc("command_0", -XEN_ENOSYS, call(0));
    }
    expect_rc("from_nowhere", -XEN_EFAULT,
              HC1(__HYPERVISOR_mca, window_page(0)));
    expect_rc("from_the_hypervisor", -XEN_EFAULT,
              HC1(__HYPERVISOR_mca, HV_PRIVATE));
}

static void refused(void)
{
    expect_rc("fetch", -XEN_EPERM, fetch(XEN_MC_NONURGENT, cpus));
    expect_rc("physcpuinfo", -XEN_EPERM, describe(3, cpus));
    expect_rc("an_unknown_command", -XEN_EPERM, call(99));
    expect_rc("from_nowhere", -XEN_EPERM,
              HC1(__HYPERVISOR_mca, window_page(0)));
    expect_eq("nothing_is_written", 0, cpus[0].mc_apicid);
}

void test_main(void)
{
    if (!is_domain_0()) {
        refused();
        return;
    }
    reports();
    description();
    errors();
}
