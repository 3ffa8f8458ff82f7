/* SPDX-License-Identifier: MIT */
/*
 * syscall.S - SYSCALL from a guest: a hypercall if its kernel runs, else the
 * guest's own system call, bounced to its kernel.
 *
 * SYSCALL changes no stack. Each CPU has a stub (cpu/syscall_stub.c) which puts
 * the guest's %rax in cpu_info.guest_regs and its %rsp in %rax, loads the end
 * of guest_regs into %rsp and comes here.
 *
 * The two ways that a guest goes most, its system call into its kernel and the
 * kernel's iret back, are done here in full with interrupts off and only %rax,
 * %rcx and %r11 in use (fast_syscall, fast_iret). Whatever is unusual leaves
 * for the C that does the same: pv/bounce.c and pv/iret.c.
 *
 * In   %rsp = end of guest_regs, %rax = the guest's %rsp,
 *      %rcx = its rip, %r11 = its rflags, interrupts off, DF clear
 */
#include <asm/asm.h>
#include <asm/descriptor.h>
#include <asm/fast_path.h>
#include <asm/hypercall.h>
#include <asm/offsets.h>

#define HYPERCALL_IRET  23
#define ENOSYS          38
/* What iret may set: CF PF AF ZF SF TF IF DF OF RF AC ID, and bit 1. */
#define RFLAGS_PLAIN    0x250fd7
/* guest_regs are to be left by SYSRET: complete them as it leaves the CPU. */
.macro MAKE_SYSCALL_FRAME
        mov     REGS_rip(%rsp), %rcx
        mov     REGS_rflags(%rsp), %r11
        mov     %rcx, REGS_rcx(%rsp)
        mov     %r11, REGS_r11(%rsp)
        MARK_SYSCALL
.endm
.macro MARK_SYSCALL
        movl    $0x100, REGS_vector(%rsp)       /* REGS_SYSCALL */
        movl    $0, REGS_error_code(%rsp)
.endm

        .section .text.entry, "ax"

        .globl  syscall_entry_64
syscall_entry_64:
        push    $SEL_USER_DS
        push    %rax                    /* rsp */
        push    %r11                    /* rflags */
        push    $SEL_USER_CS64
        push    %rcx                    /* rip */
        sub     $REGS_rip, %rsp         /* -> guest_regs */
        mov     CPU_INFO_current(%rsp), %rcx
        cmpb    $0, VCPU_in_kernel(%rcx)
        je      fast_syscall
        cmpq    $HYPERCALL_IRET, REGS_rax(%rsp)
        je      fast_iret

/* C keeps the registers of SAVE_KEPT, so they are saved only for a way out that
 * is not this one; until then the frame has old values of them. */
hypercall:
        mov     REGS_rax(%rsp), %rax
        SAVE_ARGUMENTS
        MARK_SYSCALL
        sti
        cmp     $HYPERCALL_COUNT, %rax
        sbb     %r11, %r11              /* all ones if below, flags as before */
        jae     bad_hypercall
        and     %r11, %rax              /* also while the CPU guesses */
        lea     hypercall_table(%rip), %r11
        mov     %r10, %rcx              /* argument 4; 5 and 6 are in place */
        call    *(%r11, %rax, 8)
        cli
        cmpl    $0, CPU_INFO_softirq_pending(%rsp)
        jne     hypercall_exit
        mov     CPU_INFO_current(%rsp), %rcx
        cmpb    $0, VCPU_nmi_pending(%rcx)
        jne     hypercall_exit
        mov     VCPU_info(%rcx), %rcx
        cmpb    $0, 0(%rcx)             /* evtchn_upcall_pending */
        jne     hypercall_exit
        testl   $0x100, REGS_vector(%rsp)       /* not if it was iret */
        jz      hypercall_exit
        mov     REGS_rip(%rsp), %rcx
        mov     %rcx, %r11
        shl     $16, %r11
        sar     $16, %r11
        cmp     %rcx, %r11
        jne     hypercall_exit          /* exit.S says why */
        /* C has kept the other registers, and nobody has changed them. */
        mov     REGS_rdi(%rsp), %rdi
        mov     REGS_rsi(%rsp), %rsi
        mov     REGS_rdx(%rsp), %rdx
        mov     REGS_r8(%rsp), %r8
        mov     REGS_r9(%rsp), %r9
        mov     REGS_r10(%rsp), %r10
        mov     REGS_rflags(%rsp), %r11
        mov     REGS_rsp(%rsp), %rsp
        sysretq

bad_hypercall:
        mov     $-ENOSYS, %rax
hypercall_exit:
        mov     %rax, REGS_rax(%rsp)
        SAVE_KEPT
        testl   $0x100, REGS_vector(%rsp)
        jz      1f                      /* iret has set %rcx and %r11 */
        MAKE_SYSCALL_FRAME
1:      jmp     exit_to_guest

/* The guest's user calls its kernel. The frame that its handler gets, upwards:
 *
 *      0 rcx (= rip)  8 r11 (= rflags)  16 rip  24 cs|mask<<32
 *      32 rflags  40 rsp  48 ss
 *
 * In   %rcx = current, %rsp = guest_regs with rip to ss filled in */
fast_syscall:
        cmpl    $0, CPU_INFO_softirq_pending(%rsp)
        jne     slow_syscall
        cmpb    $0, VCPU_takes_slow_path(%rcx)
        jne     slow_syscall
        mov     VCPU_kernel_frames(%rcx), %rax
        sub     $56, %rax
        jb      slow_syscall            /* it was 0 */

        movb    $1, VCPU_in_kernel(%rcx)
        swapgs
        LOAD_L4 r11, rcx, VCPU_l4_kernel(%rcx)
        mov     CPU_INFO_current(%rsp), %rcx
        mov     VCPU_info(%rcx), %r11
        movzbl  1(%r11), %r11d          /* evtchn_upcall_mask */

        OPEN_GUEST_MEMORY
        mov     REGS_rip(%rsp), %rcx
.Ls1:   mov     %rcx, 0(%rax)
.Ls2:   mov     %rcx, 16(%rax)
        mov     REGS_rflags(%rsp), %rcx
.Ls3:   mov     %rcx, 8(%rax)
        test    %r11d, %r11d
        jz      1f
        and     $~RFLAGS_IF, %rcx
1:
.Ls4:   mov     %rcx, 32(%rax)
        shl     $32, %r11
        or      $SEL_USER_CS64, %r11
.Ls5:   mov     %r11, 24(%rax)
        mov     REGS_rsp(%rsp), %rcx
.Ls6:   mov     %rcx, 40(%rax)
.Ls7:   movq    $SEL_USER_DS, 48(%rax)
        CLOSE_GUEST_MEMORY

        mov     CPU_INFO_current(%rsp), %rcx
        mov     VCPU_info(%rcx), %r11
        cmpb    $0, VCPU_syscall_masks(%rcx)
        je      1f
        movb    $1, 1(%r11)
1:      cmpb    $0, 0(%r11)             /* evtchn_upcall_pending */
        mov     VCPU_syscall_address(%rcx), %rcx
        mov     REGS_rflags(%rsp), %r11
        jne     syscall_with_event
        and     $~(RFLAGS_CLEARED | RFLAGS_DF), %r11
        mov     %rax, REGS_rsp(%rsp)
        mov     REGS_rax(%rsp), %rax
        mov     REGS_rsp(%rsp), %rsp
        sysretq

/* An event is pending, maybe masked: let the way out look at it. */
syscall_with_event:
        mov     %rcx, REGS_rip(%rsp)
        and     $~(RFLAGS_CLEARED | RFLAGS_DF), %r11
        mov     %r11, REGS_rflags(%rsp)
        mov     %rax, REGS_rsp(%rsp)
        MAKE_SYSCALL_FRAME
        SAVE_REST
        jmp     exit_to_guest

/* The kernel's stack cannot be written: back to user mode as it was; C tries
 * the same and says what is wrong. */
syscall_stack_fault:
        CLOSE_GUEST_MEMORY
        mov     CPU_INFO_current(%rsp), %rcx
        movb    $0, VCPU_in_kernel(%rcx)
        swapgs
slow_syscall:
        MAKE_SYSCALL_FRAME
        SAVE_REST
        CLEAR_GPRS
        mov     %rsp, %rdi
        call    syscall_bounce
        jmp     exit_to_guest

        EXTABLE .Ls1, syscall_stack_fault
        EXTABLE .Ls2, syscall_stack_fault
        EXTABLE .Ls3, syscall_stack_fault
        EXTABLE .Ls4, syscall_stack_fault
        EXTABLE .Ls5, syscall_stack_fault
        EXTABLE .Ls6, syscall_stack_fault
        EXTABLE .Ls7, syscall_stack_fault

/* The iret hypercall. The frame at the guest's %rsp:
 *
 *      0 rax  8 r11  16 rcx  24 flags  32 rip  40 cs  48 rflags  56 rsp  64 ss
 *
 * All of it is read before anything changes.
 * In   %rcx = current, %rsp = guest_regs with rip to ss filled in */
fast_iret:
        cmpl    $0, CPU_INFO_softirq_pending(%rsp)
        jne     hypercall
        cmpb    $0, VCPU_takes_slow_path(%rcx)
        jne     hypercall
        mov     REGS_rsp(%rsp), %rax
        TEST_HYPERVISOR_ADDRESS rax, r11
        je      hypercall

        OPEN_GUEST_MEMORY
.Li1:   movzwl  40(%rax), %r11d
        mov     %r11, REGS_cs(%rsp)
        not     %r11d                   /* RPL 3, the user: both bits 0 now */
        mov     %r11d, REGS_error_code(%rsp)
        test    $3, %r11b
        jnz     1f                      /* to the kernel */
        cmpq    $-1, VCPU_l4_user(%rcx)
        je      slow_iret
1:
.Li3:   cmpq    $0, 24(%rax)
        jne     slow_iret
.Li4:   mov     48(%rax), %r11
        test    $~RFLAGS_PLAIN, %r11
        jnz     slow_iret
.Li5:   mov     0(%rax), %rcx
        mov     %rcx, REGS_rax(%rsp)
.Li6:   mov     8(%rax), %rcx
        mov     %rcx, REGS_r11(%rsp)
.Li7:   mov     16(%rax), %rcx
        mov     %rcx, REGS_rcx(%rsp)
.Li8:   mov     32(%rax), %rcx
        mov     %rcx, REGS_rip(%rsp)
.Li9:   mov     56(%rax), %rcx
.Li2:   movzwl  64(%rax), %eax
        CLOSE_GUEST_MEMORY
        mov     %rcx, REGS_rsp(%rsp)
        or      $3, %eax
        mov     %rax, REGS_ss(%rsp)
        orl     $3, REGS_cs(%rsp)

        mov     %r11d, %ecx             /* IF: the new upcall mask */
        or      $(RFLAGS_IF | 2), %r11
        mov     %r11, REGS_rflags(%rsp)
        mov     CPU_INFO_current(%rsp), %rax
        mov     VCPU_info(%rax), %r11
        test    $RFLAGS_IF, %ecx
        setz    1(%r11)                 /* evtchn_upcall_mask */
        testb   $3, REGS_error_code(%rsp)
        jnz     1f
        movb    $0, VCPU_in_kernel(%rax)
        swapgs
        LOAD_L4 rcx, rax, VCPU_l4_user(%rax)
1:
        cmpb    $0, 0(%r11)             /* evtchn_upcall_pending */
        jne     iret_with_event
        mov     REGS_rax(%rsp), %rax
        mov     REGS_rcx(%rsp), %rcx
        mov     REGS_r11(%rsp), %r11
        add     $REGS_rip, %rsp
.Lfast_iretq:
        iretq
        EXTABLE .Lfast_iretq, iret_fault

iret_with_event:
        movl    $0, REGS_vector(%rsp)   /* by IRET */
        SAVE_REST
        jmp     exit_to_guest

slow_iret:
        CLOSE_GUEST_MEMORY
        jmp     hypercall

        EXTABLE .Li1, slow_iret
        EXTABLE .Li2, slow_iret
        EXTABLE .Li3, slow_iret
        EXTABLE .Li4, slow_iret
        EXTABLE .Li5, slow_iret
        EXTABLE .Li6, slow_iret
        EXTABLE .Li7, slow_iret
        EXTABLE .Li8, slow_iret
        EXTABLE .Li9, slow_iret

/* From 32-bit code of a 64-bit guest: never a hypercall. */
        .globl  syscall_entry_32
syscall_entry_32:
        push    $SEL_USER_DS
        push    %rax                    /* rsp */
        mov     REGS_rax - REGS_SIZE + 16(%rsp), %rax
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
