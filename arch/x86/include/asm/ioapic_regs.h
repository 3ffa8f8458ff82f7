/* SPDX-License-Identifier: MIT */
/* ioapic_regs.h - registers of the IO-APIC (82093AA 3.1, 3.2). */
#ifndef ASM_IOAPIC_REGS_H
#define ASM_IOAPIC_REGS_H

#define IOAPIC_WINDOW_SIZE      0x1000u
#define IOAPIC_INDEX            0x00        /* which register IOAPIC_DATA is */
#define IOAPIC_DATA             0x10

#define IOAPIC_REG_ID           0x00
#define   IOAPIC_ID(v)          (((v) >> 24) & 0xf)
#define IOAPIC_REG_VERSION      0x01
#define   IOAPIC_VERSION_LAST_PIN(v) (((v) >> 16) & 0xff)
#define IOAPIC_REG_RTE(pin)     (0x10 + 2 * (pin))  /* low word; high is + 1 */

#define RTE_VECTOR              0xfful
#define RTE_FIXED               (0ul << 8)
#define RTE_PENDING             (1ul << 12)
#define RTE_ACTIVE_LOW          (1ul << 13)
#define RTE_REMOTE_IRR          (1ul << 14)
#define RTE_LEVEL               (1ul << 15)
#define RTE_MASKED              (1ul << 16)
#define RTE_DEST_SHIFT          56

#endif
