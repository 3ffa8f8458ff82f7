/* SPDX-License-Identifier: MIT */
/*
 * wallclock.c - what date it was at system time 0: from the battery clock at
 * boot, then as domain 0 corrects it.
 *
 * Locks: wallclock_lock guards the date.
 */
#include <hv/control.h>
#include <hv/domain.h>
#include <hv/spinlock.h>
#include <hv/time.h>
#include <asm/clock.h>
#include <asm/guest_time.h>

static spinlock_t wallclock_lock = SPINLOCK_INIT(LOCK_LEVEL_TIME);
static uint64_t base_sec;       /* under wallclock_lock */
static uint32_t base_nsec;      /* the same; below NSEC_PER_SEC */

/* Keep the date at system time 0, given the one at @at; 1970 if before. */
static void set_base(uint64_t sec, uint32_t nsec, s_time_t at)
{
    uint64_t past_sec = (uint64_t)at / NSEC_PER_SEC;
    uint32_t past_nsec = (uint32_t)((uint64_t)at % NSEC_PER_SEC);
    unsigned long flags;

    if (nsec < past_nsec) {
        nsec += NSEC_PER_SEC;
        past_sec++;
    }
    flags = spin_lock_irqsave(&wallclock_lock);
    base_sec = sec > past_sec ? sec - past_sec : 0;
    base_nsec = nsec - past_nsec;
    spin_unlock_irqrestore(&wallclock_lock, flags);
}

void wallclock_init(void)
{
    uint64_t now = rtc_read_seconds();

    set_base(now, 0, system_time());
}

void wallclock_at_boot(uint64_t *sec, uint32_t *nsec)
{
    unsigned long flags = spin_lock_irqsave(&wallclock_lock);

    *sec = base_sec;
    *nsec = base_nsec;
    spin_unlock_irqrestore(&wallclock_lock, flags);
}

void wallclock_set(uint64_t sec, uint32_t nsec, s_time_t at)
{
    set_base(sec, nsec, at);
    for (struct domain *d = find_domain_from(0); d; ) {
        domid_t next = d->id + 1;

        arch_wallclock_update(d);
        domain_put(d);
        d = find_domain_from(next);
    }
}
