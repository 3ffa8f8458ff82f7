/* SPDX-License-Identifier: MIT */
/*
 * layout.h - the hypervisor's virtual address space, as one table.
 *
 * The ABI gives the hypervisor L4 slots 256-271, guests own all else:
 *
 *   slot     from                what
 *   256      0xffff800000000000  machine-to-pfn table, read-only, guests see it
 *   257      0xffff808000000000  per domain: GDT and LDT windows of its vcpus
 *   258      0xffff810000000000  machine-to-pfn table, writable
 *   259      0xffff818000000000  frame table
 *   260      0xffff820000000000  device registers and firmware tables
 *   261      0xffff82d080000000  hypervisor image
 *            0xffff82d090000000  SYSCALL stubs of all CPUs
 *   262-271  0xffff830000000000  direct map of all RAM
 *
 * Usable from C, assembler and the linker script.
 */
#ifndef ASM_LAYOUT_H
#define ASM_LAYOUT_H

#ifdef __ASSEMBLER__
#define LAYOUT_UL(n)    n
#else
#define LAYOUT_UL(n)    n##ul
#endif

#define HV_SLOT_FIRST       256
#define HV_SLOT_LAST        271

#define HV_VIRT_START       LAYOUT_UL(0xffff800000000000)
#define HV_VIRT_END         LAYOUT_UL(0xffff880000000000)

#define M2P_RO_START        LAYOUT_UL(0xffff800000000000)
#define M2P_RO_END          LAYOUT_UL(0xffff804000000000)
#define PERDOMAIN_START     LAYOUT_UL(0xffff808000000000)
#define PERDOMAIN_SLOT      257
#define M2P_RW_START        LAYOUT_UL(0xffff810000000000)
#define FRAME_TABLE_START   LAYOUT_UL(0xffff818000000000)
#define IOMAP_START         LAYOUT_UL(0xffff820000000000)
#define IOMAP_END           LAYOUT_UL(0xffff824000000000)
#define IMAGE_START         LAYOUT_UL(0xffff82d080000000)
#define STUBS_START         LAYOUT_UL(0xffff82d090000000)
#define DIRECT_MAP_START    LAYOUT_UL(0xffff830000000000)
#define DIRECT_MAP_END      LAYOUT_UL(0xffff880000000000)

/* Where loaders put the image in memory. */
#define IMAGE_PADDR         LAYOUT_UL(0x200000)
#define IMAGE_OFFSET        (IMAGE_START - IMAGE_PADDR)
/* The end of what the tables of boot/entry32.S map. */
#define BOOT_MAPPED_END     LAYOUT_UL(0x100000000)

/* A CPU's stack: four pages for exceptions that must not trust the stack
 * they interrupt (IST), then the ordinary stack, with struct cpu_info and the
 * guest's registers at its top. */
#define STACK_ORDER         3
#define STACK_SIZE          (LAYOUT_UL(4096) << STACK_ORDER)
#define IST_DF              1
#define IST_NMI             2
#define IST_MC              3
#define IST_DB              4
#define IST_COUNT           4

#endif
