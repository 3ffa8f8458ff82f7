/* SPDX-License-Identifier: MIT */
/*
 * softirq.h - work a CPU does before it next returns to a guest, with
 * interrupts enabled and no lock held. Raising is allowed anywhere.
 */
#ifndef HV_SOFTIRQ_H
#define HV_SOFTIRQ_H

#include <hv/cpu.h>

enum softirq {              /* served in this order */
    SOFTIRQ_TIMER,
    SOFTIRQ_CONSOLE,        /* keys, and rings to be drained */
    SOFTIRQ_TASKLET,
    SOFTIRQ_SCHEDULE,       /* it may leave, and not come back */
    SOFTIRQ_GATHER,         /* last: stand still, or check: debug/check.c */
    SOFTIRQ_COUNT
};

void softirq_open(enum softirq nr, void (*fn)(void));
void softirq_raise(enum softirq nr);                    /* on this CPU */
void softirq_raise_cpu(unsigned int cpu, enum softirq nr);
bool softirq_is_pending(void);                          /* on this CPU */
bool softirq_is_raised(enum softirq nr);                /* on this CPU */
/* While it is on this CPU asks softirq_is_pending() all the time: others need
 * not interrupt it. */
void softirq_watch(bool is_on);
/* Run until nothing is pending. Interrupts must be enabled, and the caller has
 * nothing left to do: SOFTIRQ_SCHEDULE may abandon this stack. */
void softirq_run(void);

/* arch: the word of pending bits of @cpu, read by the exit path too. */
uint32_t *arch_softirq_word(unsigned int cpu);
/* arch: make @cpu look at its word soon. */
void arch_cpu_kick(unsigned int cpu);

#endif
