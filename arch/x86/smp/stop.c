/* SPDX-License-Identifier: MIT */
/*
 * stop.c - all other CPUs stand still, for good: the machine ends.
 *
 * Told by NMI, since a CPU that is in trouble may have its interrupts off. Each
 * says what it was doing before it stops. One CPU stops the rest; a second that
 * wants to is stopped itself.
 */
#include <asm/ipi.h>
#include <asm/irqflags.h>
#include <asm/lapic.h>
#include <asm/regs.h>
#include <hv/compiler.h>
#include <hv/log_level.h>
#include <hv/panic.h>
#include <hv/percpu.h>
#include <hv/symbols.h>
#include <hv/vcpu.h>

#define WAIT_MS     1000u
#define NOBODY      (~0u)

/* What a CPU was at; written by it before it counts as stopped. */
struct last_place {
    char work[64];
    unsigned long rip;
    bool is_idle;
};
static DEFINE_PER_CPU(struct last_place, last_place);

static unsigned int stopper = NOBODY;
static cpu_set_t stopped;
static bool is_over;

static void stand_still(const struct regs *regs) NORETURN;
static void stand_still(const struct regs *regs)
{
    struct last_place *at = &this_cpu(last_place);

    local_irq_disable();
    if (regs) {
        arch_describe_work(at->work, sizeof(at->work));
        at->rip = regs->rip;
        at->is_idle = current && current->is_idle;
    }
    cpu_set_add(&stopped, cpu_id());    /* pairs with are_all_stopped() */
    for (;;)
        __asm__ __volatile__("hlt");
}

bool stop_requested(const struct regs *regs)
{
    unsigned int by = __atomic_load_n(&stopper, __ATOMIC_ACQUIRE);

    if (by != NOBODY && by != cpu_id())
        stand_still(regs);
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
        stop_requested(NULL);
        return;         /* it was we who stopped them */
    }
    for_each_online_cpu(cpu)
        if (cpu != cpu_id())
            lapic_send_nmi(cpu);
    for (unsigned int i = 0; i < WAIT_MS && !are_all_stopped(); i++)
        arch_delay(1);
    WRITE_ONCE(is_over, true);
}

static void describe(unsigned int cpu)
{
    const struct last_place *at = &per_cpu(last_place, cpu);
    char place[SYMBOL_NAME_SIZE + 24];

    symbol_format(place, sizeof(place), at->rip);
    printk_always("CPU %u was %s, at %s\n", cpu,
                  at->work[0] ? at->work : "stopping the machine, too", place);
}

void arch_describe_stopped(void)
{
    unsigned int cpu, idle = 0;

    for_each_online_cpu(cpu) {
        if (cpu == cpu_id())
            continue;
        if (!cpu_set_has(&stopped, cpu))
            printk_always("CPU %u does not answer\n", cpu);
        else if (per_cpu(last_place, cpu).is_idle)
            idle++;
        else
            describe(cpu);
    }
    if (idle)
        printk_always("%u other CPU%s idle\n", idle, idle > 1 ? "s were"
                                                              : " was");
}
