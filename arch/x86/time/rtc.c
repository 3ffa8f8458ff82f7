/* SPDX-License-Identifier: MIT */
/*
 * rtc.c - the battery clock (MC146818A): the wall clock at boot.
 *
 * Locks: rtc_lock keeps the index and the data port together; dom0's own use
 * of the clock passes rtc_read and rtc_write as well.
 */
#include <hv/acpi.h>
#include <hv/printk.h>
#include <hv/spinlock.h>
#include <hv/string.h>
#include <asm/clock.h>
#include <asm/io.h>
#include <asm/rtc.h>

#define RTC_SECOND      0x00        /* MC146818A, figure 5 */
#define RTC_MINUTE      0x02
#define RTC_HOUR        0x04
#define RTC_DAY         0x07
#define RTC_MONTH       0x08
#define RTC_YEAR        0x09
#define RTC_STATUS_A    0x0a
#define   RTC_UPDATING  (1u << 7)   /* the registers may change under us */
#define RTC_STATUS_B    0x0b
#define ATTEMPTS        10u
#define UPDATE_US       10u         /* an update takes up to 2 ms */
#define UPDATE_POLLS    500u

static spinlock_t rtc_lock = SPINLOCK_INIT(LOCK_LEVEL_RTC);

uint8_t rtc_read(uint8_t index)
{
    unsigned long flags = spin_lock_irqsave(&rtc_lock);
    uint8_t value;

    outb(PORT_RTC_INDEX, index & RTC_INDEX_MASK);
    value = inb(PORT_RTC_DATA);
    spin_unlock_irqrestore(&rtc_lock, flags);
    return value;
}

void rtc_write(uint8_t index, uint8_t value)
{
    unsigned long flags = spin_lock_irqsave(&rtc_lock);

    outb(PORT_RTC_INDEX, index & RTC_INDEX_MASK);
    outb(PORT_RTC_DATA, value);
    spin_unlock_irqrestore(&rtc_lock, flags);
}

static void read_once(struct rtc_registers *r)
{
    uint8_t century = acpi_has_fadt ? acpi_fadt.century_index : 0;

    for (unsigned int i = 0; i < UPDATE_POLLS; i++) {
        if (!(rtc_read(RTC_STATUS_A) & RTC_UPDATING))
            break;
        udelay(UPDATE_US);
    }
    *r = (struct rtc_registers){
        .second = rtc_read(RTC_SECOND), .minute = rtc_read(RTC_MINUTE),
        .hour = rtc_read(RTC_HOUR), .day = rtc_read(RTC_DAY),
        .month = rtc_read(RTC_MONTH), .year = rtc_read(RTC_YEAR),
        .century = century ? rtc_read(century) : 0,
        .status_b = rtc_read(RTC_STATUS_B),
    };
}

/* Two readings alike: no update fell between them. */
uint64_t rtc_read_seconds(void)
{
    struct rtc_registers a, b;
    uint64_t seconds = 0;

    read_once(&a);
    for (unsigned int i = 0; i < ATTEMPTS; i++) {
        read_once(&b);
        if (memcmp(&a, &b, sizeof(a)) == 0)
            break;
        a = b;
    }
    if (!rtc_decode(&a, &seconds))
        printk(LOG_WARNING, "Time: the battery clock holds no date; it is "
               "1970 until someone knows better\n");
    return seconds;
}
