/* SPDX-License-Identifier: MIT */
/* topology.h - from CPUID to sockets, cores and threads. */
#ifndef ASM_TOPOLOGY_H
#define ASM_TOPOLOGY_H

#include <asm/cpuid.h>
#include <hv/cpu.h>

/* Where a CPU lies that answers so. Pure. */
struct cpu_topology topology_decode(cpuid_fn read);
/* Remember where this CPU lies. Every CPU, before it is online. */
void topology_init_cpu(void);

#endif
