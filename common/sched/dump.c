/* SPDX-License-Identifier: MIT */
/* dump.c - key r: what each CPU runs and who waits for it. */
#include <hv/domain.h>
#include <hv/log_level.h>
#include <hv/sched.h>
#include <hv/time.h>
#include "runqueue.h"

/* Printed with the queue locked: the lists stand still. */
void sched_dump(void)
{
    unsigned int cpu;

    printk_always("Scheduler %s, system time %lld ns\n", sched_policy->name,
                  (long long)system_time());
    for_each_online_cpu(cpu) {
        struct runqueue *rq = &per_cpu(runqueue, cpu);
        unsigned long flags = spin_lock_irqsave(&rq->lock);
        const struct vcpu *v = rq->chosen;

        if (v->is_idle)
            printk_always(" CPU %u: idle, home of %u\n", cpu, rq->population);
        else
            printk_always(" CPU %u: d%uv%u, home of %u\n", cpu, v->domain->id,
                          v->id, rq->population);
        sched_policy->dump(cpu);
        spin_unlock_irqrestore(&rq->lock, flags);
    }
}
