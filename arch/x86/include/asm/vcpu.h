/* SPDX-License-Identifier: MIT */
/*
 * vcpu.h - the x86 state of a vcpu that is not in the CPU, and what its guest
 * kernel asked for: handlers, stacks, tables.
 *
 * 64-bit guests run kernel and user in ring 3; in_kernel tells which of the
 * two page tables and GS bases is active (pv/guest_mode.c).
 * [o] only the vcpu itself, or whoever paused it
 */
#ifndef ASM_VCPU_H
#define ASM_VCPU_H

#include <asm/pte.h>
#include <asm/regs.h>

struct frame;

struct trap_entry {             /* one row of set_trap_table [o] */
    uint64_t address;           /* 0: none */
    uint16_t cs;
    uint8_t  dpl;
    bool     masks_events;
};

struct callback {               /* event, failsafe, syscall ... [o] */
    uint64_t address;
    bool     masks_events;
};

struct arch_vcpu {
    struct regs regs;           /* while not running */
    bool in_kernel;             /* [o] */

    uint16_t ds, es, fs, gs;    /* while not running */
    uint64_t fs_base;
    uint64_t gs_base_active;    /* of the mode in_kernel tells */
    uint64_t gs_base_other;

    mfn_t l4_kernel;            /* holds one L4 type reference */
    mfn_t l4_user;              /* the same; INVALID_MFN: none */
    struct frame *pending_table;    /* mm/pending.c */
    bool shares_tables;             /* [o] TL1 of asm/table_lock.h */
    bool pending_is_building;
    int refusal;                /* of a context that is being undone, or 0 */

    uint64_t kernel_sp;         /* stack_switch */
    uint64_t kernel_frames;     /* frames of its user's entries end here; 0: C
                                   is to see to them */
    uint16_t kernel_ss;
    struct callback event_callback, failsafe_callback, syscall_callback,
                    syscall32_callback, sysenter_callback;
    struct trap_entry traps[256];

    uint64_t cr2;               /* as MOV CR2 shows it */
    uint64_t cr4;               /* guest's view */
    bool ts;                    /* guest's CR0.TS */
    uint8_t iopl;
    bool nmi_pending, nmi_masked;
    uint64_t dr[4], dr6, dr7;
    uint64_t tsc_aux;
    uint64_t xcr0;
    void *fpu;                  /* FXSAVE or XSAVE area */

    mfn_t gdt_frames[14];       /* INVALID_MFN or one segdesc reference each */
    uint32_t gdt_entries;
    uint64_t ldt_base;
    uint32_t ldt_entries;
    pte_t *window;              /* 32 L1 entries: 16 of GDT, 16 of LDT */

    /* Something that entry/syscall.S leaves to C: a pending or masked NMI, a
     * runstate area to be written, IOPL to be shown, no handler. */
    bool takes_slow_path;       /* [o] and arch_vcpu_send_nmi() */
    bool runstate_is_stale;     /* the guest's copy is behind, [o] */
    uint64_t io_bitmap;         /* guest address of set_iobitmap */
    uint32_t io_bitmap_ports;
};

#endif
