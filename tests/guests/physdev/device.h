/* SPDX-License-Identifier: MIT */
/*
 * device.h - two PCI devices that the machine of the guest tests has:
 * QEMU's "edu", whose interrupt a register raises, by line or by message, and
 * an xHCI controller (NEC), which has 16 messages and a table of as many.
 */
#ifndef DEVICE_H
#define DEVICE_H

#include "guest.h"

#define PCI_DEVFN(slot) ((slot) << 3)
#define EDU     PCI_DEVFN(0x10u)
#define XHCI    PCI_DEVFN(0x11u)
#define NOBODY  PCI_DEVFN(0x1eu)

#define PCI_COMMAND     0x04u
#define   COMMAND_MEMORY    (1u << 1)
#define   COMMAND_MASTER    (1u << 2)
#define   COMMAND_NO_LINE   (1u << 10)
#define PCI_BAR0        0x10u
#define PCI_LINE        0x3cu
#define CAP_MSI         0x05u       /* PCI 3.0 6.8.1 */
#define   MSI_ENABLE        (1u << 16)      /* of its first word */
#define CAP_MSIX        0x11u       /* PCI 3.0 6.8.2 */
#define   MSIX_TABLE        4u

bool device_is_there(void);
uint32_t config_read(unsigned devfn, unsigned reg);
void config_write(unsigned devfn, unsigned reg, uint32_t value);
/* Its place, or 0. */
unsigned config_capability(unsigned devfn, unsigned id);
/* Of a memory BAR 0. */
uint64_t device_memory(unsigned devfn);

/* Have edu raise its interrupt, and stop. */
void edu_raise(void);
void edu_calm(void);

/* Each returns the error, or the number that it got. */
long pirq_map(const struct physdev_map_pirq *wanted);
long pirq_unmap(long pirq);
long pirq_bind(unsigned pirq, unsigned flags);

void test_messages(void);       /* messages.c */
void test_notices(void);        /* notices.c */
void test_lines(void);          /* lines.c */

#endif
