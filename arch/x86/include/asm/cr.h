/* SPDX-License-Identifier: MIT */
/* cr.h - control and debug registers, SDM 3A 2.5 and 3B 17.2. */
#ifndef ASM_CR_H
#define ASM_CR_H

#define CR0_PE          (1 << 0)
#define CR0_MP          (1 << 1)
#define CR0_EM          (1 << 2)
#define CR0_TS          (1 << 3)
#define CR0_ET          (1 << 4)
#define CR0_NE          (1 << 5)
#define CR0_WP          (1 << 16)
#define CR0_AM          (1 << 18)
#define CR0_PG          0x80000000

#define CR4_VME         (1 << 0)
#define CR4_PVI         (1 << 1)
#define CR4_TSD         (1 << 2)
#define CR4_DE          (1 << 3)
#define CR4_PSE         (1 << 4)
#define CR4_PAE         (1 << 5)
#define CR4_MCE         (1 << 6)
#define CR4_PGE         (1 << 7)
#define CR4_OSFXSR      (1 << 9)
#define CR4_OSXMMEXCPT  (1 << 10)
#define CR4_UMIP        (1 << 11)
#define CR4_FSGSBASE    (1 << 16)
#define CR4_PCIDE       (1 << 17)
#define CR4_OSXSAVE     (1 << 18)
#define CR4_SMEP        (1 << 20)
#define CR4_SMAP        (1 << 21)
/* What a guest may have its own way. */
#define CR4_GUEST       (CR4_DE | CR4_TSD | CR4_FSGSBASE | CR4_OSXSAVE)

#ifndef __ASSEMBLER__

#include <hv/types.h>

#define DEFINE_CR_ACCESS(reg)                                       \
    static inline unsigned long read_##reg(void)                    \
    {                                                               \
        unsigned long v;                                            \
        __asm__ __volatile__("mov %%" #reg ", %0" : "=r"(v));       \
        return v;                                                   \
    }                                                               \
    static inline void write_##reg(unsigned long v)                 \
    {                                                               \
        __asm__ __volatile__("mov %0, %%" #reg : : "r"(v) : "memory"); \
    }

DEFINE_CR_ACCESS(cr0)
DEFINE_CR_ACCESS(cr2)
DEFINE_CR_ACCESS(cr3)
DEFINE_CR_ACCESS(cr4)
DEFINE_CR_ACCESS(dr0)
DEFINE_CR_ACCESS(dr1)
DEFINE_CR_ACCESS(dr2)
DEFINE_CR_ACCESS(dr3)
DEFINE_CR_ACCESS(dr6)
DEFINE_CR_ACCESS(dr7)

static inline void clear_ts(void)
{
    __asm__ __volatile__("clts");
}

static inline void invlpg(unsigned long va)
{
    __asm__ __volatile__("invlpg (%0)" : : "r"(va) : "memory");
}

#endif
#endif
