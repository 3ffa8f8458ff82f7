/* SPDX-License-Identifier: MIT */
/* irqflags.h - the interrupt flag that fake_spinlock.c keeps. */
#ifndef ASM_IRQFLAGS_H
#define ASM_IRQFLAGS_H

#include <fake_spinlock.h>

static inline void local_irq_enable(void) { fake_irqs_off = false; }
static inline void local_irq_disable(void) { fake_irqs_off = true; }
static inline bool local_irq_is_enabled(void) { return !fake_irqs_off; }

static inline unsigned long local_irq_save(void)
{
    unsigned long flags = fake_irqs_off;

    fake_irqs_off = true;
    return flags;
}

static inline void local_irq_restore(unsigned long flags)
{
    fake_irqs_off = flags;
}

static inline void cpu_relax(void) { }

#endif
