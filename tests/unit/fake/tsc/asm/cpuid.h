/* SPDX-License-Identifier: MIT */
/* cpuid.h - a CPU that has TSC_ADJUST, or not, as a test says. */
#ifndef ASM_CPUID_H
#define ASM_CPUID_H

#include <stdbool.h>
#include <stdint.h>

struct cpuid_regs {
    uint32_t eax, ebx, ecx, edx;
};

#define CPUID_EXTENDED          7
#define CPUID_EBX_TSC_ADJUST    (1u << 1)

extern bool has_tsc_adjust;

static inline struct cpuid_regs cpuid_if_present(uint32_t leaf)
{
    struct cpuid_regs r = { 0, 0, 0, 0 };

    if (leaf == CPUID_EXTENDED && has_tsc_adjust)
        r.ebx = CPUID_EBX_TSC_ADJUST;
    return r;
}

#endif
