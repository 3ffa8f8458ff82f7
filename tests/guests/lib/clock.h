/* SPDX-License-Identifier: MIT */
/* clock.h - system time as the hypervisor publishes it. */
#ifndef GUEST_CLOCK_H
#define GUEST_CLOCK_H

#include "types.h"

#define MICROSECOND 1000ul
#define MILLISECOND 1000000ul

/* A timer may be rounded, and fire this much before its deadline. */
#define TIMER_SLOP  MILLISECOND

/* Nanoseconds since the hypervisor started. */
uint64_t clock_now(void);
uint64_t clock_tsc(void);
/* Pass time without a hypercall. */
void clock_spin_until(uint64_t when);

#endif
