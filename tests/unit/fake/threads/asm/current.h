/* SPDX-License-Identifier: MIT */
/* current.h - each thread of a test is a CPU. */
#ifndef ASM_CURRENT_H
#define ASM_CURRENT_H

struct vcpu;
extern _Thread_local unsigned int my_cpu;

/* For tests that switch vcpus. */
extern _Thread_local struct vcpu *my_vcpu;
#define current my_vcpu

static inline unsigned int cpu_id(void) { return my_cpu; }

#endif
