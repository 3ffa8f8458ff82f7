/* SPDX-License-Identifier: MIT */
/*
 * fast_path.h - what the ways share that assembler goes alone: a system call
 * and its iret (entry/syscall.S), a page fault (entry/guest_fault.S). On all of
 * them %rsp = cpu_info.guest_regs, interrupts are off, and only %rax, %rcx and
 * %r11 are in use.
 */
#ifndef ASM_FAST_PATH_H
#define ASM_FAST_PATH_H

#include <asm/offsets.h>

#define RFLAGS_IF       0x200
/* What a handler starts without: TF NT RF VM AC. */
#define RFLAGS_CLEARED  0x74100
#define RFLAGS_DF       0x400

/* Bits 63-43 of the hypervisor's addresses, which are 2^43 bytes. */
#define HV_PREFIX_SHIFT 43
#define HV_PREFIX       0x1ffff0

/* Set ZF if \reg is an address of the hypervisor; \tmp is lost. */
.macro TEST_HYPERVISOR_ADDRESS reg, tmp
        mov     %\reg, %\tmp
        shr     $HV_PREFIX_SHIFT, %\tmp
        cmp     $HV_PREFIX, %\tmp
.endm

/* Load the L4 whose frame number is at \l4 and note that with the clock before
 * it: T1 of mm/tlb.c. \time and \tmp, which \l4 may use, are lost. */
.macro LOAD_L4 time, tmp, l4:vararg
        mov     tlb_clock(%rip), %\time
        mov     \l4, %\tmp
        shl     $12, %\tmp
        mov     %\tmp, %cr3
        mov     %\time, CPU_INFO_tlb_flushed_at(%rsp)
.endm

/* The registers that the fast ways leave in the CPU, for a frame after all:
 * those that C may change, and those that it keeps. */
.macro SAVE_REST
        SAVE_ARGUMENTS
        SAVE_KEPT
.endm
.macro SAVE_ARGUMENTS
        mov     %rdi, REGS_rdi(%rsp)
        mov     %rsi, REGS_rsi(%rsp)
        mov     %rdx, REGS_rdx(%rsp)
        mov     %r8, REGS_r8(%rsp)
        mov     %r9, REGS_r9(%rsp)
        mov     %r10, REGS_r10(%rsp)
.endm
.macro SAVE_KEPT
        mov     %rbx, REGS_rbx(%rsp)
        mov     %rbp, REGS_rbp(%rsp)
        mov     %r12, REGS_r12(%rsp)
        mov     %r13, REGS_r13(%rsp)
        mov     %r14, REGS_r14(%rsp)
        mov     %r15, REGS_r15(%rsp)
.endm

#endif
