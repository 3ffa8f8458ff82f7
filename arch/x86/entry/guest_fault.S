/* SPDX-License-Identifier: MIT */
/*
 * guest_fault.S - a page fault that is the guest's own affair, handed to its
 * kernel without C: what nearly all of them are.
 *
 * Left to C (entry/page_fault.c, pv/bounce.c, which do the same and the rest):
 * faults of the hypervisor, at its addresses (the guest's LDT is there), stores
 * of the kernel to what is mapped read-only (it may be a page table), and
 * whatever takes_slow_path stands for.
 *
 * The frame that the handler gets, upwards:
 *
 *      0 rcx  8 r11  16 error code  24 rip  32 cs|mask<<32
 *      40 rflags  48 rsp  56 ss
 */
#include <asm/asm.h>
#include <asm/descriptor.h>
#include <asm/fast_path.h>
#include <asm/offsets.h>

#define PF_TABLE_STORE  3       /* present and write */
#define PF_USER         4
/* In REGS_vector's second byte: the guest's user was interrupted. */
#define FROM_USER       2

        .section .text.entry, "ax"

/* In   error-code word on the stack, interrupts off; CR2
 * Out  the guest's handler, by SYSRET: its frame has rcx and r11 */
        .globl  page_fault_entry
page_fault_entry:
        sub     $REGS_error_code, %rsp
        mov     %rax, REGS_rax(%rsp)
        mov     %rcx, REGS_rcx(%rsp)
        mov     %r11, REGS_r11(%rsp)
        testb   $3, REGS_cs(%rsp)
        jz      leave_to_c
        mov     CPU_INFO_current(%rsp), %rcx
        cmpl    $0, CPU_INFO_softirq_pending(%rsp)
        jne     leave_to_c
        cmpb    $0, VCPU_takes_slow_path(%rcx)
        jne     leave_to_c
        cmpq    $0, VCPU_pf_address(%rcx)
        je      leave_to_c
        mov     %cr2, %rax
        TEST_HYPERVISOR_ADDRESS rax, r11
        je      leave_to_c
        cmpb    $0, VCPU_in_kernel(%rcx)
        je      from_user

        mov     REGS_error_code(%rsp), %r11d
        not     %r11d
        test    $PF_TABLE_STORE, %r11b
        jz      leave_to_c
        mov     %rax, VCPU_cr2(%rcx)
        mov     REGS_rsp(%rsp), %rax
        and     $-16, %rax
        sub     $64, %rax
        TEST_HYPERVISOR_ADDRESS rax, r11
        je      leave_to_c
        andl    $~PF_USER, REGS_error_code(%rsp)
        andb    $~3, REGS_cs(%rsp)
        jmp     put_frame

from_user:
        mov     %rax, VCPU_cr2(%rcx)
        mov     VCPU_kernel_frames(%rcx), %rax
        sub     $64, %rax
        jb      leave_to_c              /* it was 0 */
        orl     $PF_USER, REGS_error_code(%rsp)
        movb    $FROM_USER, REGS_vector+1(%rsp)
        movb    $1, VCPU_in_kernel(%rcx)
        swapgs
        LOAD_L4 r11, rcx, VCPU_l4_kernel(%rcx)
        mov     CPU_INFO_current(%rsp), %rcx

/* %rax -> the frame to be, %rcx = current */
put_frame:
        OPEN_GUEST_MEMORY
        mov     REGS_rcx(%rsp), %r11
.Lp1:   mov     %r11, 0(%rax)
        mov     REGS_r11(%rsp), %r11
.Lp2:   mov     %r11, 8(%rax)
        mov     REGS_error_code(%rsp), %r11d
.Lp3:   mov     %r11, 16(%rax)
        mov     REGS_rip(%rsp), %r11
.Lp4:   mov     %r11, 24(%rax)
        mov     REGS_rsp(%rsp), %r11
.Lp5:   mov     %r11, 48(%rax)
        movzwl  REGS_ss(%rsp), %r11d
.Lp6:   mov     %r11, 56(%rax)
        mov     VCPU_info(%rcx), %r11
        movzbl  1(%r11), %ecx           /* evtchn_upcall_mask */
        mov     REGS_rflags(%rsp), %r11
        test    %ecx, %ecx
        jz      1f
        and     $~RFLAGS_IF, %r11
1:
.Lp7:   mov     %r11, 40(%rax)
        movzwl  REGS_cs(%rsp), %r11d
        shl     $32, %rcx
        or      %rcx, %r11
.Lp8:   mov     %r11, 32(%rax)
        CLOSE_GUEST_MEMORY

        mov     %rax, REGS_rsp(%rsp)
        mov     CPU_INFO_current(%rsp), %rcx
        mov     VCPU_info(%rcx), %r11
        mov     VCPU_cr2(%rcx), %rax
        mov     %rax, INFO_cr2(%r11)
        cmpb    $0, VCPU_pf_masks(%rcx)
        je      with_event_maybe
        movb    $1, 1(%r11)
1:      mov     VCPU_pf_address(%rcx), %rcx
        mov     REGS_rflags(%rsp), %r11
        and     $~RFLAGS_CLEARED, %r11
        mov     REGS_rax(%rsp), %rax
        mov     REGS_rsp(%rsp), %rsp
        sysretq

/* The handler takes events at once: if one is pending, C sees to it. */
with_event_maybe:
        cmpb    $0, 0(%r11)             /* evtchn_upcall_pending */
        je      1b
        mov     VCPU_pf_address(%rcx), %rcx
        mov     %rcx, REGS_rip(%rsp)
        andq    $~RFLAGS_CLEARED, REGS_rflags(%rsp)
        movw    $SEL_USER_CS64, REGS_cs(%rsp)
        movw    $SEL_USER_DS, REGS_ss(%rsp)
        movl    $0x100, REGS_vector(%rsp)       /* REGS_SYSCALL */
        SAVE_REST
        jmp     exit_to_guest

/* The kernel's stack cannot be written. As it was, but for the error code's
 * user bit, which C sets anew; C tries the same and says what is wrong. */
fault_stack_fault:
        CLOSE_GUEST_MEMORY
        mov     CPU_INFO_current(%rsp), %rcx
        mov     VCPU_cr2(%rcx), %rax
        mov     %rax, %cr2
        orb     $3, REGS_cs(%rsp)
        cmpb    $0, REGS_vector+1(%rsp)
        je      leave_to_c
        movb    $0, REGS_vector+1(%rsp)
        movb    $0, VCPU_in_kernel(%rcx)
        swapgs

leave_to_c:
        mov     REGS_rax(%rsp), %rax
        mov     REGS_rcx(%rsp), %rcx
        mov     REGS_r11(%rsp), %r11
        add     $REGS_error_code, %rsp
        jmp     exception_entry

        EXTABLE .Lp1, fault_stack_fault
        EXTABLE .Lp2, fault_stack_fault
        EXTABLE .Lp3, fault_stack_fault
        EXTABLE .Lp4, fault_stack_fault
        EXTABLE .Lp5, fault_stack_fault
        EXTABLE .Lp6, fault_stack_fault
        EXTABLE .Lp7, fault_stack_fault
        EXTABLE .Lp8, fault_stack_fault
