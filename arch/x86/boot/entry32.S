/* SPDX-License-Identifier: MIT */
/*
 * entry32.S - from the loader's last jump to the first 64-bit instruction.
 *
 * In   protected mode, flat segments, paging off; %eax = loader's magic,
 *      %ebx = physical address of its information
 * Out  start_hypervisor(magic, information) on the first CPU's stack
 *
 * The first page tables map the low 4 GiB three times: at 0, because we run
 * there; at the direct map; and 16 MiB of it, from IMAGE_PADDR on, at
 * IMAGE_START. boot/direct_map.c replaces them.
 */
#include <asm/cr.h>
#include <asm/descriptor.h>
#include <asm/layout.h>
#include <asm/offsets.h>

#define PHYS(sym)       ((sym) - IMAGE_OFFSET)

#define PTE_TABLE       0x063           /* P RW A D */
#define PTE_LARGE       0x0e3           /* the same, 2 MiB page */
#define MSR_EFER        0xc0000080
#define EFER_SCE_LME_NXE 0x901
#define CPUID_NX_LM     ((1 << 20) | (1 << 29))

        .section .init.text, "ax"
        .code32
        .globl  multiboot_entry
multiboot_entry:
        cli
        cld
        mov     $PHYS(boot_cpu_stack + STACK_SIZE - CPU_INFO_SIZE), %esp
        mov     %eax, %ebp              /* magic, past cpuid */
        mov     %ebx, %edi              /* information, past cpuid */

        mov     $0x80000000, %eax
        cpuid
        cmp     $0x80000001, %eax
        jb      no_long_mode
        mov     $0x80000001, %eax
        cpuid
        not     %edx
        test    $CPUID_NX_LM, %edx
        jnz     no_long_mode

        /* Four L2 tables: 2048 pages of 2 MiB. */
        mov     $PHYS(boot_l2), %esi
        mov     $PTE_LARGE, %eax
1:      mov     %eax, (%esi)
        movl    $0, 4(%esi)
        add     $8, %esi
        add     $0x200000, %eax
        jnc     1b                      /* wraps at 4 GiB */

        /* L3 of the low 4 GiB. */
        mov     $PHYS(boot_l3_low), %esi
        mov     $PHYS(boot_l2) + PTE_TABLE, %eax
        mov     $4, %ecx
1:      mov     %eax, (%esi)
        add     $8, %esi
        add     $0x1000, %eax
        loop    1b

        /* L3 and L2 of the image. */
        movl    $PHYS(boot_l2_image) + PTE_TABLE, \
                PHYS(boot_l3_image) + 8 * ((IMAGE_START >> 30) & 511)
        mov     $PHYS(boot_l2_image), %esi
        mov     $IMAGE_PADDR + PTE_LARGE, %eax
        mov     $8, %ecx
1:      mov     %eax, (%esi)
        add     $8, %esi
        add     $0x200000, %eax
        loop    1b

        /* L4. */
        movl    $PHYS(boot_l3_low) + PTE_TABLE, PHYS(boot_l4)
        movl    $PHYS(boot_l3_low) + PTE_TABLE, \
                PHYS(boot_l4) + 8 * ((DIRECT_MAP_START >> 39) & 511)
        movl    $PHYS(boot_l3_image) + PTE_TABLE, \
                PHYS(boot_l4) + 8 * ((IMAGE_START >> 39) & 511)

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

        mov     %edi, %ebx
        lgdt    PHYS(boot_gdt_register)
        ljmp    $8, $PHYS(1f)

        .code64
1:      movabs  $2f, %rax               /* leave the low half */
        jmp     *%rax
2:      xor     %eax, %eax
        mov     %eax, %ss
        mov     %eax, %ds
        mov     %eax, %es
        mov     %eax, %fs
        mov     %eax, %gs
        lea     boot_cpu_stack + STACK_SIZE - CPU_INFO_SIZE(%rip), %rsp
        mov     %ebp, %edi
        mov     %ebx, %esi
        xor     %ebp, %ebp              /* end of the backtrace */
        call    start_hypervisor
        ud2

        .section .init.rodata, "a"
        .balign 8
boot_gdt:
        .quad   0
        .quad   0x00af9b000000ffff      /* 8: 64-bit code */
boot_gdt_register:
        .word   . - boot_gdt - 1
        .long   PHYS(boot_gdt)
        .long   0

        .section .init.bss, "aw", @nobits
        .balign 4096
        .globl  boot_l4
boot_l4:        .skip 4096
boot_l3_low:    .skip 4096
boot_l3_image:  .skip 4096
boot_l2_image:  .skip 4096
boot_l2:        .skip 4 * 4096

        .section .bss.stack_aligned, "aw", @nobits
        .balign STACK_SIZE
        .globl  boot_cpu_stack
boot_cpu_stack: .skip STACK_SIZE
