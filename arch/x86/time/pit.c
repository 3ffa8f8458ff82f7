/* SPDX-License-Identifier: MIT */
/*
 * pit.c - channel 2 of the 8254 as a reference: gated by port 0x61, it counts
 * 65536 ticks down and rolls over; the speaker stays off.
 */
#include <asm/clock.h>
#include <asm/io.h>

#define PIT_HZ              1193182u
#define PIT_CHANNEL_2       0x42        /* 8254 data sheet; ports of the AT */
#define PIT_COMMAND         0x43
#define   PIT_CH2_RATE      0xb4        /* channel 2, both bytes, mode 2 */
#define   PIT_CH2_LATCH     0x80
#define PORT_SPEAKER        0x61
#define   SPEAKER_GATE      (1u << 0)
#define   SPEAKER_ON        (1u << 1)
#define PIT_MASK            0xffffu

static uint8_t gate_before;

/* It counts down from 0x10000: negate, and it counts up. */
static uint64_t pit_read(void)
{
    uint8_t low;

    outb(PIT_COMMAND, PIT_CH2_LATCH);
    low = inb(PIT_CHANNEL_2);
    return (uint64_t)-(low | inb(PIT_CHANNEL_2) << 8) & PIT_MASK;
}

static bool pit_start(struct clock_ref *ref)
{
    (void)ref;
    gate_before = inb(PORT_SPEAKER);
    outb(PORT_SPEAKER, (uint8_t)((gate_before & ~SPEAKER_ON) | SPEAKER_GATE));
    outb(PIT_COMMAND, PIT_CH2_RATE);
    outb(PIT_CHANNEL_2, 0);
    outb(PIT_CHANNEL_2, 0);
    return true;
}

static void pit_stop(void)
{
    outb(PORT_SPEAKER, gate_before);
}

struct clock_ref clock_pit = {
    .name = "PIT", .freq_num = PIT_HZ, .freq_den = 1, .mask = PIT_MASK,
    .start = pit_start, .read = pit_read, .stop = pit_stop,
};
