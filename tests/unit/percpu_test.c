/* SPDX-License-Identifier: MIT */
/* percpu_test.c - copies of a section that a test lays out itself. */
#include <string.h>
#include <hv/errno.h>
#include <hv/frame_num.h>
#include <hv/heap.h>
#include <hv/percpu.h>
#include "fake_heap.h"
#include "unit.h"

unsigned int fake_cpu;

/* Begins 192 bytes into a page. */
__asm__(".data\n"
        ".balign 4096\n.skip 192\n"
        ".globl __percpu_start\n__percpu_start:\n.skip 5000, 0xee\n"
        ".globl __percpu_end\n__percpu_end:\n.text");
extern char __percpu_start[], __percpu_end[];

static char *copy_of(unsigned int cpu)
{
    return __percpu_start + percpu_offsets[cpu];
}

static void free_copy(unsigned int cpu)
{
    heap_free(copy_of(cpu) - 192);
}

START_TEST(a_copy_is_zeroed_and_as_aligned_as_the_section)
{
    ck_assert_int_eq(percpu_area_create(3), 0);
    ck_assert_uint_eq((unsigned long)copy_of(3) % PAGE_SIZE, 192);
    for (int i = 0; i < 5000; i++)
        UNIT_REQUIRE(copy_of(3)[i] == 0);
    memset(copy_of(3), 0x55, 5000);     /* ASan: all of it is ours */
    ck_assert_uint_eq(percpu_offsets[0], 0);
    ck_assert_int_eq(__percpu_start[4999], (char)0xee);
    free_copy(3);
}
END_TEST

START_TEST(two_copies_lie_apart)
{
    ck_assert_int_eq(percpu_area_create(1), 0);
    ck_assert_int_eq(percpu_area_create(2), 0);
    ck_assert(copy_of(1) + 5000 <= copy_of(2) ||
              copy_of(2) + 5000 <= copy_of(1));
    free_copy(1);
    free_copy(2);
}
END_TEST

START_TEST(a_full_heap_is_an_error)
{
    fake_heap_budget = 0;
    ck_assert_int_eq(percpu_area_create(1), -ENOMEM);
    ck_assert_uint_eq(percpu_offsets[1], 0);
}
END_TEST

int main(void)
{
    return UNIT_RUN("percpu", a_copy_is_zeroed_and_as_aligned_as_the_section,
                    two_copies_lie_apart, a_full_heap_is_an_error);
}
