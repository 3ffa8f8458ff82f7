/* SPDX-License-Identifier: MIT */
/* rtc_decode_test.c - the battery clock against the C library's calendar. */
#define _DEFAULT_SOURCE
#include <time.h>
#include <asm/rtc.h>
#include "unit.h"

#define BINARY      0x04
#define HOURS_24    0x02

static uint8_t form(int value, uint8_t status)
{
    return (uint8_t)(status & BINARY ? value : value / 10 * 16 + value % 10);
}

static uint8_t hour_form(int hour, uint8_t status)
{
    if (status & HOURS_24)
        return form(hour, status);
    return (uint8_t)(form(hour % 12 ? hour % 12 : 12, status) |
                     (hour >= 12 ? 0x80 : 0));
}

static struct rtc_registers registers_of(time_t when, uint8_t status)
{
    struct tm t;

    gmtime_r(&when, &t);
    return (struct rtc_registers){
        .second = form(t.tm_sec, status), .minute = form(t.tm_min, status),
        .hour = hour_form(t.tm_hour, status), .day = form(t.tm_mday, status),
        .month = form(t.tm_mon + 1, status),
        .year = form(t.tm_year % 100, status),
        .century = form(19 + t.tm_year / 100, status), .status_b = status,
    };
}

START_TEST(any_moment_in_any_form_is_decoded)
{
    static const uint8_t forms[] = { 0, BINARY, HOURS_24, BINARY | HOURS_24 };
    uint64_t seed = 1, seconds;

    for (int i = 0; i < 200000; i++) {
        time_t when = (time_t)unit_random_below(&seed, 16725225600ull);
        struct rtc_registers r = registers_of(when, forms[i % 4]);

        ck_assert(rtc_decode(&r, &seconds));
        ck_assert_uint_eq(seconds, (uint64_t)when);
    }
}
END_TEST

START_TEST(without_a_century_the_years_are_1970_to_2069)
{
    struct rtc_registers r = registers_of(0, HOURS_24);
    uint64_t seconds;

    r.century = 0;
    ck_assert(rtc_decode(&r, &seconds));
    ck_assert_uint_eq(seconds, 0);
    r = registers_of(3124224000, HOURS_24);     /* 2069-01-01 */
    r.century = 0;
    ck_assert(rtc_decode(&r, &seconds));
    ck_assert_uint_eq(seconds, 3124224000);
}
END_TEST

START_TEST(what_is_no_date_is_refused)
{
    struct rtc_registers good = registers_of(951782400, HOURS_24), r;
    uint64_t seconds;

    ck_assert(rtc_decode(&good, &seconds));     /* 2000-02-29 */
    r = good; r.day = 0x30;
    ck_assert(!rtc_decode(&r, &seconds));
    r = good; r.month = 0x13;
    ck_assert(!rtc_decode(&r, &seconds));
    r = good; r.month = 0;
    ck_assert(!rtc_decode(&r, &seconds));
    r = good; r.second = 0x60;
    ck_assert(!rtc_decode(&r, &seconds));
    r = good; r.minute = 0x5a;
    ck_assert(!rtc_decode(&r, &seconds));
    r = good; r.hour = 0x24;
    ck_assert(!rtc_decode(&r, &seconds));
    r = good; r.year = 0xff;
    ck_assert(!rtc_decode(&r, &seconds));
    r = good; r.status_b = 0; r.hour = 0;
    ck_assert(!rtc_decode(&r, &seconds));
}
END_TEST

START_TEST(random_registers_decode_to_sane_dates_or_not_at_all)
{
    uint64_t seed = 9, seconds;

    for (int i = 0; i < 500000; i++) {
        uint64_t bits = unit_random(&seed);
        struct rtc_registers r;

        __builtin_memcpy(&r, &bits, sizeof(r));
        if (rtc_decode(&r, &seconds))
            ck_assert_uint_lt(seconds, 32503680000ull);     /* year 3000 */
    }
}
END_TEST

int main(void)
{
    return UNIT_RUN("rtc_decode", any_moment_in_any_form_is_decoded,
                    without_a_century_the_years_are_1970_to_2069,
                    what_is_no_date_is_refused,
                    random_registers_decode_to_sane_dates_or_not_at_all);
}
