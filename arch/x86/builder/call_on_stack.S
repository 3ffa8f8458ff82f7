/* SPDX-License-Identifier: MIT */
/*
 * call_on_stack.S - int call_on_stack(int (*fn)(void *), void *data, void *top)
 *
 * In   %rdi fn, %rsi data, %rdx end of another stack; interrupts off, and
 *      nothing may look for cpu_info meanwhile
 * Out  what fn returned, on the old stack
 */
        .section .init.text, "ax"
        .globl  call_on_stack
call_on_stack:
        push    %rbp
        mov     %rsp, %rbp
        mov     %rdx, %rsp
        mov     %rdi, %rax
        mov     %rsi, %rdi
        call    *%rax
        mov     %rbp, %rsp
        pop     %rbp
        ret
