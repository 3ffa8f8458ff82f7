/* SPDX-License-Identifier: MIT */
/*
 * current.h - what this CPU is doing. It lies at the top of the CPU's stack,
 * so it is found from the stack pointer alone and neither FS nor GS, which
 * stay the guest's, is needed.
 */
#ifndef ASM_CURRENT_H
#define ASM_CURRENT_H

#include <asm/layout.h>
#include <asm/regs.h>

struct vcpu;

struct cpu_info {
    struct regs guest_regs;         /* valid while current is no idle vcpu */
    uint64_t stack_pad;
    struct vcpu *current_vcpu;
    unsigned long percpu_offset;
    uint32_t cpu;
    uint32_t softirq_pending;
    uint64_t tlb_flushed_at;        /* [a] by this CPU: mm/tlb.c, T1 */
    uint64_t pad;
};
_Static_assert((sizeof(struct cpu_info) - sizeof(struct regs)) % 16 == 0,
               "the CPU aligns the stack before it pushes a frame");

static inline struct cpu_info *cpu_info(void)
{
    unsigned long sp;

    __asm__("mov %%rsp, %0" : "=r"(sp));
    return (struct cpu_info *)((sp | (STACK_SIZE - 1)) + 1) - 1;
}

#define current         (cpu_info()->current_vcpu)

static inline unsigned int cpu_id(void)
{
    return cpu_info()->cpu;
}

static inline unsigned long percpu_offset(void)
{
    return cpu_info()->percpu_offset;
}

static inline struct regs *guest_regs(void)
{
    return &cpu_info()->guest_regs;
}

#endif
