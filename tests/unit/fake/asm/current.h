/* SPDX-License-Identifier: MIT */
/* current.h - the vcpu and the CPU that a test says it is. */
#ifndef ASM_CURRENT_H
#define ASM_CURRENT_H

struct vcpu;
extern struct vcpu *fake_current;
extern unsigned int fake_cpu;

#define current fake_current

static inline unsigned int cpu_id(void) { return fake_cpu; }

#endif
