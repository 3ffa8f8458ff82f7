/* SPDX-License-Identifier: MIT */
/* pci.h - configuration space by ports, and what the machine of the guest tests
 * has: QEMU's edu (memory, a line, DMA), an xHCI controller, a serial card. */
#ifndef PCI_H
#define PCI_H

#include "guest.h"

#define EDU     0x10u       /* device numbers of bus 0 */
#define XHCI    0x11u
#define SERIAL  0x12u
#define NOBODY  0x1eu

#define PCI_COMMAND     0x04u
#define   COMMAND_MASTER    (1u << 2)
#define   COMMAND_NO_LINE   (1u << 10)
#define PCI_BAR0        0x10u
#define PCI_LINE        0x3cu

static inline uint32_t pci_read(unsigned device, unsigned reg)
{
    uint32_t value;

    asm volatile("outl %0, %1" : : "a" (1u << 31 | device << 11 | reg),
                 "Nd" ((uint16_t)0xcf8));
    asm volatile("inl %1, %0" : "=a" (value) : "Nd" ((uint16_t)0xcfc));
    return value;
}

static inline void pci_write(unsigned device, unsigned reg, uint32_t value)
{
    asm volatile("outl %0, %1" : : "a" (1u << 31 | device << 11 | reg),
                 "Nd" ((uint16_t)0xcf8));
    asm volatile("outl %0, %1" : : "a" (value), "Nd" ((uint16_t)0xcfc));
}

static inline uint32_t pci_command(unsigned device)
{
    return pci_read(device, PCI_COMMAND) & 0xffff;
}

static inline unsigned pci_line(unsigned device)
{
    return pci_read(device, PCI_LINE) & 0xff;
}

void test_lines(void);      /* lines.c */
void test_access(void);     /* access.c */

#endif
