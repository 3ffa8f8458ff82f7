/* SPDX-License-Identifier: MIT */
/*
 * fpu.c - floating-point and vector state, switched eagerly: while a vcpu runs
 * all of its state is in the CPU, so no guest can see a trace of another's.
 * CR0.TS is set only when the guest asked for it (fpu_taskswitch).
 */
#include <asm/cpu.h>
#include <asm/cr.h>
#include <hv/errno.h>
#include <hv/heap.h>
#include <hv/string.h>
#include <hv/vcpu.h>

#define FXSAVE_SIZE     512u
#define FCW_DEFAULT     0x37f
#define MXCSR_DEFAULT   0x1f80
#define FCW_OFFSET      0
#define MXCSR_OFFSET    24
#define MXCSR_MASK_OFFSET 28
#define MXCSR_MASK_OLD  0xffbfu /* of CPUs that show 0, SDM 1 11.6.6 */
#define XSTATE_BV_OFFSET 512    /* SDM 1 13.4.2 */
#define XSTATE_LEGACY   (XCR0_X87 | XCR0_SSE)

void xcr0_write(uint64_t value)
{
    __asm__ __volatile__("xsetbv" : : "c"(0), "a"((uint32_t)value),
                         "d"((uint32_t)(value >> 32)));
}

bool xcr0_is_valid(uint64_t value)
{
    return (value & XCR0_X87) && !(value & ~cpu_features.xcr0) &&
           (!(value & XCR0_AVX) || (value & XCR0_SSE)) &&
           (!(value & XCR0_AVX512) ||
            (value & (XCR0_AVX512 | XCR0_AVX)) == (XCR0_AVX512 | XCR0_AVX));
}

/* Of MXCSR, the bits that the CPU takes: others fault when they are loaded. */
static uint32_t mxcsr_mask = MXCSR_MASK_OLD;

void fpu_init(void)
{
    uint8_t area[FXSAVE_SIZE] ALIGNED(16);
    const uint32_t *mask = (const uint32_t *)(area + MXCSR_MASK_OFFSET);

    __asm__ __volatile__("fxsave64 (%0)" : : "r"(area) : "memory");
    if (*mask)
        mxcsr_mask = *mask;
    if (cpu_features.xsave)
        xcr0_write(cpu_features.xcr0);
}

static size_t area_size(void)
{
    return cpu_features.xsave ? cpu_features.xsave_size : FXSAVE_SIZE;
}

static void set_legacy(uint8_t *area, const void *fxsave)
{
    memcpy(area, fxsave, FXSAVE_SIZE);
    *(uint32_t *)(area + MXCSR_OFFSET) &= mxcsr_mask;
    if (cpu_features.xsave)
        *(uint64_t *)(area + XSTATE_BV_OFFSET) |= XSTATE_LEGACY;
}

void fpu_vcpu_set(struct vcpu *v, const void *fxsave)
{
    set_legacy(v->arch.fpu, fxsave);
}

void fpu_vcpu_set_all(struct vcpu *v, const void *xsave)
{
    uint8_t *area = v->arch.fpu;

    memcpy(area, xsave, area_size());
    *(uint32_t *)(area + MXCSR_OFFSET) &= mxcsr_mask;
}

void fpu_vcpu_get(const struct vcpu *v, void *fxsave)
{
    memcpy(fxsave, v->arch.fpu, FXSAVE_SIZE);
}

void fpu_vcpu_reset(struct vcpu *v)
{
    uint8_t *area = v->arch.fpu;

    memset(area, 0, area_size());
    *(uint16_t *)(area + FCW_OFFSET) = FCW_DEFAULT;
    *(uint32_t *)(area + MXCSR_OFFSET) = MXCSR_DEFAULT;
    if (cpu_features.xsave)
        *(uint64_t *)(area + XSTATE_BV_OFFSET) = XSTATE_LEGACY;
    v->arch.xcr0 = 1;
}

int fpu_vcpu_create(struct vcpu *v)
{
    v->arch.fpu = heap_alloc(area_size(), 64);
    if (!v->arch.fpu)
        return -ENOMEM;
    fpu_vcpu_reset(v);
    return 0;
}

void fpu_vcpu_destroy(struct vcpu *v)
{
    heap_free(v->arch.fpu);
    v->arch.fpu = NULL;
}

/* All components, whatever XCR0 the guest has chosen. */
static void switch_to_full_xcr0(const struct vcpu *v)
{
    if (v->arch.xcr0 != cpu_features.xcr0)
        xcr0_write(cpu_features.xcr0);
}

void fpu_save(struct vcpu *v)
{
    clear_ts();
    if (!cpu_features.xsave) {
        __asm__ __volatile__("fxsave64 (%0)" : : "r"(v->arch.fpu) : "memory");
        return;
    }
    switch_to_full_xcr0(v);
    __asm__ __volatile__("xsave64 (%0)" : : "r"(v->arch.fpu), "a"(~0u),
                         "d"(~0u) : "memory");
}

/* AMD's FXRSTOR and XRSTOR leave the pointers to the last x87 instruction and
 * its operand alone while no exception is pending: make them ours, lest they be
 * those of whoever ran before (APM 2, 11.4.4). */
static void forget_x87_pointers(void)
{
    static const uint32_t operand = 0;

    if (cpu_features.is_amd)
        __asm__ __volatile__("fnclex; ffree %%st(7); fildl %0"
                             : : "m"(operand));
}

void fpu_restore(struct vcpu *v)
{
    clear_ts();
    forget_x87_pointers();
    if (!cpu_features.xsave) {
        __asm__ __volatile__("fxrstor64 (%0)" : : "r"(v->arch.fpu) : "memory");
    } else {
        xcr0_write(cpu_features.xcr0);
        __asm__ __volatile__("xrstor64 (%0)" : : "r"(v->arch.fpu), "a"(~0u),
                             "d"(~0u) : "memory");
        if (v->arch.xcr0 != cpu_features.xcr0)
            xcr0_write(v->arch.xcr0);
    }
    if (v->arch.ts)
        write_cr0(read_cr0() | CR0_TS);
}
