/* SPDX-License-Identifier: MIT */
/*
 * percpu.h - one copy of a variable for every CPU. The linker gathers the
 * definitions in .percpu; each CPU's copy lies at that CPU's offset from it.
 * asm/current.h supplies percpu_offset(), the offset of the CPU we run on.
 */
#ifndef HV_PERCPU_H
#define HV_PERCPU_H

#include <hv/compiler.h>
#include <hv/cpu.h>

#define DEFINE_PER_CPU(type, name) \
    __attribute__((section(".percpu"))) __typeof__(type) percpu_##name
#define DECLARE_PER_CPU(type, name) extern __typeof__(type) percpu_##name

#define PERCPU_AT(name, offset) \
    (*(__typeof__(percpu_##name) *)((char *)&percpu_##name + (offset)))
#define this_cpu(name)      PERCPU_AT(name, percpu_offset())
#define per_cpu(name, cpu)  PERCPU_AT(name, percpu_offsets[cpu])

extern unsigned long percpu_offsets[NR_CPUS];

/* Make the copy of @cpu, all zeros: definitions have no initialiser. 0 or
 * -ENOMEM. The first CPU uses the section itself. */
int percpu_area_create(unsigned int cpu);

#endif
