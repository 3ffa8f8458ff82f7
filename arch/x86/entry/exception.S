/* SPDX-License-Identifier: MIT */
/*
 * exception.S - from a stub's error-code word to C and back.
 *
 * The CPU switched to the top of this CPU's stack if a guest was interrupted,
 * so the frame is cpu_info.guest_regs then. FS and GS are never touched:
 * neither base is ours.
 */
#include <asm/asm.h>
#include <asm/layout.h>
#include <asm/offsets.h>

        .section .text.entry, "ax"

/* In   error-code word on the stack, interrupts off
 * Out  to a guest by exit_to_guest, or back to what it interrupted */
        .globl  exception_entry
exception_entry:
        cld
        PUSH_GPRS
        mov     %rsp, %rdi              /* struct regs * */
        testb   $3, REGS_cs(%rsp)
        jz      9f
        CLEAR_GPRS
        CLOSE_GUEST_MEMORY
        call    trap_from_guest
        jmp     exit_to_guest
9:      call    trap_from_hypervisor
        jmp     exit_to_hypervisor

/* The same for external interrupts. */
        .globl  interrupt_entry
interrupt_entry:
        cld
        PUSH_GPRS
        mov     %rsp, %rdi
        mov     REGS_vector(%rsp), %esi
        testb   $3, REGS_cs(%rsp)
        jz      9f
        CLEAR_GPRS
        CLOSE_GUEST_MEMORY
        call    irq_dispatch
        jmp     exit_to_guest
9:      call    irq_dispatch

        .globl  exit_to_hypervisor
exit_to_hypervisor:
        POP_GPRS                        /* %rsp -> error-code word */
        add     $8, %rsp
        iretq

/* NMI, #DB, #MC, #DF: each on a stack of its own (IST), as they may arrive
 * where the stack is still the guest's. If a guest was interrupted, nothing is
 * on the ordinary stack: go on there, as any other exception. */
        .globl  ist_entry
ist_entry:
        cld
        PUSH_GPRS
        mov     %rsp, %rdi
        testb   $3, REGS_cs(%rsp)
        jz      2f
        mov     %rsp, %rsi
        or      $(STACK_SIZE - 1), %rsi
        sub     $(CPU_INFO_SIZE - 1), %rsi      /* -> guest_regs */
        mov     %rsi, %rax
        mov     %rsp, %rdx
        mov     $(REGS_SIZE / 8), %ecx
1:      mov     (%rdx), %rdi
        mov     %rdi, (%rsi)
        add     $8, %rdx
        add     $8, %rsi
        dec     %ecx
        jnz     1b
        mov     %rax, %rsp
        mov     %rax, %rdi
        CLEAR_GPRS
        CLOSE_GUEST_MEMORY
        call    trap_from_guest
        jmp     exit_to_guest
2:      call    trap_from_hypervisor
        jmp     exit_to_hypervisor
