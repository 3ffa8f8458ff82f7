/* SPDX-License-Identifier: MIT */
/*
 * gather.c - all other CPUs stand where they hold no lock and have nothing half
 * done, so that one can look at everything: debug builds' checker.
 *
 *   phase       others
 *   FREE        go their way
 *   COMING      are on their way to stand(), or wait there with interrupts on,
 *               since one that has yet to come may need an answer
 *   STANDING    all have come; they take no interrupts any more
 *   LEAVING     go on
 *
 * One CPU gathers at a time; a second one stands for it first.
 * Locks: none may be held.
 */
#include "check.h"
#include <hv/irqflags.h>
#include <hv/softirq.h>

enum phase { FREE, COMING, STANDING, LEAVING };

static unsigned int phase;              /* [a] enum phase, by the gatherer */
static cpu_set_t here;                  /* [a] in stand() */
static cpu_set_t still;                 /* [a] and without interrupts */

static bool is_phase(enum phase p)
{
    return __atomic_load_n(&phase, __ATOMIC_SEQ_CST) == p;
}

static void set_phase(enum phase p)
{
    __atomic_store_n(&phase, p, __ATOMIC_SEQ_CST);
}

static bool all_others_in(const cpu_set_t *set)
{
    unsigned int cpu;

    for_each_online_cpu(cpu)
        if (cpu != cpu_id() && !cpu_set_has(set, cpu))
            return false;
    return true;
}

/* SOFTIRQ_GATHER. The phase does not go on from COMING without this CPU. */
static void stand(void)
{
    unsigned long flags;

    if (!is_phase(COMING))
        return;
    cpu_set_add(&here, cpu_id());
    while (is_phase(COMING))
        arch_wait_briefly();
    flags = local_irq_save();
    cpu_set_add(&still, cpu_id());
    while (is_phase(STANDING))
        arch_wait_briefly();
    cpu_set_remove(&still, cpu_id());
    cpu_set_remove(&here, cpu_id());
    local_irq_restore(flags);
}

static void begin(void)
{
    unsigned int was = FREE;

    while (!__atomic_compare_exchange_n(&phase, &was, COMING, false,
                                        __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
        stand();
        arch_wait_briefly();
        was = FREE;
    }
}

unsigned long gather_others(void)
{
    unsigned int cpu;

    if (cpu_count == 1)
        return local_irq_save();
    begin();
    for_each_online_cpu(cpu)
        if (cpu != cpu_id())
            softirq_raise_cpu(cpu, SOFTIRQ_GATHER);
    while (!all_others_in(&here))
        arch_wait_briefly();
    set_phase(STANDING);
    while (!all_others_in(&still))
        arch_wait_briefly();
    return local_irq_save();
}

void gather_end(unsigned long flags)
{
    if (cpu_count > 1) {
        set_phase(LEAVING);
        while (find_next_bit(here.bits, NR_CPUS, 0) < NR_CPUS)
            arch_wait_briefly();
        set_phase(FREE);
    }
    local_irq_restore(flags);
}

void gather_init(void)
{
    softirq_open(SOFTIRQ_GATHER, stand);
}
