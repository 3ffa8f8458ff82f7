/* SPDX-License-Identifier: MIT */
/*
 * trap_entry.S - where the hypervisor enters this guest, and the way back.
 *
 * The hypervisor leaves rcx and r11 on top of the frame; each stub pops them
 * and brings the rest to the form of struct regs.
 */
#include <xen/xen.h>
#include "saved.h"

.macro STUB number, has_error
        .balign 32
        pop     %rcx
        pop     %r11
        .if     \has_error == 0
        push    $0                      /* error */
        .endif
        push    $\number
        jmp     trap_common
.endm

        .text
        .balign 32
        .globl  trap_stubs              /* vector n is at trap_stubs + n*32 */
trap_stubs:
vector = 0
        .rept   256
        .if     vector < 32 && 0x00227d00 >> (vector & 31) & 1 /* 8 10-14 17 21 */
        STUB    vector, 1
        .else
        STUB    vector, 0
        .endif
vector = vector + 1
        .endr

        .globl  upcall_entry, syscall_entry, sysenter_entry, failsafe_entry
upcall_entry:
        STUB    0x100, 0
syscall_entry:
        STUB    0x102, 0
sysenter_entry:
        STUB    0x103, 0

/* In   rcx r11 ds es fs gs rip cs rflags rsp ss on the stack
 * Out  to trap_common; failsafe_selector holds ds es fs gs
 * Why  the failsafe frame is the one frame with data selectors in it */
        .balign 32
failsafe_entry:
        pop     %rcx
        pop     %r11
        pop     failsafe_selector+0(%rip)
        pop     failsafe_selector+8(%rip)
        pop     failsafe_selector+16(%rip)
        pop     failsafe_selector+24(%rip)
        push    $0
        push    $0x101
        /* fall through */

/* In   struct regs from vector upwards
 * Out  iret to what the handler left in struct regs
 * Why  C cannot save its caller's registers */
trap_common:
        push    %rdi
        push    %rsi
        push    %rdx
        push    %rcx
        push    %rax
        push    %r8
        push    %r9
        push    %r10
        push    %r11
        SAVE_CALLERS
        mov     %rsp, %rdi
        mov     %rsp, %rbp
        and     $-16, %rsp
        cld
        call    trap_dispatch
        mov     %rbp, %rsp
        /* fall through */

/* In   %rsp = struct regs */
        .globl  trap_return
trap_return:
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
        add     $16, %rsp               /* vector, error: %rsp -> rip */
        push    $0                      /* flags: restore rcx and r11 */
        push    %rcx
        push    %r11
        push    %rax
        mov     $__HYPERVISOR_iret, %eax
        syscall
        ud2

/* uint64_t user_switch(struct regs *to): enter guest user mode
 * Out  returns from user_leave() when the user code traps */
        .globl  user_switch
user_switch:
        SAVE_CALLERS
        mov     %rsp, user_kernel_rsp(%rip)
        mov     %rdi, %rsp
        jmp     trap_return

        .globl  user_leave
user_leave:
        mov     user_kernel_rsp(%rip), %rsp
        RETURN_TO_CALLER

        .bss
        .balign 8
        .globl  failsafe_selector, user_kernel_rsp
failsafe_selector:      .skip 32
user_kernel_rsp:        .skip 8

        .section .bss.page, "aw", @nobits
        .balign 4096
        .skip   16384
        .globl  trap_stack_end          /* stack of traps from user mode */
trap_stack_end:

        .section .note.GNU-stack, "", @progbits
