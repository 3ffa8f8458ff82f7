/* SPDX-License-Identifier: MIT */
/* platform_op_test.c - what domain 0's kernel asks about the machine. */
#include <setjmp.h>
#include <string.h>
#include <hv/boot_info.h>
#include <hv/cpu.h>
#include <hv/domain.h>
#include <hv/efi.h>
#include <hv/errno.h>
#include <hv/phys_map.h>
#include <hv/platform.h>
#include <hv/power.h>
#include <hv/time.h>
#include <hv/vcpu.h>
#include <public/platform.h>
#include "fake_guest.h"
#include "unit.h"

#define AT      FAKE_GUEST_VA
#define PLACE   (FAKE_GUEST_VA + 0x1000)
#define HOLE    0xffff800000000000ul

struct vcpu *fake_current;
unsigned int fake_cpu;
cpu_set_t cpu_online;
struct efi_info efi_info;
struct boot_info boot_info;

static struct domain first = { .is_privileged = true };
static struct vcpu vcpu = { .domain = &first };
static struct xen_platform_op *const op = (void *)fake_guest;
static uint64_t set_sec, set_nsec;
static s_time_t set_at;
static bool can_power_off, bios_is_there;
static uint16_t off_a, off_b;
static jmp_buf is_off;
static unsigned int mapped;

void wallclock_set(uint64_t sec, uint32_t nsec, s_time_t at)
{
    set_sec = sec;
    set_nsec = nsec;
    set_at = at;
}

bool arch_cpu_identity(unsigned int cpu, uint32_t *apic_id, uint32_t *acpi_id)
{
    *apic_id = cpu * 2;
    *acpi_id = cpu + 1;
    return true;
}

long platform_efi_call(struct xenpf_efi_runtime_call *call)
{
    call->status = 77;
    return call->function == XEN_EFI_get_time ? 0 : -EOPNOTSUPP;
}

bool machine_can_power_off(void) { return can_power_off; }

void machine_power_off_with(uint16_t pm1a, uint16_t pm1b)
{
    off_a = pm1a;
    off_b = pm1b;
    longjmp(is_off, 1);
}

void *map_phys(paddr_t paddr, size_t size)
{
    static uint8_t flags = 0x21;

    ck_assert(paddr == 0x417 && size == 1);
    mapped += bios_is_there;
    return bios_is_there ? &flags : NULL;
}

void unmap_phys(void *va, size_t size)
{
    ck_assert(va && size == 1);
    mapped--;
}

static void start(uint32_t cmd)
{
    fake_guest_reset();
    fake_current = &vcpu;
    first.is_privileged = true;
    memset(op, 0, sizeof(*op));
    op->cmd = cmd;
    op->interface_version = XENPF_INTERFACE_VERSION;
}

START_TEST(only_the_privileged_with_the_right_version_are_answered)
{
    start(XENPF_get_cpuinfo);
    first.is_privileged = false;
    ck_assert_int_eq(do_platform_op(AT), -EPERM);
    start(XENPF_get_cpuinfo);
    op->interface_version++;
    ck_assert_int_eq(do_platform_op(AT), -EACCES);
    start(999);
    ck_assert_int_eq(do_platform_op(AT), -ENOSYS);
    ck_assert_int_eq(do_platform_op(HOLE), -EFAULT);
}
END_TEST

START_TEST(the_clock_is_set_in_both_forms)
{
    start(XENPF_settime64);
    op->u.settime64.secs = 1ull << 40;
    op->u.settime64.nsecs = 999999999;
    op->u.settime64.system_time = 77;
    ck_assert_int_eq(do_platform_op(AT), 0);
    ck_assert_uint_eq(set_sec, 1ull << 40);
    ck_assert_uint_eq(set_nsec, 999999999);
    ck_assert_int_eq(set_at, 77);
    op->u.settime64.mbz = 1;
    op->u.settime64.secs = 5;
    ck_assert_int_eq(do_platform_op(AT), -EINVAL);
    start(XENPF_settime32);
    op->u.settime32.secs = 6;
    ck_assert_int_eq(do_platform_op(AT), 0);
    ck_assert_uint_eq(set_sec, 6);
    op->u.settime32.nsecs = 1000000000;
    ck_assert_int_eq(do_platform_op(AT), -EINVAL);
    op->u.settime32.nsecs = 0;
    op->u.settime32.system_time = 1ull << 63;
    ck_assert_int_eq(do_platform_op(AT), -EINVAL);
    ck_assert_uint_eq(set_sec, 6);
}
END_TEST

START_TEST(a_cpu_that_is_not_there_is_said_to_be_invalid)
{
    struct xenpf_pcpuinfo *info = &op->u.pcpu_info;

    cpu_set_add(&cpu_online, 0);
    cpu_set_add(&cpu_online, 3);
    start(XENPF_get_cpuinfo);
    info->xen_cpuid = 3;
    ck_assert_int_eq(do_platform_op(AT), 0);
    ck_assert_uint_eq(info->max_present, 3);
    ck_assert_uint_eq(info->flags, XEN_PCPU_FLAGS_ONLINE);
    ck_assert_uint_eq(info->apic_id, 6);
    ck_assert_uint_eq(info->acpi_id, 4);
    info->xen_cpuid = 2;
    ck_assert_int_eq(do_platform_op(AT), 0);
    ck_assert_uint_eq(info->flags, XEN_PCPU_FLAGS_INVALID);
    ck_assert_uint_eq(info->apic_id, 0);
    info->xen_cpuid = ~0u;
    ck_assert_int_eq(do_platform_op(AT), 0);
    ck_assert_uint_eq(info->flags, XEN_PCPU_FLAGS_INVALID);
    fake_guest_is_read_only = true;
    ck_assert_int_eq(do_platform_op(AT), -EFAULT);
}
END_TEST

START_TEST(only_soft_off_is_a_sleep_that_we_know)
{
    struct xenpf_enter_acpi_sleep *s = &op->u.enter_acpi_sleep;

    start(XENPF_enter_acpi_sleep);
    ck_assert_int_eq(do_platform_op(AT), -EINVAL);      /* state 0 */
    s->sleep_state = 6;
    ck_assert_int_eq(do_platform_op(AT), -EINVAL);
    s->sleep_state = 3;
    ck_assert_int_eq(do_platform_op(AT), -ENOSYS);
    s->sleep_state = 5;
    ck_assert_int_eq(do_platform_op(AT), -ENOSYS);      /* no port for it */
    can_power_off = true;
    s->val_b = 1u << 13;                                /* SLP_EN */
    ck_assert_int_eq(do_platform_op(AT), -EINVAL);
    s->flags = 2;
    ck_assert_int_eq(do_platform_op(AT), -EINVAL);
    s->flags = XENPF_ACPI_SLEEP_EXTENDED;
    s->val_b = 0x800;
    ck_assert_int_eq(do_platform_op(AT), -ENOSYS);
    s->flags = 0;
    s->val_a = 0x1400;
    if (!setjmp(is_off)) {
        do_platform_op(AT);
        ck_abort_msg("the machine is still on");
    }
    ck_assert_uint_eq(off_a, 0x1400);
    ck_assert_uint_eq(off_b, 0x800);
}
END_TEST

static long firmware(uint32_t type, uint32_t index)
{
    op->u.firmware_info.type = type;
    op->u.firmware_info.index = index;
    return do_platform_op(AT);
}

START_TEST(a_bios_tells_of_the_keyboard_alone)
{
    start(XENPF_firmware_info);
    efi_info.is_present = false;
    ck_assert_int_eq(firmware(XEN_FW_KBD_SHIFT_FLAGS, 0), -ENOMEM);
    bios_is_there = true;
    ck_assert_int_eq(firmware(XEN_FW_KBD_SHIFT_FLAGS, 0), 0);
    ck_assert_uint_eq(op->u.firmware_info.u.kbd_shift_flags, 0x21);
    ck_assert_uint_eq(mapped, 0);
    ck_assert_int_eq(firmware(XEN_FW_KBD_SHIFT_FLAGS, 1), -ESRCH);
    ck_assert_int_eq(firmware(XEN_FW_DISK_INFO, 0), -ESRCH);
    ck_assert_int_eq(firmware(XEN_FW_DISK_MBR_SIGNATURE, 0), -ESRCH);
    ck_assert_int_eq(firmware(XEN_FW_VBEDDC_INFO, 0), -ESRCH);
    ck_assert_int_eq(firmware(XEN_FW_EFI_INFO, XEN_FW_EFI_VERSION), -ENOSYS);
    ck_assert_int_eq(firmware(77, 0), -EINVAL);
}
END_TEST

START_TEST(uefi_tells_what_its_system_table_said)
{
    union xenpf_efi_info *info = &op->u.firmware_info.u.efi_info;
    const uint16_t *vendor = fake_guest_at(PLACE);

    start(XENPF_firmware_info);
    efi_info = (struct efi_info){
        .is_present = true, .version = 2 << 16 | 70, .firmware_revision = 9,
        .config_table = 0x7f000000, .config_count = 11,
        .vendor = { 'E', 'D', 'K' },
    };
    ck_assert_int_eq(firmware(XEN_FW_EFI_INFO, XEN_FW_EFI_VERSION), 0);
    ck_assert_uint_eq(info->version, 2 << 16 | 70);
    ck_assert_int_eq(firmware(XEN_FW_EFI_INFO, XEN_FW_EFI_RT_VERSION),
                     -EOPNOTSUPP);
    efi_info.runtime_version = 5;
    ck_assert_int_eq(firmware(XEN_FW_EFI_INFO, XEN_FW_EFI_RT_VERSION), 0);
    ck_assert_uint_eq(info->version, 5);
    ck_assert_int_eq(firmware(XEN_FW_EFI_INFO, XEN_FW_EFI_CONFIG_TABLE), 0);
    ck_assert_uint_eq(info->cfg.addr, 0x7f000000);
    ck_assert_uint_eq(info->cfg.nent, 11);
    ck_assert_int_eq(firmware(XEN_FW_EFI_INFO, 99), -EINVAL);
    ck_assert_int_eq(firmware(XEN_FW_KBD_SHIFT_FLAGS, 0), -ESRCH);
    info->vendor.name.p = (void *)PLACE;
    info->vendor.bufsz = 3;             /* room for one letter */
    ck_assert_int_eq(firmware(XEN_FW_EFI_INFO, XEN_FW_EFI_VENDOR), 0);
    ck_assert(vendor[0] == 'E' && vendor[1] == 0xcccc);
    info->vendor.bufsz = 8;
    ck_assert_int_eq(firmware(XEN_FW_EFI_INFO, XEN_FW_EFI_VENDOR), 0);
    ck_assert_uint_eq(info->vendor.revision, 9);
    ck_assert(vendor[0] == 'E' && vendor[2] == 'K' && vendor[3] == 0);
    ck_assert_uint_eq(vendor[4], 0xcccc);
}
END_TEST

START_TEST(uefi_tells_what_lies_at_an_address)
{
    union xenpf_efi_info *info = &op->u.firmware_info.u.efi_info;

    start(XENPF_firmware_info);
    efi_info.is_present = true;
    boot_info.efi_map.range[0] = (struct efi_range){
        .start = 0x1000, .end = 0x5000, .type = 7, .attributes = 15 };
    boot_info.efi_map.count = 1;
    info->mem.addr = 0x2000;
    info->mem.size = 0x100000;
    ck_assert_int_eq(firmware(XEN_FW_EFI_INFO, XEN_FW_EFI_MEM_INFO), 0);
    ck_assert_uint_eq(info->mem.size, 0x3000);
    ck_assert_uint_eq(info->mem.type, 7);
    ck_assert_uint_eq(info->mem.attr, 15);
    info->mem.addr = 0x5000;
    ck_assert_int_eq(firmware(XEN_FW_EFI_INFO, XEN_FW_EFI_MEM_INFO), -ESRCH);
    info->mem.addr = 0xfff;
    ck_assert_int_eq(firmware(XEN_FW_EFI_INFO, XEN_FW_EFI_MEM_INFO), -ESRCH);
    ck_assert_int_eq(firmware(XEN_FW_EFI_INFO, XEN_FW_EFI_PCI_ROM), -ESRCH);
    ck_assert_int_eq(firmware(XEN_FW_EFI_INFO, XEN_FW_EFI_APPLE_PROPERTIES),
                     -ENODATA);
}
END_TEST

START_TEST(calls_of_the_firmware_are_passed_on)
{
    start(XENPF_efi_runtime_call);
    op->u.efi_runtime_call.function = XEN_EFI_get_time;
    ck_assert_int_eq(do_platform_op(AT), 0);
    ck_assert_uint_eq(op->u.efi_runtime_call.status, 77);
    start(XENPF_efi_runtime_call);
    op->u.efi_runtime_call.function = XEN_EFI_set_time;
    ck_assert_int_eq(do_platform_op(AT), -EOPNOTSUPP);
    ck_assert_uint_eq(op->u.efi_runtime_call.status, 0);
}
END_TEST

START_TEST(processor_states_are_taken_out_of_the_list)
{
    uint32_t *pdc = fake_guest_at(PLACE);

    start(XENPF_set_processor_pminfo);
    op->u.set_pminfo.type = XEN_PM_PDC;
    op->u.set_pminfo.u.pdc.p = (void *)PLACE;
    pdc[0] = 1;
    pdc[1] = 1;
    pdc[2] = 0xffffffff;
    ck_assert_int_eq(do_platform_op(AT), 0);
    ck_assert_uint_eq(pdc[2], 0xfffff400);
    pdc[0] = 2;
    ck_assert_int_eq(do_platform_op(AT), -EINVAL);
    pdc[0] = 1;
    pdc[1] = 0;
    ck_assert_int_eq(do_platform_op(AT), -EINVAL);
    op->u.set_pminfo.u.pdc.p = (void *)HOLE;
    ck_assert_int_eq(do_platform_op(AT), -EFAULT);
    op->u.set_pminfo.type = 0;
    ck_assert_int_eq(do_platform_op(AT), -ENOSYS);
}
END_TEST

int main(void)
{
    return UNIT_RUN("platform_op",
        only_the_privileged_with_the_right_version_are_answered,
        the_clock_is_set_in_both_forms,
        a_cpu_that_is_not_there_is_said_to_be_invalid,
        only_soft_off_is_a_sleep_that_we_know,
        a_bios_tells_of_the_keyboard_alone,
        uefi_tells_what_its_system_table_said,
        uefi_tells_what_lies_at_an_address,
        calls_of_the_firmware_are_passed_on,
        processor_states_are_taken_out_of_the_list);
}
