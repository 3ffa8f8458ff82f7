/* SPDX-License-Identifier: MIT */
/* traps.h - exceptions, as entry/ hands them on. */
#ifndef ASM_TRAPS_H
#define ASM_TRAPS_H

#include <asm/regs.h>
#include <hv/printk.h>

void trap_from_guest(struct regs *regs);
void trap_from_hypervisor(struct regs *regs);
void irq_dispatch(struct regs *regs, unsigned int vector);

void iret_fault(void);      /* entry/exit.S */

/* Where to go on after a fault at @rip of ours, or 0. */
unsigned long extable_lookup(unsigned long rip);

/* entry/page_fault.c: from a guest, @address in CR2. */
void page_fault_from_guest(struct regs *regs, unsigned long address);
/* The hypervisor touched guest memory or a guest's LDT. True: go on. */
bool page_fault_fix(struct regs *regs, unsigned long address);

/* entry/dump.c: remember where it went wrong, then panic() as usual. */
void dump_note(const struct regs *regs);
#define panic_at(regs, ...) (dump_note(regs), panic(__VA_ARGS__))

#endif
