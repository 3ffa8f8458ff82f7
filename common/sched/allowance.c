/* SPDX-License-Identifier: MIT */
/*
 * allowance.c - what a domain with a cap may still run.
 *
 * A bucket that fills while time passes, at cap/100 ns for each ns. Running
 * takes from it. Who stops running when it is empty is paused until it has what
 * the cap allows in 10 ms; what was taken too much is a debt, paid first, so
 * that over time a domain gets its cap and no more. It holds twice as much,
 * since what runs now is not taken yet: else a domain got less.
 * Filling costs nothing while nobody looks: the level follows from the time.
 * Invariants:
 *   AL1 While a vcpu is paused here the timer is armed, or its function runs
 *       and has yet to look at that vcpu: the flag is set before the timer.
 *   AL2 level is at most two refills; it counts up to `filled`.
 * Locks: lock, level ALLOWANCE; it is taken under that of a run queue.
 */
#include <hv/domain.h>
#include <hv/sched.h>
#include <hv/time.h>
#include <hv/vcpu.h>
#include "allowance.h"

#define PERIOD      MILLISECS(10)
/* Shorter turns are not worth their switch. */
#define SHARE_MIN   MICROSECS(200)

static int64_t refill(const struct allowance *a)
{
    return PERIOD * a->cap;
}

static void fill_locked(struct allowance *a, s_time_t now)
{
    s_time_t passed = MAX(now - a->filled, 0);
    int64_t missing = 2 * refill(a) - a->level;

    if (passed >= missing / a->cap)
        a->level = 2 * refill(a);
    else
        a->level += passed * a->cap;
    a->filled = MAX(now, a->filled);
}

/* End the pauses. Those that find nothing left pause again. */
static void release(void *data)
{
    struct allowance *a = data;
    struct vcpu *v;

    for_each_vcpu(a->d, v)
        if (test_and_clear_bit(VCPU_PAUSE_CAPPED, &v->pause_flags))
            vcpu_wake(v);
}

void allowance_init(struct allowance *a, struct domain *d, unsigned int cpu)
{
    spin_lock_init(&a->lock, LOCK_LEVEL_ALLOWANCE);
    a->d = d;
    timer_init(&a->timer, release, a, cpu);
}

void allowance_kill(struct allowance *a)
{
    timer_kill(&a->timer);
}

void allowance_set_cap(struct allowance *a, uint32_t cap, s_time_t now)
{
    unsigned long flags = spin_lock_irqsave(&a->lock);

    WRITE_ONCE(a->cap, cap);
    a->level = refill(a);
    a->filled = now;
    timer_set(&a->timer, now);
    spin_unlock_irqrestore(&a->lock, flags);
}

void allowance_take(struct allowance *a, struct vcpu *v, s_time_t ran,
                    s_time_t now)
{
    unsigned long flags;

    if (!READ_ONCE(a->cap))
        return;
    flags = spin_lock_irqsave(&a->lock);
    if (a->cap) {
        a->level -= ran * 100;
        fill_locked(a, now);
        if (a->level <= 0) {
            set_bit(VCPU_PAUSE_CAPPED, &v->pause_flags);    /* AL1 */
            timer_set(&a->timer, now + (refill(a) - a->level) / a->cap);
        }
    }
    spin_unlock_irqrestore(&a->lock, flags);
}

s_time_t allowance_share(struct allowance *a, s_time_t now)
{
    unsigned long flags = spin_lock_irqsave(&a->lock);
    s_time_t share = SHARE_MIN;

    if (a->cap) {
        fill_locked(a, now);
        share = MAX(share, a->level / 100 / a->d->max_vcpus);
    }
    spin_unlock_irqrestore(&a->lock, flags);
    return share;
}
