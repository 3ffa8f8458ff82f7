/* SPDX-License-Identifier: MIT */
/*
 * wallclock.c - what time it was when system time was 0: from the battery
 * clock at boot, corrected by domain 0, shown to every domain.
 */
#include <asm/guest_time.h>
#include <asm/rtc.h>
#include <hv/domain.h>
#include <hv/spinlock.h>
#include <hv/time.h>

static spinlock_t lock = SPINLOCK_INIT(LOCK_LEVEL_TIME);
static uint64_t base_sec;
static uint32_t base_nsec;

void wallclock_init(void)
{
    rtc_time_at_boot(&base_sec, &base_nsec);
}

void wallclock_at_boot(uint64_t *sec, uint32_t *nsec)
{
    spin_lock(&lock);
    *sec = base_sec;
    *nsec = base_nsec;
    spin_unlock(&lock);
}

void wallclock_set(uint64_t sec, uint32_t nsec, s_time_t at)
{
    uint64_t total = sec * NSEC_PER_SEC + nsec - (uint64_t)at;
    struct domain *d;

    spin_lock(&lock);
    base_sec = total / NSEC_PER_SEC;
    base_nsec = (uint32_t)(total % NSEC_PER_SEC);
    spin_unlock(&lock);
    list_for_each(d, &domain_list, list)
        guest_wallclock_update(d);
}
