/* SPDX-License-Identifier: MIT */
/* lapic_regs.h - registers of the local APIC (SDM 3A, table 11-1). */
#ifndef ASM_LAPIC_REGS_H
#define ASM_LAPIC_REGS_H

#define LAPIC_DEFAULT_PADDR     0xfee00000ul
#define LAPIC_WINDOW_SIZE       0x1000u

#define LAPIC_ID                0x020       /* xAPIC: bits 31-24 */
#define LAPIC_VERSION           0x030
#define   LAPIC_VERSION_MAX_LVT(v) (((v) >> 16) & 0xff)
#define LAPIC_TPR               0x080
#define LAPIC_EOI               0x0b0
#define LAPIC_LDR               0x0d0
#define LAPIC_DFR               0x0e0
#define   LAPIC_DFR_FLAT        0xffffffffu
#define LAPIC_SPURIOUS          0x0f0
#define   LAPIC_SPURIOUS_ENABLE (1u << 8)
#define LAPIC_ISR               0x100       /* 8 words, 0x10 apart */
#define LAPIC_IRR               0x200
#define LAPIC_ESR               0x280
#define LAPIC_LVT_CMCI          0x2f0
#define LAPIC_ICR_LOW           0x300       /* x2APIC: all 64 bits */
#define LAPIC_ICR_HIGH          0x310
#define   LAPIC_ICR_FIXED       (0u << 8)
#define   LAPIC_ICR_NMI         (4u << 8)
#define   LAPIC_ICR_INIT        (5u << 8)
#define   LAPIC_ICR_STARTUP     (6u << 8)
#define   LAPIC_ICR_PENDING     (1u << 12)  /* xAPIC only */
#define   LAPIC_ICR_ASSERT      (1u << 14)
#define   LAPIC_ICR_LEVEL       (1u << 15)
#define LAPIC_LVT_TIMER         0x320
#define   LAPIC_TIMER_ONE_SHOT  (0u << 17)
#define   LAPIC_TIMER_DEADLINE  (2u << 17)
#define LAPIC_LVT_THERMAL       0x330
#define LAPIC_LVT_PERF          0x340
#define LAPIC_LVT_LINT0         0x350
#define LAPIC_LVT_LINT1         0x360
#define   LAPIC_LVT_NMI         (4u << 8)
#define LAPIC_LVT_ERROR         0x370
#define   LAPIC_LVT_MASKED      (1u << 16)
#define LAPIC_TIMER_INITIAL     0x380
#define LAPIC_TIMER_CURRENT     0x390
#define LAPIC_TIMER_DIVIDE      0x3e0
#define   LAPIC_TIMER_DIVIDE_1  0xbu

#endif
