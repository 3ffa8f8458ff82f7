/* SPDX-License-Identifier: MIT */
/*
 * control_msr.c - the MSRs that domain 0's tools may look at: those that every
 * CPU we run on has, and whose value tells nothing of a domain.
 */
#include <asm/msr.h>
#include <hv/compiler.h>
#include <hv/control.h>
#include <hv/cpu.h>
#include <hv/errno.h>

static const uint32_t readable[] = {
    MSR_TSC, MSR_APIC_BASE, MSR_MTRR_CAP, MSR_PAT, MSR_MTRR_DEF_TYPE, MSR_EFER,
};

static bool is_readable(uint32_t msr)
{
    for (size_t i = 0; i < ARRAY_SIZE(readable); i++)
        if (readable[i] == msr)
            return true;
    return false;
}

int arch_control_msr(uint64_t cpu_mask, uint32_t msr, bool is_write,
                     uint64_t in, uint64_t *out)
{
    (void)in;
    if (is_write || !is_readable(msr))
        return -EPERM;
    if (cpu_mask == 0)
        return -EINVAL;
    if (cpu_id() >= 64 || cpu_mask != 1ull << cpu_id())
        return -ENOSYS;
    *out = rdmsr(msr);
    return 0;
}
