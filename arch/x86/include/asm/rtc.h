/* SPDX-License-Identifier: MIT */
/* rtc.h - the battery clock and its CMOS memory: one index, one data port. */
#ifndef ASM_RTC_H
#define ASM_RTC_H

#include <hv/types.h>

#define PORT_RTC_INDEX  0x70
#define PORT_RTC_DATA   0x71
#define RTC_INDEX_MASK  0x7fu       /* bit 7 of the port is the NMI gate */

/* One register, under the lock that keeps index and data together. */
uint8_t rtc_read(uint8_t index);
void rtc_write(uint8_t index, uint8_t value);

/* The registers as they were read at one moment. */
struct rtc_registers {
    uint8_t second, minute, hour, day, month, year;
    uint8_t century;            /* 0: this machine has none */
    uint8_t status_b;
};
/* Seconds since 1970; false when the registers hold no date. Pure. */
bool rtc_decode(const struct rtc_registers *r, uint64_t *seconds);

#endif
