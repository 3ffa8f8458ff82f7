/* SPDX-License-Identifier: MIT */
/*
 * softirq.c - one bit of pending work per kind and CPU.
 *
 * A bit is cleared before its function runs, so that raising it meanwhile is
 * never lost. Locks: none; the word changes by atomic operations only.
 */
#include <hv/assert.h>
#include <hv/softirq.h>

#define WATCHED     (1u << 31)      /* no softirq: its CPU is looking */

static void (*functions[SOFTIRQ_COUNT])(void);

void softirq_open(enum softirq nr, void (*fn)(void))
{
    ASSERT(nr < SOFTIRQ_COUNT && !functions[nr]);
    functions[nr] = fn;
}

/* The word before. */
static uint32_t set_bits(unsigned int cpu, uint32_t bits)
{
    return __atomic_fetch_or(arch_softirq_word(cpu), bits, __ATOMIC_SEQ_CST);
}

void softirq_raise(enum softirq nr)
{
    set_bits(cpu_id(), 1u << nr);
}

/* A CPU whose word was not 0 has yet to look, or is looking. */
void softirq_raise_cpu(unsigned int cpu, enum softirq nr)
{
    if (!set_bits(cpu, 1u << nr) && cpu != cpu_id())
        arch_cpu_kick(cpu);
}

void softirq_watch(bool is_on)
{
    if (is_on)
        set_bits(cpu_id(), WATCHED);
    else
        __atomic_and_fetch(arch_softirq_word(cpu_id()), ~WATCHED,
                           __ATOMIC_SEQ_CST);
}

bool softirq_is_pending(void)
{
    return READ_ONCE(*arch_softirq_word(cpu_id())) & ~WATCHED;
}

bool softirq_is_raised(enum softirq nr)
{
    return READ_ONCE(*arch_softirq_word(cpu_id())) & 1u << nr;
}

/* The first of the pending ones, again and again: SOFTIRQ_SCHEDULE runs only
 * when those before it are done; what it leaves, the next vcpu's exit finds. */
void softirq_run(void)
{
    uint32_t *word = arch_softirq_word(cpu_id());
    uint32_t pending;

    while ((pending = READ_ONCE(*word)) != 0) {
        unsigned int nr = (unsigned int)__builtin_ctz(pending);

        __atomic_and_fetch(word, ~(1u << nr), __ATOMIC_SEQ_CST);
        if (functions[nr])
            functions[nr]();
    }
}
