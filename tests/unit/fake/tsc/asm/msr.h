/* SPDX-License-Identifier: MIT */
/* msr.h - the counter of a test's thread: true time, and how far it is off. */
#ifndef ASM_MSR_H
#define ASM_MSR_H

#include <stdint.h>

#define MSR_TSC         0x10
#define MSR_TSC_ADJUST  0x3b

uint64_t rdtsc(void);
uint64_t rdmsr(uint32_t msr);
void wrmsr(uint32_t msr, uint64_t value);

static inline uint64_t rdtsc_ordered(void) { return rdtsc(); }

#endif
