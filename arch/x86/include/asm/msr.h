/* SPDX-License-Identifier: MIT */
/* msr.h - model-specific registers: access, numbers and bits (SDM 4). */
#ifndef ASM_MSR_H
#define ASM_MSR_H

#include <hv/types.h>

#define MSR_TSC                 0x00000010  /* SDM 4, table 2-2 */
#define MSR_PLATFORM_ID         0x00000017
#define MSR_APIC_BASE           0x0000001b
#define   APIC_BASE_BSP         (1ul << 8)
#define   APIC_BASE_X2APIC      (1ul << 10)
#define   APIC_BASE_ENABLE      (1ul << 11)
#define   APIC_BASE_PADDR       0x000ffffffffff000ul
#define MSR_TSC_ADJUST          0x0000003b
#define MSR_SPEC_CTRL           0x00000048
#define MSR_PRED_CMD            0x00000049
#define   PRED_CMD_IBPB         (1ul << 0)
#define MSR_UCODE_REV           0x0000008b
#define MSR_PLATFORM_INFO       0x000000ce
#define MSR_MTRR_CAP            0x000000fe
#define MSR_ARCH_CAPABILITIES   0x0000010a
#define MSR_FLUSH_CMD           0x0000010b
#define MSR_MISC_FEATURES       0x00000140
#define MSR_SYSENTER_CS         0x00000174
#define MSR_SYSENTER_ESP        0x00000175
#define MSR_SYSENTER_EIP        0x00000176
#define MSR_MCG_CAP             0x00000179
#define MSR_MCG_STATUS          0x0000017a
#define MSR_MCG_CTL             0x0000017b
#define MSR_MISC_ENABLE         0x000001a0
#define MSR_PAT                 0x00000277
#define MSR_MTRR_DEF_TYPE       0x000002ff
#define MSR_TSC_DEADLINE        0x000006e0
#define MSR_X2APIC_BASE         0x00000800  /* + register offset / 16 */
#define MSR_XSS                 0x00000da0

#define MSR_EFER                0xc0000080  /* SDM 4, table 2-2 */
#define   EFER_SCE              (1ul << 0)  /* SYSCALL enable */
#define   EFER_LME              (1ul << 8)
#define   EFER_LMA              (1ul << 10)
#define   EFER_NX               (1ul << 11)
#define   EFER_SVME             (1ul << 12)
#define MSR_STAR                0xc0000081
#define MSR_LSTAR               0xc0000082
#define MSR_CSTAR               0xc0000083
#define MSR_SYSCALL_MASK        0xc0000084
#define MSR_FS_BASE             0xc0000100
#define MSR_GS_BASE             0xc0000101
#define MSR_KERNEL_GS_BASE      0xc0000102
#define MSR_TSC_AUX             0xc0000103

#define MSR_AMD_SYSCFG          0xc0010010  /* APM 2, appendix A */
#define MSR_AMD_HWCR            0xc0010015
#define MSR_AMD_NB_CFG          0xc001001f
#define MSR_AMD_DE_CFG          0xc0011029

static inline uint64_t rdmsr(uint32_t msr)
{
    uint32_t low, high;
    __asm__ __volatile__("rdmsr" : "=a" (low), "=d" (high) : "c" (msr));
    return (uint64_t)high << 32 | low;
}

static inline void wrmsr(uint32_t msr, uint64_t value)
{
    __asm__ __volatile__("wrmsr" : : "c" (msr), "a" ((uint32_t)value),
                         "d" ((uint32_t)(value >> 32)) : "memory");
}

/* The counter as it stands; may be read ahead of earlier loads. */
static inline uint64_t rdtsc(void)
{
    uint32_t low, high;
    __asm__ __volatile__("rdtsc" : "=a" (low), "=d" (high));
    return (uint64_t)high << 32 | low;
}

/* The counter after all earlier loads are done (SDM 2B, RDTSC). */
static inline uint64_t rdtsc_ordered(void)
{
    __asm__ __volatile__("lfence" : : : "memory");
    return rdtsc();
}

#endif
