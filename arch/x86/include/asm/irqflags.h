/* SPDX-License-Identifier: MIT */
/* irqflags.h - RFLAGS.IF of this CPU. */
#ifndef ASM_IRQFLAGS_H
#define ASM_IRQFLAGS_H

#include <hv/types.h>

#define RFLAGS_INTERRUPTS   (1ul << 9)  /* IF, SDM 1 3.4.3 */

static inline unsigned long local_irq_flags(void)
{
    unsigned long flags;
    __asm__ __volatile__("pushfq; popq %0" : "=r" (flags) : : "memory");
    return flags;
}

static inline void local_irq_enable(void)
{
    __asm__ __volatile__("sti" : : : "memory");
}

static inline void local_irq_disable(void)
{
    __asm__ __volatile__("cli" : : : "memory");
}

static inline bool local_irq_is_enabled(void)
{
    return (local_irq_flags() & RFLAGS_INTERRUPTS) != 0;
}

static inline unsigned long local_irq_save(void)
{
    unsigned long flags = local_irq_flags();
    local_irq_disable();
    return flags;
}

static inline void local_irq_restore(unsigned long flags)
{
    if (flags & RFLAGS_INTERRUPTS)
        local_irq_enable();
    else
        local_irq_disable();
}

static inline void cpu_relax(void)
{
    __asm__ __volatile__("pause" : : : "memory");
}

#endif
