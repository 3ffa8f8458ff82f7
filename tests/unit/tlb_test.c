/* SPDX-License-Identifier: MIT */
/*
 * tlb_test.c - which CPUs are asked to drop what, one step after the other;
 * frame_stress_test.c has them do it at the same time.
 */
#include <string.h>
#include <asm/ipi.h>
#include <asm/paging.h>
#include <hv/domain.h>
#include <hv/frame.h>
#include <hv/vcpu.h>
#include "fake_cpus.h"
#include "unit.h"

#define HALF    (1ul << 31)

static unsigned int all_dropped[FAKE_CPUS], pages_dropped[FAKE_CPUS];
static unsigned long last_page;
static bool clock_moves;        /* while CR3 is loaded */

void fake_tlb_drop_all(void)
{
    all_dropped[my_cpu]++;
    if (clock_moves)
        arch_tlb_clock();
}

void fake_tlb_drop_page(unsigned long va)
{
    pages_dropped[my_cpu]++;
    last_page = va;
}

static struct domain d, other;
static struct vcpu vcpus[3];
static struct vcpu *vcpu_list[] = { &vcpus[0], &vcpus[1], &vcpus[2] };
static struct frame f;

static void forget(void)
{
    memset(all_dropped, 0, sizeof(all_dropped));
    memset(pages_dropped, 0, sizeof(pages_dropped));
    fake_interrupts_sent = 0;
}

/* All CPUs idle, at a time when stamps have wrapped often. */
static void start(void)
{
    fake_cpus_start(FAKE_CPUS, true);
    tlb_clock = 1ul << 40;
    d = other = (struct domain){ .max_vcpus = 3, .vcpu = vcpu_list };
    for (my_cpu = 0; my_cpu < FAKE_CPUS; my_cpu++)
        tlb_switch(NULL, NULL, mfn(1));
    my_cpu = 0;
    forget();
}

static void enter(unsigned int cpu, struct domain *to)
{
    my_cpu = cpu;
    tlb_switch(NULL, to, mfn(2));
    my_cpu = 0;
    forget();
}

/* CPU @i has dropped all @a times, single pages @p times. */
static void expect_drops(unsigned int i, unsigned int a, unsigned int p)
{
    ck_assert_uint_eq(all_dropped[i], a);
    ck_assert_uint_eq(pages_dropped[i], p);
}

START_TEST(a_note_is_no_later_than_the_load)
{
    uint64_t before;

    start();
    clock_moves = true;
    before = tlb_clock;
    tlb_load_l4(mfn(3));
    ck_assert_uint_eq(cpu_info()->tlb_flushed_at, before);
    before = tlb_clock;
    tlb_flush_local();
    ck_assert_uint_eq(cpu_info()->tlb_flushed_at, before);
    ck_assert_uint_gt(tlb_clock, before);
    clock_moves = false;
}
END_TEST

START_TEST(a_type_is_flushed_where_the_note_is_older)
{
    start();
    for (unsigned int cpu = 0; cpu < 3; cpu++)
        enter(cpu, &d);
    f.tlb_stamp = arch_tlb_clock();
    my_cpu = 2;
    tlb_flush_local();
    my_cpu = 0;
    forget();
    arch_flush_for_type(&f);
    expect_drops(0, 1, 0);
    expect_drops(1, 1, 0);
    expect_drops(2, 0, 0);      /* it has since */
    expect_drops(3, 0, 0);      /* it idles */
    forget();
    arch_flush_for_type(&f);
    for (unsigned int cpu = 0; cpu < FAKE_CPUS; cpu++)
        expect_drops(cpu, 0, 0);
    ck_assert_uint_eq(fake_interrupts_sent, 0);
}
END_TEST

/* However long ago a CPU has loaded CR3, also 2^31 or 2^32 ticks. */
START_TEST(a_note_that_is_very_old_looks_old)
{
    static const uint64_t ages[] = { 1, HALF - 1, HALF, HALF + 1, 2 * HALF - 1,
                                     2 * HALF, 2 * HALF + 1, 9 * HALF };

    start();
    for (unsigned int i = 0; i < sizeof(ages) / sizeof(ages[0]); i++) {
        enter(1, &d);
        tlb_clock += ages[i] - 1;
        f.tlb_stamp = arch_tlb_clock();
        forget();
        arch_flush_for_type(&f);
        expect_drops(1, 1, 0);
    }
}
END_TEST

/* A stamp of which the high half is lost costs flushes, no more. */
START_TEST(a_stamp_that_is_very_old_is_safe)
{
    start();
    f.tlb_stamp = arch_tlb_clock();
    tlb_clock += 2 * HALF - 2;
    enter(1, &d);
    arch_flush_for_type(&f);
    expect_drops(1, 0, 0);
    tlb_clock += 1;
    arch_flush_for_type(&f);
    expect_drops(1, 0, 0);
    tlb_clock += 2;             /* it looks as if it were of just now */
    arch_flush_for_type(&f);
    expect_drops(1, 1, 0);
}
END_TEST

START_TEST(a_domain_is_flushed_where_it_runs)
{
    start();
    enter(0, &d);
    enter(1, &d);
    enter(2, &other);
    tlb_flush_domain(&d);
    expect_drops(0, 1, 0);
    expect_drops(1, 1, 0);
    expect_drops(2, 0, 0);
    expect_drops(3, 0, 0);
    ck_assert_uint_eq(fake_interrupts_sent, 1);
}
END_TEST

START_TEST(a_cpu_that_has_left_is_not_asked)
{
    start();
    enter(1, &d);
    enter(2, &d);
    my_cpu = 1;
    tlb_switch(&d, &other, mfn(3));
    my_cpu = 2;
    tlb_switch(&d, NULL, mfn(1));
    ck_assert_uint_eq(cpu_info()->tlb_flushed_at, TLB_HOLDS_NOTHING);
    my_cpu = 0;
    forget();
    tlb_flush_domain(&d);
    ck_assert_uint_eq(fake_interrupts_sent, 0);
    tlb_flush_domain(&other);
    expect_drops(1, 1, 0);
}
END_TEST

START_TEST(a_cpu_that_stops_idling_has_a_note_again)
{
    start();
    f.tlb_stamp = arch_tlb_clock();
    enter(1, &d);
    ck_assert_uint_eq(fake_infos[1].tlb_flushed_at, tlb_clock);
}
END_TEST

START_TEST(a_page_is_dropped_alone)
{
    uint64_t note;

    start();
    enter(0, &d);
    enter(1, &d);
    note = fake_infos[1].tlb_flushed_at;
    arch_tlb_clock();
    tlb_flush_page_domain(&d, 0x7ffff1234567);
    expect_drops(0, 0, 1);
    expect_drops(1, 0, 1);
    ck_assert_uint_eq(last_page & PAGE_MASK, 0x7ffff1234000);
    ck_assert_uint_eq(fake_infos[1].tlb_flushed_at, note);
}
END_TEST

/* CPU 2 asks before CPU 1 has served CPU 0. */
static unsigned long second_page;

static void ask_too(void)
{
    my_cpu = 2;
    tlb_flush_page_domain(&d, second_page);
    my_cpu = 0;
}

START_TEST(two_pages_at_once_are_everything)
{
    start();
    enter(1, &d);
    fake_send_hook = ask_too;
    second_page = 0x5000;
    tlb_flush_page_domain(&d, 0x4000);
    expect_drops(1, 1, 0);
    forget();
    fake_send_hook = ask_too;
    second_page = 0x4000;
    tlb_flush_page_domain(&d, 0x4000);
    expect_drops(1, 0, 1);
}
END_TEST

static void ask_for_all(void)
{
    my_cpu = 2;
    tlb_flush_global();
    my_cpu = 0;
}

START_TEST(the_larger_of_two_requests_is_served)
{
    uint64_t before;

    start();
    enter(1, &d);
    before = tlb_clock;
    fake_send_hook = ask_for_all;
    tlb_flush_page_domain(&d, 0x4000);
    expect_drops(1, 2, 0);      /* PGE off and on */
    ck_assert_uint_ge(fake_infos[1].tlb_flushed_at, before);
}
END_TEST

START_TEST(vcpus_are_flushed_where_they_run)
{
    unsigned long set[2] = { 1ul << 0 | 1ul << 2 };

    start();
    for (unsigned int i = 0; i < 3; i++)
        vcpus[i] = (struct vcpu){ .id = (uint16_t)i, .is_running = i != 2,
                                  .cpu = (uint16_t)(i + 1) };
    tlb_flush_vcpus(&d, set);
    expect_drops(0, 0, 0);
    expect_drops(1, 1, 0);
    expect_drops(2, 0, 0);      /* not in the set */
    expect_drops(3, 0, 0);      /* not running */
    forget();
    vcpus[0].cpu = 0;           /* this CPU: no interrupt */
    tlb_flush_page_vcpus(&d, set, 0x4000);
    expect_drops(0, 0, 1);
    ck_assert_uint_eq(fake_interrupts_sent, 0);
}
END_TEST

START_TEST(one_cpu_asks_nobody)
{
    start();
    enter(1, &d);
    cpu_count = 1;
    tlb_flush_domain(&d);
    f.tlb_stamp = arch_tlb_clock();
    arch_flush_for_type(&f);
    ck_assert_uint_eq(fake_interrupts_sent, 0);
}
END_TEST

START_TEST(an_interrupt_without_request_drops_nothing)
{
    start();
    tlb_flush_interrupt();
    expect_drops(0, 0, 0);
}
END_TEST

int main(void)
{
    return UNIT_RUN("tlb", a_note_is_no_later_than_the_load,
                    a_type_is_flushed_where_the_note_is_older,
                    a_note_that_is_very_old_looks_old,
                    a_stamp_that_is_very_old_is_safe,
                    a_domain_is_flushed_where_it_runs,
                    a_cpu_that_has_left_is_not_asked,
                    a_cpu_that_stops_idling_has_a_note_again,
                    a_page_is_dropped_alone, two_pages_at_once_are_everything,
                    the_larger_of_two_requests_is_served,
                    vcpus_are_flushed_where_they_run, one_cpu_asks_nobody,
                    an_interrupt_without_request_drops_nothing);
}
