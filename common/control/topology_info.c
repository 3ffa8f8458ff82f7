/* SPDX-License-Identifier: MIT */
/*
 * topology_info.c - where CPUs, memory and devices lie. There is one node, 0:
 * memory that is nearer to some CPUs than to others is not told apart.
 */
#include <hv/compiler.h>
#include <hv/cpu.h>
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <hv/pci.h>
#include <hv/softirq.h>
#include <hv/sysctl.h>
#include <public/sysctl.h>

#define DISTANCE_WITHIN 10u     /* ACPI 6.5 5.2.17 */
#define DEVICES_AT_ONCE 64u     /* before others are looked for */

static void describe(uint32_t cpu, struct xen_sysctl_cputopo *t)
{
    if (!cpu_set_has(&cpu_online, cpu)) {
        *t = (struct xen_sysctl_cputopo){
            XEN_INVALID_CORE_ID, XEN_INVALID_SOCKET_ID, XEN_INVALID_NODE_ID,
        };
        return;
    }
    *t = (struct xen_sysctl_cputopo){
        .core = cpu_topology(cpu)->core, .socket = cpu_topology(cpu)->socket,
    };
}

long sysctl_cputopoinfo(struct xen_sysctl *op)
{
    struct xen_sysctl_cputopoinfo *info = &op->u.cputopoinfo;
    unsigned long va = (unsigned long)info->cputopo.p;
    uint32_t count = cpu_number_limit();

    if (!va) {
        info->num_cpus = count;
        return 0;
    }
    count = MIN(count, info->num_cpus);
    for (uint32_t cpu = 0; cpu < count; cpu++) {
        struct xen_sysctl_cputopo t;

        describe(cpu, &t);
        if (write_guest(va + cpu * sizeof(t), t))
            return -EFAULT;
    }
    info->num_cpus = count;
    return 0;
}

/* From the first frame to the last, holes and all. */
static long put_memory(unsigned long va)
{
    struct xen_sysctl_physinfo machine;
    struct xen_sysctl_meminfo m;

    control_physinfo(&machine);
    m.memsize = (machine.max_mfn + 1) << PAGE_SHIFT;
    m.memfree = machine.free_pages << PAGE_SHIFT;
    return write_guest(va, m);
}

long sysctl_numainfo(struct xen_sysctl *op)
{
    struct xen_sysctl_numainfo *info = &op->u.numainfo;
    unsigned long memory = (unsigned long)info->meminfo.p;
    unsigned long distances = (unsigned long)info->distance.p;
    uint32_t distance = DISTANCE_WITHIN;

    if (!memory && !distances) {
        info->num_nodes = 1;
        return 0;
    }
    info->num_nodes = MIN(info->num_nodes, 1u);
    if (!info->num_nodes)
        return 0;
    if (memory && put_memory(memory))
        return -EFAULT;
    return distances ? write_guest(distances, distance) : 0;
}

/* What is there has no node that we know. */
static uint32_t node_of(const struct physdev_pci_device *d)
{
    struct pci_function f = {
        .segment = d->seg, .bus = d->bus, .devfn = d->devfn,
    };

    return pci_is_present(f) ? XEN_INVALID_NODE_ID : XEN_INVALID_DEV;
}

/* The caller goes on behind num_devs if it is not what was asked for. */
long sysctl_pcitopoinfo(struct xen_sysctl *op)
{
    struct xen_sysctl_pcitopoinfo *info = &op->u.pcitopoinfo;
    unsigned long from = (unsigned long)info->devs.p;
    unsigned long to = (unsigned long)info->nodes.p;
    uint32_t done = 0;

    if (!from || !to)
        return -EINVAL;
    while (done < info->num_devs) {
        struct physdev_pci_device d;
        uint32_t node;

        if (read_guest(d, from + done * sizeof(d)))
            return -EFAULT;
        node = node_of(&d);
        if (write_guest(to + done * sizeof(node), node))
            return -EFAULT;
        if (++done >= DEVICES_AT_ONCE && softirq_is_pending())
            break;
    }
    info->num_devs = done;
    return 0;
}
