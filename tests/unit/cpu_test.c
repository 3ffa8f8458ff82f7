/* SPDX-License-Identifier: MIT */
/* cpu_test.c - CPUs come online in any order, and a set of them is a text. */
#include <stdlib.h>
#include <string.h>
#include <hv/cpu.h>
#include <hv/compiler.h>
#include "unit.h"

unsigned int fake_cpu;
static struct cpu_topology where[NR_CPUS];

const struct cpu_topology *cpu_topology(unsigned int cpu)
{
    return &where[cpu];
}

START_TEST(none_is_online_before_the_first_comes)
{
    struct cpu_counts c = cpu_count_topology();

    ck_assert_uint_eq(cpu_count, 0);
    ck_assert_uint_eq(cpu_number_limit(), 0);
    ck_assert_uint_eq(c.sockets, 0);
    ck_assert_uint_eq(c.cores, 0);
    ck_assert_uint_eq(c.threads, 0);
}
END_TEST

START_TEST(a_cpu_that_comes_twice_counts_once)
{
    cpu_mark_online(7);
    cpu_mark_online(7);
    ck_assert_uint_eq(cpu_count, 1);
    ck_assert(cpu_set_has(&cpu_online, 7));
    ck_assert(!cpu_set_has(&cpu_online, 6));
}
END_TEST

START_TEST(the_limit_is_above_the_highest_whatever_came_last)
{
    cpu_mark_online(0);
    ck_assert_uint_eq(cpu_number_limit(), 1);
    cpu_mark_online(NR_CPUS - 1);
    ck_assert_uint_eq(cpu_number_limit(), NR_CPUS);
    cpu_mark_online(63);
    cpu_mark_online(64);
    ck_assert_uint_eq(cpu_number_limit(), NR_CPUS);
    ck_assert_uint_eq(cpu_count, 4);
}
END_TEST

/* Cores and threads of the same number in two sockets are not the same. */
START_TEST(cores_are_counted_within_the_socket_that_has_most)
{
    struct cpu_counts c;

    where[2] = (struct cpu_topology){ 5, 0, 0 };
    where[4] = (struct cpu_topology){ 9, 0, 0 };
    where[6] = (struct cpu_topology){ 9, 0, 1 };
    where[8] = (struct cpu_topology){ 9, 3, 0 };
    for (unsigned int cpu = 2; cpu <= 8; cpu += 2)
        cpu_mark_online(cpu);
    c = cpu_count_topology();
    ck_assert_uint_eq(c.sockets, 2);
    ck_assert_uint_eq(c.cores, 2);
    ck_assert_uint_eq(c.threads, 2);
}
END_TEST

/* --- sets as text --------------------------------------------------------- */

static void must_read(const char *text)
{
    char out[64];

    cpu_set_format(out, sizeof(out), &cpu_online);
    ck_assert_str_eq(out, text);
}

START_TEST(a_set_is_ranges_and_single_numbers)
{
    must_read("");
    cpu_mark_online(0);
    must_read("0");
    cpu_mark_online(1);
    cpu_mark_online(2);
    must_read("0-2");
    cpu_mark_online(63);
    cpu_mark_online(64);        /* over the border of two words */
    cpu_mark_online(100);
    must_read("0-2,63-64,100");
    cpu_mark_online(NR_CPUS - 1);
    must_read("0-2,63-64,100,255");
    for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++)
        cpu_mark_online(cpu);
    must_read("0-255");
}
END_TEST

/* In a block of just that size, so that ASan sees a byte too many. */
START_TEST(a_text_that_does_not_fit_is_cut_and_terminated)
{
    static const char whole[] = "0,2,4,6,8,10,12,14,16,18";

    for (unsigned int cpu = 0; cpu < 20; cpu += 2)
        cpu_mark_online(cpu);
    for (size_t size = 1; size <= sizeof(whole) + 3; size++) {
        char *out = malloc(size);

        memset(out, '#', size);
        cpu_set_format(out, size, &cpu_online);
        ck_assert_uint_eq(strnlen(out, size), MIN(size, sizeof(whole)) - 1);
        ck_assert(strncmp(out, whole, strlen(out)) == 0);
        free(out);
    }
}
END_TEST

int main(void)
{
    return UNIT_RUN("cpu", none_is_online_before_the_first_comes,
                    a_cpu_that_comes_twice_counts_once,
                    the_limit_is_above_the_highest_whatever_came_last,
                    cores_are_counted_within_the_socket_that_has_most,
                    a_set_is_ranges_and_single_numbers,
                    a_text_that_does_not_fit_is_cut_and_terminated);
}
