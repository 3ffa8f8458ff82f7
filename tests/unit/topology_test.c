/* SPDX-License-Identifier: MIT */
/*
 * topology_test.c - CPUs as CPUID describes them: leaf 0xb, the older ways of
 * both vendors, one without any, and answers that make no sense.
 */
#include <string.h>
#include <asm/topology.h>
#include <hv/percpu.h>
#include "unit.h"

unsigned int fake_cpu;

static struct {
    uint32_t leaf, subleaf;
    struct cpuid_regs answer;
} answers[16];
static unsigned int answer_count;

static struct cpuid_regs read(uint32_t leaf, uint32_t subleaf)
{
    for (unsigned int i = 0; i < answer_count; i++)
        if (answers[i].leaf == leaf && answers[i].subleaf == subleaf)
            return answers[i].answer;
    return (struct cpuid_regs){ 0, 0, 0, 0 };
}

static void say(uint32_t leaf, uint32_t subleaf, uint32_t eax, uint32_t ebx,
                uint32_t ecx, uint32_t edx)
{
    answers[answer_count].leaf = leaf;
    answers[answer_count].subleaf = subleaf;
    answers[answer_count++].answer = (struct cpuid_regs){ eax, ebx, ecx, edx };
}

static void say_vendor(uint32_t max, const char *name)
{
    uint32_t r[3];

    memcpy(r, name, sizeof(r));
    say(0, 0, max, r[0], r[2], r[1]);
}

#define HTT (1u << 28)

static void check(uint32_t socket, uint32_t core, uint32_t thread)
{
    struct cpu_topology t = topology_decode(read);

    ck_assert_uint_eq(t.socket, socket);
    ck_assert_uint_eq(t.core, core);
    ck_assert_uint_eq(t.thread, thread);
}

START_TEST(leaf_11_names_thread_core_and_socket)
{
    say_vendor(0xd, "GenuineIntel");
    say(1, 0, 0, 0x0d100000, 0, HTT);
    say(0xb, 0, 1, 2, 0x100, 0x10d);        /* 2 threads */
    say(0xb, 1, 4, 16, 0x201, 0x10d);       /* of 8 cores */
    check(0x10, 6, 1);
}
END_TEST

START_TEST(leaf_11_without_threads_has_cores)
{
    say_vendor(0xd, "AuthenticAMD");
    say(0xb, 0, 0, 1, 0x100, 5);
    say(0xb, 1, 2, 4, 0x201, 5);
    check(1, 1, 0);
}
END_TEST

START_TEST(a_leaf_11_that_is_empty_is_no_answer)
{
    say_vendor(0xb, "GenuineIntel");
    say(1, 0, 0, 0x03040000, 0, HTT);       /* 4 threads, APIC number 3 */
    say(4, 0, 1u << 26, 0, 0, 0);           /* 2 cores */
    check(0, 1, 1);
}
END_TEST

START_TEST(an_older_intel_counts_threads_and_cores)
{
    say_vendor(4, "GenuineIntel");
    say(1, 0, 0, 0x16080000, 0, HTT);
    say(4, 0, 3u << 26, 0, 0, 0);
    check(2, 3, 0);
}
END_TEST

START_TEST(an_amd_has_units_of_threads)
{
    say_vendor(1, "AuthenticAMD");
    say(1, 0, 0, 0x1b100000, 0, HTT);
    say(0x80000000, 0, 0x8000001e, 0, 0, 0);
    say(0x80000001, 0, 0, 0, 1u << 22, 0);
    say(0x80000008, 0, 0, 0, 4u << 12 | 15, 0);
    say(0x8000001e, 0, 0, 0x100, 0, 0);
    check(1, 5, 1);
}
END_TEST

START_TEST(an_older_amd_counts_cores_only)
{
    say_vendor(1, "AuthenticAMD");
    say(1, 0, 0, 0x07040000, 0, HTT);
    say(0x80000000, 0, 0x80000008, 0, 0, 0);
    say(0x80000008, 0, 0, 0, 2, 0);         /* 3 cores: 2 bits */
    check(1, 3, 0);
}
END_TEST

START_TEST(a_cpu_that_says_nothing_is_alone_in_its_socket)
{
    say_vendor(1, "GenuineIntel");
    say(1, 0, 0, 0x02000000, 0, 0);
    check(2, 0, 0);
}
END_TEST

START_TEST(widths_of_31_bits_do_no_harm)
{
    say_vendor(0xb, "GenuineIntel");
    say(0xb, 0, 31, 1, 0x100, 0xffffffff);
    say(0xb, 1, 31, 1, 0x201, 0xffffffff);
    check(1, 0, 0x7fffffff);
}
END_TEST

START_TEST(a_thread_field_wider_than_the_sockets_is_cut)
{
    say_vendor(0xb, "GenuineIntel");
    say(0xb, 0, 5, 1, 0x100, 0x25);
    say(0xb, 1, 2, 1, 0x201, 0x25);
    check(1, 0, 5);
}
END_TEST

START_TEST(random_answers_are_survived)
{
    uint64_t seed = 1;

    for (unsigned int round = 0; round < 10000; round++) {
        answer_count = 0;
        say_vendor((uint32_t)unit_random_below(&seed, 16), "GenuineIntel");
        say(0x80000000, 0, 0x80000000u + (uint32_t)unit_random_below(&seed, 32),
            0, 0, 0);
        for (uint32_t leaf = 1; leaf < 12; leaf++)
            say(leaf, leaf & 1, (uint32_t)unit_random(&seed),
                (uint32_t)unit_random(&seed), (uint32_t)unit_random(&seed),
                (uint32_t)unit_random(&seed));
        (void)topology_decode(read);
    }
}
END_TEST

/* -- counting -------------------------------------------------------------- */

/* @sockets of @cores of @threads, numbered as Intel machines number them:
 * second threads last. */
static void bring_online(unsigned int sockets, unsigned int cores,
                         unsigned int threads)
{
    for (unsigned int t = 0; t < threads; t++)
        for (unsigned int s = 0; s < sockets; s++)
            for (unsigned int c = 0; c < cores; c++) {
                struct cpu_topology *at =
                    (struct cpu_topology *)cpu_topology(cpu_count);

                *at = (struct cpu_topology){ s * 3, c * 2, t };
                cpu_mark_online(cpu_count);
            }
}

static void check_counts(unsigned int sockets, unsigned int cores,
                         unsigned int threads)
{
    struct cpu_counts c = cpu_count_topology();

    ck_assert_uint_eq(c.sockets, sockets);
    ck_assert_uint_eq(c.cores, cores);
    ck_assert_uint_eq(c.threads, threads);
}

START_TEST(sockets_cores_and_threads_are_counted)
{
    bring_online(2, 4, 2);
    ck_assert_uint_eq(cpu_count, 16);
    check_counts(2, 4, 2);
}
END_TEST

START_TEST(one_cpu_is_one_of_each)
{
    bring_online(1, 1, 1);
    check_counts(1, 1, 1);
}
END_TEST

START_TEST(the_table_can_be_full)
{
    bring_online(4, 32, 2);
    ck_assert_uint_eq(cpu_count, NR_CPUS);
    check_counts(4, 32, 2);
}
END_TEST

int main(void)
{
    return UNIT_RUN("topology",
                    leaf_11_names_thread_core_and_socket,
                    leaf_11_without_threads_has_cores,
                    a_leaf_11_that_is_empty_is_no_answer,
                    an_older_intel_counts_threads_and_cores,
                    an_amd_has_units_of_threads,
                    an_older_amd_counts_cores_only,
                    a_cpu_that_says_nothing_is_alone_in_its_socket,
                    widths_of_31_bits_do_no_harm,
                    a_thread_field_wider_than_the_sockets_is_cut,
                    random_answers_are_survived,
                    sockets_cores_and_threads_are_counted,
                    one_cpu_is_one_of_each,
                    the_table_can_be_full);
}
