/* SPDX-License-Identifier: MIT */
/* dom0_pcidev.c - the native door's PCIDEV_ACCESS: which function, for whom. */
#include <hv/errno.h>
#include <hv/pci_right.h>
#include "dom0_op.h"

#define BUS_MAX     0xffu
#define DEVICE_MAX  0x1fu
#define FUNCTION_MAX 7u

static long access(struct domain *d, struct dom0_op *op)
{
    const struct dom0_pcidev_access *a = &op->u.pcidev_access;
    struct pci_function f = {
        .segment = a->segment, .bus = (uint8_t)a->bus,
        .devfn = (uint8_t)(a->dev << 3 | a->func),
    };

    return a->enable ? pci_right_give(d, f) : pci_right_take(d, f);
}

long dom0_pcidev_access(struct dom0_op *op)
{
    const struct dom0_pcidev_access *a = &op->u.pcidev_access;

    if (a->pad || a->enable > 1 || a->bus > BUS_MAX || a->dev > DEVICE_MAX ||
        a->func > FUNCTION_MAX)
        return -EINVAL;
    return dom0_about(a->domid, true, access, op);
}
