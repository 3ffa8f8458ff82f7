/* SPDX-License-Identifier: MIT */
/*
 * tsc.c - system time is the time-stamp counter, scaled.
 *
 * The TSC and the local APIC timer are measured together against the best
 * reference. One scale, fixed at boot, serves every CPU and every guest: two
 * readers can never disagree about it.
 */
#include <hv/cpu.h>
#include <hv/printk.h>
#include <asm/clock.h>
#include <asm/cpuid.h>
#include <asm/lapic_timer.h>
#include <asm/msr.h>
#include <asm/muldiv.h>

#define CALIBRATION_MS      10u
#define PAIRS               16u
#define FASTEST_HZ          5000000000ull   /* until we know: too long a wait */
#define WAIT_READS          10000000ul  /* then the reference stands still */

unsigned long tsc_khz __read_mostly;
static uint64_t hz __read_mostly;
static struct time_scale scale __read_mostly;
static bool is_invariant __read_mostly;

/* Best first: the finer the tick, the less a short look errs. */
static struct clock_ref *const refs[] = {
    &clock_hpet, &clock_pmtimer, &clock_pit,
};

/* The CPU says that the TSC never stops or changes its rate. */
static bool tsc_is_invariant(void)
{
    return cpuid_if_present(CPUID_EXT_POWER).edx & CPUID_EDX_INVARIANT_TSC;
}

static struct clock_moment moment(const struct clock_ref *ref)
{
    struct clock_pair pairs[PAIRS];

    for (unsigned int i = 0; i < PAIRS; i++) {
        pairs[i].before = rdtsc_ordered();
        pairs[i].ref = ref->read();
        pairs[i].after = rdtsc_ordered();
    }
    return clock_average(pairs, PAIRS, ref->mask);
}

/* Until @ref has gone CALIBRATION_MS further; false when it does not move. */
static bool wait(const struct clock_ref *ref)
{
    uint64_t ticks = ref->freq_num / ref->freq_den * CALIBRATION_MS / 1000;
    uint64_t from = ref->read();

    for (unsigned long i = 0; i < WAIT_READS; i++)
        if (((ref->read() - from) & ref->mask) >= ticks)
            return true;
    return false;
}

static bool measure(struct clock_ref *ref)
{
    struct clock_moment from, to;
    struct lapic_timer_mark lapic_from, lapic_to;
    bool moved;

    if (!ref->start(ref))
        return false;
    lapic_from = lapic_timer_mark_start();
    from = moment(ref);
    moved = wait(ref);
    to = moment(ref);
    lapic_to = lapic_timer_mark();
    if (ref->stop)
        ref->stop();
    hz = moved ? clock_rate(from, to, ref) : 0;
    if (!hz)
        return false;
    lapic_timer_set_rate(lapic_from, lapic_to, hz);
    return true;
}

void arch_time_init(void)
{
    unsigned int i = 0;

    while (i < ARRAY_SIZE(refs) && !measure(refs[i]))
        i++;
    if (i == ARRAY_SIZE(refs))
        panic("no clock to measure the TSC by: neither HPET, nor ACPI timer, "
              "nor PIT counts");
    is_invariant = tsc_is_invariant();
    tsc_khz = (hz + 500) / 1000;
    hz = tsc_khz * 1000ull;     /* finer digits are noise of the look */
    time_scale_of_hz(hz, &scale);
    scale.tsc_stamp = rdtsc_ordered();
    printk(LOG_INFO, "Time: TSC %lu.%03lu MHz by %s, APIC timer %lu.%03lu "
           "MHz%s\n", tsc_khz / 1000, tsc_khz % 1000, refs[i]->name,
           lapic_timer_khz() / 1000, lapic_timer_khz() % 1000,
           is_invariant ? "" : "; TSC may change its rate");
    wallclock_init();
}

s_time_t system_time(void)
{
    if (!scale.mul)
        return 0;
    return (s_time_t)time_scale_apply(&scale,
                                      rdtsc_ordered() - scale.tsc_stamp);
}

void arch_time_scale(struct time_scale *out)
{
    *out = scale;
}

/* Started together, counters that keep their rate stay together. */
bool tsc_is_common(void)
{
    return is_invariant || cpu_count == 1;
}

uint64_t tsc_hz(void)
{
    return hz;
}

void udelay(unsigned int microseconds)
{
    uint64_t ticks = mul_div_u64(microseconds, hz ? hz : FASTEST_HZ, 1000000);
    uint64_t from = rdtsc_ordered();

    while (rdtsc_ordered() - from < ticks)
        __asm__ __volatile__("pause");
}
