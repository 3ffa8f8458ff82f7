/* SPDX-License-Identifier: MIT */
/*
 * stack_guard_test.c - the word beside return addresses: whatever is mixed into
 * it, no string runs over it, and who finds it changed stops the machine.
 */
#include <setjmp.h>
#include <hv/printk.h>
#include <hv/stack_guard.h>
#include "unit.h"

static jmp_buf stopped;
static const char *reason;

void panic(const char *fmt, ...)
{
    reason = fmt;
    longjmp(stopped, 1);
}

START_TEST(its_low_byte_stays_0_whatever_is_mixed_in)
{
    uint64_t seed = 1;

    ck_assert_uint_eq(__stack_chk_guard & 0xff, 0);
    ck_assert_uint_ne(__stack_chk_guard, 0);
    for (unsigned int i = 0; i < 10000; i++) {
        stack_guard_init(unit_random_wide(&seed));
        ck_assert_uint_eq(__stack_chk_guard & 0xff, 0);
    }
}
END_TEST

/* A clock's next tick is a seed too: each of the 7 other bytes follows it. */
START_TEST(seeds_that_are_near_lead_to_guards_that_are_not)
{
    unsigned long before = __stack_chk_guard;

    for (unsigned long seed = 1; seed < 1000; seed++) {
        unsigned long was = __stack_chk_guard;

        __stack_chk_guard = before;
        stack_guard_init(seed);
        ck_assert_int_gt(__builtin_popcountl(was ^ __stack_chk_guard), 8);
    }
}
END_TEST

START_TEST(a_stack_that_was_overrun_stops_the_machine)
{
    if (!setjmp(stopped))
        __stack_chk_fail();
    ck_assert_str_eq(reason, "a stack was overrun");
}
END_TEST

int main(void)
{
    return UNIT_RUN("stack_guard", its_low_byte_stays_0_whatever_is_mixed_in,
                    seeds_that_are_near_lead_to_guards_that_are_not,
                    a_stack_that_was_overrun_stops_the_machine);
}
