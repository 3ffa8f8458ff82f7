/* SPDX-License-Identifier: MIT */
/* msi.h - message-signalled interrupts: messages and capabilities. */
#ifndef ASM_MSI_H
#define ASM_MSI_H

#include <hv/types.h>

struct msi_message {
    uint64_t address;
    uint32_t data;
};

/* What a device must write to raise @vector at @apic_id: fixed, edge, physical
 * destination (SDM 3A 11.11). Pure. */
struct msi_message msi_compose(unsigned int vector, uint32_t apic_id);

#define MSI_ADDRESS_BASE    0xfee00000u     /* SDM 3A 11.11.1 */
#define MSI_ADDRESS_END     0xfef00000u
#define MSI_DEST_SHIFT      12

/* MSI capability, offsets: PCI 3.0 6.8.1 */
#define MSI_CONTROL         0x02u
#define   MSI_ENABLE        (1u << 0)
#define   MSI_CAPABLE_LOG2(c)   ((c) >> 1 & 7)  /* messages it could send */
#define   MSI_ENABLED_SHIFT 4                   /* log2 of those it may */
#define   MSI_ENABLED_MASK  (7u << 4)
#define   MSI_64BIT         (1u << 7)
#define   MSI_MASKABLE      (1u << 8)
#define MSI_ADDRESS         0x04u
#define MSI_ADDRESS_HIGH    0x08u               /* if MSI_64BIT */
#define MSI_DATA(control)   ((control) & MSI_64BIT ? 0x0cu : 0x08u)
#define MSI_MASK_BITS(control)  ((control) & MSI_64BIT ? 0x10u : 0x0cu)

/* MSI-X capability: PCI 3.0 6.8.2 */
#define MSIX_CONTROL        0x02u
#define   MSIX_ENABLE       (1u << 15)
#define   MSIX_TABLE_SIZE(c)    (((c) & 0x7ff) + 1)
#define MSIX_TABLE          0x04u
#define   MSIX_TABLE_BAR    7u
#define MSIX_ENTRY_SIZE     16u
#define MSIX_ENTRY_ADDRESS  0u
#define MSIX_ENTRY_ADDRESS_HIGH 4u
#define MSIX_ENTRY_DATA     8u
#define MSIX_ENTRY_CONTROL  12u
#define   MSIX_ENTRY_MASKED (1u << 0)

#endif
