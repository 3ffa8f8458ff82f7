/* SPDX-License-Identifier: MIT */
/*
 * segments.c - the guest's data selectors and the bases of FS and GS, which
 * stay in the CPU while it runs; and set_segment_base (hypercall 25).
 */
#include <asm/cpu.h>
#include <asm/hypercalls.h>
#include <asm/layout.h>
#include <asm/msr.h>
#include <asm/pv.h>
#include <hv/errno.h>

/* Load @selector into @reg; false if it faults and null is there instead
 * (SDM 3A 5.4.1). */
#define LOAD_SELECTOR(reg, selector)                                    \
    ({                                                                  \
        uint32_t selector_ = (selector), wanted_ = selector_;           \
        __asm__ __volatile__(                                           \
            "1: mov %0, %%" #reg "\n"                                   \
            "   jmp 3f\n"                                               \
            "2: xor %0, %0\n"                                           \
            "   mov %0, %%" #reg "\n"                                   \
            "3:\n"                                                      \
            ".pushsection .extable, \"a\"; .balign 4\n"                 \
            ".long 1b - ., 2b - .; .popsection"                         \
            : "+r"(selector_) : : "memory");                            \
        selector_ == wanted_;                                           \
    })

#define STORE_SELECTOR(reg)                                             \
    ({                                                                  \
        uint16_t selector_;                                             \
        __asm__ __volatile__("mov %%" #reg ", %0" : "=rm"(selector_));  \
        selector_;                                                      \
    })

uint64_t guest_fs_base(void)
{
    return rdmsr(MSR_FS_BASE);
}

uint64_t guest_gs_base(void)
{
    return rdmsr(MSR_GS_BASE);
}

void segments_save(struct vcpu *v)
{
    v->arch.ds = STORE_SELECTOR(ds);
    v->arch.es = STORE_SELECTOR(es);
    v->arch.fs = STORE_SELECTOR(fs);
    v->arch.gs = STORE_SELECTOR(gs);
    v->arch.fs_base = rdmsr(MSR_FS_BASE);
    v->arch.gs_base_active = rdmsr(MSR_GS_BASE);
    v->arch.gs_base_other = rdmsr(MSR_KERNEL_GS_BASE);
}

/* The bases go last: loading a selector changes them. */
bool segments_load(struct vcpu *v)
{
    bool ok = LOAD_SELECTOR(ds, v->arch.ds);

    ok &= LOAD_SELECTOR(es, v->arch.es);
    ok &= LOAD_SELECTOR(fs, v->arch.fs);
    ok &= LOAD_SELECTOR(gs, v->arch.gs);
    wrmsr(MSR_FS_BASE, v->arch.fs_base);
    wrmsr(MSR_GS_BASE, v->arch.gs_base_active);
    wrmsr(MSR_KERNEL_GS_BASE, v->arch.gs_base_other);
    return ok;
}

/* The user's GS: with the hardware's two GS bases turned round meanwhile. */
static void set_user_gs_selector(uint16_t selector)
{
    __asm__ __volatile__("swapgs");
    (void)LOAD_SELECTOR(gs, selector);
    __asm__ __volatile__("swapgs");
}

long do_set_segment_base(unsigned int which, unsigned long base)
{
    if (which == SEGBASE_GS_USER_SEL) {
        set_user_gs_selector((uint16_t)base);
        return 0;
    }
    if (!va_is_canonical(base))
        return -EINVAL;
    switch (which) {
    case SEGBASE_FS:
        wrmsr(MSR_FS_BASE, base);
        return 0;
    case SEGBASE_GS_USER:
        wrmsr(MSR_KERNEL_GS_BASE, base);
        return 0;
    case SEGBASE_GS_KERNEL:
        wrmsr(MSR_GS_BASE, base);
        return 0;
    default:
        return -EINVAL;
    }
}
