/* SPDX-License-Identifier: MIT */
/*
 * clock.h - the machine's clocks. References of known rate (HPET, ACPI timer,
 * PIT) calibrate the two that are used from then on: the TSC and the local
 * APIC timer.
 */
#ifndef ASM_CLOCK_H
#define ASM_CLOCK_H

#include <hv/compiler.h>
#include <hv/time.h>
#include <hv/types.h>

/* A counter that runs up at freq_num / freq_den Hz and wraps at @mask. */
struct clock_ref {
    const char *name;
    uint64_t freq_num, freq_den;
    uint64_t mask;
    bool (*start)(struct clock_ref *ref);   /* false: not on this machine */
    uint64_t (*read)(void);
    void (*stop)(void);                     /* may be NULL */
};
extern struct clock_ref clock_hpet, clock_pmtimer, clock_pit;

/* Calibrate, and start system time at 0. Boot CPU, once; needs acpi tables
 * and the boot CPU's local APIC. panics when the machine has no reference. */
void arch_time_init(void);
/* Make a new CPU's TSC agree with the boot CPU's, which calls the first while
 * the new one, interrupts off, calls the second. False: they do not agree, and
 * the new one must not be used. */
bool tsc_sync_lead(unsigned int cpu);
bool tsc_sync_follow(void);
/* Open the local APIC timer of this CPU: every CPU, after arch_time_init. */
void lapic_timer_init_cpu(void);
/* Busy-wait. */
void udelay(unsigned int microseconds);

/* No reading of the TSC is before one that another CPU made earlier. */
bool tsc_is_common(void);
uint64_t tsc_hz(void);              /* 0 until it is measured */

/* Seconds since 1970 by the battery clock; nanoseconds are unknown (0). */
uint64_t rtc_read_seconds(void);
/* Take the wall clock from it. Boot, by arch_time_init. */
void wallclock_init(void);

/* calibrate.c: pure arithmetic */

/* One moment seen by both clocks: the reference was read between the two
 * readings of the counter under test. */
struct clock_pair {
    uint64_t before, ref, after;
};
/* The same moment, averaged over pairs; 8 binary digits after the point. */
struct clock_moment {
    uint64_t counter, ref;
};
#define CLOCK_FRACTION_BITS 8

/* Average those of @pairs that took no more than twice the shortest. */
struct clock_moment clock_average(const struct clock_pair *pairs,
                                  unsigned int count, uint64_t mask);
/* Hz of a counter that went from @a to @b. 0 when the reference stood. */
uint64_t clock_rate(struct clock_moment a, struct clock_moment b,
                    const struct clock_ref *ref);
/* mul and shift that turn ticks at @hz into nanoseconds, 2^31 <= mul. */
void time_scale_of_hz(uint64_t hz, struct time_scale *out);
/* Ticks to nanoseconds. */
uint64_t time_scale_apply(const struct time_scale *scale, uint64_t ticks);

#endif
