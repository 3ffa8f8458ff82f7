/* SPDX-License-Identifier: MIT */
/*
 * arch-x86/xen-x86_64.h - what only a 64-bit guest sees: flat selectors, the
 * hypervisor's address range, the iret frame and the register file.
 *
 * Source: Xen 4.17 x86_64 PV interface; AMD64 APM vol. 2 for descriptor rules.
 */
#ifndef PUBLIC_ARCH_X86_XEN_X86_64_H
#define PUBLIC_ARCH_X86_XEN_X86_64_H

#include "../xen-compat.h"

/*
 * Selectors that are in every GDT, the guest's own included (they lie in the
 * reserved part, see FIRST_RESERVED_GDT_ENTRY). Kernel and applications both
 * run in ring 3, so the kernel's are the users'.
 */
#define FLAT_RING3_CS32     0xe023  /* GDT entry 7172 */
#define FLAT_RING3_CS64     0xe033  /* GDT entry 7174 */
#define FLAT_RING3_DS32     0xe02b  /* GDT entry 7173 */
#define FLAT_RING3_DS64     0x0000  /* the null selector */
#define FLAT_RING3_SS32     0xe02b
#define FLAT_RING3_SS64     0xe02b

#define FLAT_KERNEL_CS32    FLAT_RING3_CS32
#define FLAT_KERNEL_CS64    FLAT_RING3_CS64
#define FLAT_KERNEL_CS      FLAT_KERNEL_CS64
#define FLAT_KERNEL_DS32    FLAT_RING3_DS32
#define FLAT_KERNEL_DS64    FLAT_RING3_DS64
#define FLAT_KERNEL_DS      FLAT_KERNEL_DS64
#define FLAT_KERNEL_SS32    FLAT_RING3_SS32
#define FLAT_KERNEL_SS64    FLAT_RING3_SS64
#define FLAT_KERNEL_SS      FLAT_KERNEL_SS64

#define FLAT_USER_CS32      FLAT_RING3_CS32
#define FLAT_USER_CS64      FLAT_RING3_CS64
#define FLAT_USER_CS        FLAT_USER_CS64
#define FLAT_USER_DS32      FLAT_RING3_DS32
#define FLAT_USER_DS64      FLAT_RING3_DS64
#define FLAT_USER_DS        FLAT_USER_DS64
#define FLAT_USER_SS32      FLAT_RING3_SS32
#define FLAT_USER_SS64      FLAT_RING3_SS64
#define FLAT_USER_SS        FLAT_USER_SS64

/*
 * Address space. Top-level slots 256-271 belong to the hypervisor in every
 * table; the guest owns all other slots.
 *   ffff800000000000 - ffff803fffffffff   machine-to-physical table, read-only
 *   ffff804000000000 - ffff87ffffffffff   not for guests
 */
#define __HYPERVISOR_VIRT_START     0xFFFF800000000000
#define __HYPERVISOR_VIRT_END       0xFFFF880000000000
#define __MACH2PHYS_VIRT_START      0xFFFF800000000000
#define __MACH2PHYS_VIRT_END        0xFFFF804000000000

#ifndef HYPERVISOR_VIRT_START
#define HYPERVISOR_VIRT_START       xen_mk_ulong(__HYPERVISOR_VIRT_START)
#define HYPERVISOR_VIRT_END         xen_mk_ulong(__HYPERVISOR_VIRT_END)
#endif
#define MACH2PHYS_VIRT_START        xen_mk_ulong(__MACH2PHYS_VIRT_START)
#define MACH2PHYS_VIRT_END          xen_mk_ulong(__MACH2PHYS_VIRT_END)
#define MACH2PHYS_NR_ENTRIES \
    ((MACH2PHYS_VIRT_END - MACH2PHYS_VIRT_START) >> 3)
#ifndef machine_to_phys_mapping
#define machine_to_phys_mapping     ((unsigned long *)HYPERVISOR_VIRT_START)
#endif

/*
 * __HYPERVISOR_set_segment_base(which, base): any guest, for the calling vcpu.
 *   SEGBASE_FS, SEGBASE_GS_USER, SEGBASE_GS_KERNEL   base is an address
 *   SEGBASE_GS_USER_SEL   base is a selector, loaded as user %gs; one that
 *                         cannot be loaded becomes the null selector
 * -EINVAL  base is not canonical, or no such @which
 */
#define SEGBASE_FS          0
#define SEGBASE_GS_USER     1
#define SEGBASE_GS_KERNEL   2
#define SEGBASE_GS_USER_SEL 3

/*
 * Flag of iret_context: the interrupted code came in by syscall, so %rcx and
 * %r11 need not be restored.
 */
#define _VGCF_in_syscall    8
#define VGCF_in_syscall     (1 << _VGCF_in_syscall)
#define VGCF_IN_SYSCALL     VGCF_in_syscall

#ifndef __ASSEMBLY__

#include <stdint.h>

/*
 * __HYPERVISOR_iret takes no register arguments: %rsp points at this. It does
 * not return. RPL 3 in @cs goes to user mode (tables given by
 * MMUEXT_NEW_USER_BASEPTR), anything else stays in kernel mode; the event mask
 * becomes the complement of IF in @rflags. A frame that cannot be read, or user
 * mode without user tables, ends the domain.
 */
struct iret_context {
    uint64_t rax;           /*  0 */
    uint64_t r11;           /*  8 */
    uint64_t rcx;           /* 16 */
    uint64_t flags;         /* 24: VGCF_in_syscall or 0 */
    uint64_t rip;           /* 32 */
    uint64_t cs;            /* 40 */
    uint64_t rflags;        /* 48 */
    uint64_t rsp;           /* 56 */
    uint64_t ss;            /* 64 */
};

/*
 * A register goes by its 64-bit name; compilers that know anonymous unions also
 * take the 32-bit name for the same 64 bits, and _e?? for the low half.
 */
#ifdef __GNUC__
#define XEN_REG_(name) __extension__ union {    \
        uint64_t r ## name, e ## name;          \
        uint32_t _e ## name;                    \
    }
#else
#define XEN_REG_(name) uint64_t r ## name
#endif

struct cpu_user_regs {
    uint64_t r15;                   /*   0 */
    uint64_t r14;                   /*   8 */
    uint64_t r13;                   /*  16 */
    uint64_t r12;                   /*  24 */
    XEN_REG_(bp);                   /*  32 */
    XEN_REG_(bx);                   /*  40 */
    uint64_t r11;                   /*  48 */
    uint64_t r10;                   /*  56 */
    uint64_t r9;                    /*  64 */
    uint64_t r8;                    /*  72 */
    XEN_REG_(ax);                   /*  80 */
    XEN_REG_(cx);                   /*  88 */
    XEN_REG_(dx);                   /*  96 */
    XEN_REG_(si);                   /* 104 */
    XEN_REG_(di);                   /* 112 */
    uint32_t error_code;            /* 120: hypervisor's own */
    uint32_t entry_vector;          /* 124: hypervisor's own */
    XEN_REG_(ip);                   /* 128 */
    uint16_t cs, _pad0[1];          /* 136 */
    uint8_t  saved_upcall_mask;     /* 140: event mask when interrupted */
    uint8_t  _pad1[3];
    XEN_REG_(flags);                /* 144: IF is !saved_upcall_mask */
    XEN_REG_(sp);                   /* 152 */
    uint16_t ss, _pad2[3];          /* 160 */
    uint16_t es, _pad3[3];          /* 168 */
    uint16_t ds, _pad4[3];          /* 176 */
    uint16_t fs, _pad5[3];          /* 184: a non-null selector beats fs_base */
    uint16_t gs, _pad6[3];          /* 192: the same for the user's gs base */
};
typedef struct cpu_user_regs cpu_user_regs_t;
#undef XEN_REG_

/* The form in which ctrlreg[3] and ctrlreg[1] carry a top-level table. */
#define xen_pfn_to_cr3(pfn) ((unsigned long)(pfn) << 12)
#define xen_cr3_to_pfn(cr3) ((unsigned long)(cr3) >> 12)

struct arch_vcpu_info {
    unsigned long cr2;              /* 0: address of the last page fault */
    unsigned long pad;              /* 8: brings vcpu_info to 64 bytes */
};
typedef struct arch_vcpu_info arch_vcpu_info_t;

/* Where a callback enters the guest; always in its kernel mode. */
typedef unsigned long xen_callback_t;

#endif /* !__ASSEMBLY__ */
#endif
