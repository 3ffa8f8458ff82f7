/* SPDX-License-Identifier: MIT */
/*
 * trace.h - records of what the hypervisor did, one ring of bytes per CPU.
 *
 * struct t_info, at the machine address that the control operations give, tells
 * where the rings are; each begins with struct t_buf. A record is a word of
 * event, its class in the upper bits, optionally two words of TSC, and up to
 * seven more. The reader advances cons; both indices run to twice the size.
 *
 * Source: Xen 4.17. Classes of other kinds of guests are not defined.
 */
#ifndef PUBLIC_TRACE_H
#define PUBLIC_TRACE_H

#include <stdint.h>

/* Words after the header, and where it says how many. */
#define TRACE_EXTRA_MAX     7
#define TRACE_EXTRA_SHIFT   28

/* Classes, as masks: bits 16-27 the class, bits 12-15 any part of it. */
#define TRC_CLS_SHIFT       16
#define TRC_GEN             0x0001f000
#define TRC_SCHED           0x0002f000
#define TRC_DOM0OP          0x0004f000
#define TRC_MEM             0x0010f000
#define TRC_PV              0x0020f000
#define TRC_HW              0x0080f000
#define TRC_GUEST           0x0800f000      /* written by guests */
#define TRC_ALL             0x0ffff000

/* Parts of a word of event. */
#define TRC_HD_TO_EVENT(x)  ((x) & 0x0fffffff)
#define TRC_HD_CYCLE_FLAG   (1UL << 31)
#define TRC_HD_INCLUDES_CYCLE_COUNT(x)  (!!((x) & TRC_HD_CYCLE_FLAG))
#define TRC_HD_EXTRA(x)     (((x) >> TRACE_EXTRA_SHIFT) & TRACE_EXTRA_MAX)

#define TRC_SUBCLS_SHIFT    12

/* The tracer itself. */
#define TRC_LOST_RECORDS        (TRC_GEN + 1)
#define TRC_TRACE_WRAP_BUFFER   (TRC_GEN + 2)
#define TRC_TRACE_CPU_CHANGE    (TRC_GEN + 3)

/* Scheduling. */
#define TRC_SCHED_MIN       0x00021000
#define TRC_SCHED_CLASS     0x00022000
#define TRC_SCHED_VERBOSE   0x00028000
#define TRC_SCHED_RUNSTATE_CHANGE   (TRC_SCHED_MIN + 1)
#define TRC_SCHED_CONTINUE_RUNNING  (TRC_SCHED_MIN + 2)
#define TRC_SCHED_DOM_ADD           (TRC_SCHED_VERBOSE + 1)
#define TRC_SCHED_DOM_REM           (TRC_SCHED_VERBOSE + 2)
#define TRC_SCHED_SLEEP             (TRC_SCHED_VERBOSE + 3)
#define TRC_SCHED_WAKE              (TRC_SCHED_VERBOSE + 4)
#define TRC_SCHED_YIELD             (TRC_SCHED_VERBOSE + 5)
#define TRC_SCHED_BLOCK             (TRC_SCHED_VERBOSE + 6)
#define TRC_SCHED_SHUTDOWN          (TRC_SCHED_VERBOSE + 7)
#define TRC_SCHED_CTL               (TRC_SCHED_VERBOSE + 8)
#define TRC_SCHED_ADJDOM            (TRC_SCHED_VERBOSE + 9)
#define TRC_SCHED_SWITCH            (TRC_SCHED_VERBOSE + 10)
#define TRC_SCHED_S_TIMER_FN        (TRC_SCHED_VERBOSE + 11)
#define TRC_SCHED_T_TIMER_FN        (TRC_SCHED_VERBOSE + 12)
#define TRC_SCHED_DOM_TIMER_FN      (TRC_SCHED_VERBOSE + 13)
#define TRC_SCHED_SWITCH_INFPREV    (TRC_SCHED_VERBOSE + 14)
#define TRC_SCHED_SWITCH_INFNEXT    (TRC_SCHED_VERBOSE + 15)
#define TRC_SCHED_SHUTDOWN_CODE     (TRC_SCHED_VERBOSE + 16)
#define TRC_SCHED_SWITCH_INFCONT    (TRC_SCHED_VERBOSE + 17)

/* Domains. */
#define TRC_DOM0_DOMOPS     0x00041000
#define TRC_DOM0_DOM_ADD            (TRC_DOM0_DOMOPS + 1)
#define TRC_DOM0_DOM_REM            (TRC_DOM0_DOMOPS + 2)

/* Memory. */
#define TRC_MEM_PAGE_GRANT_MAP      (TRC_MEM + 1)
#define TRC_MEM_PAGE_GRANT_UNMAP    (TRC_MEM + 2)
#define TRC_MEM_PAGE_GRANT_TRANSFER (TRC_MEM + 3)
#define TRC_MEM_SET_P2M_ENTRY       (TRC_MEM + 4)
#define TRC_MEM_DECREASE_RESERVATION (TRC_MEM + 5)

/* Entries from PV guests; TRC_64_FLAG is or-ed in for 64-bit ones. */
#define TRC_64_FLAG         0x100
#define TRC_PV_ENTRY        0x00201000
#define TRC_PV_SUBCALL      0x00202000
#define TRC_PV_HYPERCALL            (TRC_PV_ENTRY + 1)
#define TRC_PV_TRAP                 (TRC_PV_ENTRY + 3)
#define TRC_PV_PAGE_FAULT           (TRC_PV_ENTRY + 4)
#define TRC_PV_FORCED_INVALID_OP    (TRC_PV_ENTRY + 5)
#define TRC_PV_EMULATE_PRIVOP       (TRC_PV_ENTRY + 6)
#define TRC_PV_EMULATE_4GB          (TRC_PV_ENTRY + 7)
#define TRC_PV_MATH_STATE_RESTORE   (TRC_PV_ENTRY + 8)
#define TRC_PV_PAGING_FIXUP         (TRC_PV_ENTRY + 9)
#define TRC_PV_GDT_LDT_MAPPING_FAULT (TRC_PV_ENTRY + 10)
#define TRC_PV_PTWR_EMULATION       (TRC_PV_ENTRY + 11)
#define TRC_PV_PTWR_EMULATION_PAE   (TRC_PV_ENTRY + 12)
#define TRC_PV_HYPERCALL_V2         (TRC_PV_ENTRY + 13)
#define TRC_PV_HYPERCALL_SUBCALL    (TRC_PV_SUBCALL + 14)

/* HYPERCALL_V2: which arguments follow the number, and how wide. */
#define TRC_PV_HYPERCALL_V2_ARG_32(i)   (0x1 << (20 + 2 * (i)))
#define TRC_PV_HYPERCALL_V2_ARG_64(i)   (0x2 << (20 + 2 * (i)))
#define TRC_PV_HYPERCALL_V2_ARG_MASK    (0xfff00000)

/* The machine. */
#define TRC_HW_PM           0x00801000
#define TRC_HW_IRQ          0x00802000
#define TRC_PM_FREQ_CHANGE          (TRC_HW_PM + 0x01)
#define TRC_PM_IDLE_ENTRY           (TRC_HW_PM + 0x02)
#define TRC_PM_IDLE_EXIT            (TRC_HW_PM + 0x03)
#define TRC_HW_IRQ_MOVE_CLEANUP_DELAY (TRC_HW_IRQ + 0x1)
#define TRC_HW_IRQ_MOVE_CLEANUP     (TRC_HW_IRQ + 0x2)
#define TRC_HW_IRQ_BIND_VECTOR      (TRC_HW_IRQ + 0x3)
#define TRC_HW_IRQ_CLEAR_VECTOR     (TRC_HW_IRQ + 0x4)
#define TRC_HW_IRQ_MOVE_FINISH      (TRC_HW_IRQ + 0x5)
#define TRC_HW_IRQ_ASSIGN_VECTOR    (TRC_HW_IRQ + 0x6)
#define TRC_HW_IRQ_UNMAPPED_VECTOR  (TRC_HW_IRQ + 0x7)
#define TRC_HW_IRQ_HANDLED          (TRC_HW_IRQ + 0x8)

struct t_rec {
    uint32_t event:28;
    uint32_t extra_u32:3;               /* words after event and TSC */
    uint32_t cycles_included:1;
    union {
        struct {
            uint32_t cycles_lo, cycles_hi;
            uint32_t extra_u32[7];
        } cycles;
        struct {
            uint32_t extra_u32[7];
        } nocycles;
    } u;
};

/* Head of each ring; the records follow it. */
struct t_buf {
    uint32_t cons;
    uint32_t prod;
};

/* tbuf_size pages for each CPU; by CPU, the offset in words from here of the
 * list of their frames. */
struct t_info {
    uint16_t tbuf_size;
    uint16_t mfn_offset[];
};

#endif
