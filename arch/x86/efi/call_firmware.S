/* SPDX-License-Identifier: MIT */
/*
 * call_firmware.S - from our calling convention to the firmware's (UEFI 2.10
 * 2.3.4.2: RCX, RDX, R8, R9, then the stack above 32 bytes that are the
 * callee's; 16-byte alignment), and the way out when it faults.
 */
#include <asm/asm.h>

        .bss
        .balign 8
        .globl  efi_return_rsp
efi_return_rsp:
        .quad   0

        .text

/* In   %rdi function, %rsi its five arguments; CR3 the firmware's
 * Out  %rax its status, %rdx 0; or %rdx 1 if it raised an exception
 * Why  after a fault no register but %rsp, once loaded, is what it was here */
        .globl  efi_call_firmware
efi_call_firmware:
        push    %rbp
        mov     %rsp, %rbp
        push    %rbx
        push    %r12
        push    %r13
        push    %r14
        push    %r15
        mov     %rsp, efi_return_rsp(%rip)
        sub     $48, %rsp               /* 32 for the callee, the fifth */
        and     $-16, %rsp
        mov     32(%rsi), %rax
        mov     %rax, 32(%rsp)
        mov     (%rsi), %rcx
        mov     8(%rsi), %rdx
        mov     16(%rsi), %r8
        mov     24(%rsi), %r9
        call    *%rdi
        xor     %edx, %edx
9:      mov     efi_return_rsp(%rip), %rsp
        movq    $0, efi_return_rsp(%rip)
        cld
        pop     %r15
        pop     %r14
        pop     %r13
        pop     %r12
        pop     %rbx
        pop     %rbp
        ret

        .globl  efi_fault
efi_fault:
        mov     $1, %edx
        jmp     9b
