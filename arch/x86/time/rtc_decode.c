/* SPDX-License-Identifier: MIT */
/* rtc_decode.c - the battery clock's registers to seconds since 1970. Pure. */
#include <asm/rtc.h>

#define RTC_B_BINARY    (1u << 2)   /* MC146818A register B: else BCD */
#define RTC_B_24_HOURS  (1u << 1)   /* else bit 7 of the hour is PM */
#define RTC_HOUR_PM     0x80u
#define YEAR_PIVOT      70u         /* without century: 1970 .. 2069 */
#define SECONDS_PER_DAY 86400u

/* One register's number, or 0xff for bytes that are no BCD. */
static unsigned int number(uint8_t value, bool is_binary)
{
    if (is_binary)
        return value;
    if ((value & 0xf) > 9 || value >> 4 > 9)
        return 0xff;
    return (value >> 4) * 10u + (value & 0xf);
}

static unsigned int hour_of(const struct rtc_registers *r)
{
    bool is_binary = r->status_b & RTC_B_BINARY;
    unsigned int hour;

    if (r->status_b & RTC_B_24_HOURS)
        return number(r->hour, is_binary);
    hour = number(r->hour & (uint8_t)~RTC_HOUR_PM, is_binary);
    if (hour < 1 || hour > 12)
        return 0xff;
    return hour % 12 + (r->hour & RTC_HOUR_PM ? 12 : 0);
}

static unsigned int year_of(const struct rtc_registers *r)
{
    bool is_binary = r->status_b & RTC_B_BINARY;
    unsigned int year = number(r->year, is_binary);
    unsigned int century = number(r->century, is_binary);

    if (year > 99)
        return 0;
    if (century >= 19 && century <= 29)
        return century * 100 + year;
    return year + (year < YEAR_PIVOT ? 2000 : 1900);
}

static bool is_leap(unsigned int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static unsigned int days_in(unsigned int month, unsigned int year)
{
    static const uint8_t days[] = {
        31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31,
    };
    return days[month - 1] + (month == 2 && is_leap(year));
}

static uint64_t days_since_1970(unsigned int year, unsigned int month,
                                unsigned int day)
{
    uint64_t before = year - 1;
    uint64_t days = before * 365 + before / 4 - before / 100 + before / 400;

    days -= 719162;     /* the same sum for 1970 */
    for (unsigned int m = 1; m < month; m++)
        days += days_in(m, year);
    return days + day - 1;
}

bool rtc_decode(const struct rtc_registers *r, uint64_t *seconds)
{
    bool is_binary = r->status_b & RTC_B_BINARY;
    unsigned int second = number(r->second, is_binary);
    unsigned int minute = number(r->minute, is_binary);
    unsigned int hour = hour_of(r);
    unsigned int day = number(r->day, is_binary);
    unsigned int month = number(r->month, is_binary);
    unsigned int year = year_of(r);

    if (second > 59 || minute > 59 || hour > 23 || year < 1970 ||
        month < 1 || month > 12 || day < 1 || day > days_in(month, year))
        return false;
    *seconds = days_since_1970(year, month, day) * SECONDS_PER_DAY +
               hour * 3600u + minute * 60u + second;
    return true;
}
