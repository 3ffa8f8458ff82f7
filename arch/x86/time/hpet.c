/* SPDX-License-Identifier: MIT */
/* hpet.c - the HPET's main counter as a reference (IA-PC HPET 1.0a 2.3). */
#include <hv/acpi.h>
#include <hv/phys_map.h>
#include <asm/clock.h>
#include <asm/io.h>

#define HPET_WINDOW_SIZE    0x400u
#define HPET_PERIOD         0x004       /* high half of the capabilities */
#define   HPET_PERIOD_MAX   100000000u  /* femtoseconds: 10 MHz at least */
#define   HPET_PERIOD_MIN   100000u     /* ours: 10 GHz at most */
#define HPET_CONFIG         0x010
#define   HPET_ENABLE       (1u << 0)
#define HPET_COUNTER        0x0f0       /* low half */
#define FEMTOSECONDS        1000000000000000ull

static uint8_t *window;
static uint32_t config_before;

static uint64_t hpet_read(void)
{
    return mmio_read32(window + HPET_COUNTER);
}

static void hpet_stop(void)
{
    mmio_write32(window + HPET_CONFIG, config_before);
    iounmap(window, HPET_WINDOW_SIZE);
    window = NULL;
}

static bool hpet_start(struct clock_ref *ref)
{
    uint32_t period;

    if (!acpi_hpet_paddr)
        return false;
    window = ioremap(acpi_hpet_paddr, HPET_WINDOW_SIZE);
    if (!window)
        return false;
    period = mmio_read32(window + HPET_PERIOD);
    if (period < HPET_PERIOD_MIN || period > HPET_PERIOD_MAX) {
        iounmap(window, HPET_WINDOW_SIZE);
        return false;
    }
    config_before = mmio_read32(window + HPET_CONFIG);
    mmio_write32(window + HPET_CONFIG, config_before | HPET_ENABLE);
    ref->freq_num = FEMTOSECONDS;
    ref->freq_den = period;
    return true;
}

struct clock_ref clock_hpet = {
    .name = "HPET", .freq_num = 1, .freq_den = 1, .mask = 0xffffffff,
    .start = hpet_start, .read = hpet_read, .stop = hpet_stop,
};
