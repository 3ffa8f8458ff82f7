/* SPDX-License-Identifier: MIT */
/* idle.c - a CPU that has no vcpu to run. */
#include <hv/cpu.h>
#include <hv/irqflags.h>
#include <hv/percpu.h>
#include <hv/sched.h>
#include <hv/scrub.h>
#include <hv/softirq.h>
#include <hv/time.h>

/* To halt and to be interrupted take tens of microseconds where this machine
 * is itself a guest. So a CPU that found work within this time looks for some
 * as long before it halts the next time. */
#define SHORT_WAIT  MICROSECS(100)

static DEFINE_PER_CPU(s_time_t, last_wait);

static void look_for_work(s_time_t until)
{
    softirq_watch(true);
    while (!softirq_is_pending() && system_time() < until)
        cpu_relax();
    softirq_watch(false);
}

/* With interrupts off nothing is raised unseen: an interrupt that wants to
 * waits until arch_idle(), and ends that. */
static void halt(void)
{
    local_irq_disable();
    if (softirq_is_pending())
        local_irq_enable();
    else
        arch_idle();
}

/* A CPU alone is given work by interrupts only. */
static void wait_for_work(void)
{
    s_time_t start = system_time();

    if (cpu_count > 1 && this_cpu(last_wait) < SHORT_WAIT)
        look_for_work(start + SHORT_WAIT);
    halt();
    this_cpu(last_wait) = system_time() - start;
}

/* An interrupt that comes meanwhile waits for a piece of a few microseconds. */
static bool use_the_time(void)
{
    bool is_used;

    local_irq_disable();
    is_used = !softirq_is_pending() && scrub_some();
    local_irq_enable();
    return is_used;
}

void idle_loop(void)
{
    for (;;) {
        softirq_run();
        if (!use_the_time())
            wait_for_work();
    }
}
