/* SPDX-License-Identifier: MIT */
/* ipi.h - CPUs interrupt each other. */
#ifndef ASM_IPI_H
#define ASM_IPI_H

#include <hv/types.h>

/* Set the handlers of VECTOR_EVENT_CHECK, _TLB_FLUSH and _CALL_FUNCTION. Boot,
 * once. */
void ipi_init(void);
/* This CPU becomes one that others can reach. */
void ipi_init_cpu(void);
/* What it is doing, by its number. */
extern struct cpu_info *cpu_infos[];

/* Each is what a CPU does at its vector, interrupts off. */
void tlb_flush_interrupt(void);         /* mm/tlb.c */
void cpu_call_interrupt(void);          /* smp/call.c */

/* At an NMI: true when it was sent by another CPU and has been served. Does not
 * return when that CPU has said that all others stand still (smp/stop.c). */
struct regs;
bool stop_requested(const struct regs *regs);
/* Only this CPU is left. */
bool stop_is_over(void);

#endif
