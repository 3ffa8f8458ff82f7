/* SPDX-License-Identifier: MIT */
/*
 * call.c - have other CPUs call a function.
 *
 * There is one call at a time. Who makes it names those that are to call in
 * pending and interrupts them; each takes itself out when it has returned. A
 * call that is not waited for is over when the next one begins. When all others
 * have been stopped for good only the caller calls.
 * Locks: call_lock guards what is called. Interrupts stay on while it is waited
 * for and held, so a caller serves the call of another meanwhile.
 */
#include <asm/ipi.h>
#include <asm/irqflags.h>
#include <asm/lapic.h>
#include <asm/vector.h>
#include <hv/assert.h>
#include <hv/cpu.h>
#include <hv/spinlock.h>

static spinlock_t call_lock = SPINLOCK_INIT(LOCK_LEVEL_CALL);
static void (*function)(void *arg);     /* under call_lock */
static void *argument;                  /* the same */
static cpu_set_t pending;               /* each CPU takes itself out */

void cpu_call_interrupt(void)
{
    if (!cpu_set_has(&pending, cpu_id()))
        return;
    function(argument);
    cpu_set_remove(&pending, cpu_id());     /* pairs with wait_for_all() */
}

static void wait_for_all(void)
{
    while (find_next_bit(pending.bits, NR_CPUS, 0) < NR_CPUS)
        cpu_relax();
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
}

static void call_here(void (*fn)(void *arg), void *arg)
{
    unsigned long flags = local_irq_save();

    fn(arg);
    local_irq_restore(flags);
}

void cpu_call(const cpu_set_t *cpus, void (*fn)(void *arg), void *arg,
              bool wait)
{
    unsigned int cpu, self = cpu_id();

    if (stop_is_over()) {
        call_here(fn, arg);
        return;
    }
    ASSERT(local_irq_is_enabled());
    spin_lock(&call_lock);
    wait_for_all();
    function = fn;
    argument = arg;
    for_each_online_cpu(cpu)
        if (cpu != self && cpu_set_has(cpus, cpu))
            cpu_set_add(&pending, cpu);
    lapic_send_set(&pending, VECTOR_CALL_FUNCTION);
    if (cpu_set_has(cpus, self))
        call_here(fn, arg);
    if (wait)
        wait_for_all();
    spin_unlock(&call_lock);
}
