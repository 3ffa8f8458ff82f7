/* SPDX-License-Identifier: MIT */
/*
 * keys_state_test.c - each key that shows a state calls the one that knows; all
 * of them are free, are listed and only tell.
 */
#include <setjmp.h>
#include <string.h>
#include <hv/domain.h>
#include <hv/event.h>
#include <hv/grant_table.h>
#include <hv/irq.h>
#include <hv/keyhandler.h>
#include <hv/page_alloc.h>
#include <hv/panic.h>
#include <hv/power.h>
#include <hv/sched.h>
#include <hv/timer.h>
#include "fake_printed.h"
#include "fake_printk.h"
#include "unit.h"

#define KEYS    "0qreaigm"

unsigned int fake_cpu;
cpu_set_t cpu_online;

static char called[16];
static jmp_buf restarted;

static void note(char key)
{
    called[strlen(called)] = key;
}

void domain_dump_registers(void) { note('0'); }
void domain_dump(void) { note('q'); }
void sched_dump(void) { note('r'); }
void event_dump(void) { note('e'); }
void grant_dump(void) { note('g'); }
void timer_dump(void) { note('a'); }
void arch_irq_dump(void) { note('i'); }
void memory_dump(void) { note('m'); }

void arch_dump_state(void) { }
void machine_restart(void) { longjmp(restarted, 1); }

void cpu_call(const cpu_set_t *cpus, void (*fn)(void *arg), void *arg,
              bool wait)
{
    (void)cpus;
    (void)wait;
    fn(arg);
}

static void start(void)
{
    keyhandler_init();
    keyhandler_init_state();
    ck_assert_uint_eq(fake_printk_count, 0);    /* none was taken */
}

START_TEST(each_key_calls_the_one_that_knows)
{
    start();
    for (const char *key = KEYS; *key; key++)
        keyhandler_run(*key);
    ck_assert_str_eq(called, KEYS);
}
END_TEST

START_TEST(each_key_is_listed)
{
    char line[8] = "\n x  ";

    start();
    fake_printed[0] = '\0';
    keyhandler_run('h');
    for (const char *key = KEYS "hRd*"; *key; key++) {
        line[2] = *key;
        ck_assert_msg(strstr(fake_printed, line), "%c is not listed", *key);
    }
}
END_TEST

START_TEST(a_star_calls_each_once_and_does_not_restart)
{
    start();
    if (setjmp(restarted))
        ck_abort_msg("it restarted");
    keyhandler_run('*');
    ck_assert_uint_eq(strlen(called), strlen(KEYS));
    for (const char *key = KEYS; *key; key++)
        ck_assert_msg(strchr(called, *key), "%c was not called", *key);
}
END_TEST

START_TEST(the_capital_r_restarts_at_once)
{
    start();
    if (!setjmp(restarted)) {
        keyhandler_run('R');
        ck_abort_msg("it did not restart");
    }
    ck_assert_str_eq(fake_printed, "'R': reboot the machine at once\n");
    ck_assert_str_eq(called, "");
}
END_TEST

int main(void)
{
    return UNIT_RUN("keys_state", each_key_calls_the_one_that_knows,
                    each_key_is_listed,
                    a_star_calls_each_once_and_does_not_restart,
                    the_capital_r_restarts_at_once);
}
