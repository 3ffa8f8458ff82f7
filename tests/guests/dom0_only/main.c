/* SPDX-License-Identifier: MIT */
/*
 * dom0_only/main.c - the machine-wide operations of domain 0.
 *
 * Promise: platform_op looks at the interface version before anything else and
 * refuses a wrong one with -EACCES. An unknown command is -ENOSYS. What the
 * firmware does not have is an error, never made up. Who asks to put the
 * machine to sleep must ask for a state that there is; a refusal leaves it
 * awake. From what domain 0 tells the firmware about processor states the
 * hypervisor takes the bits that are its own affair.
 * Runs as dom0.
 */
#include "guest.h"
#include "hypervisor.h"

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

static long firmware_info(unsigned type, unsigned index)
{
    memset(&op, 0, sizeof(op));
    op.u.firmware_info.type = type;
    op.u.firmware_info.index = index;
    return call(XENPF_firmware_info);
}

static void bios(void)
{
    report_group("bios");
    expect_rc("a_signature_of_disk_255", -XEN_ESRCH,
              firmware_info(XEN_FW_DISK_MBR_SIGNATURE, 255));
    expect_rc("a_signature_of_a_disk_without_end", -XEN_ESRCH,
              firmware_info(XEN_FW_DISK_MBR_SIGNATURE, ~0u));
    expect_rc("a_second_monitor", -XEN_ESRCH,
              firmware_info(XEN_FW_VBEDDC_INFO, 1));
    if (own_answer("the_first_monitor"))
        expect_rc("the_first_monitor", -XEN_ESRCH,
                  firmware_info(XEN_FW_VBEDDC_INFO, 0));
    expect_ok("keys_held", firmware_info(XEN_FW_KBD_SHIFT_FLAGS, 0));
    expect_that("there_is_no_key_held",
                !(op.u.firmware_info.u.kbd_shift_flags & 0xf),
                op.u.firmware_info.u.kbd_shift_flags);
    expect_rc("of_a_second_keyboard", -XEN_ESRCH,
              firmware_info(XEN_FW_KBD_SHIFT_FLAGS, 1));
    expect_rc("tables_of_efi", -XEN_ENOSYS,
              firmware_info(XEN_FW_EFI_INFO, XEN_FW_EFI_CONFIG_TABLE));
    report_group(NULL);
}

static long fall_asleep(unsigned state, unsigned value, unsigned flags)
{
    memset(&op, 0, sizeof(op));
    op.u.enter_acpi_sleep.sleep_state = state;
    op.u.enter_acpi_sleep.val_a = op.u.enter_acpi_sleep.val_b =
        (uint16_t)value;
    op.u.enter_acpi_sleep.flags = flags;
    return call(XENPF_enter_acpi_sleep);
}

static void sleep_states(void)
{
    report_group("sleep");
    expect_rc("state_0", -XEN_EINVAL, fall_asleep(0, 0, 0));
    expect_rc("state_6", -XEN_EINVAL, fall_asleep(6, 0, 0));
    expect_rc("a_state_without_end", -XEN_EINVAL, fall_asleep(~0u, 0, 0));
    expect_rc("an_unknown_flag", -XEN_EINVAL, fall_asleep(5, 0, 2));
    if (own_answer("with_the_enable_bit")) {
        expect_rc("with_the_enable_bit", -XEN_EINVAL,
                  fall_asleep(5, 1 << 13, 0));
        expect_rc("state_3", -XEN_ENOSYS, fall_asleep(3, 0, 0));
        expect_rc("state_1", -XEN_ENOSYS, fall_asleep(1, 0, 0));
        expect_rc("by_the_extended_register", -XEN_ENOSYS,
                  fall_asleep(5, 0, XENPF_ACPI_SLEEP_EXTENDED));
    }
    report_group(NULL);
}

static uint32_t pdc[4];

static long tell_states(uint32_t type, uint32_t revision, uint32_t count,
                        void *at)
{
    memset(&op, 0, sizeof(op));
    op.u.set_pminfo.type = type;
    set_xen_guest_handle(op.u.set_pminfo.u.pdc, at);
    pdc[0] = revision;
    pdc[1] = count;
    pdc[2] = ~0u;
    pdc[3] = 0x1234;
    return call(XENPF_set_processor_pminfo);
}

static void processor_states(void)
{
    report_group("pdc");
    expect_ok("tell", tell_states(XEN_PM_PDC, 1, 1, pdc));
    expect_that("bits_that_stay", pdc[2] != ~0u, pdc[2]);
    expect_eq("nothing_behind_changes", 0x1234, pdc[3]);
    expect_rc("of_another_revision", -XEN_EINVAL,
              tell_states(XEN_PM_PDC, 2, 1, pdc));
    expect_eq("changes_nothing", ~0u, pdc[2]);
    expect_rc("of_no_words", -XEN_EINVAL, tell_states(XEN_PM_PDC, 1, 0, pdc));
    expect_rc("from_nowhere", -XEN_EFAULT,
              tell_states(XEN_PM_PDC, 1, 1, window_page(0)));
    expect_rc("from_the_hypervisor", -XEN_EFAULT,
              tell_states(XEN_PM_PDC, 1, 1, (void *)HV_PRIVATE));
    if (own_answer("performance_states")) {
        expect_rc("performance_states", -XEN_ENOSYS,
                  tell_states(XEN_PM_PX, 1, 1, pdc));
        expect_rc("idle_states", -XEN_ENOSYS,
                  tell_states(XEN_PM_CX, 1, 1, pdc));
        expect_rc("an_unknown_kind", -XEN_ENOSYS,
                  tell_states(99, 1, 1, pdc));
    }
    report_group(NULL);
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
    bios();
    sleep_states();
    processor_states();
}
