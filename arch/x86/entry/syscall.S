/* SPDX-License-Identifier: MIT */
/*
 * syscall.S - SYSCALL from a guest: a hypercall if its kernel runs, else the
 * guest's own system call, bounced to its kernel.
 *
 * SYSCALL changes no stack. Each CPU has a stub (cpu/syscall_stub.c) which puts
 * the guest's %rax in cpu_info.syscall_rax and its %rsp in %rax, loads the end
 * of cpu_info.guest_regs into %rsp and comes here.
 *
 * In   %rsp = end of guest_regs, %rax = the guest's %rsp,
 *      %rcx = its rip, %r11 = its rflags, interrupts off, DF clear
 */
#include <asm/asm.h>
#include <asm/descriptor.h>
#include <asm/hypercall.h>
#include <asm/offsets.h>

/* cpu_info as seen from the end of guest_regs */
#define AFTER_REGS(field)   (field - REGS_SIZE)

        .section .text.entry, "ax"

        .globl  syscall_entry_64
syscall_entry_64:
        push    $SEL_USER_DS
        push    %rax                    /* rsp */
        mov     AFTER_REGS(CPU_INFO_syscall_rax) + 16(%rsp), %rax
        push    %r11
        push    $SEL_USER_CS64
        push    %rcx
        push    $0
        movl    $0x100, 4(%rsp)         /* REGS_SYSCALL */
        PUSH_GPRS
        mov     CPU_INFO_current(%rsp), %rbx
        cmpb    $0, VCPU_in_kernel(%rbx)
        je      guest_syscall

hypercall:
        sti
        cmp     $HYPERCALL_COUNT, %rax
        sbb     %r11, %r11              /* all ones if below, flags as before */
        jae     bad_hypercall
        and     %r11, %rax              /* also while the CPU guesses */
        lea     hypercall_table(%rip), %r11
        mov     %r10, %rcx              /* argument 4; 5 and 6 are in place */
        mov     (%r11, %rax, 8), %r11
        call    *%r11
        mov     %rax, REGS_rax(%rsp)
        jmp     exit_to_guest
bad_hypercall:
        movq    $-38, REGS_rax(%rsp)    /* -ENOSYS */
        jmp     exit_to_guest

guest_syscall:
        CLEAR_GPRS
        mov     %rsp, %rdi
        call    syscall_bounce
        jmp     exit_to_guest

/* From 32-bit code of a 64-bit guest: never a hypercall. */
        .globl  syscall_entry_32
syscall_entry_32:
        push    $SEL_USER_DS
        push    %rax                    /* rsp */
        mov     AFTER_REGS(CPU_INFO_syscall_rax) + 16(%rsp), %rax
        push    %r11
        push    $SEL_USER_CS32
        push    %rcx
        push    $0
        movl    $0x100, 4(%rsp)
        PUSH_GPRS
        CLEAR_GPRS
        mov     %rsp, %rdi
        call    syscall32_bounce
        jmp     exit_to_guest

/* SYSENTER comes on the stack MSR_SYSENTER_ESP names, the end of guest_regs,
 * and remembers nothing of where it came from. Unlike SYSCALL it leaves DF, TF,
 * NT and AC as the guest had them: none of them may reach C. */
        .globl  sysenter_entry
sysenter_entry:
        push    $SEL_USER_DS
        push    $0                      /* rsp */
        pushfq
        push    $3                      /* cs */
        push    $0                      /* rip */
        push    $0
        push    $2                      /* RFLAGS_FIXED */
        popfq
        PUSH_GPRS
        CLEAR_GPRS
        mov     %rsp, %rdi
        call    sysenter_bounce
        jmp     exit_to_guest
