/* SPDX-License-Identifier: MIT */
/*
 * platform_op.c - the door through which domain 0's kernel asks about, and
 * ends, the machine. A table of command and handler; the argument is one
 * structure, copied in once, and copied back where the command replies.
 */
#include <hv/cpu.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <hv/platform.h>
#include <hv/power.h>
#include <hv/printk.h>
#include <hv/time.h>
#include <hv/vcpu.h>
#include <public/platform.h>

#define SLEEP_OFF           5u          /* ACPI 6.5 16.1 */
#define PM1_SLP_EN          (1u << 13)  /* ACPI 6.5 4.8.3.2.1 */
#define PDC_REVISION        1u          /* ACPI 6.5 8.4.1 (_PDC) */
#define PDC_STATES          0xbffu      /* its bits for P, C and T states */

static long set_time(uint64_t secs, uint32_t nsecs, uint64_t at)
{
    if (nsecs >= NSEC_PER_SEC || at > INT64_MAX)
        return -EINVAL;
    wallclock_set(secs, nsecs, (s_time_t)at);
    return 0;
}

static long op_settime32(struct xen_platform_op *op)
{
    const struct xenpf_settime32 *t = &op->u.settime32;

    return set_time(t->secs, t->nsecs, t->system_time);
}

static long op_settime64(struct xen_platform_op *op)
{
    const struct xenpf_settime64 *t = &op->u.settime64;

    if (t->mbz)
        return -EINVAL;
    return set_time(t->secs, t->nsecs, t->system_time);
}

static unsigned int last_cpu(void)
{
    unsigned int cpu, last = 0;

    for_each_online_cpu(cpu)
        last = cpu;
    return last;
}

static long op_get_cpuinfo(struct xen_platform_op *op)
{
    struct xenpf_pcpuinfo *info = &op->u.pcpu_info;
    unsigned int cpu = info->xen_cpuid;

    info->max_present = last_cpu();
    info->apic_id = info->acpi_id = 0;
    info->flags = XEN_PCPU_FLAGS_INVALID;
    if (cpu < NR_CPUS && cpu_set_has(&cpu_online, cpu) &&
        arch_cpu_identity(cpu, &info->apic_id, &info->acpi_id))
        info->flags = XEN_PCPU_FLAGS_ONLINE;
    return 0;
}

static long op_enter_acpi_sleep(struct xen_platform_op *op)
{
    const struct xenpf_enter_acpi_sleep *s = &op->u.enter_acpi_sleep;

    if (s->flags & ~XENPF_ACPI_SLEEP_EXTENDED)
        return -EINVAL;
    if (s->sleep_state < 1 || s->sleep_state > SLEEP_OFF)
        return -EINVAL;
    if ((s->val_a | s->val_b) & PM1_SLP_EN)
        return -EINVAL;     /* the enable bit is ours to set */
    if (s->sleep_state != SLEEP_OFF || s->flags || !machine_can_power_off())
        return -ENOSYS;
    printk(LOG_INFO, "Domain 0 switches the machine off\n");
    machine_power_off_with(s->val_a, s->val_b);
}

/* Domain 0 is about to tell the firmware which processor states the system
 * handles. Nobody drives them here: take them out of its list. */
static long op_set_processor_pminfo(struct xen_platform_op *op)
{
    unsigned long list = (unsigned long)op->u.set_pminfo.u.pdc.p;
    struct { uint32_t revision, count, bits; } pdc;

    if (op->u.set_pminfo.type != XEN_PM_PDC)
        return -ENOSYS;
    if (read_guest(pdc, list))
        return -EFAULT;
    if (pdc.revision != PDC_REVISION || !pdc.count)
        return -EINVAL;
    pdc.bits &= ~PDC_STATES;
    return write_guest(list, pdc);
}

static long op_firmware_info(struct xen_platform_op *op)
{
    return platform_firmware_info(&op->u.firmware_info);
}

static long op_efi_runtime_call(struct xen_platform_op *op)
{
    return platform_efi_call(&op->u.efi_runtime_call);
}

static const struct platform_command {
    uint32_t cmd;
    bool replies;
    long (*handle)(struct xen_platform_op *op);
} commands[] = {
    { XENPF_settime32, false, op_settime32 },
    { XENPF_settime64, false, op_settime64 },
    { XENPF_get_cpuinfo, true, op_get_cpuinfo },
    { XENPF_enter_acpi_sleep, false, op_enter_acpi_sleep },
    { XENPF_firmware_info, true, op_firmware_info },
    { XENPF_efi_runtime_call, true, op_efi_runtime_call },
    { XENPF_set_processor_pminfo, false, op_set_processor_pminfo },
};

static const struct platform_command *find_command(uint32_t cmd)
{
    for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
        if (commands[i].cmd == cmd)
            return &commands[i];
    return NULL;
}

long do_platform_op(unsigned long arg)
{
    const struct platform_command *c;
    struct xen_platform_op op;
    long rc;

    if (copy_from_guest(&op, guest_va(arg), sizeof(op)))
        return -EFAULT;
    if (op.interface_version != XENPF_INTERFACE_VERSION)
        return -EACCES;
    if (!current->domain->is_privileged)
        return -EPERM;
    c = find_command(op.cmd);
    if (!c)
        return -ENOSYS;
    rc = c->handle(&op);
    if (!rc && c->replies && copy_to_guest(guest_va(arg), &op, sizeof(op)))
        return -EFAULT;
    return rc;
}
