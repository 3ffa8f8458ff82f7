/* SPDX-License-Identifier: MIT */
/*
 * arch-x86/xen-x86_32.h - what only a 32-bit PAE guest sees: flat selectors,
 * the hypervisor's address range and the register file.
 *
 * Source: Xen 4.17 x86_32 PV interface.
 */
#ifndef PUBLIC_ARCH_X86_XEN_X86_32_H
#define PUBLIC_ARCH_X86_XEN_X86_32_H

#include "../xen-compat.h"

/*
 * Selectors that are in every GDT, the guest's own included. The kernel runs in
 * ring 1, applications in ring 3.
 */
#define FLAT_RING1_CS       0xe019  /* GDT entry 7171 */
#define FLAT_RING1_DS       0xe021  /* GDT entry 7172 */
#define FLAT_RING1_SS       0xe021
#define FLAT_RING3_CS       0xe02b  /* GDT entry 7173 */
#define FLAT_RING3_DS       0xe033  /* GDT entry 7174 */
#define FLAT_RING3_SS       0xe033

#define FLAT_KERNEL_CS      FLAT_RING1_CS
#define FLAT_KERNEL_DS      FLAT_RING1_DS
#define FLAT_KERNEL_SS      FLAT_RING1_SS
#define FLAT_USER_CS        FLAT_RING3_CS
#define FLAT_USER_DS        FLAT_RING3_DS
#define FLAT_USER_SS        FLAT_RING3_SS

/*
 * Address space: the hypervisor keeps the top. Under a 64-bit hypervisor the
 * range holds the machine-to-physical table only and may be moved up by
 * XEN_ELFNOTE_HV_START_LOW; ask XENMEM_machphys_mapping. The NONPAE numbers are
 * those of two-level guests.
 */
#define __HYPERVISOR_VIRT_START_PAE     0xF5800000
#define __MACH2PHYS_VIRT_START_PAE      0xF5800000
#define __MACH2PHYS_VIRT_END_PAE        0xF6800000
#define __HYPERVISOR_VIRT_START_NONPAE  0xFC000000
#define __MACH2PHYS_VIRT_START_NONPAE   0xFC000000
#define __MACH2PHYS_VIRT_END_NONPAE     0xFC400000

#define HYPERVISOR_VIRT_START_PAE   xen_mk_ulong(__HYPERVISOR_VIRT_START_PAE)
#define MACH2PHYS_VIRT_START_PAE    xen_mk_ulong(__MACH2PHYS_VIRT_START_PAE)
#define MACH2PHYS_VIRT_END_PAE      xen_mk_ulong(__MACH2PHYS_VIRT_END_PAE)
#define HYPERVISOR_VIRT_START_NONPAE \
    xen_mk_ulong(__HYPERVISOR_VIRT_START_NONPAE)
#define MACH2PHYS_VIRT_START_NONPAE \
    xen_mk_ulong(__MACH2PHYS_VIRT_START_NONPAE)
#define MACH2PHYS_VIRT_END_NONPAE   xen_mk_ulong(__MACH2PHYS_VIRT_END_NONPAE)

#define __HYPERVISOR_VIRT_START     __HYPERVISOR_VIRT_START_PAE
#define __MACH2PHYS_VIRT_START      __MACH2PHYS_VIRT_START_PAE
#define __MACH2PHYS_VIRT_END        __MACH2PHYS_VIRT_END_PAE

#ifndef HYPERVISOR_VIRT_START
#define HYPERVISOR_VIRT_START       xen_mk_ulong(__HYPERVISOR_VIRT_START)
#endif
#define MACH2PHYS_VIRT_START        xen_mk_ulong(__MACH2PHYS_VIRT_START)
#define MACH2PHYS_VIRT_END          xen_mk_ulong(__MACH2PHYS_VIRT_END)
#define MACH2PHYS_NR_ENTRIES \
    ((MACH2PHYS_VIRT_END - MACH2PHYS_VIRT_START) >> 2)
#ifndef machine_to_phys_mapping
#define machine_to_phys_mapping     ((unsigned long *)MACH2PHYS_VIRT_START)
#endif

#ifndef __ASSEMBLY__

#include <stdint.h>

/*
 * __HYPERVISOR_iret takes the stack as %esp shows it: eax, eip, cs, eflags, and
 * when cs is of ring 2 or 3 also esp, ss. It does not return.
 */
struct cpu_user_regs {
    uint32_t ebx;                   /*  0 */
    uint32_t ecx;                   /*  4 */
    uint32_t edx;                   /*  8 */
    uint32_t esi;                   /* 12 */
    uint32_t edi;                   /* 16 */
    uint32_t ebp;                   /* 20 */
    uint32_t eax;                   /* 24 */
    uint16_t error_code;            /* 28: hypervisor's own */
    uint16_t entry_vector;          /* 30: hypervisor's own */
    uint32_t eip;                   /* 32 */
    uint16_t cs;                    /* 36 */
    uint8_t  saved_upcall_mask;     /* 38: event mask when interrupted */
    uint8_t  _pad0;
    uint32_t eflags;                /* 40: IF is !saved_upcall_mask */
    uint32_t esp;                   /* 44 */
    uint16_t ss, _pad1;             /* 48 */
    uint16_t es, _pad2;             /* 52 */
    uint16_t ds, _pad3;             /* 56 */
    uint16_t fs, _pad4;             /* 60 */
    uint16_t gs, _pad5;             /* 64 */
};
typedef struct cpu_user_regs cpu_user_regs_t;

/*
 * %cr3 of a PAE guest names any frame below 2^32: the frame number is rotated
 * so that its upper bits fill the twelve low ones.
 */
#define xen_pfn_to_cr3(pfn) (((unsigned)(pfn) << 12) | ((unsigned)(pfn) >> 20))
#define xen_cr3_to_pfn(cr3) (((unsigned)(cr3) >> 12) | ((unsigned)(cr3) << 20))

struct arch_vcpu_info {
    unsigned long cr2;              /* 0: address of the last page fault */
    unsigned long pad[5];           /* 4: brings vcpu_info to 64 bytes */
};
typedef struct arch_vcpu_info arch_vcpu_info_t;

/* Where a callback enters the guest; @cs must be of ring 1. */
struct xen_callback {
    unsigned long cs;               /* 0 */
    unsigned long eip;              /* 4 */
};
typedef struct xen_callback xen_callback_t;

#endif /* !__ASSEMBLY__ */
#endif
