/* SPDX-License-Identifier: MIT */
/* current.h - each thread of a test is a CPU with what mm/tlb.c notes of it. */
#ifndef ASM_CURRENT_H
#define ASM_CURRENT_H

#include <stdint.h>

struct vcpu;
struct cpu_info {
    uint64_t tlb_flushed_at;
};

extern _Thread_local unsigned int my_cpu;
extern struct cpu_info fake_infos[];

static inline struct cpu_info *cpu_info(void) { return &fake_infos[my_cpu]; }
static inline unsigned int cpu_id(void) { return my_cpu; }

#endif
