/* SPDX-License-Identifier: MIT */
/*
 * user.h - run a few instructions in guest user mode.
 *
 * User mode has its own page tables: one code page and one stack page, and
 * nothing of the kernel. Any trap, upcall or system call ends the run and
 * leaves its frame in probe. A percent sign in USER_RUN is written twice.
 */
#ifndef GUEST_USER_H
#define GUEST_USER_H

#include "regs.h"
#include "types.h"

#define USER_CODE       0x400000ul
#define USER_STACK      0x401000ul
#define USER_STACK_END  0x402000ul
#define USER_SPARE      0x403000ul      /* nothing is mapped here */

/* Make the address space; false (and an error line) if it was refused. */
bool user_init(void);
/* Where the kernel sees the user's code page and stack page. */
extern uint8_t *user_code, *user_stack;
extern uint64_t user_root_mfn;

/* Registers a run starts with: user selectors, USER_CODE, events let in. */
struct regs user_regs(void);
/* Copy [from, to) to the code page and run it. */
void user_run(const struct regs *regs, const void *from, const void *to);

#define USER_RUN(text) USER_RUN_WITH(user_regs(), text)
#define USER_RUN_WITH(start, text)                                      \
    do {                                                                \
        const char *from_, *to_;                                        \
        struct regs regs_ = (start);                                    \
        asm volatile(".pushsection .rodata\n"                           \
                     "661: " text "\n662:\n"                            \
                     ".popsection\n"                                    \
                     "movq $661b, %0; movq $662b, %1"                   \
                     : "=r" (from_), "=r" (to_));                       \
        user_run(&regs_, from_, to_);                                   \
    } while (0)

void user_switch(struct regs *to);      /* trap_entry.S */
void user_leave(void) __attribute__((noreturn));

#endif
