/* SPDX-License-Identifier: MIT */
/*
 * lapic_timer.c - one alarm per CPU. With TSC deadline (SDM 3A 11.5.4.1) the
 * alarm is an absolute TSC value; without, a count-down of the time left. An
 * alarm that is too far for the counter rings early; whoever handles
 * SOFTIRQ_TIMER finds nothing due and programs the rest.
 *
 * Kernels set and cancel timers far more often than one fires, and a write to
 * the counter may cost microseconds where this machine is itself a guest. So an
 * alarm that would ring before it is needed stays as it is.
 */
#include <hv/percpu.h>
#include <hv/softirq.h>
#include <hv/time.h>
#include <asm/clock.h>
#include <asm/cpuid.h>
#include <asm/lapic.h>
#include <asm/lapic_regs.h>
#include <asm/lapic_timer.h>
#include <asm/msr.h>
#include <asm/muldiv.h>
#include <asm/vector.h>

#define LONGEST_WAIT    SECONDS(4)      /* fits 32 bits of a 1 GHz counter */

static bool has_deadline __read_mostly;
static uint64_t timer_hz __read_mostly;
static DEFINE_PER_CPU(s_time_t, alarm);     /* when it rings; 0: it has */

struct lapic_timer_mark lapic_timer_mark(void)
{
    return (struct lapic_timer_mark){
        .timer = lapic->read(LAPIC_TIMER_CURRENT), .tsc = rdtsc_ordered(),
    };
}

struct lapic_timer_mark lapic_timer_mark_start(void)
{
    lapic->write(LAPIC_LVT_TIMER, LAPIC_LVT_MASKED | LAPIC_TIMER_ONE_SHOT |
                                  VECTOR_TIMER);
    lapic->write(LAPIC_TIMER_DIVIDE, LAPIC_TIMER_DIVIDE_1);
    lapic->write(LAPIC_TIMER_INITIAL, ~0u);
    return lapic_timer_mark();
}

void lapic_timer_set_rate(struct lapic_timer_mark from,
                          struct lapic_timer_mark to, uint64_t tsc_hz)
{
    timer_hz = mul_div_u64(from.timer - to.timer, tsc_hz, to.tsc - from.tsc);
    lapic->write(LAPIC_TIMER_INITIAL, 0);
}

unsigned long lapic_timer_khz(void)
{
    return timer_hz / 1000;
}

static void on_timer(void *data)
{
    (void)data;
    this_cpu(alarm) = 0;
    softirq_raise(SOFTIRQ_TIMER);
}

static void stop(void)
{
    if (has_deadline)
        wrmsr(MSR_TSC_DEADLINE, 0);
    else
        lapic->write(LAPIC_TIMER_INITIAL, 0);
}

void lapic_timer_init_cpu(void)
{
    has_deadline = cpuid(CPUID_FEATURES, 0).ecx & CPUID_ECX_TSC_DEADLINE;
    vector_set_handler(VECTOR_TIMER, on_timer, NULL);
    lapic->write(LAPIC_TIMER_DIVIDE, LAPIC_TIMER_DIVIDE_1);
    lapic->write(LAPIC_LVT_TIMER, VECTOR_TIMER | (has_deadline ?
                 LAPIC_TIMER_DEADLINE : LAPIC_TIMER_ONE_SHOT));
    if (has_deadline)   /* the mode must hold before the first deadline */
        __asm__ __volatile__("mfence" : : : "memory");
    stop();
}

static uint64_t ticks_of(s_time_t left, uint64_t hz)
{
    return mul_div_u64((uint64_t)left, hz, NSEC_PER_SEC) + 1;
}

static void program(s_time_t left)
{
    if (has_deadline)
        wrmsr(MSR_TSC_DEADLINE, rdtsc_ordered() + ticks_of(left, tsc_hz()));
    else
        lapic->write(LAPIC_TIMER_INITIAL,
                     (uint32_t)MIN(ticks_of(left, timer_hz), 0xffffffffull));
}

bool arch_timer_program(s_time_t deadline)
{
    s_time_t now, left, set = READ_ONCE(this_cpu(alarm));

    if (deadline == 0)
        return true;
    now = system_time();
    if (deadline <= now)
        return false;
    if (set > now && set <= deadline)
        return true;
    left = MIN(deadline - now, LONGEST_WAIT);
    WRITE_ONCE(this_cpu(alarm), now + left);
    program(left);
    return true;
}
