/* SPDX-License-Identifier: MIT */
/* console_input_test.c - who gets the keys, and what keys do. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <hv/console.h>
#include <hv/event.h>
#include <hv/keyhandler.h>
#include <hv/log_level.h>
#include <hv/panic.h>
#include <hv/power.h>
#include <hv/softirq.h>
#include <public/xen.h>
#include "../../drivers/console/devices.h"
#include "fake_printk.h"
#include "fake_spinlock.h"
#include "unit.h"

static char printed[8192];
static void (*console_softirq)(void);
static unsigned int softirqs, virqs, dumps, calls, restarts;

void printk_always(const char *fmt, ...)
{
    size_t n = strlen(printed);
    va_list args;

    va_start(args, fmt);
    vsnprintf(printed + n, sizeof(printed) - n, fmt, args);
    va_end(args);
}

void softirq_open(enum softirq nr, void (*fn)(void))
{
    ck_assert_int_eq(nr, SOFTIRQ_CONSOLE);
    console_softirq = fn;
}

void softirq_raise(enum softirq nr)
{
    ck_assert_int_eq(nr, SOFTIRQ_CONSOLE);
    ck_assert_uint_eq(fake_locks_held, 0);
    softirqs++;
}

void event_virq_raise_global(unsigned int virq)
{
    ck_assert_uint_eq(virq, VIRQ_CONSOLE);
    ck_assert_uint_eq(fake_locks_held, 0);
    virqs++;
}

cpu_set_t cpu_online;

unsigned int find_next_bit(const unsigned long *map, unsigned int size,
                           unsigned int from)
{
    while (from < size && !test_bit(from, map))
        from++;
    return from;
}

/* Each CPU is asked by itself. */
void cpu_call(const cpu_set_t *cpus, void (*fn)(void *arg), void *arg,
              bool wait)
{
    unsigned int cpu = find_next_bit(cpus->bits, NR_CPUS, 0);

    ck_assert(wait && !fake_irqs_off);
    ck_assert(cpu_set_has(&cpu_online, cpu));
    ck_assert_uint_eq(find_next_bit(cpus->bits, NR_CPUS, cpu + 1), NR_CPUS);
    fake_irqs_off = true;
    fn(arg);
    fake_irqs_off = false;
}

void arch_dump_state(void)
{
    ck_assert(fake_irqs_off);
    dumps++;
}

void machine_restart(void)
{
    restarts++;
    exit(0);
}

static void press(const char *keys)
{
    console_receive(keys, strlen(keys));
}

static void expect_dom0(const char *keys)
{
    char buf[64] = "";

    ck_assert_uint_eq(console_read(buf, sizeof(buf) - 1), strlen(keys));
    ck_assert_str_eq(buf, keys);
}

/* The softirq that follows keys. */
static void serve(void)
{
    ck_assert_uint_ge(softirqs, 1);
    softirqs = 0;
    console_softirq();
}

static void start(bool has_dom0)
{
    input_init();
    input_to_domains(has_dom0);
}

static void note_key(void)
{
    calls++;
}

START_TEST(keys_go_to_the_hypervisor_until_domains_run)
{
    input_init();
    keyhandler_init();
    keyhandler_register('q', note_key, "domains");
    press("q");
    input_to_domains(true);
    press("q");
    serve();
    ck_assert_uint_eq(calls, 1);        /* the first was waiting */
    ck_assert_uint_eq(virqs, 1);
    expect_dom0("q");
    expect_dom0("");
}
END_TEST

START_TEST(ctrl_a_three_times_switches_there_and_back)
{
    start(true);
    press("a\001\001\001");
    ck_assert_ptr_nonnull(strstr(printed, "Keys now go to Parapet"));
    press("q");
    expect_dom0("a");
    press("\001");
    press("\001");
    press("\001b");
    expect_dom0("b");
}
END_TEST

START_TEST(one_or_two_ctrl_a_reach_the_owner_with_the_next_key)
{
    start(true);
    press("\001");
    expect_dom0("");
    press("x\001\001y\001");
    expect_dom0("\001x\001\001y");
    press("\001\001");
    expect_dom0("");
    press("z");
    expect_dom0("");
}
END_TEST

START_TEST(a_domain_that_does_not_read_loses_only_its_newest_keys)
{
    char buf[2000];

    start(true);
    for (unsigned int i = 0; i < 1500; i++)
        press(i < 1024 ? "k" : "n");
    ck_assert_uint_eq(console_read(buf, sizeof(buf)), 1024);
    ck_assert_ptr_null(memchr(buf, 'n', 1024));
    press("n");
    expect_dom0("n");
}
END_TEST

/* -- guests ---------------------------------------------------------------- */

static uint32_t told[8], told_count;

static void note_rank(uint32_t rank)
{
    ck_assert_uint_eq(fake_locks_held, 0);
    told[told_count++ % 8] = rank;
}

static char guest_keys[2][8];
static struct key_reader guest[2];

static void add_guest(unsigned int i, uint32_t rank, const char *name)
{
    guest[i] = (struct key_reader){
        .name = name, .rank = rank, .notify = note_rank,
        .keys = guest_keys[i], .size = sizeof(guest_keys[i]),
    };
    console_add_reader(&guest[i]);
}

static void expect_guest(unsigned int i, const char *keys)
{
    char buf[64] = "";

    ck_assert_uint_eq(console_take_keys(&guest[i], buf, sizeof(buf) - 1),
                      strlen(keys));
    ck_assert_str_eq(buf, keys);
}

START_TEST(the_keys_go_round_by_number_and_end_at_the_hypervisor)
{
    add_guest(1, 2, "second");
    add_guest(0, 1, "first");
    start(true);
    press("0\001\001\0011\001\001\0012\001\001\001");
    ck_assert_ptr_nonnull(strstr(printed, "Keys now go to Parapet"));
    press("\001\001\0010");
    expect_dom0("00");
    expect_guest(0, "1");
    expect_guest(1, "2");
}
END_TEST

START_TEST(each_reader_is_told_once_of_its_keys)
{
    add_guest(0, 1, "first");
    start(false);
    ck_assert_ptr_nonnull(strstr(printed, "Keys now go to first"));
    ck_assert(console_has_focus(&guest[0]));
    press("abc");
    press("d");
    serve();
    ck_assert_uint_eq(told_count, 1);
    ck_assert_uint_eq(told[0], 1);
    console_softirq();
    ck_assert_uint_eq(told_count, 1);
    ck_assert_uint_eq(virqs, 0);
    expect_guest(0, "abcd");
}
END_TEST

START_TEST(the_keys_of_a_reader_that_goes_away_go_to_the_first)
{
    add_guest(0, 1, "first");
    add_guest(1, 2, "second");
    start(false);
    press("\001\001\001x");
    ck_assert(console_has_focus(&guest[1]));
    console_remove_reader(&guest[1]);
    ck_assert(console_has_focus(&guest[0]));
    serve();
    ck_assert_uint_eq(told_count, 0);
    console_remove_reader(&guest[0]);
    ck_assert_ptr_nonnull(strstr(printed, "Keys now go to Parapet"));
    press("\001\001\001");
    ck_assert(!console_has_focus(&guest[0]));
}
END_TEST

static void tell(void)
{
    ck_assert_uint_eq(fake_locks_held, 0);
    note_key();
}

START_TEST(a_registered_key_is_listed_and_run)
{
    input_init();
    keyhandler_init();
    keyhandler_register('q', tell, "domains");
    press("hq");
    ck_assert_uint_eq(calls, 0);
    console_softirq();
    ck_assert_uint_eq(calls, 1);
    ck_assert_ptr_nonnull(strstr(printed, " q  domains\n"));
    ck_assert_ptr_nonnull(strstr(printed, " R  reboot"));
}
END_TEST

START_TEST(an_unknown_key_is_answered_with_a_hint)
{
    keyhandler_init();
    keyhandler_run('z');
    keyhandler_run('\xff');
    keyhandler_run('\n');
    ck_assert_ptr_nonnull(strstr(printed, "No such key; h lists them\n"));
    ck_assert_uint_eq(calls, 0);
}
END_TEST

START_TEST(a_star_runs_all_that_only_tells)
{
    cpu_set_add(&cpu_online, 0);
    cpu_set_add(&cpu_online, 3);
    keyhandler_init();
    keyhandler_register('q', tell, "domains");
    keyhandler_register('r', tell, "run queues");
    keyhandler_run('*');
    ck_assert_uint_eq(calls, 2);
    ck_assert_uint_eq(dumps, 2);        /* one of each CPU */
    ck_assert_uint_eq(restarts, 0);
}
END_TEST

static void usurp(void)
{
    ck_abort_msg("the second owner was called");
}

START_TEST(a_key_keeps_its_first_owner)
{
    keyhandler_init();
    keyhandler_register('q', tell, "domains");
    fake_printk_reset();
    keyhandler_register('q', usurp, "theft");
    keyhandler_register('\x07', usurp, "no key");
    ck_assert_uint_eq(fake_printk_count, 2);
    keyhandler_run('q');
    ck_assert_uint_eq(calls, 1);
}
END_TEST

int main(void)
{
    return UNIT_RUN("console_input",
                    keys_go_to_the_hypervisor_until_domains_run,
                    ctrl_a_three_times_switches_there_and_back,
                    one_or_two_ctrl_a_reach_the_owner_with_the_next_key,
                    a_domain_that_does_not_read_loses_only_its_newest_keys,
                    the_keys_go_round_by_number_and_end_at_the_hypervisor,
                    each_reader_is_told_once_of_its_keys,
                    the_keys_of_a_reader_that_goes_away_go_to_the_first,
                    a_registered_key_is_listed_and_run,
                    an_unknown_key_is_answered_with_a_hint,
                    a_star_runs_all_that_only_tells,
                    a_key_keeps_its_first_owner);
}
