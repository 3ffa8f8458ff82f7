/* SPDX-License-Identifier: MIT */
/*
 * trap.h - take traps, and expect them.
 *
 *      PROBE("ud2");
 *      expect_eq("ud2_raises_UD", 6, probe.vector);
 *
 * PROBE runs instructions that are expected to trap. Whatever they raise ends
 * them: execution goes on behind the PROBE with the stack pointer it had, and
 * the frame is in probe. If nothing was raised, probe.vector is NO_TRAP. rax,
 * rcx, rdx and r11 are free for the instructions to use. vcpu 0 alone may PROBE,
 * and run user mode; the others have touch_read() and touch_write() of vcpu.h.
 */
#ifndef GUEST_TRAP_H
#define GUEST_TRAP_H

#include "regs.h"
#include "types.h"

#define NO_TRAP 0xffffu

enum {
    TRAP_DE = 0, TRAP_DB = 1, TRAP_BP = 3, TRAP_OF = 4, TRAP_BR = 5,
    TRAP_UD = 6, TRAP_NM = 7, TRAP_DF = 8, TRAP_TS = 10, TRAP_NP = 11,
    TRAP_SS = 12, TRAP_GP = 13, TRAP_PF = 14, TRAP_MF = 16, TRAP_AC = 17,
    TRAP_XM = 19,
};

#define PF_PRESENT  (1u << 0)
#define PF_WRITE    (1u << 1)
#define PF_USER     (1u << 2)
#define PF_RESERVED (1u << 3)
#define PF_FETCH    (1u << 4)

/* Page faults leave their address in the vcpu_info, see shared_info. */
extern struct regs probe;       /* the last trap inside a PROBE */
extern uint64_t probe_cr2;      /* its address, for a page fault */
extern uint8_t probe_mask;      /* upcall mask its handler was entered with */
extern uint64_t probe_frame;    /* where its frame ended on the stack */
extern uint64_t probe_resume, probe_rsp;
extern uint64_t failsafe_selector[4];   /* ds es fs gs of the last failsafe */

void probe_clear(void);

#define PROBE_IO(text, output, ...)                                     \
    do {                                                                \
        probe_clear();                                                  \
        asm volatile("movq $9f, probe_resume\n\t"                       \
                     "movq %%rsp, probe_rsp\n\t"                        \
                     text "\n\t"                                        \
                     "movq $0, probe_resume\n"                          \
                     "9:"                                               \
                     : output                                           \
                     : __VA_ARGS__                                      \
                     : "rax", "rcx", "rdx", "r11", "memory", "cc");     \
    } while (0)
#define COMMA ,     /* between two outputs */
#define PROBE(text, ...) PROBE_IO(text, , __VA_ARGS__)

/* A handler sees traps outside PROBE first; true means handled, resume. */
typedef bool trap_handler_t(struct regs *regs);
void trap_handle(unsigned vector, trap_handler_t *handler);

/* Entry points of trap_entry.S, for tests that register their own. */
extern char trap_stubs[], upcall_entry[], syscall_entry[], sysenter_entry[],
            failsafe_entry[], trap_stack_end[];

static inline uint64_t trap_stub(unsigned vector)
{
    return (uint64_t)trap_stubs + vector * 32ul;
}

/* Register @vector's stub with a privilege level and masking flag. */
long trap_register(unsigned vector, unsigned dpl, bool masks);
long callback_register(unsigned type, const void *entry, unsigned flags);
void trap_init(void);

#endif
