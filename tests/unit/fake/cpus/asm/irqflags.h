/* SPDX-License-Identifier: MIT */
/*
 * irqflags.h - each thread of a test has its interrupt flag. Interrupts come
 * where the thread waits or says so: fake_cpus.c.
 */
#ifndef ASM_IRQFLAGS_H
#define ASM_IRQFLAGS_H

#include <stdbool.h>

extern _Thread_local bool my_irqs_off;
/* Serve what has been sent to this CPU, if interrupts are on. */
void fake_take_interrupts(void);

static inline void local_irq_enable(void) { my_irqs_off = false; }
static inline void local_irq_disable(void) { my_irqs_off = true; }
static inline bool local_irq_is_enabled(void) { return !my_irqs_off; }

static inline unsigned long local_irq_save(void)
{
    unsigned long flags = my_irqs_off;

    my_irqs_off = true;
    return flags;
}

static inline void local_irq_restore(unsigned long flags)
{
    my_irqs_off = flags;
}

void cpu_relax(void);

#endif
