/* SPDX-License-Identifier: MIT */
/*
 * domain_dump_test.c - what keys q, 0 and m print of domains and vcpus, line by
 * line, and on which CPU the registers of a vcpu are looked for.
 */
#include <stdio.h>
#include <string.h>
#include <hv/domain.h>
#include <hv/vcpu.h>
#include "../../common/domain/list_lock.h"
#include "fake_printed.h"
#include "fake_spinlock.h"
#include "unit.h"

#define HERE    2u              /* the CPU that has the key */

unsigned int fake_cpu = HERE;
struct vcpu *fake_current;
struct domain *dom0;
struct list_head domain_list = LIST_HEAD_INIT(domain_list);
spinlock_t domain_list_lock = SPINLOCK_INIT(LOCK_LEVEL_DOMAIN_LIST);

static struct domain first = {
    .id = 0, .name = "Domain-0", .refs = 4, .page_count = 256, .page_max = 512,
};
static struct domain second = {
    .id = 7, .name = "web", .refs = 1, .pause_count = 2, .page_count = 3,
    .page_max = 3,
};
static struct vcpu vcpus[3], *lists[2][3];

static struct {
    const struct vcpu *v;
    unsigned int cpu;
} dumped[4];
static unsigned int dumps;

void arch_dump_vcpu(const struct vcpu *v)
{
    dumped[dumps].v = v;
    dumped[dumps++].cpu = fake_cpu;
}

/* Run at once, as the CPU that is asked. */
void cpu_call(const cpu_set_t *cpus, void (*fn)(void *arg), void *arg,
              bool wait)
{
    unsigned int cpu, count = 0;

    ck_assert(wait && fake_locks_held == 0);
    for_each_set_bit(cpu, cpus->bits, NR_CPUS) {
        fake_cpu = cpu;
        fn(arg);
        fake_cpu = HERE;
        count++;
    }
    ck_assert_uint_eq(count, 1);
}

/* Two vcpus and a gap for the first, none for the second. */
static void start(void)
{
    for (unsigned int i = 0; i < ARRAY_SIZE(vcpus); i++) {
        vcpus[i].id = (uint16_t)i;
        vcpus[i].cpu = (uint16_t)(5 + i);
        vcpus[i].domain = &first;
        lists[0][i] = i == 1 ? NULL : &vcpus[i];
    }
    first.vcpu = lists[0];
    first.max_vcpus = ARRAY_SIZE(vcpus);
    second.vcpu = lists[1];
    dom0 = &first;
    list_add_tail(&first.list, &domain_list);
    list_add_tail(&second.list, &domain_list);
}

static void must_print(const char *text)
{
    ck_assert_msg(strstr(fake_printed, text), "no \"%s\" in:\n%s", text,
                  fake_printed);
}

START_TEST(without_a_domain_nothing_is_printed)
{
    domain_dump();
    domain_dump_memory();
    domain_dump_registers();
    ck_assert_str_eq(fake_printed, "");
    ck_assert_uint_eq(dumps, 0);
    ck_assert_uint_eq(fake_locks_held, 0);
}
END_TEST

START_TEST(each_domain_has_a_line_and_each_vcpu_that_exists)
{
    static struct vcpu_info info = { .evtchn_upcall_pending = 1 };

    start();
    vcpus[0].info = &info;
    vcpus[0].runstate.state = RUNSTATE_running;
    vcpus[2].runstate.state = RUNSTATE_blocked;
    vcpus[2].pause_flags = 0x12;
    vcpus[2].pause_count = 3;
    domain_dump();
    ck_assert_str_eq(fake_printed,
        " domain 0 (Domain-0): 256 of 512 frames, 4 references, paused 0\n"
        "  vcpu 0: CPU 5, running, pause flags 0 count 0, upcall pending 1 "
        "masked 0\n"
        "  vcpu 2: CPU 7, blocked, pause flags 12 count 3, upcall pending 0 "
        "masked 0\n"
        " domain 7 (web): 3 of 3 frames, 1 references, paused 2\n");
    ck_assert_uint_eq(fake_locks_held, 0);
}
END_TEST

START_TEST(what_a_guest_writes_into_its_record_is_only_shown)
{
    static struct vcpu_info info = { .evtchn_upcall_pending = 0xff,
                                     .evtchn_upcall_mask = 0x80 };

    start();
    vcpus[2].info = &info;
    domain_dump();
    must_print("upcall pending 255 masked 128\n");
}
END_TEST

START_TEST(each_run_state_has_its_name)
{
    static const char *const names[] = { "running", "runnable", "blocked",
                                         "offline" };
    char line[64];

    start();
    for (int i = 0; i < 4; i++) {
        vcpus[2].runstate.state = i;
        fake_printed[0] = '\0';
        domain_dump();
        snprintf(line, sizeof(line), "  vcpu 2: CPU 7, %s, pause", names[i]);
        must_print(line);
    }
}
END_TEST

START_TEST(an_end_is_shown_by_its_step)
{
    start();
    first.is_shut_down = true;
    second.dying = DOMAIN_DYING;
    domain_dump();
    must_print("4 references, paused 0, shut down\n");
    must_print("1 references, paused 2, dying\n");
    second.dying = DOMAIN_DEAD;
    second.is_shut_down = true;
    fake_printed[0] = '\0';
    domain_dump();
    must_print("1 references, paused 2, dead, shut down\n");
}
END_TEST

START_TEST(memory_is_in_kibibytes_and_may_be_without_limit)
{
    start();
    second.page_max = ~0ul;
    domain_dump_memory();
    ck_assert_str_eq(fake_printed,
        "Domain 0: 1024 KiB, at most 2048 KiB\n"
        "Domain 7: 12 KiB, at most 18446744073709551612 KiB\n");
    ck_assert_uint_eq(fake_locks_held, 0);
}
END_TEST

START_TEST(registers_are_looked_for_where_the_vcpu_runs)
{
    start();
    vcpus[2].is_running = true;
    domain_dump_registers();
    ck_assert_uint_eq(dumps, 2);
    ck_assert_ptr_eq(dumped[0].v, &vcpus[0]);
    ck_assert_uint_eq(dumped[0].cpu, HERE);     /* it has saved them */
    ck_assert_ptr_eq(dumped[1].v, &vcpus[2]);
    ck_assert_uint_eq(dumped[1].cpu, 7);
}
END_TEST

int main(void)
{
    return UNIT_RUN("domain_dump", without_a_domain_nothing_is_printed,
                    each_domain_has_a_line_and_each_vcpu_that_exists,
                    what_a_guest_writes_into_its_record_is_only_shown,
                    each_run_state_has_its_name, an_end_is_shown_by_its_step,
                    memory_is_in_kibibytes_and_may_be_without_limit,
                    registers_are_looked_for_where_the_vcpu_runs);
}
