/* SPDX-License-Identifier: MIT */
/*
 * start.S - what the domain builder reads, and the first instruction.
 *
 * Every register is stored before anything touches it, because what the
 * registers hold at entry is part of the boot contract (see boot/main.c).
 */
#include <xen/elfnote.h>
#include <xen/xen.h>

.macro NOTE_STRING type, text
        .section .note.Xen, "a", @note
        .balign 4
        .long   4, 2f - 1f, \type
        .asciz  "Xen"
1:      .asciz  "\text"
2:      .balign 4
        .previous
.endm

.macro NOTE_NUMBER type, value
        .section .note.Xen, "a", @note
        .balign 4
        .long   4, 8, \type
        .asciz  "Xen"
        .quad   \value
        .previous
.endm

        NOTE_STRING XEN_ELFNOTE_XEN_VERSION, "xen-3.0"
        NOTE_STRING XEN_ELFNOTE_GUEST_OS, "parapet-guest-test"
        NOTE_STRING XEN_ELFNOTE_LOADER, "generic"
        NOTE_STRING XEN_ELFNOTE_PAE_MODE, "yes"
        NOTE_NUMBER XEN_ELFNOTE_VIRT_BASE, VIRT_BASE
        NOTE_NUMBER XEN_ELFNOTE_PADDR_OFFSET, 0
        NOTE_NUMBER XEN_ELFNOTE_ENTRY, guest_start
        NOTE_NUMBER XEN_ELFNOTE_HYPERCALL_PAGE, hypercall_page

/* In   %rsi = start_info, %rsp = top of the builder's one-page stack
 * Out  does not return
 * Why  C has no name for the registers at entry */
        .section .text.start, "ax", @progbits
        .globl  guest_start
guest_start:
        mov     %rax, entry_gpr+0(%rip)
        mov     %rbx, entry_gpr+8(%rip)
        mov     %rcx, entry_gpr+16(%rip)
        mov     %rdx, entry_gpr+24(%rip)
        mov     %rdi, entry_gpr+32(%rip)
        mov     %rbp, entry_gpr+40(%rip)
        mov     %r8,  entry_gpr+48(%rip)
        mov     %r9,  entry_gpr+56(%rip)
        mov     %r10, entry_gpr+64(%rip)
        mov     %r11, entry_gpr+72(%rip)
        mov     %r12, entry_gpr+80(%rip)
        mov     %r13, entry_gpr+88(%rip)
        mov     %r14, entry_gpr+96(%rip)
        mov     %r15, entry_gpr+104(%rip)
        mov     %rsi, entry_start_info(%rip)
        mov     %rsp, entry_rsp(%rip)
        mov     %cs, entry_selector+0(%rip)
        mov     %ss, entry_selector+2(%rip)
        mov     %ds, entry_selector+4(%rip)
        mov     %es, entry_selector+6(%rip)
        mov     %fs, entry_selector+8(%rip)
        mov     %gs, entry_selector+10(%rip)
        pushfq                          /* uses the builder's stack */
        pop     entry_rflags(%rip)
        mov     $main_stack_end, %rsp
        xor     %ebp, %ebp
        call    guest_main
.Lstop: jmp     .Lstop

        .section .text.hypercall_page, "ax", @progbits
        .balign 4096
        .globl  hypercall_page
hypercall_page:
        .skip   4096

        .data
        .balign 8
        .globl  entry_gpr, entry_start_info, entry_rsp, entry_rflags
        .globl  entry_selector
entry_gpr:        .fill 14, 8, 0
entry_start_info: .quad 0
entry_rsp:        .quad 0
entry_rflags:     .quad 0
entry_selector:   .fill 6, 2, 0

        .section .bss.page, "aw", @nobits
        .balign 4096
        .skip   32768
        .globl  main_stack_end
main_stack_end:

        .section .note.GNU-stack, "", @progbits
