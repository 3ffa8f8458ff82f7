/* SPDX-License-Identifier: MIT */
/*
 * xen.h - the entry to the interface between a guest and the hypervisor.
 *
 * Calling the hypervisor
 *              instruction  number  arguments                      result
 *   64-bit     syscall      %rax    %rdi %rsi %rdx %r10 %r8 %r9    %rax
 *   32-bit     int $0x82    %eax    %ebx %ecx %edx %esi %edi %ebp  %eax
 * Only the guest's kernel can call. 64-bit callers lose %rcx and %r11, nothing
 * else changes but the result. It is 0 or positive, or -XEN_E* (errno.h);
 * -XEN_ENOSYS says that the number or its sub-command does not exist here. The
 * guest may have the code written into a page of its own, 32 bytes for each
 * number (XEN_ELFNOTE_HYPERCALL_PAGE), or issue the instruction itself.
 *
 * Every pointer is an address of the calling guest, read or written under its
 * current page tables; -EFAULT where that fails. "Any" below means every
 * domain, "control" domain 0 and domains given its rights (others get -EPERM).
 *
 * Source: numbers 0 to 22 are those of the Xen 2.0 interface manual (2004), the
 * rest and all layouts those of Xen 4.17. A number is never given a new use;
 * 11 (set_fast_trap) is retired.
 */
#ifndef PUBLIC_XEN_H
#define PUBLIC_XEN_H

#include "xen-compat.h"
#include "arch-x86/xen.h"

/*
 * Hypercalls.               arguments; who may call; where it is described
 */
/* (trap_info_t *table); any; arch-x86/xen.h */
#define __HYPERVISOR_set_trap_table                 0
/* (mmu_update_t *req, count, unsigned *done, domain); any; struct mmu_update */
#define __HYPERVISOR_mmu_update                     1
/* (const unsigned long *frames, entries); any. At most 7168 entries in frames
 * that are nowhere mapped writable. -EINVAL otherwise. */
#define __HYPERVISOR_set_gdt                        2
/* (ss, sp); any: kernel stack for entries from user mode. -EINVAL */
#define __HYPERVISOR_stack_switch                   3
/* 64-bit (event, failsafe, syscall), 32-bit (event cs, eip, failsafe cs, eip);
 * any: what callback.h does in three calls. -EINVAL */
#define __HYPERVISOR_set_callbacks                  4
/* (set); any: 1 makes the next FPU use raise vector 7, 0 undoes it */
#define __HYPERVISOR_fpu_taskswitch                 5
/* (cmd, arg); any: yield, block, shutdown with the reason by value. sched.h */
#define __HYPERVISOR_sched_op_compat                6
/* (xen_platform_op_t *); control; platform.h, dom0_ops.h */
#define __HYPERVISOR_platform_op                    7
/* (register, value); any. -EINVAL register or value, -EPERM an address of the
 * hypervisor, or general detect */
#define __HYPERVISOR_set_debugreg                   8
/* (register) gives the value; any. -ENODEV no such register */
#define __HYPERVISOR_get_debugreg                   9
/* 64-bit (machine address, descriptor), 32-bit each in two words, low first;
 * any. -EINVAL: not aligned, not the caller's, or a descriptor that would give
 * away more than the guest's own rings */
#define __HYPERVISOR_update_descriptor             10
/* (cmd, argument *); by cmd; memory.h */
#define __HYPERVISOR_memory_op                     12
/* (multicall_entry_t *, count); any; struct multicall_entry */
#define __HYPERVISOR_multicall                     13
/* 64-bit (address, pte, UVMF_*), 32-bit (address, pte low, pte high, UVMF_*);
 * any. The page table that maps address must exist; -EINVAL otherwise or when
 * the new entry is refused, and then nothing was flushed. */
#define __HYPERVISOR_update_va_mapping             14
/* 64-bit (ns), 32-bit (ns low, ns high); any: VIRQ_TIMER at that system time,
 * now if it is past, never if 0 */
#define __HYPERVISOR_set_timer_op                  15
/* (evtchn_op_t *); any; event_channel.h */
#define __HYPERVISOR_event_channel_op_compat       16
/* (cmd, buffer *); any; version.h */
#define __HYPERVISOR_xen_version                   17
/* (CONSOLEIO_*, count, char *); see there */
#define __HYPERVISOR_console_io                    18
/* (physdev_op_t *); as physdev_op */
#define __HYPERVISOR_physdev_op_compat             19
/* (cmd, argument array, count); any; grant_table.h */
#define __HYPERVISOR_grant_table_op                20
/* (VMASST_CMD_*, VMASST_TYPE_*); any; see there */
#define __HYPERVISOR_vm_assist                     21
/* as 14, then the domain whose frame is mapped; any for its own, control for
 * others (-EPERM). -ESRCH */
#define __HYPERVISOR_update_va_mapping_otherdomain 22
/* (frame on the stack); any; arch-x86/xen-x86_64.h */
#define __HYPERVISOR_iret                          23
/* (VCPUOP_*, vcpu, argument *); any; vcpu.h */
#define __HYPERVISOR_vcpu_op                       24
/* (SEGBASE_*, value); 64-bit guests; arch-x86/xen-x86_64.h */
#define __HYPERVISOR_set_segment_base              25
/* (mmuext_op_t *, count, unsigned *done, domain); any; struct mmuext_op */
#define __HYPERVISOR_mmuext_op                     26
/* security policy modules: always -ENOSYS here */
#define __HYPERVISOR_xsm_op                        27
/* (XENNMI_*, argument *); any; nmi.h */
#define __HYPERVISOR_nmi_op                        28
/* (SCHEDOP_*, argument *); any; sched.h */
#define __HYPERVISOR_sched_op                      29
/* (CALLBACKOP_*, argument *); any; callback.h */
#define __HYPERVISOR_callback_op                   30
#define __HYPERVISOR_xenoprof_op                   31
/* (EVTCHNOP_*, argument *); any; event_channel.h */
#define __HYPERVISOR_event_channel_op              32
/* (PHYSDEVOP_*, argument *); domains with devices; physdev.h */
#define __HYPERVISOR_physdev_op                    33
#define __HYPERVISOR_hvm_op                        34
/* (xen_sysctl_t *); control */
#define __HYPERVISOR_sysctl                        35
/* (xen_domctl_t *); control */
#define __HYPERVISOR_domctl                        36
#define __HYPERVISOR_kexec_op                      37
#define __HYPERVISOR_tmem_op                       38
#define __HYPERVISOR_argo_op                       39
#define __HYPERVISOR_xenpmu_op                     40
#define __HYPERVISOR_dm_op                         41
#define __HYPERVISOR_hypfs_op                      42
/* (xen_mc_t *); control; arch-x86/xen-mca.h */
#define __HYPERVISOR_arch_0                        48
#define __HYPERVISOR_arch_1                        49
#define __HYPERVISOR_arch_2                        50
#define __HYPERVISOR_arch_3                        51
#define __HYPERVISOR_arch_4                        52
#define __HYPERVISOR_arch_5                        53
#define __HYPERVISOR_arch_6                        54
#define __HYPERVISOR_arch_7                        55

/* Names by which older sources call the same doors. */
#if __XEN_INTERFACE_VERSION__ < 0x00030101
#undef  __HYPERVISOR_sched_op
#define __HYPERVISOR_sched_op           __HYPERVISOR_sched_op_compat
#endif
#if __XEN_INTERFACE_VERSION__ < 0x00030202
#undef  __HYPERVISOR_event_channel_op
#define __HYPERVISOR_event_channel_op   __HYPERVISOR_event_channel_op_compat
#undef  __HYPERVISOR_physdev_op
#define __HYPERVISOR_physdev_op         __HYPERVISOR_physdev_op_compat
#endif
#define __HYPERVISOR_dom0_op            __HYPERVISOR_platform_op

/*
 * Virtual interrupts, bound to ports by EVTCHNOP_bind_virq.
 *   v  each vcpu binds its own
 *   g  one in the system, bound on vcpu 0 by the domain that handles it
 */
#define VIRQ_TIMER       0  /* v  a timer of this vcpu expired */
#define VIRQ_DEBUG       1  /* v  an operator asks the guest for its state */
#define VIRQ_CONSOLE     2  /* g  the console has input for domain 0 */
#define VIRQ_DOM_EXC     3  /* g  a domain shut down or died */
#define VIRQ_TBUF        4  /* g  trace buffers are half full */
#define VIRQ_DEBUGGER    6  /* g  a domain stopped for its debugger */
#define VIRQ_XENOPROF    7  /* v  a profile sample was taken */
#define VIRQ_CON_RING    8  /* g  the console ring has new output */
#define VIRQ_PCPU_STATE  9  /* g  a physical CPU came or went */
#define VIRQ_MEM_EVENT  10  /* g */
#define VIRQ_ARGO       11  /* g */
#define VIRQ_ENOMEM     12  /* g  free memory is low */
#define VIRQ_XENPMU     13  /* v  a performance counter overflowed */
#define VIRQ_ARCH_0     16  /* g  machine check, see xen-mca.h */
#define VIRQ_ARCH_1     17
#define VIRQ_ARCH_2     18
#define VIRQ_ARCH_3     19
#define VIRQ_ARCH_4     20
#define VIRQ_ARCH_5     21
#define VIRQ_ARCH_6     22
#define VIRQ_ARCH_7     23
#define NR_VIRQS        24

/* Low two bits of mmu_update.ptr; what they do stands at struct mmu_update. */
#define MMU_NORMAL_PT_UPDATE        0
#define MMU_MACHPHYS_UPDATE         1
#define MMU_PT_UPDATE_PRESERVE_AD   2
#define MMU_PT_UPDATE_NO_TRANSLATE  3

/* mmuext_op.cmd; what they do stands at struct mmuext_op. */
#define MMUEXT_PIN_L1_TABLE         0
#define MMUEXT_PIN_L2_TABLE         1
#define MMUEXT_PIN_L3_TABLE         2
#define MMUEXT_PIN_L4_TABLE         3
#define MMUEXT_UNPIN_TABLE          4
#define MMUEXT_NEW_BASEPTR          5
#define MMUEXT_TLB_FLUSH_LOCAL      6
#define MMUEXT_INVLPG_LOCAL         7
#define MMUEXT_TLB_FLUSH_MULTI      8
#define MMUEXT_INVLPG_MULTI         9
#define MMUEXT_TLB_FLUSH_ALL       10
#define MMUEXT_INVLPG_ALL          11
#define MMUEXT_FLUSH_CACHE         12
#define MMUEXT_SET_LDT             13
#define MMUEXT_NEW_USER_BASEPTR    15
#define MMUEXT_CLEAR_PAGE          16
#define MMUEXT_COPY_PAGE           17
#define MMUEXT_FLUSH_CACHE_GLOBAL  18
#define MMUEXT_MARK_SUPER          19   /* -ENOSYS: no superpages here */
#define MMUEXT_UNMARK_SUPER        20   /* -ENOSYS */

/*
 * Flushing after update_va_mapping: one kind and one reach, or instead of a
 * reach the address of a bit mask of vcpus, which is 4-byte aligned.
 */
#define UVMF_NONE           (xen_mk_ulong(0) << 0)
#define UVMF_TLB_FLUSH      (xen_mk_ulong(1) << 0)  /* the whole TLB */
#define UVMF_INVLPG         (xen_mk_ulong(2) << 0)  /* that address */
#define UVMF_FLUSHTYPE_MASK (xen_mk_ulong(3) << 0)
#define UVMF_MULTI          (xen_mk_ulong(0) << 2)  /* or-ed to the address */
#define UVMF_LOCAL          (xen_mk_ulong(0) << 2)  /* this vcpu */
#define UVMF_ALL            (xen_mk_ulong(1) << 2)  /* all of the domain */

/*
 * console_io: domain 0, unless the hypervisor lets guests speak (else -EPERM).
 *   write  prints count bytes; 0
 *   read   takes up to count bytes of input; how many there were, perhaps 0
 */
#define CONSOLEIO_write 0
#define CONSOLEIO_read  1

/*
 * vm_assist: help that a guest asks for. Any; 0, -EINVAL on an unknown type,
 * -ENOSYS on an unknown command.
 */
#define VMASST_CMD_enable               0
#define VMASST_CMD_disable              1
/* 32-bit: applications may use segments that reach to 4 GiB. No effect. */
#define VMASST_TYPE_4gb_segments        0
#define VMASST_TYPE_4gb_segments_notify 1
/* Stores to level-1 page tables are trapped, checked and done. */
#define VMASST_TYPE_writable_pagetables 2
/* 32-bit: top-level tables above 4 GiB, as xen_pfn_to_cr3() writes them. */
#define VMASST_TYPE_pae_extended_cr3    3
/* The I/O privilege level shows in and is set by saved EFLAGS. */
#define VMASST_TYPE_architectural_iopl  4
/* XEN_RUNSTATE_UPDATE marks a runstate area that is being written. */
#define VMASST_TYPE_runstate_update_flag 5
/* 64-bit: user mode does not see the machine-to-physical table. */
#define VMASST_TYPE_m2p_strict          32
#if __XEN_INTERFACE_VERSION__ < 0x00040600
#define MAX_VMASST_TYPE                 3
#endif

/* Domain numbers from FIRST_RESERVED on name no domain. */
#define DOMID_FIRST_RESERVED    xen_mk_uint(0x7FF0)
#define DOMID_SELF              xen_mk_uint(0x7FF0) /* the caller */
#define DOMID_IO                xen_mk_uint(0x7FF1) /* memory of devices */
#define DOMID_XEN               xen_mk_uint(0x7FF2) /* the hypervisor's pages */
#define DOMID_COW               xen_mk_uint(0x7FF3) /* not used here */
#define DOMID_INVALID           xen_mk_uint(0x7FF4) /* nobody, ever */
#define DOMID_IDLE              xen_mk_uint(0x7FFF) /* the idle vcpus */
#define DOMID_MASK              xen_mk_uint(0x7FFF)

/* start_info.flags */
#define SIF_PRIVILEGED          (1 << 0)    /* a control domain */
#define SIF_INITDOMAIN          (1 << 1)    /* domain 0 */
#define SIF_MULTIBOOT_MOD       (1 << 2)    /* mod_start: a module list */
#define SIF_MOD_START_PFN       (1 << 3)    /* mod_start: a frame number */
#define SIF_VIRT_P2M_4TOOLS     (1 << 4)    /* tools know p2m_vaddr */
#define SIF_PM_MASK             (0xFF << 8) /* power management options */

#ifndef __ASSEMBLY__

#include <stddef.h>
#include <stdint.h>

DEFINE_XEN_GUEST_HANDLE(char);
__DEFINE_XEN_GUEST_HANDLE(uchar, unsigned char);
DEFINE_XEN_GUEST_HANDLE(int);
__DEFINE_XEN_GUEST_HANDLE(uint, unsigned int);
#if __XEN_INTERFACE_VERSION__ < 0x00040300
DEFINE_XEN_GUEST_HANDLE(long);
__DEFINE_XEN_GUEST_HANDLE(ulong, unsigned long);
#endif
DEFINE_XEN_GUEST_HANDLE(void);
DEFINE_XEN_GUEST_HANDLE(uint64_t);
DEFINE_XEN_GUEST_HANDLE(xen_pfn_t);
DEFINE_XEN_GUEST_HANDLE(xen_ulong_t);
__DEFINE_XEN_GUEST_HANDLE(uint8, uint8_t);
__DEFINE_XEN_GUEST_HANDLE(uint16, uint16_t);
__DEFINE_XEN_GUEST_HANDLE(uint32, uint32_t);
__DEFINE_XEN_GUEST_HANDLE(uint64, uint64_t);

typedef uint16_t domid_t;

/*
 * mmu_update: any guest on its own frames; on another domain's with control
 * rights over it. The last argument carries the domain that owns the frames
 * mapped (bits 0-15, DOMID_SELF as a rule) and, plus one, the domain that owns
 * the page tables (bits 16-31, 0: the caller). Requests are done in order up to
 * the first that fails; @done gets their number.
 *
 *   MMU_NORMAL_PT_UPDATE        store val at machine address ptr: an entry of a
 *                               page table of any level, checked for it, or a
 *                               word of a frame that may be mapped writable
 *   MMU_PT_UPDATE_PRESERVE_AD   the same; accessed and dirty bits that the
 *                               processor set meanwhile are kept
 *   MMU_PT_UPDATE_NO_TRANSLATE  the same, val holds a machine frame even if the
 *                               domain does not know such
 *   MMU_MACHPHYS_UPDATE         machine-to-physical entry of the frame at ptr
 *                               becomes val
 * -EINVAL  a bad entry, or a frame in the wrong use
 * -EBUSY   the frame cannot take the needed use now
 * -EPERM, -ESRCH  the other domain
 */
struct mmu_update {
    uint64_t ptr;               /* 0: machine address, command in bits 0-1 */
    uint64_t val;               /* 8 */
};
typedef struct mmu_update mmu_update_t;
DEFINE_XEN_GUEST_HANDLE(mmu_update_t);

/*
 * mmuext_op: any guest; a @domain other than DOMID_SELF needs control rights.
 * Done in order up to the first that fails; @done gets their number.
 *
 *   PIN_Ln_TABLE      arg1.mfn: check the frame and all below it as a table of
 *                     that level, and keep it one. -EINVAL if pinned already
 *   UNPIN_TABLE       arg1.mfn: undo that. -EINVAL if not pinned
 *   NEW_BASEPTR       arg1.mfn: top-level table of this vcpu's kernel
 *   NEW_USER_BASEPTR  arg1.mfn: the same for its user mode; 0 for none; 64-bit
 *   TLB_FLUSH_LOCAL   this vcpu's TLB
 *   TLB_FLUSH_MULTI   the TLBs of the vcpus in arg2.vcpumask
 *   TLB_FLUSH_ALL     those of the whole domain
 *   INVLPG_LOCAL, _MULTI, _ALL  the same for the page at arg1.linear_addr
 *   FLUSH_CACHE       write back and drop caches; domains with devices, else
 *                     -EACCES
 *   FLUSH_CACHE_GLOBAL  the same on all CPUs
 *   SET_LDT           arg1.linear_addr page aligned, arg2.nr_ents <= 8192; 0
 *                     entries for none. Pages are checked when first used
 *   CLEAR_PAGE        arg1.mfn: fill with 0
 *   COPY_PAGE         arg1.mfn from arg2.src_mfn
 * -EINVAL  a frame that is not there or in another use; -ENOSYS  no such cmd
 */
struct mmuext_op {
    unsigned int cmd;                   /* 0: MMUEXT_* */
    union {
        xen_pfn_t mfn;
        unsigned long linear_addr;
    } arg1;                             /* 4, 8 */
    union {
        unsigned int nr_ents;
#if __XEN_INTERFACE_VERSION__ >= 0x00030205
        XEN_GUEST_HANDLE(const_void) vcpumask;
#else
        const void *vcpumask;
#endif
        xen_pfn_t src_mfn;
    } arg2;                             /* 8, 16 */
};
typedef struct mmuext_op mmuext_op_t;
DEFINE_XEN_GUEST_HANDLE(mmuext_op_t);

/*
 * multicall: any. Each entry is called in order and gets its result; the call
 * itself gives 0. iret may stand last only; a multicall in it gives -EINVAL.
 */
struct multicall_entry {
    xen_ulong_t op, result;
    xen_ulong_t args[6];
};
typedef struct multicall_entry multicall_entry_t;
DEFINE_XEN_GUEST_HANDLE(multicall_entry_t);

/*
 * The clock as one vcpu sees it. With @version read even and unchanged before
 * and after, system time in ns since the hypervisor started is
 *   system_time + ((shifted(TSC - tsc_timestamp) * tsc_to_system_mul) >> 32)
 * where shifted(x) is x << tsc_shift, or x >> -tsc_shift if that is negative.
 */
struct vcpu_time_info {
    uint32_t version;               /*  0: odd while being written */
    uint32_t pad0;
    uint64_t tsc_timestamp;         /*  8 */
    uint64_t system_time;           /* 16 */
    uint32_t tsc_to_system_mul;     /* 24 */
    int8_t   tsc_shift;             /* 28 */
#if __XEN_INTERFACE_VERSION__ > 0x040600
    uint8_t  flags;                 /* 29: XEN_PVCLOCK_* */
    uint8_t  pad1[2];
#else
    int8_t   pad1[3];
#endif
};
typedef struct vcpu_time_info vcpu_time_info_t;
#define XEN_PVCLOCK_TSC_STABLE_BIT  (1 << 0)    /* vcpus agree on the time */
#define XEN_PVCLOCK_GUEST_STOPPED   (1 << 1)    /* not set here */

/*
 * What hypervisor and vcpu tell each other: in shared_info for the first 32,
 * or where VCPUOP_register_vcpu_info puts it. An event is delivered on return
 * to the guest when pending is set and mask clear; that sets mask. The guest
 * clears pending before it looks at the selector.
 */
struct vcpu_info {
    uint8_t evtchn_upcall_pending;      /*  0 */
    uint8_t evtchn_upcall_mask;         /*  1 */
    xen_ulong_t evtchn_pending_sel;     /*  4, 8: words of evtchn_pending */
    struct arch_vcpu_info arch;         /*  8, 16 */
    vcpu_time_info_t time;              /* 32 */
};
typedef struct vcpu_info vcpu_info_t;

/*
 * One page that hypervisor and domain share. A port is one bit of pending, set
 * by the sender, and one of mask, set by the domain to hold it back.
 */
struct shared_info {
    struct vcpu_info vcpu_info[XEN_LEGACY_MAX_VCPUS];       /* 0 */
    xen_ulong_t evtchn_pending[sizeof(xen_ulong_t) * 8];    /* 2048 */
    xen_ulong_t evtchn_mask[sizeof(xen_ulong_t) * 8];       /* 2176, 2560 */
    /* Wall clock at system time 0, in seconds and ns since 1970 UTC; version as
     * in vcpu_time_info. */
    uint32_t wc_version;                                    /* 2304, 3072 */
    uint32_t wc_sec;
    uint32_t wc_nsec;
#ifndef __i386__
    uint32_t wc_sec_hi;
#define xen_wc_sec_hi   wc_sec_hi
#else
#define xen_wc_sec_hi   arch.wc_sec_hi
#endif
    struct arch_shared_info arch;                           /* 2316, 3088 */
};
typedef struct shared_info shared_info_t;

/*
 * What a new guest finds where %rsi points. mfn is a machine frame, pfn one of
 * the guest's own numbering; pt_base, mfn_list, mod_start are addresses.
 */
struct start_info {
    char magic[32];                 /* "xen-3.0-x86_64" or "xen-3.0-x86_32p" */
    unsigned long nr_pages;         /* frames the domain has */
    unsigned long shared_info;      /* machine address of struct shared_info */
    uint32_t flags;                 /* SIF_* */
    xen_pfn_t store_mfn;            /* ring to the store, io/xs_wire.h */
    uint32_t store_evtchn;
    union {
        struct {
            xen_pfn_t mfn;          /* ring to the console, io/console.h */
            uint32_t evtchn;
        } domU;
        struct {
            uint32_t info_off;      /* dom0_vga_console_info from here */
            uint32_t info_size;
        } dom0;
    } console;
    unsigned long pt_base;          /* top-level page table */
    unsigned long nr_pt_frames;     /* frames that page tables take up */
    unsigned long mfn_list;         /* mfn of each pfn */
    unsigned long mod_start;        /* 0, or address or pfn of the module */
    unsigned long mod_len;          /* bytes */
#define MAX_GUEST_CMDLINE   1024
    int8_t cmd_line[MAX_GUEST_CMDLINE];
    unsigned long first_p2m_pfn;    /* frames of mfn_list if it lies apart */
    unsigned long nr_p2m_frames;
};
typedef struct start_info start_info_t;
#if __XEN_INTERFACE_VERSION__ < 0x00030203
#define console_mfn     console.domU.mfn
#define console_evtchn  console.domU.evtchn
#endif

/* Element of the list at mod_start with SIF_MULTIBOOT_MOD, ended by zeros. */
struct xen_multiboot_mod_list {
    uint32_t mod_start;             /*  0: physical address */
    uint32_t mod_end;               /*  4: last byte, plus one */
    uint32_t cmdline;               /*  8 */
    uint32_t pad;                   /* 12 */
};

/* The display as the boot loader left it; domain 0 takes it over. */
typedef struct dom0_vga_console_info {
    uint8_t video_type;             /* which of the union */
#define XEN_VGATYPE_TEXT_MODE_3 0x03
#define XEN_VGATYPE_VESA_LFB    0x23
#define XEN_VGATYPE_EFI_LFB     0x70
    union {
        struct {
            uint16_t font_height;           /* lines of pixels */
            uint16_t cursor_x, cursor_y;
            uint16_t rows, columns;
        } text_mode_3;
        struct {
            uint16_t width, height;         /* pixels */
            uint16_t bytes_per_line;
            uint16_t bits_per_pixel;
            uint32_t lfb_base;              /* machine address, low half */
            uint32_t lfb_size;              /* in units of 64 KiB */
            uint8_t red_pos, red_size;      /* bits in a pixel */
            uint8_t green_pos, green_size;
            uint8_t blue_pos, blue_size;
            uint8_t rsvd_pos, rsvd_size;
#if __XEN_INTERFACE_VERSION__ >= 0x00030206
            uint32_t gbl_caps;              /* VBE capabilities, 0 on EFI */
            uint16_t mode_attrs;            /* VBE mode attributes */
            uint16_t pad;
#endif
#if __XEN_INTERFACE_VERSION__ >= 0x00040d00
            uint32_t ext_lfb_base;          /* high half of lfb_base */
#endif
        } vesa_lfb;                         /* also for EFI */
    } u;
} dom0_vga_console_info_t;
#define xen_vga_console_info    dom0_vga_console_info
#define xen_vga_console_info_t  dom0_vga_console_info_t

typedef uint8_t xen_domain_handle_t[16];    /* the tools' name of a domain */

/* RFC 4122 identifiers, most significant byte first. */
typedef struct {
    uint8_t a[16];
} xen_uuid_t;
#define XEN_UUID_2_(n)  ((n) >> 8) & 0xFF, (n) & 0xFF
#define XEN_UUID_4_(n)  XEN_UUID_2_((n) >> 16), XEN_UUID_2_(n)
#define XEN_DEFINE_UUID_(a, b, c, d, e1, e2, e3, e4, e5, e6)            \
    {{ XEN_UUID_4_(a), XEN_UUID_2_(b), XEN_UUID_2_(c), XEN_UUID_2_(d),  \
       e1, e2, e3, e4, e5, e6 }}
#if defined(__STDC_VERSION__) ? __STDC_VERSION__ >= 199901L : defined(__GNUC__)
#define XEN_DEFINE_UUID(a, b, c, d, e1, e2, e3, e4, e5, e6) \
    ((xen_uuid_t)XEN_DEFINE_UUID_(a, b, c, d, e1, e2, e3, e4, e5, e6))
#else
#define XEN_DEFINE_UUID(a, b, c, d, e1, e2, e3, e4, e5, e6) \
    XEN_DEFINE_UUID_(a, b, c, d, e1, e2, e3, e4, e5, e6)
#endif

/* A bit mask in guest memory, for control operations. */
struct xenctl_bitmap {
    XEN_GUEST_HANDLE_64(uint8) bitmap;  /* 0 */
    uint32_t nr_bits;                   /* 8 */
};
typedef struct xenctl_bitmap xenctl_bitmap_t;

#if __XEN_INTERFACE_VERSION__ < 0x00040400
#define NR_EVENT_CHANNELS   EVTCHN_2L_NR_CHANNELS
#endif

#endif /* !__ASSEMBLY__ */
#endif
