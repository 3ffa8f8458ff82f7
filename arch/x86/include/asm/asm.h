/* SPDX-License-Identifier: MIT */
/* asm.h - the few assembler macros. The frame they build is in regs.h. */
#ifndef ASM_ASM_H
#define ASM_ASM_H

/* A fault at \from resumes at \to: see entry/extable.c. */
.macro EXTABLE from, to
        .pushsection .extable, "a"
        .balign 4
        .long   \from - .
        .long   \to - .
        .popsection
.endm

/* With SMAP, guest memory is open to us only between these two. An entry from a
 * guest begins with the second, since its own AC is what we are left with. */
.macro OPEN_GUEST_MEMORY
        cmpb    $0, cpu_has_smap(%rip)
        je      1f
        stac
1:
.endm
.macro CLOSE_GUEST_MEMORY
        cmpb    $0, cpu_has_smap(%rip)
        je      1f
        clac
1:
.endm

/* Debug builds look for broken invariants, see common/debug/check.c. */
.macro CHECK_ON_EXIT
#ifdef HV_DEBUG
        call    check_on_exit
        test    %al, %al
        jnz     exit_to_guest
#endif
.endm

/* Below the error-code word: the registers, and none of the guest's values
 * left in those that C may use before it writes them. */
.macro PUSH_GPRS
        push    %rdi
        push    %rsi
        push    %rdx
        push    %rcx
        push    %rax
        push    %r8
        push    %r9
        push    %r10
        push    %r11
        push    %rbx
        push    %rbp
        push    %r12
        push    %r13
        push    %r14
        push    %r15
.endm

.macro CLEAR_GPRS
        xor     %ebx, %ebx
        xor     %ebp, %ebp
        xor     %r12d, %r12d
        xor     %r13d, %r13d
        xor     %r14d, %r14d
        xor     %r15d, %r15d
.endm

.macro POP_GPRS
        pop     %r15
        pop     %r14
        pop     %r13
        pop     %r12
        pop     %rbp
        pop     %rbx
        pop     %r11
        pop     %r10
        pop     %r9
        pop     %r8
        pop     %rax
        pop     %rcx
        pop     %rdx
        pop     %rsi
        pop     %rdi
.endm

#endif
