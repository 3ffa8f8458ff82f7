/* SPDX-License-Identifier: MIT */
/* cpuid.h - the CPUID instruction and the bits of it that we look at. */
#ifndef ASM_CPUID_H
#define ASM_CPUID_H

#include <hv/types.h>

struct cpuid_regs {
    uint32_t eax, ebx, ecx, edx;
};

/* What CPUID answers, on the CPU in question or to whom it may concern. */
typedef struct cpuid_regs (*cpuid_fn)(uint32_t leaf, uint32_t subleaf);

#define CPUID_VENDOR            0x00000000  /* SDM 2A, CPUID */
#define CPUID_FEATURES          0x00000001
#define   CPUID_ECX_MONITOR     (1u << 3)
#define   CPUID_ECX_PCID        (1u << 17)
#define   CPUID_ECX_X2APIC      (1u << 21)
#define   CPUID_ECX_TSC_DEADLINE (1u << 24)
#define   CPUID_ECX_XSAVE       (1u << 26)
#define   CPUID_ECX_RDRAND      (1u << 30)
#define   CPUID_ECX_HYPERVISOR  (1u << 31)
#define   CPUID_EDX_TSC         (1u << 4)
#define   CPUID_EDX_APIC        (1u << 9)
#define   CPUID_EDX_MTRR        (1u << 12)
#define   CPUID_EDX_PAT         (1u << 16)
#define   CPUID_EDX_FXSR        (1u << 24)
#define CPUID_POWER             0x00000006
#define   CPUID_EAX_ARAT        (1u << 2)   /* APIC timer never stops */
#define CPUID_EXTENDED          0x00000007
#define   CPUID_EBX_FSGSBASE    (1u << 0)
#define   CPUID_EBX_TSC_ADJUST  (1u << 1)
#define   CPUID_EBX_SMEP        (1u << 7)
#define   CPUID_EBX_INVPCID     (1u << 10)
#define   CPUID_EBX_SMAP        (1u << 20)
#define   CPUID_ECX_UMIP        (1u << 2)
#define CPUID_EXT_MAX           0x80000000
#define CPUID_EXT_FEATURES      0x80000001
#define   CPUID_EDX_SYSCALL     (1u << 11)
#define   CPUID_EDX_NX          (1u << 20)
#define   CPUID_EDX_PAGE_1G     (1u << 26)
#define   CPUID_EDX_RDTSCP      (1u << 27)
#define   CPUID_EDX_LONG_MODE   (1u << 29)
#define CPUID_EXT_POWER         0x80000007
#define   CPUID_EDX_INVARIANT_TSC (1u << 8)

static inline struct cpuid_regs cpuid(uint32_t leaf, uint32_t subleaf)
{
    struct cpuid_regs r;
    __asm__ __volatile__("cpuid"
                         : "=a" (r.eax), "=b" (r.ebx), "=c" (r.ecx),
                           "=d" (r.edx)
                         : "a" (leaf), "c" (subleaf));
    return r;
}

/* As cpuid(), and all zero for a leaf this CPU does not have. */
static inline struct cpuid_regs cpuid_if_present(uint32_t leaf)
{
    struct cpuid_regs none = { 0, 0, 0, 0 };
    if (cpuid(leaf & CPUID_EXT_MAX, 0).eax < leaf)
        return none;
    return cpuid(leaf, 0);
}

#endif
