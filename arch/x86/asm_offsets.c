/* SPDX-License-Identifier: MIT */
/* asm_offsets.c - what assembler must know of C structures; compiled only. */
#include <hv/domain.h>
#include <hv/vcpu.h>
#include <asm/current.h>

#define DEFINE(sym, val) \
    __asm__ __volatile__("\n.ascii \"->" #sym " %0\"" : : "i"(val))
#define OFFSET(sym, type, member) DEFINE(sym, offsetof(struct type, member))

void asm_offsets(void);
void asm_offsets(void)
{
    DEFINE(CPU_INFO_SIZE, sizeof(struct cpu_info));
    DEFINE(REGS_SIZE, sizeof(struct regs));
    OFFSET(REGS_r15, regs, r15);
    OFFSET(REGS_r14, regs, r14);
    OFFSET(REGS_r13, regs, r13);
    OFFSET(REGS_r12, regs, r12);
    OFFSET(REGS_rbp, regs, rbp);
    OFFSET(REGS_rbx, regs, rbx);
    OFFSET(REGS_r11, regs, r11);
    OFFSET(REGS_r10, regs, r10);
    OFFSET(REGS_r9, regs, r9);
    OFFSET(REGS_r8, regs, r8);
    OFFSET(REGS_rax, regs, rax);
    OFFSET(REGS_rcx, regs, rcx);
    OFFSET(REGS_rdx, regs, rdx);
    OFFSET(REGS_rsi, regs, rsi);
    OFFSET(REGS_rdi, regs, rdi);
    OFFSET(REGS_error_code, regs, error_code);
    OFFSET(REGS_vector, regs, vector);
    OFFSET(REGS_rip, regs, rip);
    OFFSET(REGS_cs, regs, cs);
    OFFSET(REGS_rflags, regs, rflags);
    OFFSET(REGS_rsp, regs, rsp);
    OFFSET(REGS_ss, regs, ss);
    DEFINE(CPU_INFO_current, offsetof(struct cpu_info, current_vcpu));
    OFFSET(CPU_INFO_softirq_pending, cpu_info, softirq_pending);
    OFFSET(CPU_INFO_tlb_flushed_at, cpu_info, tlb_flushed_at);
    OFFSET(VCPU_info, vcpu, info);
    OFFSET(VCPU_in_kernel, vcpu, arch.in_kernel);
    OFFSET(VCPU_nmi_pending, vcpu, arch.nmi_pending);
    OFFSET(VCPU_kernel_frames, vcpu, arch.kernel_frames);
    OFFSET(VCPU_takes_slow_path, vcpu, arch.takes_slow_path);
    OFFSET(VCPU_l4_kernel, vcpu, arch.l4_kernel);
    OFFSET(VCPU_l4_user, vcpu, arch.l4_user);
    OFFSET(VCPU_cr2, vcpu, arch.cr2);
    OFFSET(VCPU_pf_address, vcpu, arch.traps[VECTOR_PF].address);
    OFFSET(VCPU_pf_masks, vcpu, arch.traps[VECTOR_PF].masks_events);
    OFFSET(INFO_cr2, vcpu_info, arch.cr2);
    OFFSET(VCPU_syscall_address, vcpu, arch.syscall_callback.address);
    OFFSET(VCPU_syscall_masks, vcpu, arch.syscall_callback.masks_events);
}
