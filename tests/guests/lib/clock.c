/* SPDX-License-Identifier: MIT */
/* clock.c - the guest's side of vcpu_time_info. */
#include "clock.h"
#include "event.h"

uint64_t clock_tsc(void)
{
    uint32_t low, high;

    asm volatile("lfence\n\t rdtsc" : "=a" (low), "=d" (high));
    return (uint64_t)high << 32 | low;
}

uint64_t clock_now(void)
{
    volatile struct vcpu_time_info *t = &vcpu_self()->time;
    uint32_t version;
    uint64_t ns;

    do {
        uint64_t delta;

        version = t->version;
        asm volatile("" ::: "memory");
        delta = clock_tsc() - t->tsc_timestamp;
        delta = t->tsc_shift < 0 ? delta >> -t->tsc_shift
                                 : delta << t->tsc_shift;
        ns = t->system_time +
             (uint64_t)((unsigned __int128)delta * t->tsc_to_system_mul >> 32);
        asm volatile("" ::: "memory");
    } while ((version & 1) || version != t->version);
    return ns;
}

void clock_spin_until(uint64_t when)
{
    while (clock_now() < when)
        asm volatile("pause");
}
