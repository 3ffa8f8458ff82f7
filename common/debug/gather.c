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
 * One that has yet to come may also wait for a vcpu to stop that is on a CPU
 * which stands or gathers. So while they are COMING, a CPU that is to schedule
 * goes and does that first: who stands comes back after it, who gathers gives
 * up. Phase and number of those who stand are one word, so that nobody leaves
 * when all have come.
 * Locks: none may be held.
 */
#include "check.h"
#include <hv/irqflags.h>
#include <hv/softirq.h>

enum phase { FREE, COMING, STANDING, LEAVING };

#define PHASE_SHIFT 16
#define HERE_MASK   0xffffu

static uint32_t word;       /* [a] phase, and below it how many are in stand() */
static uint32_t still;      /* [a] how many of them take no interrupts */

static uint32_t word_of(enum phase phase, uint32_t here)
{
    return (uint32_t)phase << PHASE_SHIFT | here;
}

static bool is_phase(enum phase phase)
{
    return __atomic_load_n(&word, __ATOMIC_SEQ_CST) >> PHASE_SHIFT ==
           (uint32_t)phase;
}

static bool change(uint32_t from, uint32_t to)
{
    return __atomic_compare_exchange_n(&word, &from, to, false,
                                       __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

/* One more (1) or one less (-1) stands. False: they are not COMING. */
static bool count_me(uint32_t by)
{
    uint32_t was;

    do {
        was = __atomic_load_n(&word, __ATOMIC_SEQ_CST);
        if (was >> PHASE_SHIFT != COMING)
            return false;
    } while (!change(was, was + by));
    return true;
}

void gather_stand(void)
{
    unsigned long flags;

    if (!count_me(1))
        return;
    while (is_phase(COMING)) {
        if (softirq_is_raised(SOFTIRQ_SCHEDULE) && count_me(-1u)) {
            softirq_raise(SOFTIRQ_GATHER);
            return;
        }
        arch_wait_briefly();
    }
    flags = local_irq_save();
    __atomic_fetch_add(&still, 1, __ATOMIC_SEQ_CST);
    while (is_phase(STANDING))
        arch_wait_briefly();
    __atomic_fetch_sub(&still, 1, __ATOMIC_SEQ_CST);
    __atomic_fetch_sub(&word, 1, __ATOMIC_SEQ_CST);
    local_irq_restore(flags);
}

static void release(void)
{
    __atomic_fetch_add(&word, word_of(LEAVING, 0) - word_of(STANDING, 0),
                       __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&word, __ATOMIC_SEQ_CST) & HERE_MASK)
        arch_wait_briefly();
    __atomic_store_n(&word, word_of(FREE, 0), __ATOMIC_SEQ_CST);
}

/* All others stand, or this CPU is to schedule: false. */
static bool wait_for_all(uint32_t others)
{
    while (!change(word_of(COMING, others), word_of(STANDING, others))) {
        if (softirq_is_raised(SOFTIRQ_SCHEDULE)) {
            __atomic_fetch_add(&word, word_of(STANDING, 0) - word_of(COMING, 0),
                               __ATOMIC_SEQ_CST);
            release();
            return false;
        }
        arch_wait_briefly();
    }
    while (__atomic_load_n(&still, __ATOMIC_SEQ_CST) != others)
        arch_wait_briefly();
    return true;
}

bool gather_others(unsigned long *flags)
{
    uint32_t others = cpu_count - 1;
    unsigned int cpu;

    if (others) {
        if (!change(word_of(FREE, 0), word_of(COMING, 0)))
            return false;
        for_each_online_cpu(cpu)
            if (cpu != cpu_id())
                softirq_raise_cpu(cpu, SOFTIRQ_GATHER);
        if (!wait_for_all(others))
            return false;
    }
    *flags = local_irq_save();
    return true;
}

void gather_end(unsigned long flags)
{
    if (cpu_count > 1)
        release();
    local_irq_restore(flags);
}
