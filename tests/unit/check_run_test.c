/* SPDX-License-Identifier: MIT */
/*
 * check_run_test.c - when the invariant checker runs, how long it tries, and
 * what is said of what it finds. What it looks at is played: check_world.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <hv/irqflags.h>
#include <hv/keyhandler.h>
#include <hv/printk.h>
#include <hv/softirq.h>
#include "../../common/debug/check.h"
#include "fake_options.h"
#include "fake_printed.h"
#include "unit.h"

#define FLAGS   0x5a5aul        /* what gathering hands on */

unsigned int fake_cpu;
bool fake_irqs_off;

static uint32_t words[2];
static bool has_memory = true;
static void (*key)(void);
static unsigned int warnings, refusals, gathered, looks[2];
static bool is_gathered;
static char order[64];
static void (*wrong)(void);     /* what is found */
static jmp_buf stopped;
static char reason[256];

uint32_t *arch_softirq_word(unsigned int cpu) { return &words[cpu]; }
void arch_cpu_kick(unsigned int cpu) { (void)cpu; }
void arch_check_cpu(void) { looks[fake_cpu]++; }
bool tally_create(void) { return has_memory; }
void gather_stand(void) { ck_assert(!is_gathered); }

bool gather_others(unsigned long *flags)
{
    ck_assert(!fake_irqs_off && !is_gathered);
    if (refusals) {
        refusals--;
        return false;
    }
    is_gathered = true;
    gathered++;
    *flags = FLAGS;
    return true;
}

void gather_end(unsigned long flags)
{
    ck_assert_uint_eq(flags, FLAGS);
    is_gathered = false;
}

static void note(char c)
{
    order[strlen(order)] = c;
}

void tally_reset(void) { note('0'); }
void check_events(void) { note('e'); }
void check_vcpus(void) { note('v'); }

void check_frames(void)
{
    note('f');
    if (wrong)
        wrong();
}

void keyhandler_register(char name, void (*fn)(void), const char *help)
{
    ck_assert_int_eq(name, 'c');
    ck_assert_uint_gt(strlen(help), 0);
    key = fn;
}

void printk(enum log_level level, const char *fmt, ...)
{
    (void)fmt;
    warnings += level == LOG_WARNING;
}

void panic(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    vsnprintf(reason, sizeof(reason), fmt, args);
    va_end(args);
    longjmp(stopped, 1);
}

/* What the exit path does: true when it had to go round again. */
static bool leave(void)
{
    bool again;

    fake_irqs_off = true;
    again = check_on_exit();
    ck_assert(fake_irqs_off && !is_gathered);
    fake_irqs_off = false;
    return again;
}

/* --- asked for ------------------------------------------------------------ */

START_TEST(a_check_looks_at_all_subjects_once_before_the_guest_goes_on)
{
    check_init();
    check_soon();
    ck_assert_str_eq(order, "");
    softirq_run();
    ck_assert_str_eq(order, "0fev");
    ck_assert_uint_eq(gathered, 1);
    ck_assert(!is_gathered);
    softirq_run();
    ck_assert_uint_eq(gathered, 1);
    ck_assert_str_eq(fake_printed, "");
}
END_TEST

START_TEST(the_key_is_answered_and_others_are_not)
{
    check_init();
    key();
    softirq_run();
    ck_assert_str_eq(fake_printed, "Nothing is wrong; checked 1 times\n");
    check_soon();
    softirq_run();
    ck_assert_str_eq(fake_printed, "Nothing is wrong; checked 1 times\n");
    fake_printed[0] = '\0';
    key();
    softirq_run();
    ck_assert_str_eq(fake_printed, "Nothing is wrong; checked 3 times\n");
}
END_TEST

START_TEST(who_cannot_gather_yet_tries_again_and_answers_once)
{
    check_init();
    refusals = 5;
    key();
    softirq_run();
    ck_assert_uint_eq(refusals, 0);
    ck_assert_uint_eq(gathered, 1);
    ck_assert_str_eq(fake_printed, "Nothing is wrong; checked 1 times\n");
}
END_TEST

START_TEST(a_cpu_that_only_stands_does_not_check)
{
    check_init();
    check_soon();
    fake_cpu = 1;
    softirq_raise(SOFTIRQ_GATHER);
    softirq_run();
    ck_assert_uint_eq(gathered, 0);
    fake_cpu = 0;
    softirq_run();
    ck_assert_uint_eq(gathered, 1);
}
END_TEST

START_TEST(without_memory_there_is_a_warning_and_no_key)
{
    has_memory = false;
    check_init();
    ck_assert_uint_eq(warnings, 1);
    ck_assert_ptr_null(key);
    check_soon();
    softirq_run();
    ck_assert(!leave());
    ck_assert_uint_eq(gathered, 0);
    ck_assert_str_eq(order, "");
    ck_assert_str_eq(fake_printed, "");
}
END_TEST

/* --- what is said --------------------------------------------------------- */

static void two_wrong(void)
{
    ck_assert(!check_has_failed());
    check_fail("a thing", 0x1f, 0x2a, 16, 1);
    ck_assert(check_has_failed());
    check_fail("its consequence", 1, 2, 3, 4);
}

static void one_wrong(void)
{
    check_fail("another thing", 0x1f, CHECK_NOBODY, 0, ~0ul);
}

static void must_stop(const char *words_said)
{
    check_init();
    check_soon();
    if (!setjmp(stopped)) {
        softirq_run();
        ck_abort_msg("it went on");
    }
    ck_assert_str_eq(reason, words_said);
    ck_assert(is_gathered);     /* the others still stand */
    ck_assert_str_eq(fake_printed, "");
}

START_TEST(the_first_violation_stops_the_machine)
{
    wrong = two_wrong;
    must_stop("invariant: a thing: 1f, named by 2a: expected 10, found 1");
}
END_TEST

START_TEST(a_violation_that_no_table_names_is_said_without_one)
{
    wrong = one_wrong;
    must_stop("invariant: another thing: 1f: expected 0, "
              "found ffffffffffffffff");
}
END_TEST

START_TEST(a_violation_that_was_handed_out_is_forgotten)
{
    const struct violation *v;

    wrong = two_wrong;
    v = check_find();
    ck_assert_str_eq(v->what, "a thing");
    ck_assert_uint_eq(v->found, 1);
    wrong = NULL;
    ck_assert_ptr_null(check_find());
    ck_assert(!check_has_failed());
}
END_TEST

/* --- at every N-th return ------------------------------------------------- */

START_TEST(without_the_option_no_return_checks)
{
    check_init();
    for (unsigned int i = 0; i < 100; i++)
        ck_assert(!leave());
    ck_assert_uint_eq(gathered, 0);
    ck_assert_uint_eq(looks[0], 0);
}
END_TEST

START_TEST(each_third_return_checks_and_then_this_cpu_is_looked_at)
{
    check_init();
    fake_options_parse("check=3");
    for (unsigned int i = 1; i <= 5; i++) {
        ck_assert(!leave());
        ck_assert(!leave());
        ck_assert_uint_eq(gathered, i - 1);
        ck_assert(leave());
        ck_assert_uint_eq(gathered, i);
        ck_assert_uint_eq(looks[0], i - 1);
        ck_assert(!leave());
        ck_assert_uint_eq(looks[0], i);
    }
}
END_TEST

START_TEST(a_return_that_cannot_gather_goes_round_again)
{
    check_init();
    fake_options_parse("check=1");
    refusals = 3;
    for (unsigned int i = 0; i < 3; i++)
        ck_assert(leave());
    ck_assert_uint_eq(gathered, 0);
    ck_assert_uint_eq(looks[0], 0);
    ck_assert(leave());
    ck_assert_uint_eq(gathered, 1);
    ck_assert(!leave());
    ck_assert_uint_eq(looks[0], 1);
}
END_TEST

START_TEST(each_cpu_counts_its_own_returns)
{
    check_init();
    fake_options_parse("check=2");
    ck_assert(!leave());
    fake_cpu = 1;
    ck_assert(!leave());
    ck_assert(leave());
    ck_assert(!leave());
    ck_assert_uint_eq(looks[1], 1);
    ck_assert_uint_eq(looks[0], 0);
    fake_cpu = 0;
    ck_assert(leave());
    ck_assert_uint_eq(gathered, 2);
}
END_TEST

int main(void)
{
    return UNIT_RUN("check_run",
                    a_check_looks_at_all_subjects_once_before_the_guest_goes_on,
                    the_key_is_answered_and_others_are_not,
                    who_cannot_gather_yet_tries_again_and_answers_once,
                    a_cpu_that_only_stands_does_not_check,
                    without_memory_there_is_a_warning_and_no_key,
                    the_first_violation_stops_the_machine,
                    a_violation_that_no_table_names_is_said_without_one,
                    a_violation_that_was_handed_out_is_forgotten,
                    without_the_option_no_return_checks,
                    each_third_return_checks_and_then_this_cpu_is_looked_at,
                    a_return_that_cannot_gather_goes_round_again,
                    each_cpu_counts_its_own_returns);
}
