/* SPDX-License-Identifier: MIT */
/*
 * time.h - system time: nanoseconds since boot, monotonic on every CPU, and
 * the wall clock relative to it.
 */
#ifndef HV_TIME_H
#define HV_TIME_H

#include <hv/types.h>

struct vcpu;
struct domain;

/* Now. Valid after arch_time_init(); 0 before. */
s_time_t system_time(void);

/* The line from TSC ticks to system time that guests are given:
 * ns = system_time + ((((tsc - tsc_stamp) << shift) * mul) >> 32), a negative
 * shift being a shift to the right. */
struct time_scale {
    uint64_t tsc_stamp;
    uint64_t system_time;
    uint32_t mul;
    int8_t   shift;
};
void arch_time_scale(struct time_scale *out);   /* of this CPU, now */
extern unsigned long tsc_khz;

/* Wall clock: seconds and nanoseconds since 1970 at system time 0. */
void wallclock_at_boot(uint64_t *sec, uint32_t *nsec);
/* It was @sec + @nsec when system time was @at; tell every domain. */
void wallclock_set(uint64_t sec, uint32_t nsec, s_time_t at);

/* arch: publish the wall clock in the shared page of @d. */
void arch_wallclock_update(struct domain *d);

/* arch: have this CPU's timer ring at @deadline (0: there is none) or before;
 * false when that lies in the past already and nothing was programmed. */
bool arch_timer_program(s_time_t deadline);

#endif
