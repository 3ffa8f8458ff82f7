/* SPDX-License-Identifier: MIT */
/*
 * sysctl.c - the door of tools to the machine: a table of command, size of its
 * part, and function. The caller's structure is copied in once, all of it, and
 * that part back.
 */
#include <asm/current.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <hv/nospec.h>
#include <hv/printk.h>
#include <hv/sysctl.h>
#include <hv/vcpu.h>
#include <public/sysctl.h>

struct command {
    size_t size;                        /* 0: no such command */
    long (*fn)(struct xen_sysctl *op);
};

#define COMMAND(part, fn)   { sizeof(((struct xen_sysctl *)0)->u.part), fn }
static const struct command commands[] = {
    [XEN_SYSCTL_readconsole] = COMMAND(readconsole, sysctl_readconsole),
    [XEN_SYSCTL_physinfo] = COMMAND(physinfo, sysctl_physinfo),
    [XEN_SYSCTL_sched_id] = COMMAND(sched_id, sysctl_sched_id),
    [XEN_SYSCTL_getdomaininfolist] =
        COMMAND(getdomaininfolist, sysctl_getdomaininfolist),
    [XEN_SYSCTL_debug_keys] = COMMAND(debug_keys, sysctl_debug_keys),
    [XEN_SYSCTL_getcpuinfo] = COMMAND(getcpuinfo, sysctl_getcpuinfo),
    [XEN_SYSCTL_availheap] = COMMAND(availheap, sysctl_availheap),
    [XEN_SYSCTL_cputopoinfo] = COMMAND(cputopoinfo, sysctl_cputopoinfo),
    [XEN_SYSCTL_numainfo] = COMMAND(numainfo, sysctl_numainfo),
    [XEN_SYSCTL_cpupool_op] = COMMAND(cpupool_op, sysctl_cpupool_op),
    [XEN_SYSCTL_scheduler_op] = COMMAND(scheduler_op, sysctl_scheduler_op),
    [XEN_SYSCTL_pcitopoinfo] = COMMAND(pcitopoinfo, sysctl_pcitopoinfo),
    [XEN_SYSCTL_get_cpu_levelling_caps] =
        COMMAND(cpu_levelling_caps, arch_sysctl_levelling_caps),
    [XEN_SYSCTL_get_cpu_featureset] =
        COMMAND(cpu_featureset, arch_sysctl_featureset),
    [XEN_SYSCTL_get_cpu_policy] =
        COMMAND(cpu_policy, arch_sysctl_cpu_policy),
};

static long run_command(struct xen_sysctl *op, unsigned long arg)
{
    const struct command *c;
    long rc;

    if (op->cmd >= ARRAY_SIZE(commands))
        return -ENOSYS;
    c = &commands[index_nospec(op->cmd, ARRAY_SIZE(commands))];
    if (c->size == 0)
        return -ENOSYS;
    rc = c->fn(op);
    if ((rc == 0 || rc == -ENOBUFS) &&
        copy_to_guest(guest_va(arg + offsetof(struct xen_sysctl, u)), &op->u,
                      c->size))
        return -EFAULT;
    return rc;
}

long do_sysctl(unsigned long arg)
{
    struct xen_sysctl op;

    if (read_guest(op, arg))
        return -EFAULT;
    if (op.interface_version != XEN_SYSCTL_INTERFACE_VERSION) {
        printk_guest(LOG_WARNING, "sysctl: interface version %#x, where %#x is "
                     "spoken\n", op.interface_version,
                     XEN_SYSCTL_INTERFACE_VERSION);
        return -EACCES;
    }
    if (!current->domain->is_privileged)
        return -EPERM;
    return run_command(&op, arg);
}
