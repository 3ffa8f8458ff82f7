/* SPDX-License-Identifier: MIT */
/*
 * dom0_only/main.c - the machine-wide operations of domain 0.
 *
 * Promise: platform_op looks at the interface version before anything else and
 * refuses a wrong one with -EACCES. An unknown command is -ENOSYS. What the
 * firmware does not have is an error, never made up.
 * Runs as dom0.
 */
#include "guest.h"

#include <xen/platform.h>

const char test_folder[] = "dom0_only";

static struct xen_platform_op op;

static long call(unsigned command)
{
    op.cmd = command;
    op.interface_version = XENPF_INTERFACE_VERSION;
    return HC1(__HYPERVISOR_platform_op, &op);
}

static void versions(void)
{
    op.cmd = XENPF_get_cpuinfo;
    op.interface_version = 0;
    expect_rc("version_0", -XEN_EACCES, HC1(__HYPERVISOR_platform_op, &op));
    op.interface_version = XENPF_INTERFACE_VERSION + 1;
    expect_rc("the_next_version", -XEN_EACCES,
              HC1(__HYPERVISOR_platform_op, &op));
    expect_rc("an_unmapped_argument", -XEN_EFAULT,
              HC1(__HYPERVISOR_platform_op, window_page(0)));
    expect_rc("an_unknown_command", -XEN_ENOSYS, call(9999));
}

static void cpu(void)
{
    memset(&op, 0, sizeof(op));
    expect_ok("get_cpuinfo", call(XENPF_get_cpuinfo));
    expect_eq("one_processor_is_present", 0, op.u.pcpu_info.max_present);
    expect_eq("it_is_online", XEN_PCPU_FLAGS_ONLINE,
              op.u.pcpu_info.flags & XEN_PCPU_FLAGS_ONLINE);
    expect_eq("its_apic_id", 0, op.u.pcpu_info.apic_id);
}

static void firmware(void)
{
    long rc;

    memset(&op, 0, sizeof(op));
    op.u.firmware_info.type = XEN_FW_EFI_INFO;
    op.u.firmware_info.index = XEN_FW_EFI_VERSION;
    rc = call(XENPF_firmware_info);
    expect_that("a_bios_machine_has_no_efi", rc < 0, (uint64_t)rc);
    memset(&op, 0, sizeof(op));
    op.u.firmware_info.type = XEN_FW_DISK_INFO;
    op.u.firmware_info.index = 255;
    rc = call(XENPF_firmware_info);
    expect_that("there_is_no_disk_255", rc < 0, (uint64_t)rc);
    memset(&op, 0, sizeof(op));
    op.u.firmware_info.type = 99;
    expect_rc("an_unknown_kind_of_information", -XEN_EINVAL,
              call(XENPF_firmware_info));
}

void test_main(void)
{
    versions();
    cpu();
    firmware();
}
