/* SPDX-License-Identifier: MIT */
/*
 * physdev_op.c - the door through which domain 0 uses interrupts and devices.
 *
 * A table of operation, size of its argument, and handler. Arguments are
 * copied in once, checked by the handler, and copied back where the operation
 * replies. Only the domain that drives the devices is let in; everyone's are
 * those about a vcpu's own I/O privilege and about a line that one has.
 */
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <hv/irq.h>
#include <hv/pirq.h>
#include <hv/vcpu.h>
#include <public/physdev.h>

#define IOPL_MAX            3u
#define IOBITMAP_PORTS_MAX  65536u

union physdev_arg {
    struct physdev_eoi eoi;
    struct physdev_irq_status_query status;
    struct physdev_set_iopl iopl;
    struct physdev_set_iobitmap iobitmap;
    struct physdev_apic apic;
    struct physdev_irq irq;
    struct physdev_map_pirq map;
    struct physdev_unmap_pirq unmap;
    struct physdev_setup_gsi gsi;
    struct physdev_pci_device device;
    struct physdev_pci_mmcfg_reserved mmcfg;
};

static long op_eoi(struct domain *d, union physdev_arg *a)
{
    if (!pirq_is_mapped(d, a->eoi.irq))
        return -EINVAL;
    pirq_eoi(d, a->eoi.irq);
    return 0;
}

/* Domain 0 also asks about lines that are not mapped yet: Linux does early. */
static long op_irq_status_query(struct domain *d, union physdev_arg *a)
{
    if (a->status.irq >= PIRQ_COUNT)
        return -EINVAL;
    if (!d->is_hardware && !pirq_is_mapped(d, a->status.irq))
        return -EPERM;
    a->status.flags = arch_irq_is_level(a->status.irq) ? XENIRQSTAT_needs_eoi
                                                       : 0;
    return 0;
}

static long op_set_iopl(struct domain *d, union physdev_arg *a)
{
    (void)d;
    if (a->iopl.iopl > IOPL_MAX)
        return -EINVAL;
    return arch_set_iopl(a->iopl.iopl);
}

static long op_set_iobitmap(struct domain *d, union physdev_arg *a)
{
    (void)d;
    if (a->iobitmap.nr_ports > IOBITMAP_PORTS_MAX)
        return -EINVAL;
    return arch_set_iobitmap((unsigned long)a->iobitmap.bitmap.p,
                             a->iobitmap.nr_ports);
}

static long op_apic_read(struct domain *d, union physdev_arg *a)
{
    (void)d;
    return arch_irq_chip_read(a->apic.apic_physbase, a->apic.reg,
                              &a->apic.value);
}

/* Routing is ours alone: a write to a controller that exists is dropped. */
static long op_apic_write(struct domain *d, union physdev_arg *a)
{
    uint32_t ignored;

    (void)d;
    return arch_irq_chip_read(a->apic.apic_physbase, 0, &ignored);
}

/* Vectors are our affair; the number only has to be some number. */
static long op_alloc_irq_vector(struct domain *d, union physdev_arg *a)
{
    (void)d;
    if (a->irq.irq >= PIRQ_COUNT)
        return -EINVAL;
    a->irq.vector = a->irq.irq;
    return 0;
}

/* A line that the hypervisor keeps for its console can be mapped all the same,
 * because kernels map every ISA line at boot; binding it is what fails. */
static long map_gsi(struct domain *d, bool is_self,
                    struct physdev_map_pirq *map)
{
    int rc;

    if (map->index < 0 ||
        (unsigned int)map->index >= arch_irq_gsi_count())
        return -EINVAL;
    if (map->pirq >= 0 && map->pirq != map->index)
        return -EINVAL;     /* a GSI's pirq has the same number */
    rc = is_self ? pirq_map_gsi(d, (unsigned int)map->index)
                 : pirq_give(d, (unsigned int)map->index);
    if (rc && !(rc == -EBUSY && is_self))
        return rc;
    map->pirq = map->index;
    return 0;
}

static long map_msi(struct domain *d, struct physdev_map_pirq *map)
{
    bool is_multi = map->type == MAP_PIRQ_TYPE_MULTI_MSI;
    struct msi_request request = {
        .segment = map->type == MAP_PIRQ_TYPE_MSI ? 0 :
                   (uint16_t)((uint32_t)map->bus >> 16),
        .bus = (uint8_t)map->bus,
        .devfn = (uint8_t)map->devfn,
        .is_msix = map->table_base != 0,
        .entry = is_multi ? 0 : (unsigned int)map->entry_nr,
        .count = is_multi ? (unsigned int)map->entry_nr : 1,
        .table_bar = map->table_base,
        .d = d,
    };
    unsigned int pirq;
    int rc;

    if (map->pirq >= 0 || map->entry_nr < 0 || (is_multi && request.is_msix))
        return -EINVAL;
    rc = pirq_map_msi(d, &request, &pirq);
    if (!rc)
        map->pirq = (int)pirq;
    return rc;
}

/* Whoever can send messages can write to memory: they stay the caller's. */
static long map_any(struct domain *d, bool is_self,
                    struct physdev_map_pirq *map)
{
    switch (map->type) {
    case MAP_PIRQ_TYPE_GSI:
        return map_gsi(d, is_self, map);
    case MAP_PIRQ_TYPE_MSI:
    case MAP_PIRQ_TYPE_MSI_SEG:
    case MAP_PIRQ_TYPE_MULTI_MSI:
        return is_self ? map_msi(d, map) : -EPERM;
    default:
        return -EINVAL;
    }
}

static long op_map_pirq(struct domain *d, union physdev_arg *a)
{
    struct domain *of = find_domain_or_self(a->map.domid);
    long rc;

    if (!of)
        return -ESRCH;
    rc = map_any(of, of == d, &a->map);
    domain_put(of);
    return rc;
}

static long op_unmap_pirq(struct domain *d, union physdev_arg *a)
{
    struct domain *of = find_domain_or_self(a->unmap.domid);
    long rc = -EINVAL;

    if (!of)
        return -ESRCH;
    if (a->unmap.pirq >= 0)
        rc = of == d ? pirq_unmap(of, (unsigned int)a->unmap.pirq)
                     : pirq_take_back(of, (unsigned int)a->unmap.pirq);
    domain_put(of);
    return rc;
}

static long op_setup_gsi(struct domain *d, union physdev_arg *a)
{
    (void)d;
    if (a->gsi.gsi < 0 || a->gsi.triggering > 1 || a->gsi.polarity > 1)
        return -EINVAL;
    return pirq_set_mode((unsigned int)a->gsi.gsi, a->gsi.triggering,
                         a->gsi.polarity);
}

/* Devices come and go without our help: we ask configuration space. */
static long op_noted(struct domain *d, union physdev_arg *a)
{
    (void)d;
    (void)a;
    return 0;
}

#define REPLIES     1u      /* the argument is copied back */
#define FOR_ALL     2u      /* any domain may */

#define ARG(member) sizeof(((union physdev_arg *)0)->member)

static const struct physdev_command {
    uint8_t op;
    uint8_t size;
    uint8_t flags;
    long (*handle)(struct domain *d, union physdev_arg *a);
} commands[] = {
    { PHYSDEVOP_irq_status_query, ARG(status), REPLIES | FOR_ALL,
      op_irq_status_query },
    { PHYSDEVOP_set_iopl, ARG(iopl), FOR_ALL, op_set_iopl },
    { PHYSDEVOP_set_iobitmap, ARG(iobitmap), FOR_ALL, op_set_iobitmap },
    { PHYSDEVOP_apic_read, ARG(apic), REPLIES, op_apic_read },
    { PHYSDEVOP_apic_write, ARG(apic), 0, op_apic_write },
    { PHYSDEVOP_alloc_irq_vector, ARG(irq), REPLIES, op_alloc_irq_vector },
    { PHYSDEVOP_free_irq_vector, ARG(irq), 0, op_alloc_irq_vector },
    { PHYSDEVOP_eoi, ARG(eoi), FOR_ALL, op_eoi },
    { PHYSDEVOP_map_pirq, ARG(map), REPLIES, op_map_pirq },
    { PHYSDEVOP_unmap_pirq, ARG(unmap), 0, op_unmap_pirq },
    { PHYSDEVOP_setup_gsi, ARG(gsi), 0, op_setup_gsi },
    { PHYSDEVOP_pci_mmcfg_reserved, ARG(mmcfg), 0, op_noted },
    { PHYSDEVOP_pci_device_add, ARG(device), 0, op_noted },
    { PHYSDEVOP_pci_device_remove, ARG(device), 0, op_noted },
    { PHYSDEVOP_prepare_msix, ARG(device), 0, op_noted },
    { PHYSDEVOP_release_msix, ARG(device), 0, op_noted },
};

static const struct physdev_command *find_command(int cmd)
{
    for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
        if (commands[i].op == cmd)
            return &commands[i];
    return NULL;
}

long do_physdev_op(int cmd, unsigned long arg)
{
    const struct physdev_command *c = find_command(cmd);
    struct domain *d = current->domain;
    union physdev_arg a = { .map = { 0 } };
    long rc;

    if (!c)
        return -ENOSYS;
    if (!d->is_hardware && !(c->flags & FOR_ALL))
        return -EPERM;
    if (copy_from_guest(&a, guest_va(arg), c->size))
        return -EFAULT;
    rc = c->handle(d, &a);
    if (!rc && (c->flags & REPLIES) &&
        copy_to_guest(guest_va(arg), &a, c->size))
        return -EFAULT;
    return rc;
}
