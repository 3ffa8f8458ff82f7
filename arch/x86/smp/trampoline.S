/* SPDX-License-Identifier: MIT */
/*
 * trampoline.S - a CPU's way from its start in real mode to C. The first few
 * instructions are copied to a page below 1 MiB, where a start-up message can
 * point (SDM 3A 9.4.4); what follows runs where the image lies, on the tables
 * of boot/entry32.S and then on the final ones. All of it is gone after boot.
 *
 * In   real mode, CS:0 = the copy, interrupts off
 * Out  secondary_main() on the stack at secondary_stack
 */
#include <asm/cr.h>
#include <asm/descriptor.h>
#include <asm/layout.h>

#define PHYS(sym)       ((sym) - IMAGE_OFFSET)

#define CODE32          0x08
#define DATA32          0x10
#define CODE64          0x18
#define MSR_EFER        0xc0000080
#define EFER_SCE_LME_NXE 0x901

        .section .init.text, "ax"
        .code16
        .globl  trampoline_start, trampoline_end
trampoline_start:
        cli
        mov     %cs, %ax
        mov     %ax, %ds
        lgdtl   gdt_register - trampoline_start
        mov     $(CR0_ET | CR0_PE), %eax        /* caches on, too */
        mov     %eax, %cr0
        ljmpl   $CODE32, $PHYS(secondary_entry)
gdt_register:
        .word   gdt_end - gdt - 1
        .long   PHYS(gdt)
trampoline_end:

        .code32
secondary_entry:
        mov     $DATA32, %eax
        mov     %eax, %ds
        mov     $CR4_PAE, %eax
        mov     %eax, %cr4
        mov     $PHYS(boot_l4), %eax
        mov     %eax, %cr3
        mov     $MSR_EFER, %ecx
        rdmsr
        or      $EFER_SCE_LME_NXE, %eax
        wrmsr
        mov     $(CR0_PG | CR0_WP | CR0_NE | CR0_ET | CR0_MP | CR0_PE), %eax
        mov     %eax, %cr0
        ljmp    $CODE64, $PHYS(1f)

        .code64
1:      movabs  $2f, %rax               /* leave the low half */
        jmp     *%rax
2:      xor     %eax, %eax
        mov     %eax, %ss
        mov     %eax, %ds
        mov     %eax, %es
        mov     %eax, %fs
        mov     %eax, %gs
        mov     hv_l4_mfn(%rip), %rax
        shl     $12, %rax
        mov     %rax, %cr3
        mov     secondary_stack(%rip), %rsp
        xor     %ebp, %ebp              /* end of the backtrace */
        call    secondary_main
        ud2

        .section .init.rodata, "a"
        .balign 8
gdt:
        .quad   0
        .quad   0x00cf9b000000ffff      /* CODE32 */
        .quad   0x00cf93000000ffff      /* DATA32 */
        .quad   0x00af9b000000ffff      /* CODE64 */
gdt_end:
