/* SPDX-License-Identifier: MIT */
/*
 * no_long_mode.S - the last words on a CPU that cannot run us: one sentence on
 * COM1 and on the text screen, then halt or reset as the option noreboot says.
 *
 * In   as boot/entry32.S was entered, but %ebp = loader's magic, %edi = its
 *      information
 * Why  C code needs the mode that this CPU does not have
 */
#include <asm/layout.h>

#define PHYS(sym)       ((sym) - IMAGE_OFFSET)

#define MB1_LOADER_MAGIC    0x2badb002
#define MB1_FLAGS           0           /* Multiboot 0.6.96 3.3 */
#define MB1_HAS_CMDLINE     (1 << 2)
#define MB1_CMDLINE         16
#define MB2_LOADER_MAGIC    0x36d76289
#define MB2_FIRST_TAG       8           /* Multiboot 2.0 3.4 */
#define MB2_TAG_SIZE        4
#define MB2_TAG_TEXT        8
#define MB2_CMDLINE         1

#define COM1                0x3f8       /* 16550, 8.0: registers by offset */
#define COM_LINE_CONTROL    (COM1 + 3)
#define COM_LINE_STATUS     (COM1 + 5)
#define   COM_ROOM          0x20
#define DIVISOR_LATCH_8N1   0x83
#define FRAME_8N1           0x03
#define TEXT_SCREEN         0xb8000
#define WHITE               0x0f

#define NORE                0x65726f6e  /* "nore", "boot" as little endian */
#define BOOT                0x746f6f62
#define PORT_DELAY          0x80        /* a write takes about 1 us */
#define DELAY_5_SECONDS     5000000

        .section .init.text, "ax"
        .code32
        .globl  no_long_mode
no_long_mode:
        mov     $COM_LINE_CONTROL, %dx
        mov     $DIVISOR_LATCH_8N1, %al
        out     %al, %dx
        mov     $COM1, %dx
        mov     $1, %al                 /* 115200 */
        out     %al, %dx
        inc     %dx
        mov     $0, %al
        out     %al, %dx
        mov     $COM_LINE_CONTROL, %dx
        mov     $FRAME_8N1, %al
        out     %al, %dx

        mov     $PHYS(sentence), %esi
        mov     $TEXT_SCREEN, %ebx
1:      lodsb
        test    %al, %al
        jz      find_command_line
        mov     $WHITE, %ah
        mov     %ax, (%ebx)
        add     $2, %ebx
        mov     %al, %ah
        mov     $COM_LINE_STATUS, %dx
        mov     $0x10000, %ecx          /* a port that is not there */
2:      in      %dx, %al
        test    $COM_ROOM, %al
        loopz   2b
        mov     $COM1, %dx
        mov     %ah, %al
        out     %al, %dx
        jmp     1b

find_command_line:                      /* to %esi */
        cmp     $MB1_LOADER_MAGIC, %ebp
        jne     1f
        testl   $MB1_HAS_CMDLINE, MB1_FLAGS(%edi)
        jz      reset
        mov     MB1_CMDLINE(%edi), %esi
        jmp     find_noreboot
1:      cmp     $MB2_LOADER_MAGIC, %ebp
        jne     reset
        lea     MB2_FIRST_TAG(%edi), %esi
2:      cmpl    $0, (%esi)              /* the end */
        je      reset
        cmpl    $MB2_CMDLINE, (%esi)
        je      3f
        mov     MB2_TAG_SIZE(%esi), %eax
        add     $7, %eax
        and     $~7, %eax
        jz      reset
        add     %eax, %esi
        jmp     2b
3:      add     $MB2_TAG_TEXT, %esi

find_noreboot:
        cmpb    $0, (%esi)
        je      reset
        cmpl    $NORE, (%esi)
        jne     1f
        cmpl    $BOOT, 4(%esi)
        je      halt
1:      inc     %esi
        jmp     find_noreboot

halt:   hlt
        jmp     halt

reset:  mov     $DELAY_5_SECONDS, %ecx
1:      out     %al, $PORT_DELAY
        loop    1b
        lidt    PHYS(no_idt)            /* three faults reset the CPU */
        int3

        .section .init.rodata, "a"
sentence:
        .asciz  "Parapet needs a 64-bit CPU with the NX bit; this one has none: use another machine or CPU model.\r\n"
no_idt: .word   0
        .long   0
