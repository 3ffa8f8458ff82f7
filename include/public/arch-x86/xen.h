/* SPDX-License-Identifier: MIT */
/*
 * arch-x86/xen.h - the x86 part of the interface: how guest pointers are typed,
 * trap tables, and the state of a vcpu as a builder hands it over.
 *
 * Source: Xen 4.17 x86 PV interface; trap numbers and descriptors as in the SDM
 * vol. 3A, chapters 3 and 6.
 */
#ifndef PUBLIC_ARCH_X86_XEN_H
#define PUBLIC_ARCH_X86_XEN_H

#include "../xen-compat.h"

/*
 * Guest handles: typed pointers inside argument structures. XEN_GUEST_HANDLE()
 * is as wide as a pointer of the guest; XEN_GUEST_HANDLE_64() takes 8 bytes in
 * every guest and is what control operations use. The hypervisor treats the
 * contents as a number that may name any address at all.
 */
#if __XEN_INTERFACE_VERSION__ >= 0x00030201
#define XEN_HANDLE_TYPE_(type)  struct { type *p; }
#else
#define XEN_HANDLE_TYPE_(type)  type *
#endif

#ifdef __i386__
#define int64_aligned_t         int64_t __attribute__((aligned(8)))
#define uint64_aligned_t        uint64_t __attribute__((aligned(8)))
#define XEN_HANDLE_TYPE_64_(type) \
    union { type *p; uint64_aligned_t q; }
#define ___DEFINE_XEN_GUEST_HANDLE(name, type)                              \
    typedef XEN_HANDLE_TYPE_(type) __guest_handle_ ## name;                 \
    typedef XEN_HANDLE_TYPE_64_(type) __guest_handle_64_ ## name
#define __XEN_GUEST_HANDLE_64(name) __guest_handle_64_ ## name
#define XEN_GUEST_HANDLE_64(name)   __XEN_GUEST_HANDLE_64(name)
#else
#ifndef int64_aligned_t
#define int64_aligned_t         int64_t
#endif
#ifndef uint64_aligned_t
#define uint64_aligned_t        uint64_t
#endif
#define ___DEFINE_XEN_GUEST_HANDLE(name, type) \
    typedef XEN_HANDLE_TYPE_(type) __guest_handle_ ## name
#define XEN_GUEST_HANDLE_64(name)   XEN_GUEST_HANDLE(name)
#endif

/* Each handle comes in two: @name and const_@name. */
#define __DEFINE_XEN_GUEST_HANDLE(name, type)       \
    ___DEFINE_XEN_GUEST_HANDLE(name, type);         \
    ___DEFINE_XEN_GUEST_HANDLE(const_ ## name, const type)
#define DEFINE_XEN_GUEST_HANDLE(name)   __DEFINE_XEN_GUEST_HANDLE(name, name)
#define __XEN_GUEST_HANDLE(name)        __guest_handle_ ## name
#define XEN_GUEST_HANDLE(name)          __XEN_GUEST_HANDLE(name)
#define XEN_GUEST_HANDLE_PARAM(name)    XEN_GUEST_HANDLE(name)

/* Store a pointer in a handle, all 8 bytes of it where the handle has 8. */
#ifdef __i386__
#define set_xen_guest_handle_raw(hnd, val)                  \
    do {                                                    \
        if (sizeof(hnd) == 8)                               \
            ((volatile uint32_t *)&(hnd))[1] = 0;           \
        (hnd).p = val;                                      \
    } while (0)
#else
#define set_xen_guest_handle_raw(hnd, val)                  \
    do {                                                    \
        (hnd).p = val;                                      \
    } while (0)
#endif
#define set_xen_guest_handle(hnd, val)  set_xen_guest_handle_raw(hnd, val)

#if defined(__i386__)
#include "xen-x86_32.h"
#elif defined(__x86_64__)
#include "xen-x86_64.h"
#else
#error "this interface is defined for 32-bit and 64-bit x86 only"
#endif

/* This architecture starts guests in their own page tables, from start_info. */
#define XEN_HAVE_PV_GUEST_ENTRY     1
/* vcpu_info has an event mask, the stand-in for the interrupt flag. */
#define XEN_HAVE_PV_UPCALL_MASK     1

/*
 * The guest's GDT may fill pages 0-13, entries 0-7167. Pages 14 and 15 are the
 * hypervisor's and appear behind every GDT.
 */
#define FIRST_RESERVED_GDT_PAGE     14
#define FIRST_RESERVED_GDT_BYTE     (FIRST_RESERVED_GDT_PAGE * 4096)
#define FIRST_RESERVED_GDT_ENTRY    (FIRST_RESERVED_GDT_BYTE / 8)

/* vcpus with a vcpu_info in shared_info; later ones must register their own. */
#define XEN_LEGACY_MAX_VCPUS        32

/*
 * An instruction with this prefix raises #UD on the machine, and the hypervisor
 * then executes it by its own rules, whether or not it can intercept it. Only
 * cpuid is known.
 */
#ifdef __ASSEMBLY__
#define XEN_EMULATE_PREFIX  .byte 0x0f,0x0b,0x78,0x65,0x6e ;
#define XEN_CPUID           XEN_EMULATE_PREFIX cpuid
#else
#define XEN_EMULATE_PREFIX  ".byte 0x0f,0x0b,0x78,0x65,0x6e ; "
#define XEN_CPUID           XEN_EMULATE_PREFIX "cpuid"
#endif

/* Bochs-style debug port of fully virtualised guests; no meaning to PV ones. */
#define XEN_HVM_DEBUGCONS_IOPORT    0xe9

#ifndef __ASSEMBLY__

#include <stdint.h>

/* A frame number, as wide as the guest's long. */
typedef unsigned long xen_pfn_t;
#define PRI_xen_pfn     "lx"
#define PRIu_xen_pfn    "lu"

/* A machine word of the guest. */
typedef unsigned long xen_ulong_t;
#define PRI_xen_ulong   "lx"

DEFINE_XEN_GUEST_HANDLE(cpu_user_regs_t);

/*
 * __HYPERVISOR_set_trap_table(const trap_info_t *table): any guest, for the
 * calling vcpu. Entries are taken until one with address 0; a NULL table clears
 * all 256. Entries before a bad one stay installed.
 * -EFAULT  the table cannot be read
 * -EINVAL  the address is not canonical
 */
struct trap_info {
    uint8_t       vector;       /* 0 */
    uint8_t       flags;        /* 1: see TI_* */
    uint16_t      cs;           /* 2: RPL is forced to the kernel's ring */
    unsigned long address;      /* 4, 8: handler; 0 ends the table */
};
typedef struct trap_info trap_info_t;
DEFINE_XEN_GUEST_HANDLE(trap_info_t);

/* flags 0-1: who may raise the vector by INT n; flag 2: mask events on entry */
#define TI_GET_DPL(ti)          ((ti)->flags & 3)
#define TI_GET_IF(ti)           ((ti)->flags & 4)
#define TI_SET_DPL(ti, dpl)     ((ti)->flags |= (dpl))
#define TI_SET_IF(ti, mask)     ((ti)->flags |= ((!!(mask)) << 2))

typedef uint64_t tsc_timestamp_t;   /* RDTSC */

/*
 * All of a vcpu: argument of VCPUOP_initialise and of the control operations
 * that build, save and restore a domain. Checked on load: selectors, canonical
 * addresses, gdt_ents <= FIRST_RESERVED_GDT_ENTRY, ldt_ents <= 8192, and the
 * tables in ctrlreg, which take a type reference.
 */
struct vcpu_guest_context {
    struct { char x[512]; } fpu_ctxt;       /* FXSAVE image, SDM vol. 1 10.5 */
#define _VGCF_i387_valid                    0   /* fpu_ctxt holds a state */
#define VGCF_i387_valid                     (1 << _VGCF_i387_valid)
#define _VGCF_in_kernel                     2   /* 64-bit: in kernel mode */
#define VGCF_in_kernel                      (1 << _VGCF_in_kernel)
#define _VGCF_failsafe_disables_events      3
#define VGCF_failsafe_disables_events \
    (1 << _VGCF_failsafe_disables_events)
#define _VGCF_syscall_disables_events       4
#define VGCF_syscall_disables_events        (1 << _VGCF_syscall_disables_events)
#define _VGCF_online                        5   /* runs once it is started */
#define VGCF_online                         (1 << _VGCF_online)
#define VGCF_I387_VALID                     VGCF_i387_valid
#define VGCF_IN_KERNEL                      VGCF_in_kernel
    unsigned long flags;                    /* VGCF_* */
    struct cpu_user_regs user_regs;
    struct trap_info trap_ctxt[256];        /* by vector */
    unsigned long ldt_base, ldt_ents;       /* page aligned; 0 entries: none */
    unsigned long gdt_frames[16], gdt_ents; /* machine frames */
    unsigned long kernel_ss, kernel_sp;     /* as set by stack_switch */
    unsigned long ctrlreg[8];       /* [0] TS only, [1] user tables (64-bit),
                                       [3] kernel tables, [4] TSD, DE, ... */
    unsigned long debugreg[8];
#ifdef __i386__
    unsigned long event_callback_cs;
    unsigned long event_callback_eip;
    unsigned long failsafe_callback_cs;
    unsigned long failsafe_callback_eip;
#else
    unsigned long event_callback_eip;
    unsigned long failsafe_callback_eip;
    unsigned long syscall_callback_eip;
#endif
    unsigned long vm_assist;                /* bit mask of VMASST_TYPE_* */
#ifdef __x86_64__
    uint64_t fs_base;                   /* used where the selector is null */
    uint64_t gs_base_kernel;
    uint64_t gs_base_user;
#endif
};
typedef struct vcpu_guest_context vcpu_guest_context_t;
DEFINE_XEN_GUEST_HANDLE(vcpu_guest_context_t);

/*
 * The guest writes all of this but nmi_reason, for tools that save it: the
 * hypervisor does not read it.
 */
struct arch_shared_info {
    unsigned long max_pfn;          /* frames in the guest's p2m */
    /* Frame of a page that lists frames that list frames of the p2m; ~0 when
     * the guest describes its p2m by p2m_vaddr. */
    xen_pfn_t pfn_to_mfn_frame_list_list;
    unsigned long nmi_reason;       /* XEN_NMIREASON_*, domain 0 only */
    unsigned long p2m_cr3;          /* tables in which p2m_vaddr is mapped */
    unsigned long p2m_vaddr;        /* the p2m as one array */
    unsigned long p2m_generation;   /* odd while the p2m tables change */
#ifdef __i386__
    uint32_t wc_sec_hi;             /* see shared_info */
#endif
};
typedef struct arch_shared_info arch_shared_info_t;

/* One answer of CPUID, as control operations exchange a guest's policy. */
typedef struct xen_cpuid_leaf {
#define XEN_CPUID_NO_SUBLEAF    0xffffffffu
    uint32_t leaf, subleaf;
    uint32_t a, b, c, d;
} xen_cpuid_leaf_t;
DEFINE_XEN_GUEST_HANDLE(xen_cpuid_leaf_t);

/* One MSR, likewise. */
typedef struct xen_msr_entry {
    uint32_t idx;
    uint32_t flags;             /* 0 */
    uint64_t val;
} xen_msr_entry_t;
DEFINE_XEN_GUEST_HANDLE(xen_msr_entry_t);

/* Parts of a machine that can be emulated for a domain; PV guests take none. */
#define _XEN_X86_EMU_LAPIC      0
#define XEN_X86_EMU_LAPIC       (1U << _XEN_X86_EMU_LAPIC)
#define _XEN_X86_EMU_HPET       1
#define XEN_X86_EMU_HPET        (1U << _XEN_X86_EMU_HPET)
#define _XEN_X86_EMU_PM         2
#define XEN_X86_EMU_PM          (1U << _XEN_X86_EMU_PM)
#define _XEN_X86_EMU_RTC        3
#define XEN_X86_EMU_RTC         (1U << _XEN_X86_EMU_RTC)
#define _XEN_X86_EMU_IOAPIC     4
#define XEN_X86_EMU_IOAPIC      (1U << _XEN_X86_EMU_IOAPIC)
#define _XEN_X86_EMU_PIC        5
#define XEN_X86_EMU_PIC         (1U << _XEN_X86_EMU_PIC)
#define _XEN_X86_EMU_VGA        6
#define XEN_X86_EMU_VGA         (1U << _XEN_X86_EMU_VGA)
#define _XEN_X86_EMU_IOMMU      7
#define XEN_X86_EMU_IOMMU       (1U << _XEN_X86_EMU_IOMMU)
#define _XEN_X86_EMU_PIT        8
#define XEN_X86_EMU_PIT         (1U << _XEN_X86_EMU_PIT)
#define _XEN_X86_EMU_USE_PIRQ   9
#define XEN_X86_EMU_USE_PIRQ    (1U << _XEN_X86_EMU_USE_PIRQ)
#define _XEN_X86_EMU_VPCI       10
#define XEN_X86_EMU_VPCI        (1U << _XEN_X86_EMU_VPCI)
#define XEN_X86_EMU_ALL         0x7ffU

/* Misc flags: unknown MSRs read as 0 instead of raising #GP. */
#define XEN_X86_MSR_RELAXED     (1u << 0)
#define XEN_X86_MISC_FLAGS_MAX  XEN_X86_MSR_RELAXED

/* The x86 part of creating a domain. */
struct xen_arch_domainconfig {
    uint32_t emulation_flags;       /* XEN_X86_EMU_*, 0 for a PV guest */
    uint32_t misc_flags;            /* XEN_X86_MSR_RELAXED */
};

#endif /* !__ASSEMBLY__ */

/* Last: what follows in the neutral part is written in the terms above. */
#include "../xen.h"

#endif
