/* SPDX-License-Identifier: MIT */
/* pci_right.h - PCI functions that guests drive: control/pci_right.c. */
#ifndef HV_PCI_RIGHT_H
#define HV_PCI_RIGHT_H

#include <hv/compiler.h>
#include <hv/pci.h>

struct domain;

/* Let @d drive @f, whose registers are the caller's domain's; it may already. On
 * failure nothing has changed. -ENODEV nothing is there; -EINVAL a bridge, @d
 * ends; -EBUSY another's, or it sends messages; -EPERM registers that are not the
 * caller's; -ENOMEM. */
int pci_right_give(struct domain *d, struct pci_function f) MUST_CHECK;
/* The end of that. What @d maps it maps until it unmaps it or ends. -ENODEV it
 * does not drive it; -EINVAL @d ends; -ENOMEM. */
int pci_right_take(struct domain *d, struct pci_function f) MUST_CHECK;
/* All of a dying domain's, before its memory. */
void pci_right_end(const struct domain *d);

#endif
