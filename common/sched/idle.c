/* SPDX-License-Identifier: MIT */
/* idle.c - a CPU that has no vcpu to run. */
#include <hv/irqflags.h>
#include <hv/sched.h>
#include <hv/softirq.h>

void idle_loop(void)
{
    for (;;) {
        softirq_run();
        /* With interrupts off nothing is raised unseen: an interrupt that
         * wants to waits until arch_idle(), and ends that. */
        local_irq_disable();
        if (softirq_is_pending())
            local_irq_enable();
        else
            arch_idle();
    }
}
