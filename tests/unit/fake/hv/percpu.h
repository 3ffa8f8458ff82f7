/* SPDX-License-Identifier: MIT */
/* percpu.h - a copy for every CPU, in an array. */
#ifndef HV_PERCPU_H
#define HV_PERCPU_H

#include <hv/compiler.h>
#include <hv/cpu.h>

#define DEFINE_PER_CPU(type, name)  __typeof__(type) percpu_##name[NR_CPUS]
#define DECLARE_PER_CPU(type, name) \
    extern __typeof__(type) percpu_##name[NR_CPUS]
#define this_cpu(name)      (percpu_##name[cpu_id()])
#define per_cpu(name, cpu)  (percpu_##name[cpu])

extern unsigned long percpu_offsets[NR_CPUS];
int percpu_area_create(unsigned int cpu);

#endif
