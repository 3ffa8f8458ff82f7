/* SPDX-License-Identifier: MIT */
/*
 * panic.h - the end of the machine: what panic() and boot_error() of printk.h
 * need from the architecture.
 */
#ifndef HV_PANIC_H
#define HV_PANIC_H

#include <hv/types.h>

/* noreboot: stand still after the end, for somebody to read the screen. */
extern bool noreboot;

/* What comes after the last message: noreboot decides, after some seconds. */
void panic_stop(void) __attribute__((noreturn));

/* arch hooks, all with interrupts off */
/* Print this CPU's registers and the top of its stack. */
void arch_dump_state(void);
/* Print who called whom, the latest first. */
void arch_backtrace(void);
/* What this CPU was doing, to follow "while ": "serving mmu_update of d0v0". */
void arch_describe_work(char *buf, size_t size);
/* Make all other CPUs stand still; wait a little, not forever. */
void arch_stop_other_cpus(void);
/* Print what the others were doing when that made them stop. */
void arch_describe_stopped(void);
/* Pass time, from the first instruction on; need not be exact. */
void arch_delay(unsigned int milliseconds);

#endif
