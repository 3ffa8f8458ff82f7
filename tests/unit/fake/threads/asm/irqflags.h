/* SPDX-License-Identifier: MIT */
/* irqflags.h - each thread of a test has its interrupt flag. */
#ifndef ASM_IRQFLAGS_H
#define ASM_IRQFLAGS_H

#include <stdbool.h>

int sched_yield(void);      /* not <sched.h>: it has a cpu_set_t too */
extern _Thread_local bool my_irqs_off;

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

/* There may be fewer CPUs than threads. */
static inline void cpu_relax(void) { sched_yield(); }

#endif
