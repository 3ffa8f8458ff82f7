/* SPDX-License-Identifier: MIT */
/*
 * descriptor.h - segment descriptors and selectors, SDM 3A 3.4.5 and 5.8.
 *
 * The GDT has 16 pages. Pages 0-13 are the guest's; page 14 is the
 * hypervisor's, and its selectors are part of the ABI from 0xe019 to 0xe033.
 */
#ifndef ASM_DESCRIPTOR_H
#define ASM_DESCRIPTOR_H

#define GDT_GUEST_PAGES     14
#define GDT_GUEST_ENTRIES   7168
#define GDT_HV_FIRST        7168        /* entry number of selector 0xe000 */
#define LDT_MAX_ENTRIES     8192

#define SEL_HV_CS           0xe008      /* hypervisor code */
#define SEL_HV_SS           0xe010      /* hypervisor data */
#define SEL_RING1_CS        0xe019
#define SEL_RING1_DS        0xe021
#define SEL_USER_CS32       0xe023      /* FLAT_RING3_CS32 */
#define SEL_USER_DS         0xe02b      /* FLAT_RING3_SS64 and DS32 */
#define SEL_USER_CS64       0xe033      /* FLAT_RING3_CS64 */
#define SEL_TSS             0xe040      /* 16 bytes */
#define SEL_LDT             0xe050      /* 16 bytes */

#ifndef __ASSEMBLER__

#include <hv/types.h>

typedef struct { uint64_t v; } desc_t;

#define DESC_CODE64_DPL0    0x00af9b000000fffful
#define DESC_DATA_DPL0      0x00cf93000000fffful
#define DESC_CODE32_DPL1    0x00cfbb000000fffful
#define DESC_DATA_DPL1      0x00cfb3000000fffful
#define DESC_CODE32_DPL3    0x00cffb000000fffful
#define DESC_DATA_DPL3      0x00cff3000000fffful
#define DESC_CODE64_DPL3    0x00affb000000fffful

#define DESC_TYPE(d)        (((d) >> 40) & 0xf)
#define DESC_S              (1ul << 44) /* code or data, not system */
#define DESC_DPL(d)         (((d) >> 45) & 3)
#define DESC_DPL3           (3ul << 45)
#define DESC_P              (1ul << 47)
#define DESC_L              (1ul << 53)
#define DESC_D              (1ul << 54)
#define DESC_TYPE_LDT       2
#define DESC_TYPE_TSS       9
#define DESC_TYPE_CALL_GATE 0xc
#define DESC_TYPE_INTR_GATE 0xe

struct table_register {
    uint16_t limit;
    uint64_t base;
} __attribute__((packed));

struct tss64 {                  /* SDM 3A 7.7 */
    uint32_t reserved0;
    uint64_t rsp[3];
    uint64_t reserved1;
    uint64_t ist[7];
    uint64_t reserved2;
    uint16_t reserved3;
    uint16_t iomap_base;
} __attribute__((packed));
_Static_assert(sizeof(struct tss64) == 104, "SDM 3A 7.7");

struct idt_gate {               /* SDM 3A 6.14.1 */
    uint64_t low, high;
};

#endif
#endif
