/* SPDX-License-Identifier: MIT */
/* multicall_test.c - many calls in one, over a guest's memory that ends. */
#include <stdarg.h>
#include <string.h>
#include <asm/hypercall.h>
#include <hv/errno.h>
#include <hv/multicall.h>
#include <hv/softirq.h>
#include <hv/vcpu.h>
#include "fake_guest.h"
#include "unit.h"

unsigned int fake_cpu;
struct vcpu *fake_current;

static struct vcpu vcpu;
static unsigned long called[16], restart_args[2];
static unsigned int calls, pending_after, restarts_left;
static long nested;

bool softirq_is_pending(void)
{
    return pending_after && calls >= pending_after;
}

long hypercall_restart(unsigned int nr, unsigned int count, ...)
{
    va_list args;

    ck_assert_uint_eq(nr, __HYPERVISOR_multicall);
    ck_assert_uint_eq(count, 2);
    va_start(args, count);
    restart_args[0] = va_arg(args, unsigned long);
    restart_args[1] = va_arg(args, unsigned long);
    va_end(args);
    return (long)nr;
}

long arch_multicall_one(unsigned long op, unsigned long args[6], bool *restart)
{
    called[calls++] = args[0];
    *restart = false;
    if (op == __HYPERVISOR_multicall)
        return nested = do_multicall(FAKE_GUEST_VA, 1);
    if (op == 2 && restarts_left) {
        restarts_left--;
        *restart = true;
        for (int i = 0; i < 6; i++)
            args[i] += 100;
        return 0;
    }
    return op == 1 ? -ENOSYS : (long)args[0] * 2;
}

#define AT(i) (FAKE_GUEST_VA + (i) * sizeof(struct multicall_entry))

static struct multicall_entry *entry(unsigned int i)
{
    return fake_guest_at(AT(i));
}

static void set_up(unsigned int count, unsigned long op)
{
    fake_guest_reset();
    fake_current = &vcpu;
    for (unsigned int i = 0; i < count; i++) {
        entry(i)->op = op;
        for (unsigned int k = 0; k < 6; k++)
            entry(i)->args[k] = i * 10 + k;
    }
}

START_TEST(each_entry_gets_its_result)
{
    set_up(3, 0);
    entry(1)->op = 1;
    ck_assert_int_eq(do_multicall(AT(0), 3), 0);
    ck_assert_uint_eq(entry(0)->result, 0);
    ck_assert_int_eq((long)entry(1)->result, -ENOSYS);
    ck_assert_uint_eq(entry(2)->result, 40);
    ck_assert_uint_eq(entry(2)->args[0], 20);
    ck_assert_uint_eq(calls, 3);
    ck_assert_uint_eq(entry(3)->result, 0xccccccccccccccccul);
}
END_TEST

START_TEST(none_is_no_error)
{
    set_up(0, 0);
    ck_assert_int_eq(do_multicall(0, 0), 0);
}
END_TEST

START_TEST(one_inside_another_is_refused)
{
    set_up(2, __HYPERVISOR_multicall);
    entry(1)->op = 0;
    ck_assert_int_eq(do_multicall(AT(0), 2), 0);
    ck_assert_int_eq(nested, -EINVAL);
    ck_assert_int_eq((long)entry(0)->result, -EINVAL);
    ck_assert_uint_eq(entry(1)->result, 20);
    ck_assert(!vcpu.in_multicall);
}
END_TEST

START_TEST(memory_that_ends_is_a_fault_and_what_was_done_stays)
{
    unsigned long last = FAKE_GUEST_SIZE / sizeof(struct multicall_entry) - 1;

    set_up(0, 0);
    memset(fake_guest_at(AT(last)), 0, sizeof(struct multicall_entry));
    entry(last)->args[0] = 7;
    ck_assert_int_eq(do_multicall(AT(last), 2), -EFAULT);
    ck_assert_uint_eq(entry(last)->result, 14);
    ck_assert_uint_eq(calls, 1);
    ck_assert(!vcpu.in_multicall);
}
END_TEST

START_TEST(others_run_between_two_entries_but_not_before_the_first)
{
    set_up(5, 0);
    pending_after = 2;
    ck_assert_int_eq(do_multicall(AT(0), 5), __HYPERVISOR_multicall);
    ck_assert_uint_eq(calls, 2);
    ck_assert_uint_eq(restart_args[0], AT(2));
    ck_assert_uint_eq(restart_args[1], 3);
    ck_assert_int_eq(do_multicall(AT(2), 3), __HYPERVISOR_multicall);
    ck_assert_uint_eq(calls, 3);        /* goes on, however busy */
    ck_assert_uint_eq(restart_args[0], AT(3));
}
END_TEST

START_TEST(an_entry_that_stops_half_way_is_run_again_from_there)
{
    set_up(3, 0);
    entry(1)->op = 2;
    restarts_left = 1;
    ck_assert_int_eq(do_multicall(AT(0), 3), __HYPERVISOR_multicall);
    ck_assert_uint_eq(restart_args[0], AT(1));
    ck_assert_uint_eq(restart_args[1], 2);
    ck_assert_uint_eq(entry(1)->args[0], 110);
    ck_assert_uint_eq(entry(1)->args[5], 115);
    ck_assert(!vcpu.in_multicall);
    ck_assert_int_eq(do_multicall(AT(1), 2), 0);
    ck_assert_uint_eq(entry(1)->result, 220);
    ck_assert_uint_eq(entry(2)->result, 40);
}
END_TEST

int main(void)
{
    return UNIT_RUN("multicall", each_entry_gets_its_result, none_is_no_error,
                    one_inside_another_is_refused,
                    memory_that_ends_is_a_fault_and_what_was_done_stays,
                    others_run_between_two_entries_but_not_before_the_first,
                    an_entry_that_stops_half_way_is_run_again_from_there);
}
