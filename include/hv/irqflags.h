/* SPDX-License-Identifier: MIT */
/* irqflags.h - whether this CPU takes interrupts; asm/irqflags.h does it. */
#ifndef HV_IRQFLAGS_H
#define HV_IRQFLAGS_H

/* arch: local_irq_enable(), local_irq_disable(), local_irq_is_enabled(),
 * unsigned long local_irq_save(void), local_irq_restore(unsigned long). */
#include <asm/irqflags.h>

/* For a loop that waits for another CPU, with interrupts on or off: a pause, in
 * which others' requests that cannot wait are served. */
void arch_wait_briefly(void);

#endif
