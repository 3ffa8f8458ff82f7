/* SPDX-License-Identifier: MIT */
/*
 * shim_test.c - the C library that decoders.o has inside: its memory functions
 * against libc, every short length in blocks of just that size, where ASan sees
 * a word that reaches too far.
 */
#include <setjmp.h>
#include <stdlib.h>
#include <hv/printk.h>
#include "memory_cases.h"

#define SHORT   80u             /* two lines and words more, of shim.c */

void decoder_runtime_start(void);
void *our_malloc(size_t size);
void *our_calloc(size_t count, size_t size);
void our_free(void *block);
void our_stack_chk_fail(void) NORETURN;
unsigned long long ZSTD_trace_decompress_begin(const void *context);
void ZSTD_trace_decompress_end(unsigned long long trace, const void *info);

static void *block(size_t n, uint64_t *seed)
{
    unsigned char *p = malloc(n);

    fill_random(seed, p, n);
    return p;
}

START_TEST(a_copy_of_any_length_reads_and_writes_its_blocks_alone)
{
    uint64_t seed = 7;

    for (size_t n = 0; n < SHORT; n++) {
        void *from = block(n, &seed), *to = block(n, &seed);
        void *moved = block(n, &seed);

        our_memcpy(to, from, n);
        ck_assert(memcmp(to, from, n) == 0);
        ck_assert_ptr_eq(our_memmove(moved, from, n), moved);
        ck_assert(memcmp(moved, from, n) == 0);
        ck_assert_int_eq(our_memcmp(moved, to, n), 0);
        free(from);
        free(to);
        free(moved);
    }
}
END_TEST

START_TEST(a_block_of_any_length_is_filled_with_the_low_byte)
{
    uint64_t seed = 8;

    for (size_t n = 0; n < SHORT; n++) {
        unsigned char *p = block(n, &seed);

        ck_assert_ptr_eq(our_memset(p, 0x1234, n), p);
        for (size_t i = 0; i < n; i++)
            ck_assert_uint_eq(p[i], 0x34);
        free(p);
    }
}
END_TEST

/* Both directions by each distance, in a block that ends where they end. */
START_TEST(a_block_moves_over_itself_by_any_distance)
{
    unsigned char before[2 * SHORT];
    uint64_t seed = 9;

    for (size_t n = 0; n < SHORT; n++)
        for (size_t by = 0; by <= n; by++) {
            unsigned char *p = block(n + by, &seed);

            memcpy(before, p, n + by);
            our_memmove(p + by, p, n);
            ck_assert(memcmp(p, before, by) == 0);
            ck_assert(memcmp(p + by, before, n) == 0);
            memcpy(p, before, n + by);
            our_memmove(p, p + by, n);
            ck_assert(memcmp(p, before + by, n) == 0);
            ck_assert(memcmp(p + n, before + n, by) == 0);
            free(p);
        }
}
END_TEST

START_TEST(bytes_compare_as_unsigned_and_none_are_equal)
{
    ck_assert_int_gt(our_memcmp("\x80", "\x7f", 1), 0);
    ck_assert_int_lt(our_memcmp("ab\x01", "ab\xff", 3), 0);
    ck_assert_int_eq(our_memcmp("ab", "ac", 1), 0);
    ck_assert_int_eq(our_memcmp("a", "b", 0), 0);
}
END_TEST

START_TEST(a_library_that_wants_memory_of_its_own_gets_none)
{
    ck_assert_ptr_null(our_malloc(0));
    ck_assert_ptr_null(our_malloc(64));
    ck_assert_ptr_null(our_calloc(1, 64));
    our_free(NULL);
}
END_TEST

START_TEST(nothing_is_traced)
{
    ck_assert_uint_eq(ZSTD_trace_decompress_begin(NULL), 0);
    ZSTD_trace_decompress_end(0, NULL);
}
END_TEST

/* --- constructors --------------------------------------------------------- */

static char order[8];

static void first(void) { order[strlen(order)] = '1'; }
static void second(void) { order[strlen(order)] = '2'; }
static void third(void) { order[strlen(order)] = '3'; }

static void (*const table[])(void)
    __attribute__((used, section("constructors"))) = { first, second, third };

START_TEST(each_constructor_runs_once_in_the_linkers_order)
{
    decoder_runtime_start();
    ck_assert_str_eq(order, "123");
    decoder_runtime_start();
    ck_assert_str_eq(order, "123123");
}
END_TEST

/* --- a stack overrun ------------------------------------------------------ */

static jmp_buf stopped;
static const char *reason;

void panic(const char *fmt, ...)
{
    reason = fmt;
    longjmp(stopped, 1);
}

START_TEST(a_stack_overrun_stops_the_machine)
{
    if (!setjmp(stopped))
        our_stack_chk_fail();
    ck_assert_str_eq(reason, "stack overrun in a decoder");
}
END_TEST

int main(void)
{
    return UNIT_RUN("shim", MEMORY_CASES,
                    a_copy_of_any_length_reads_and_writes_its_blocks_alone,
                    a_block_of_any_length_is_filled_with_the_low_byte,
                    a_block_moves_over_itself_by_any_distance,
                    bytes_compare_as_unsigned_and_none_are_equal,
                    a_library_that_wants_memory_of_its_own_gets_none,
                    nothing_is_traced,
                    each_constructor_runs_once_in_the_linkers_order,
                    a_stack_overrun_stops_the_machine);
}
