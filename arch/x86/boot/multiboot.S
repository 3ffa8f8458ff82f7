/* SPDX-License-Identifier: MIT */
/*
 * multiboot.S - the headers that loaders look for in the first 8 KiB of the
 * image: Multiboot 0.6.96 section 3.1 and Multiboot 2 (2.0) section 3.1.
 * Both give addresses, so that the image is a flat file and no ELF.
 */
#include <asm/layout.h>

#define PHYS(sym)   ((sym) - IMAGE_OFFSET)

#define MB1_MAGIC   0x1badb002
#define MB1_FLAGS   0x00010003      /* page-aligned modules, memory map,
                                       address fields valid */
        .section .multiboot, "ax"
        .balign 8
mb1_header:
        .long   MB1_MAGIC
        .long   MB1_FLAGS
        .long   -(MB1_MAGIC + MB1_FLAGS)
        .long   PHYS(mb1_header)    /* where this header lies */
        .long   IMAGE_PADDR         /* load from the start of the file */
        .long   PHYS(__load_end)
        .long   PHYS(__image_end)   /* zeroed from __load_end to here */
        .long   PHYS(multiboot_entry)

#define MB2_MAGIC   0xe85250d6
#define MB2_LENGTH  (mb2_end - mb2_header)
        .balign 8
mb2_header:
        .long   MB2_MAGIC
        .long   0                   /* architecture: i386, protected mode */
        .long   MB2_LENGTH
        .long   -(MB2_MAGIC + MB2_LENGTH)

        .balign 8                   /* addresses */
        .word   2, 0
        .long   24
        .long   PHYS(mb2_header)
        .long   IMAGE_PADDR
        .long   PHYS(__load_end)
        .long   PHYS(__image_end)

        .balign 8                   /* entry */
        .word   3, 0
        .long   12
        .long   PHYS(multiboot_entry)

        .balign 8                   /* console: text is fine */
        .word   4, 1
        .long   12
        .long   2

        .balign 8                   /* framebuffer: any, optional */
        .word   5, 1
        .long   20
        .long   0, 0, 0

        .balign 8                   /* modules on page boundaries */
        .word   6, 0
        .long   8

        .balign 8                   /* end */
        .word   0, 0
        .long   8
mb2_end:
