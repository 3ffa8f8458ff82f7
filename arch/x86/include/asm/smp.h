/* SPDX-License-Identifier: MIT */
/* smp.h - from one CPU to all of them. */
#ifndef ASM_SMP_H
#define ASM_SMP_H

#include <hv/boot_info.h>
#include <hv/compiler.h>

/* Start every CPU of the MADT that nosmp and maxcpus= admit, one at a time;
 * each then idles. Boot CPU, interrupts on, when all but domains is there. */
void smp_start_cpus(void);

/* The page below 1 MiB to start others in: RAM that neither firmware nor loader
 * has put something in. 0: there is none. */
paddr_t trampoline_page_choose(const struct boot_info *info);

/* smp/cpu_memory.c: stack, GDT page and per-CPU area of @cpu, made once and
 * kept. 0 or -ENOMEM. */
int cpu_memory_create(unsigned int cpu) MUST_CHECK;
/* What %rsp of @cpu begins with: struct cpu_info lies there. */
unsigned long cpu_stack_top(unsigned int cpu);

/* Of trampoline.S */
extern char trampoline_start[], trampoline_end[];
extern unsigned long secondary_stack;
void secondary_main(void) NORETURN;

#endif
