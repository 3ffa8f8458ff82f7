/* SPDX-License-Identifier: MIT */
/*
 * check.h - in place of the Check framework, for the fakes of the unit tests: a
 * condition that does not hold aborts, which is what libFuzzer looks for.
 */
#ifndef FUZZ_CHECK_H
#define FUZZ_CHECK_H

#include <stdio.h>
#include <stdlib.h>

#define ck_abort_msg(...)                                               \
    do {                                                                \
        fprintf(stderr, "%s:%d: ", __FILE__, __LINE__);                 \
        fprintf(stderr, __VA_ARGS__);                                   \
        fputc('\n', stderr);                                            \
        abort();                                                        \
    } while (0)
#define ck_assert(cond)                                                 \
    do {                                                                \
        if (!(cond))                                                    \
            ck_abort_msg("'%s' does not hold", #cond);                  \
    } while (0)
#define ck_assert_int_eq(a, b)      ck_assert((a) == (b))
#define ck_assert_uint_eq(a, b)     ck_assert((a) == (b))
#define ck_assert_ptr_nonnull(p)    ck_assert((p) != NULL)

/* What unit.h declares runners with; nothing here runs them. */
typedef struct TTest TTest;
typedef struct Suite Suite;
typedef struct TCase TCase;
typedef struct SRunner SRunner;
enum print_output { CK_ENV };

Suite *suite_create(const char *name);
TCase *tcase_create(const char *name);
SRunner *srunner_create(Suite *suite);
void _tcase_add_test(TCase *tcase, const TTest *test, int signal, int exit,
                     int start, int end);
void tcase_set_timeout(TCase *tcase, double seconds);
void suite_add_tcase(Suite *suite, TCase *tcase);
void srunner_run_all(SRunner *runner, enum print_output mode);
int srunner_ntests_failed(SRunner *runner);
void srunner_free(SRunner *runner);

#endif
