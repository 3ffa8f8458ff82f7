/* SPDX-License-Identifier: MIT */
/*
 * try.S - run something that may trap, and come back. The trap dispatcher of
 * the library goes on at probe_resume with the stack probe_rsp.
 */
#include "saved.h"

        .text

/* In   %rdi = function   Out  %eax = 1, or 0 when a trap ended it */
        .globl  try_run
try_run:
        SAVE_CALLERS
        mov     %rsp, probe_rsp
        movq    $1f, probe_resume
        call    *%rdi
        movq    $0, probe_resume
        mov     $1, %eax
        jmp     2f
1:      cld
        xor     %eax, %eax
2:      RETURN_TO_CALLER

/* In   %rdi = code, %rsi = 15 registers: rax rbx rcx rdx rsi rdi rbp r8-r15
 * Why  the code may leave none of them as they were */
        .globl  run_code
run_code:
        SAVE_CALLERS
        push    $1f                     /* where the code returns to */
        push    %rdi
        mov     0(%rsi), %rax
        mov     8(%rsi), %rbx
        mov     16(%rsi), %rcx
        mov     24(%rsi), %rdx
        mov     40(%rsi), %rdi
        mov     48(%rsi), %rbp
        mov     56(%rsi), %r8
        mov     64(%rsi), %r9
        mov     72(%rsi), %r10
        mov     80(%rsi), %r11
        mov     88(%rsi), %r12
        mov     96(%rsi), %r13
        mov     104(%rsi), %r14
        mov     112(%rsi), %r15
        mov     32(%rsi), %rsi
        ret
1:      cld
        RETURN_TO_CALLER

/* In   %rdi = frame for the iret hypercall
 * Out  returns when it led to user mode and user mode traps */
        .globl  iret_with
iret_with:
        SAVE_CALLERS
        mov     %rsp, user_kernel_rsp
        mov     %rdi, %rsp
        mov     $23, %eax               /* __HYPERVISOR_iret */
        syscall
        ud2

        .section .note.GNU-stack, "", @progbits
