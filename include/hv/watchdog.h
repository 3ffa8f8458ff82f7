/* SPDX-License-Identifier: MIT */
/*
 * watchdog.h - finding CPUs that hang. With the option `watchdog` each serves a
 * timer every second, and somebody looks whether the others do.
 */
#ifndef HV_WATCHDOG_H
#define HV_WATCHDOG_H

#include <hv/types.h>

/* Start, if asked to: when all CPUs are online and boot's long work is done. */
void watchdog_start(void);
/* This CPU has not served its timer for too long. Any context, NMI too; a CPU
 * whose interrupts are off finds out by an NMI alone. */
bool watchdog_is_late(void);
/* Panic text for it: seconds since. */
unsigned int watchdog_seconds(void);

/* arch: interrupt @cpu by an NMI; it then panics if it is late. */
void arch_watchdog_ask(unsigned int cpu);
/* arch: let a clock that needs no CPU send this CPU NMIs from time to time.
 * False: this machine has none. */
bool arch_watchdog_start_clock(void);

#endif
