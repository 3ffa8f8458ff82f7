/* SPDX-License-Identifier: MIT */
/*
 * tsc_sync.c - does the time-stamp counter of a new CPU agree with the boot
 * CPU's? System time is read from either, and must never go back.
 *
 * The boot CPU leads, the new one follows its orders:
 *   RACE  both read their counter again and again, each after it has seen the
 *         other's latest value: a smaller one of its own is a step back
 *   SHOW  the new one shows its counter; what half of the round trip does not
 *         explain is the distance
 *   SET   the new one moves its counter by that distance
 * A race without a step back ends it well. After some corrections that do not
 * help, as with counters that drift or cannot be written, it ends badly.
 * Locks: none; each word has one writer at a time, but latest, where only one
 * of two that write at once needs to come through.
 */
#include <asm/clock.h>
#include <asm/cpuid.h>
#include <asm/irqflags.h>
#include <asm/msr.h>
#include <hv/cpu.h>
#include <hv/printk.h>

#define RACE_TICKS      1000000u        /* some 0.3 ms */
#define RACE_MEETINGS   20u             /* at least */
#define PATIENCE_TICKS  30000000000ull  /* a host may be busy with others */
#define ROUND_TRIPS     64u
#define CORRECTIONS     10u

enum task { NOTHING, RACE, SHOW, SET, AGREED, HOPELESS };
enum role { LEADER, FOLLOWER };

static enum task order;         /* the leader's; NOTHING: taken */
static bool is_racing;
static uint64_t latest;         /* of either counter */
static uint64_t worst[2];       /* step back of this race, as each role saw it */
static unsigned int asked, shown;       /* round trips */
static uint64_t shown_tsc;              /* before shown */
static int64_t distance;        /* follower's counter less leader's */

/* Read the counter after having seen the latest value of either, and return
 * that. */
static uint64_t race_once(enum role role)
{
    uint64_t seen = __atomic_load_n(&latest, __ATOMIC_ACQUIRE), before = seen;
    uint64_t now = rdtsc_ordered();

    __atomic_compare_exchange_n(&latest, &before, now, false,
                                __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
    if (seen > now && seen - now > worst[role])
        worst[role] = seen - now;
    return seen;
}

/* -- the new CPU ----------------------------------------------------------- */

static void follow_race(void)
{
    while (__atomic_load_n(&is_racing, __ATOMIC_ACQUIRE)) {
        (void)race_once(FOLLOWER);
        cpu_relax();
    }
}

static void follow_show(void)
{
    unsigned int trip = 0;

    while (trip != ROUND_TRIPS) {
        while (__atomic_load_n(&asked, __ATOMIC_ACQUIRE) == trip)
            cpu_relax();
        trip++;
        shown_tsc = rdtsc_ordered();
        __atomic_store_n(&shown, trip, __ATOMIC_RELEASE);
    }
}

/* @lost: what went by between reading and writing, as distances left by the
 * writes before have shown. */
static void follow_set(int64_t lost)
{
    if (cpuid_if_present(CPUID_EXTENDED).ebx & CPUID_EBX_TSC_ADJUST)
        wrmsr(MSR_TSC_ADJUST, rdmsr(MSR_TSC_ADJUST) - (uint64_t)distance);
    else
        wrmsr(MSR_TSC, rdtsc() - (uint64_t)(distance - lost));
}

static enum task wait_for_order(void)
{
    enum task task;

    while ((task = __atomic_load_n(&order, __ATOMIC_ACQUIRE)) == NOTHING)
        cpu_relax();
    return task;
}

bool tsc_sync_follow(void)
{
    int64_t lost = 0;

    for (unsigned int sets = 0;;) {
        enum task task = wait_for_order();

        if (task == RACE) {
            follow_race();
        } else if (task == SHOW) {
            follow_show();
        } else if (task == SET) {
            lost -= sets++ ? distance : 0;
            follow_set(lost);
        }
        __atomic_store_n(&order, NOTHING, __ATOMIC_RELEASE);
        if (task == AGREED || task == HOPELESS)
            return task == AGREED;
    }
}

/* -- the boot CPU ---------------------------------------------------------- */

static void give(enum task task)
{
    __atomic_store_n(&order, task, __ATOMIC_RELEASE);
}

/* False: patience is at its end. */
static bool wait_until_taken(void)
{
    uint64_t from = rdtsc();

    while (__atomic_load_n(&order, __ATOMIC_ACQUIRE) != NOTHING) {
        if (rdtsc() - from > PATIENCE_TICKS)
            return false;
        cpu_relax();
    }
    return true;
}

/* False: the other is silent. */
static bool race(void)
{
    uint64_t from = rdtsc(), passed = 0, left = 0;
    unsigned int meetings = 0;

    latest = worst[LEADER] = worst[FOLLOWER] = 0;
    __atomic_store_n(&is_racing, true, __ATOMIC_RELEASE);
    give(RACE);
    while (passed < RACE_TICKS ||
           (meetings < RACE_MEETINGS && passed < PATIENCE_TICKS)) {
        meetings += race_once(LEADER) != left;
        left = READ_ONCE(latest);
        cpu_relax();
        passed = rdtsc() - from;
    }
    __atomic_store_n(&is_racing, false, __ATOMIC_RELEASE);
    return wait_until_taken() && meetings >= RACE_MEETINGS;
}

static bool wait_for_trip(unsigned int trip)
{
    uint64_t from = rdtsc();

    while (__atomic_load_n(&shown, __ATOMIC_ACQUIRE) != trip) {
        if (rdtsc() - from > PATIENCE_TICKS)
            return false;
        cpu_relax();
    }
    return true;
}

/* By the quickest of some round trips. A distance that is less than that took
 * is better told by the race before: who is ahead makes the other step back. */
static bool measure_distance(void)
{
    uint64_t quickest = ~0ull;

    asked = shown = 0;
    give(SHOW);
    for (unsigned int trip = 1; trip <= ROUND_TRIPS; trip++) {
        uint64_t from = rdtsc_ordered(), took;

        __atomic_store_n(&asked, trip, __ATOMIC_RELEASE);
        if (!wait_for_trip(trip))
            return false;
        took = rdtsc_ordered() - from;
        if (took < quickest) {
            quickest = took;
            distance = (int64_t)(shown_tsc - (from + took / 2));
        }
    }
    if (distance < (int64_t)quickest && -distance < (int64_t)quickest)
        distance = (int64_t)(worst[LEADER] - worst[FOLLOWER]);
    return wait_until_taken();
}

static bool correct(void)
{
    if (!measure_distance())
        return false;
    give(SET);
    return wait_until_taken();
}

/* True when the counters agree, corrected if need be; *@step is how far time
 * would have gone back at first. */
static bool agree(uint64_t *step)
{
    *step = 0;
    for (unsigned int i = 0; race(); i++) {
        uint64_t now = MAX(worst[LEADER], worst[FOLLOWER]);

        if (!now)
            return true;
        *step = i ? *step : now;
        if (i == CORRECTIONS || !correct())
            return false;
    }
    return false;
}

bool tsc_sync_lead(unsigned int cpu)
{
    uint64_t step;
    bool good = agree(&step);

    if (step)
        printk(LOG_WARNING, "CPU %u: its TSC is off: time would step back by "
               "%lu ticks%s\n", cpu, (unsigned long)step,
               good ? "; corrected" : "");
    give(good ? AGREED : HOPELESS);
    return wait_until_taken() && good;
}
