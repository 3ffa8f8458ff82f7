/* SPDX-License-Identifier: MIT */
/* calibrate_test.c - rates from simulated clocks; scales against exact sums. */
#include <math.h>
#include <stdlib.h>
#include <asm/clock.h>
#include <asm/muldiv.h>
#include "unit.h"

static const uint64_t rates[] = {
    1000000, 25000000, 999999999, 1000000000, 1000000001, 1193182, 1999999999,
    2000000000, 2000000001, 2394454000, 2999999997, 4000000000, 5700000003,
    100000000000,
};

START_TEST(a_scale_errs_by_less_than_a_nanosecond_a_second)
{
    for (size_t i = 0; i < sizeof(rates) / sizeof(*rates); i++) {
        struct time_scale s = { 0 };

        time_scale_of_hz(rates[i], &s);
        ck_assert_uint_ge(s.mul, 1u << 31);
        for (uint64_t sec = 1; sec <= 1000; sec *= 10) {
            int64_t ns = (int64_t)time_scale_apply(&s, rates[i] * sec);
            ck_assert_int_le(llabs(ns - (int64_t)sec * NSEC_PER_SEC),
                             (int64_t)sec);
        }
    }
}
END_TEST

START_TEST(random_rates_scale_as_well)
{
    uint64_t seed = 3;

    for (int i = 0; i < 100000; i++) {
        uint64_t hz = 100000 + unit_random_below(&seed, 10000000000ull);
        struct time_scale s = { 0 };
        int64_t ns;

        time_scale_of_hz(hz, &s);
        ck_assert_uint_ge(s.mul, 1u << 31);
        ns = (int64_t)time_scale_apply(&s, hz * 10);
        ck_assert_int_le(llabs(ns - 10 * NSEC_PER_SEC), 10);
    }
}
END_TEST

START_TEST(one_gigahertz_is_exact)
{
    struct time_scale s = { 0 };

    time_scale_of_hz(1000000000, &s);
    ck_assert_uint_eq(s.mul, 1u << 31);
    ck_assert_int_eq(s.shift, 1);
    ck_assert_uint_eq(time_scale_apply(&s, 123456789012345ull),
                      123456789012345ull);
}
END_TEST

/* Pairs taken from @from on, a microsecond apart, of a counter at @hz beside
 * a reference; every 5th is interrupted for @pause ticks. */
static struct clock_moment look(uint64_t from, uint64_t hz,
                                const struct clock_ref *ref, uint64_t pause)
{
    struct clock_pair p[16];
    uint64_t t = from;

    for (int i = 0; i < 16; i++) {
        p[i].before = t;
        t += hz / 2000000 + (i % 5 == 3 ? pause : 0);
        p[i].ref = (uint64_t)((unsigned __int128)t * ref->freq_num /
                              ref->freq_den / hz) & ref->mask;
        t += hz / 2000000;
        p[i].after = t;
    }
    return clock_average(p, 16, ref->mask);
}

static void check_rate(uint64_t hz, struct clock_ref ref, uint64_t start,
                       double ppm)
{
    struct clock_moment a = look(start, hz, &ref, 0);
    struct clock_moment b = look(start + hz / 100, hz, &ref, hz / 10000);
    double found = (double)clock_rate(a, b, &ref);

    ck_assert_double_le(fabs(found - (double)hz) / (double)hz * 1e6, ppm);
}

START_TEST(a_rate_is_found_through_every_reference)
{
    struct clock_ref hpet = { .freq_num = 1000000000000000ull,
                              .freq_den = 10000000, .mask = 0xffffffff };
    struct clock_ref pm = { .freq_num = 3579545, .freq_den = 1,
                            .mask = 0xffffff };
    struct clock_ref pit = { .freq_num = 1193182, .freq_den = 1,
                             .mask = 0xffff };
    uint64_t seed = 11;

    for (int i = 0; i < 2000; i++) {
        uint64_t hz = 500000000 + unit_random_below(&seed, 5000000000ull);
        uint64_t start = hz + unit_random_below(&seed, hz * 1000);

        check_rate(hz, hpet, start, 1.5);
        check_rate(hz, pm, start, 40);
        check_rate(hz, pit, start, 130);
    }
}
END_TEST

START_TEST(a_reference_that_stands_has_no_rate)
{
    struct clock_ref pm = { .freq_num = 3579545, .freq_den = 1,
                            .mask = 0xffffff };
    struct clock_moment a = { 0, 77 << 8 }, b = { 1 << 20, 77 << 8 };

    ck_assert_uint_eq(clock_rate(a, b, &pm), 0);
}
END_TEST

START_TEST(products_pass_through_128_bits)
{
    uint64_t seed = 5;

    ck_assert_uint_eq(mul_div_u64(~0ull, ~0ull, ~0ull), ~0ull);
    for (int i = 0; i < 100000; i++) {
        uint64_t a = unit_random_wide(&seed), b = unit_random_wide(&seed);
        uint64_t c = unit_random_wide(&seed) | 1;
        unsigned __int128 exact = (unsigned __int128)a * b / c;

        if (exact >> 64 == 0)
            ck_assert_uint_eq(mul_div_u64(a, b, c), (uint64_t)exact);
    }
}
END_TEST

int main(void)
{
    return UNIT_RUN("calibrate",
                    a_scale_errs_by_less_than_a_nanosecond_a_second,
                    random_rates_scale_as_well,
                    one_gigahertz_is_exact,
                    a_rate_is_found_through_every_reference,
                    a_reference_that_stands_has_no_rate,
                    products_pass_through_128_bits);
}
