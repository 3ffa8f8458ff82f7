/* SPDX-License-Identifier: MIT */
/* lapic_timer.h - for tsc.c: measuring the local APIC timer beside the TSC. */
#ifndef ASM_LAPIC_TIMER_H
#define ASM_LAPIC_TIMER_H

#include <hv/types.h>

/* Where both clocks stood at one moment; the timer counts down. */
struct lapic_timer_mark {
    uint32_t timer;
    uint64_t tsc;
};
struct lapic_timer_mark lapic_timer_mark_start(void);  /* run, masked */
struct lapic_timer_mark lapic_timer_mark(void);
/* Between these two the TSC went at @tsc_hz; stop the timer. */
void lapic_timer_set_rate(struct lapic_timer_mark from,
                          struct lapic_timer_mark to, uint64_t tsc_hz);
unsigned long lapic_timer_khz(void);

#endif
