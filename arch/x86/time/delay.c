/* SPDX-License-Identifier: MIT */
/* delay.c - let time pass, also before the TSC's rate is known. */
#include <asm/clock.h>
#include <asm/msr.h>
#include <hv/panic.h>

#define FASTEST_HZ  5000000000ull   /* waits too long rather than too short */

void arch_delay(unsigned int milliseconds)
{
    uint64_t hz = tsc_hz() ? tsc_hz() : FASTEST_HZ;
    uint64_t ticks = hz / 1000 * milliseconds;
    uint64_t from = rdtsc();

    while (rdtsc() - from < ticks)
        __asm__ __volatile__("pause");
}
