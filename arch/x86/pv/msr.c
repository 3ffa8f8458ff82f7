/* SPDX-License-Identifier: MIT */
/*
 * msr.c - which model-specific registers a guest kernel has. Each is a row with
 * a function; what has no row does not exist for it (-EINVAL: its #GP).
 */
#include <asm/cpu.h>
#include <asm/cr.h>
#include <asm/layout.h>
#include <asm/msr.h>
#include <asm/pv.h>
#include <hv/domain.h>
#include <hv/errno.h>

#define APIC_BASE_SHOWN     0xfee00800ul
#define PAT_SHOWN           0x0000050100070406ul
#define MISC_ENABLE_CLEAR   ((1ul << 7) | (1ul << 18))  /* PMU, MONITOR */
#define MISC_ENABLE_SET     ((1ul << 11) | (1ul << 12) | (1ul << 23))
#define DE_CFG_LFENCE       (1ul << 1)

/* An outer hypervisor need not have what the CPU's maker promises: its #GP is
 * then our guest's. */
static int read_machine(uint32_t msr, uint64_t *value)
{
    uint32_t low = 0, high = 0;
    int rc = -EINVAL;

    __asm__ __volatile__("1: rdmsr\n"
                         "   xor %2, %2\n"
                         "2:\n"
                         ".pushsection .extable, \"a\"; .balign 4\n"
                         ".long 1b - ., 2b - .; .popsection"
                         : "+a"(low), "+d"(high), "+r"(rc) : "c"(msr));
    *value = (uint64_t)high << 32 | low;
    return rc;
}

static int read_base(uint32_t msr, uint64_t *value)
{
    *value = rdmsr(msr);
    return 0;
}

int guest_rdmsr(struct vcpu *v, uint32_t msr, uint64_t *value)
{
    switch (msr) {
    case MSR_FS_BASE:
    case MSR_GS_BASE:
    case MSR_KERNEL_GS_BASE:
        return read_base(msr, value);
    case MSR_TSC:
        *value = rdtsc();
        return 0;
    case MSR_EFER:
        *value = rdmsr(MSR_EFER) & ~EFER_SVME;
        return 0;
    case MSR_APIC_BASE:
        *value = APIC_BASE_SHOWN | (v->id == 0 ? APIC_BASE_BSP : 0);
        return 0;
    case MSR_PAT:
        *value = PAT_SHOWN;
        return 0;
    case MSR_MCG_CAP:
    case MSR_MCG_STATUS:
        *value = 0;             /* a guest's CPU has no banks */
        return 0;
    case MSR_TSC_AUX:
        if (!cpu_features.rdtscp)
            return -EINVAL;
        *value = v->arch.tsc_aux;
        return 0;
    case MSR_UCODE_REV:
        return read_machine(MSR_UCODE_REV, value);
    case MSR_PLATFORM_ID:
        if (!cpu_features.is_intel)
            return -EINVAL;
        return read_machine(MSR_PLATFORM_ID, value);
    case MSR_PLATFORM_INFO:
    case MSR_MISC_FEATURES:
        if (!cpu_features.is_intel)
            return -EINVAL;
        *value = 0;
        return 0;
    case MSR_MISC_ENABLE:
        if (!cpu_features.is_intel || read_machine(MSR_MISC_ENABLE, value))
            return -EINVAL;
        *value = (*value & ~MISC_ENABLE_CLEAR) | MISC_ENABLE_SET;
        return 0;
    case MSR_AMD_HWCR:
    case MSR_AMD_NB_CFG:
    case MSR_AMD_SYSCFG:
        if (!cpu_features.is_amd)
            return -EINVAL;
        *value = 0;
        return 0;
    case MSR_AMD_DE_CFG:
        if (!cpu_features.is_amd)
            return -EINVAL;
        *value = DE_CFG_LFENCE;
        return 0;
    default:
        return -EINVAL;
    }
}

static int write_base(uint32_t msr, uint64_t value)
{
    if (!va_is_canonical(value))
        return -EINVAL;
    wrmsr(msr, value);
    return 0;
}

int guest_wrmsr(struct vcpu *v, uint32_t msr, uint64_t value)
{
    uint64_t now;

    switch (msr) {
    case MSR_FS_BASE:
    case MSR_GS_BASE:
    case MSR_KERNEL_GS_BASE:
        return write_base(msr, value);
    case MSR_TSC_AUX:
        if (!cpu_features.rdtscp || value >> 32)
            return -EINVAL;
        v->arch.tsc_aux = value;
        wrmsr(MSR_TSC_AUX, value);
        return 0;
    case MSR_MCG_STATUS:
        return value ? -EINVAL : 0;
    case MSR_UCODE_REV:
        return cpu_features.is_intel && !value ? 0 : -EINVAL;
    case MSR_MISC_FEATURES:
        return cpu_features.is_intel && !value ? 0 : -EINVAL;
    case MSR_MISC_ENABLE:
        return cpu_features.is_intel ? 0 : -EINVAL;     /* dropped */
    case MSR_AMD_DE_CFG:
    case MSR_AMD_NB_CFG:
        return cpu_features.is_amd ? 0 : -EINVAL;       /* dropped */
    case MSR_EFER:
        return !guest_rdmsr(v, msr, &now) && now == value ? 0 : -EINVAL;
    default:
        return -EINVAL;
    }
}
