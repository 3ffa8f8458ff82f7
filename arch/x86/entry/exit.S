/* SPDX-License-Identifier: MIT */
/*
 * exit.S - the one way back to a guest.
 *
 * In   %rsp = cpu_info.guest_regs, which pv/iret.c, pv/bounce.c or the CPU
 *      itself have filled: CS and SS have RPL 3, RFLAGS has IF and no IOPL,
 *      RIP is checked here because SYSRET to a non-canonical one would fault
 *      in ring 0
 * Out  does not return
 */
#include <asm/asm.h>
#include <asm/descriptor.h>
#include <asm/layout.h>
#include <asm/offsets.h>

        .section .text.entry, "ax"

        .globl  exit_to_guest
exit_to_guest:
        cli
        cmpl    $0, CPU_INFO_softirq_pending(%rsp)
        jne     run_softirqs
        mov     CPU_INFO_current(%rsp), %rbx
        cmpb    $0, VCPU_nmi_pending(%rbx)
        jne     deliver_nmi
check_events:
        mov     VCPU_info(%rbx), %rax
        cmpb    $0, 0(%rax)             /* evtchn_upcall_pending */
        jne     maybe_upcall

leave:  CHECK_ON_EXIT
        testl   $0x100, REGS_vector(%rsp)       /* REGS_SYSCALL */
        jz      leave_iret
        mov     REGS_rip(%rsp), %rcx
        mov     %rcx, %rax
        shl     $16, %rax
        sar     $16, %rax
        cmp     %rcx, %rax
        jne     leave_iret              /* the guest's #GP, by IRET */
        POP_GPRS                        /* %rsp -> error-code word */
        mov     8(%rsp), %rcx           /* rip */
        cmpw    $SEL_USER_CS32, 16(%rsp)
        je      1f
        mov     24(%rsp), %r11          /* rflags */
        mov     32(%rsp), %rsp
        sysretq
1:      mov     24(%rsp), %r11
        mov     32(%rsp), %rsp
        sysretl

leave_iret:
        POP_GPRS
        add     $8, %rsp                /* -> rip */
.Liretq:
        iretq
        EXTABLE .Liretq, iret_fault

maybe_upcall:
        cmpb    $0, 1(%rax)             /* evtchn_upcall_mask */
        jne     leave
        call    upcall_deliver
        jmp     exit_to_guest

deliver_nmi:
        call    nmi_deliver
        cmpl    $0, CPU_INFO_softirq_pending(%rsp)
        jne     run_softirqs            /* it may have crashed the domain */
        mov     CPU_INFO_current(%rsp), %rbx
        jmp     check_events

run_softirqs:
        sti
        call    softirq_run
        jmp     exit_to_guest

/* The guest's CS, SS or RIP cannot be returned to. The failed frame is the top
 * of the stack still, under it the fault's vector and error code, put there by
 * trap_from_hypervisor: make the registers a frame again. */
        .globl  iret_fault
iret_fault:
        sub     $8, %rsp                /* the error-code word is still there */
        PUSH_GPRS
        CLEAR_GPRS
        call    return_fault_deliver
        jmp     exit_to_guest

/* void resume_guest(void): forget this stack's past, go to current's place. */
        .globl  resume_guest
resume_guest:
        or      $(STACK_SIZE - 1), %rsp
        sub     $(CPU_INFO_SIZE - 1), %rsp
        jmp     exit_to_guest

/* void resume_idle(void): the same for an idle vcpu. */
        .globl  resume_idle
resume_idle:
        or      $(STACK_SIZE - 1), %rsp
        sub     $(CPU_INFO_SIZE - 1), %rsp
        xor     %ebp, %ebp
        call    idle_loop
        ud2
