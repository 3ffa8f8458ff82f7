/* SPDX-License-Identifier: MIT */
/*
 * stop.c - all other CPUs stand still, for good: the machine ends.
 *
 * Told by NMI, since a CPU that is in trouble may have its interrupts off. One
 * CPU stops the rest; a second that wants to is stopped itself.
 */
#include <asm/clock.h>
#include <asm/ipi.h>
#include <asm/irqflags.h>
#include <asm/lapic.h>
#include <hv/compiler.h>
#include <hv/cpu.h>
#include <hv/panic.h>

#define WAIT_MS     1000u
#define NOBODY      (~0u)

static unsigned int stopper = NOBODY;
static cpu_set_t stopped;
static bool is_over;

static void stand_still(void) NORETURN;
static void stand_still(void)
{
    local_irq_disable();
    cpu_set_add(&stopped, cpu_id());    /* pairs with are_all_stopped() */
    for (;;)
        __asm__ __volatile__("hlt");
}

bool stop_requested(void)
{
    unsigned int by = __atomic_load_n(&stopper, __ATOMIC_ACQUIRE);

    if (by != NOBODY && by != cpu_id())
        stand_still();
    return by != NOBODY;
}

bool stop_is_over(void)
{
    return READ_ONCE(is_over);
}

static bool are_all_stopped(void)
{
    unsigned int cpu;

    for_each_online_cpu(cpu)
        if (cpu != cpu_id() && !cpu_set_has(&stopped, cpu))
            return false;
    return true;
}

void arch_stop_other_cpus(void)
{
    unsigned int cpu, nobody = NOBODY;

    if (!__atomic_compare_exchange_n(&stopper, &nobody, cpu_id(), false,
                                     __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
        stop_requested();
        return;         /* it was we who stopped them */
    }
    for_each_online_cpu(cpu)
        if (cpu != cpu_id())
            lapic_send_nmi(cpu);
    for (unsigned int i = 0; i < WAIT_MS && !are_all_stopped(); i++)
        arch_delay(1);
    WRITE_ONCE(is_over, true);
}
