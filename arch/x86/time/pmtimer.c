/* SPDX-License-Identifier: MIT */
/* pmtimer.c - the ACPI timer as a reference (ACPI 6.5 4.8.3.3). */
#include <hv/acpi.h>
#include <asm/clock.h>
#include <asm/io.h>

#define PMTIMER_HZ          3579545u
#define PMTIMER_MASK_24     0x00ffffffu     /* every one has these bits */

static uint64_t pmtimer_read(void)
{
    return inl(acpi_fadt.pm_timer) & PMTIMER_MASK_24;
}

static bool pmtimer_start(struct clock_ref *ref)
{
    (void)ref;
    return acpi_has_fadt && acpi_fadt.pm_timer != 0;
}

struct clock_ref clock_pmtimer = {
    .name = "ACPI timer", .freq_num = PMTIMER_HZ, .freq_den = 1,
    .mask = PMTIMER_MASK_24, .start = pmtimer_start, .read = pmtimer_read,
};
