/* SPDX-License-Identifier: MIT */
/*
 * hypervisor.lds.S - where everything in the image lies. Loaded flat at
 * IMAGE_PADDR, run at IMAGE_START. Each boundary is page aligned, because the
 * final page tables give every part its own rights; the init part comes last
 * in the file, so that it can be given back as one range.
 */
#include <asm/layout.h>

OUTPUT_FORMAT("elf64-x86-64")
OUTPUT_ARCH(i386:x86-64)
ENTRY(multiboot_entry)

SECTIONS
{
    . = IMAGE_START;
    __image_start = .;

    .text : AT(ADDR(.text) - IMAGE_OFFSET) {
        __text_start = .;
        KEEP(*(.multiboot))
        *(.text.entry)
        *(.text .text.*)
        . = ALIGN(4096);
        __text_end = .;
    }
    .rodata : AT(ADDR(.rodata) - IMAGE_OFFSET) {
        __rodata_start = .;
        *(.rodata .rodata.*)
        . = ALIGN(8);
        __extable_start = .;
        KEEP(*(.extable))
        __extable_end = .;
        . = ALIGN(8);
        KEEP(*(.symtab_hv))
        . = ALIGN(8);
        __build_id_start = .;
        KEEP(*(.note.gnu.build-id))
        __build_id_end = .;
        . = ALIGN(4096);
        __rodata_end = .;
    }
    .data : AT(ADDR(.data) - IMAGE_OFFSET) {
        __data_start = .;
        *(.data.read_mostly)
        . = ALIGN(64);
        *(.data .data.*)
        . = ALIGN(64);
        __percpu_start = .;
        *(.percpu)
        . = ALIGN(64);
        __percpu_end = .;
        . = ALIGN(4096);
        __data_end = .;
    }
    .init : AT(ADDR(.init) - IMAGE_OFFSET) {
        __init_start = .;
        *(.init.text)
        *(.init.rodata .init.rodata.*)
        . = ALIGN(8);
        __cmdline_start = .;
        KEEP(*(.init.cmdline))
        __cmdline_end = .;
        . = ALIGN(8);
        __init_array_start = .;
        KEEP(*(.init_array .init_array.*))
        __init_array_end = .;
        . = ALIGN(64);
        *(.got .got.plt)            /* of the kernel decoders only */
        *(.init.data .init.data.*)
        . = ALIGN(4096);
        __load_end = .;
    }
    .init.bss (NOLOAD) : AT(ADDR(.init.bss) - IMAGE_OFFSET) {
        *(.init.bss .init.bss.*)
        . = ALIGN(4096);
        __init_end = .;
    }
    .bss (NOLOAD) : AT(ADDR(.bss) - IMAGE_OFFSET) {
        __bss_start = .;
        *(.bss.stack_aligned)
        *(.bss.page_aligned)
        *(.bss .bss.*)
        . = ALIGN(4096);
        __bss_end = .;
    }
    __image_end = .;

    /DISCARD/ : { *(.comment) *(.eh_frame) *(.note.GNU-stack) *(.note.gnu.property) }
}
