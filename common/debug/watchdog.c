/* SPDX-License-Identifier: MIT */
/*
 * watchdog.c - each CPU notes every second that it has served a timer, and then
 * looks at the next CPU's note. If that is too old, the next CPU is asked by an
 * NMI what it is doing, which ends the machine with that CPU's registers. One
 * that does not answer even that is named by its neighbour. The boot CPU is
 * also asked by a clock of its own, for the case that all of them hang, or that
 * there is but one.
 * Locks: none; a note has one writer.
 */
#include <hv/cmdline.h>
#include <hv/percpu.h>
#include <hv/printk.h>
#include <hv/time.h>
#include <hv/timer.h>
#include <hv/watchdog.h>

#define BEAT            SECONDS(1)
#define ANSWER_BEATS    2u          /* time to answer the NMI */
#define TIMEOUT_MAX     3600u

static bool opt_watchdog;
CMDLINE_BOOL_OPTION(opt_watchdog, "watchdog");
static unsigned int opt_timeout = 5;
CMDLINE_UINT_OPTION(opt_timeout, "watchdog_timeout");

struct pulse {
    struct timer timer;
    s_time_t last;          /* read by others; 0: not watched */
    unsigned int asked;     /* times that the next CPU was late on end */
};
static DEFINE_PER_CPU(struct pulse, pulse);

static s_time_t silence_of(unsigned int cpu)
{
    s_time_t last = READ_ONCE(per_cpu(pulse, cpu).last);

    return last ? system_time() - last : 0;
}

static bool is_late(unsigned int cpu)
{
    return silence_of(cpu) > SECONDS(opt_timeout);
}

bool watchdog_is_late(void)
{
    return is_late(cpu_id());
}

unsigned int watchdog_seconds(void)
{
    return (unsigned int)(silence_of(cpu_id()) / SECONDS(1));
}

static unsigned int next_of(unsigned int cpu)
{
    unsigned int next = find_next_bit(cpu_online.bits, NR_CPUS, cpu + 1);

    return next < NR_CPUS ? next : find_next_bit(cpu_online.bits, NR_CPUS, 0);
}

static void look_after(unsigned int cpu, struct pulse *own)
{
    if (!is_late(cpu)) {
        own->asked = 0;
        return;
    }
    if (own->asked++ >= ANSWER_BEATS)
        panic("CPU %u hangs and does not answer an NMI", cpu);
    arch_watchdog_ask(cpu);
}

static void beat(void *data)
{
    struct pulse *p = data;
    s_time_t now = system_time();
    unsigned int cpu = cpu_id(), next = next_of(cpu);

    WRITE_ONCE(p->last, now);
    if (next != cpu)
        look_after(next, p);
    timer_set(&p->timer, now + BEAT);
}

static void start_on(unsigned int cpu)
{
    struct pulse *p = &per_cpu(pulse, cpu);

    timer_init(&p->timer, beat, p, cpu);
    WRITE_ONCE(p->last, system_time());
    timer_set(&p->timer, system_time() + BEAT);
}

void watchdog_start(void)
{
    unsigned int cpu;
    bool has_clock;

    if (!opt_watchdog)
        return;
    if (!opt_timeout || opt_timeout > TIMEOUT_MAX) {
        printk(LOG_WARNING, "watchdog_timeout=%u is not between 1 and %u; "
               "using 5\n", opt_timeout, TIMEOUT_MAX);
        opt_timeout = 5;
    }
    for_each_online_cpu(cpu)
        start_on(cpu);
    has_clock = arch_watchdog_start_clock();
    printk(LOG_INFO, "Watchdog: %u seconds%s%s\n", opt_timeout,
           cpu_count > 1 ? ", CPUs watch each other" : "",
           has_clock ? ", NMIs from a clock" : "; no clock sends NMIs");
}
