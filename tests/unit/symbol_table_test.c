/* SPDX-License-Identifier: MIT */
/*
 * symbol_table_test.c - symbols.c over tables that a test writes itself, with
 * what symbols.awk makes of no image that we have: names too long, tokens that
 * say nothing, offsets of all 32 bits. symbols_test.c has the two together.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <hv/symbols.h>
#include "unit.h"

#define BASE        0xffff82d000000000ul
#define PER_MARKER  16u

/* The table. Constants elsewhere, so no symbol_table.h here. */
uint32_t symbol_count, symbol_span = 0x10000;
uint64_t symbol_base = BASE;
uint32_t symbol_offsets[64], symbol_markers[4];
uint8_t symbol_tokens[8192], symbol_names[8192];

static uint32_t names_end, tokens_end;

static void add_function(uint32_t offset, const char *code)
{
    size_t n = strlen(code);

    if (symbol_count % PER_MARKER == 0)
        symbol_markers[symbol_count / PER_MARKER] = names_end;
    symbol_offsets[symbol_count++] = offset;
    symbol_names[names_end++] = (uint8_t)n;
    memcpy(&symbol_names[names_end], code, n);
    names_end += (uint32_t)n;
}

/* They have to come in the order of their numbers. */
static void add_token(const char *text)
{
    size_t n = strlen(text);

    symbol_tokens[tokens_end++] = (uint8_t)n;
    memcpy(&symbol_tokens[tokens_end], text, n);
    tokens_end += (uint32_t)n;
}

/* The name in a block of just its greatest size. */
static void must_be_named(unsigned long at, const char *name,
                          unsigned long offset)
{
    char *found = malloc(SYMBOL_NAME_SIZE);
    unsigned long inside = ~0ul;

    ck_assert(symbol_find(BASE + at, found, &inside));
    ck_assert_str_eq(found, name);
    ck_assert_uint_eq(inside, offset);
    free(found);
}

static void must_have_no_name(unsigned long addr)
{
    char found[SYMBOL_NAME_SIZE] = "before";
    unsigned long inside = 77;

    ck_assert(!symbol_find(addr, found, &inside));
    ck_assert_str_eq(found, "before");
    ck_assert_uint_eq(inside, 77);
}

START_TEST(a_name_is_found_wherever_it_stands_behind_its_marker)
{
    char name[8];

    for (uint32_t i = 0; i < 50; i++) {
        snprintf(name, sizeof(name), "f%u", i);
        add_function(16 * i, name);
    }
    for (uint32_t i = 0; i < 50; i++) {
        snprintf(name, sizeof(name), "f%u", i);
        must_be_named(16 * i, name, 0);
        must_be_named(16 * i + 15, name, 15);
    }
}
END_TEST

START_TEST(a_byte_from_128_on_stands_for_a_token)
{
    char text[8];

    for (unsigned int i = 0; i < 128; i++) {
        snprintf(text, sizeof(text), "<%u>", i);
        add_token(i == 5 ? "" : text);
    }
    add_function(0, "a\x80" "b\xff");
    add_function(8, "\x85");
    add_function(16, "x\x85y\x84\x86");
    must_be_named(0, "a<0>b<127>", 0);
    must_be_named(8, "", 0);            /* its token has no letters */
    must_be_named(16, "xy<4><6>", 0);
}
END_TEST

START_TEST(a_long_name_is_cut_and_what_follows_is_found)
{
    char longest[256], cut[SYMBOL_NAME_SIZE];

    memset(longest, 'n', 255);
    longest[255] = '\0';
    add_function(0, longest);
    add_function(8, "next");
    longest[63] = '\0';
    add_function(16, longest);
    memcpy(cut, longest, 64);
    must_be_named(0, cut, 0);
    must_be_named(8, "next", 0);
    must_be_named(16, cut, 0);          /* it just fits */
}
END_TEST

START_TEST(a_name_is_cut_inside_a_token)
{
    char token[256], name[SYMBOL_NAME_SIZE];

    memset(token, 't', 40);
    token[40] = '\0';
    add_token(token);
    memset(token, 'u', 255);
    token[255] = '\0';
    add_token(token);
    add_function(0, "a\x80" "b\x80" "c");
    add_function(8, "\x81\x81z");
    memset(name, 't', 63);
    name[63] = '\0';
    name[0] = 'a';
    name[41] = 'b';
    must_be_named(0, name, 0);
    memset(name, 'u', 63);
    must_be_named(8, name, 0);
}
END_TEST

START_TEST(offsets_have_all_32_bits)
{
    symbol_span = 0xffffffff;
    add_function(0, "first");
    add_function(0x7fffffff, "half");
    add_function(0xfffffff0, "last");
    must_be_named(0x7ffffffe, "first", 0x7ffffffe);
    must_be_named(0x7fffffff, "half", 0);
    must_be_named(0xffffffef, "half", 0x7ffffff0);
    must_be_named(0xfffffff0, "last", 0);
    must_be_named(0xfffffffe, "last", 14);
    must_have_no_name(BASE + 0xffffffff);
    must_have_no_name(BASE + 0x100000000);  /* not taken for the first */
}
END_TEST

START_TEST(what_is_outside_has_no_name_and_nothing_is_written)
{
    must_have_no_name(BASE);            /* no function at all */
    add_function(0, "only");
    must_have_no_name(BASE - 1);
    must_have_no_name(0);
    must_have_no_name(~0ul);
    must_have_no_name(BASE + symbol_span);
    must_be_named(symbol_span - 1, "only", symbol_span - 1);
    symbol_span = 0;
    must_have_no_name(BASE);
}
END_TEST

START_TEST(a_text_is_cut_to_its_buffer)
{
    char *text = malloc(7);

    add_function(0, "frame_get");
    symbol_format(text, 7, BASE + 0x12);
    ck_assert_str_eq(text, "frame_");
    symbol_format(text, 7, 0x123456789);
    ck_assert_str_eq(text, "0x1234");
    symbol_format(text, 1, BASE);
    ck_assert_str_eq(text, "");
    free(text);
}
END_TEST

START_TEST(a_text_names_the_function_or_is_the_number)
{
    char text[128];

    add_function(0x10, "frame_get");
    symbol_format(text, sizeof(text), BASE + 0x22);
    ck_assert_str_eq(text, "frame_get+0x12");
    symbol_format(text, sizeof(text), 0);
    ck_assert_str_eq(text, "0");
    symbol_format(text, sizeof(text), BASE + symbol_span);
    ck_assert_str_eq(text, "0xffff82d000010000");
}
END_TEST

int main(void)
{
    return UNIT_RUN("symbol_table",
                    a_name_is_found_wherever_it_stands_behind_its_marker,
                    a_byte_from_128_on_stands_for_a_token,
                    a_long_name_is_cut_and_what_follows_is_found,
                    a_name_is_cut_inside_a_token, offsets_have_all_32_bits,
                    what_is_outside_has_no_name_and_nothing_is_written,
                    a_text_is_cut_to_its_buffer,
                    a_text_names_the_function_or_is_the_number);
}
