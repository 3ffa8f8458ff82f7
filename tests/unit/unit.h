/* SPDX-License-Identifier: MIT */
/*
 * unit.h - what every unit test needs: Check, a main() in one call, and
 * numbers that look random but repeat, so that a failure can be run again.
 */
#ifndef UNIT_H
#define UNIT_H

#include <check.h>
#include <stddef.h>
#include <stdint.h>

/* Run @count tests, each in its own process, each to end by @signal (0: to
 * return); what main() returns. */
static inline int unit_run_signalled(const char *name,
                                     const TTest *const *tests, size_t count,
                                     int signal)
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    SRunner *runner;
    int failed;

    for (size_t i = 0; i < count; i++)
        _tcase_add_test(tcase, tests[i], signal, 0, 0, 1);
    tcase_set_timeout(tcase, 120);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

#define UNIT_RUN(name, ...)                                             \
    unit_run_signalled(name, (const TTest *const[]){ __VA_ARGS__ },     \
                       sizeof((const TTest *const[]){ __VA_ARGS__ }) /  \
                       sizeof(void *), 0)
#define UNIT_RUN_SIGNALLED(name, signal, ...)                           \
    unit_run_signalled(name, (const TTest *const[]){ __VA_ARGS__ },     \
                       sizeof((const TTest *const[]){ __VA_ARGS__ }) /  \
                       sizeof(void *), signal)

/* ck_assert() for inner loops: it does not note the place each time round. */
#define UNIT_REQUIRE(cond)                                              \
    do {                                                                \
        if (!(cond))                                                    \
            ck_abort_msg("'%s' does not hold", #cond);                  \
    } while (0)

/* splitmix64: every seed, also 0, is a good one. */
static inline uint64_t unit_random(uint64_t *seed)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15ull;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
}

/* Any of 0 to @limit - 1. */
static inline uint64_t unit_random_below(uint64_t *seed, uint64_t limit)
{
    return unit_random(seed) % limit;
}

/* A number of any magnitude: all widths from 0 to 64 bits are as likely. */
static inline uint64_t unit_random_wide(uint64_t *seed)
{
    unsigned int width = (unsigned int)unit_random_below(seed, 65);

    return width ? unit_random(seed) >> (64 - width) : 0;
}

#endif
