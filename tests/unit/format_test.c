/* SPDX-License-Identifier: MIT */
/*
 * format_test.c - format_text() against libc's snprintf: the same random
 * conversions and values go to both, and text and length must be equal.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <hv/format.h>
#include "unit.h"

#pragma GCC diagnostic ignored "-Wformat-nonliteral"

#define ROUNDS  30000
#define SIZE    160

enum value_kind { KIND_INT, KIND_LONG, KIND_TEXT, KIND_POINTER };

struct sample {
    char   fmt[64];
    enum value_kind kind;
    int    stars;               /* widths and precisions among the arguments */
    int    star[2];
    long   value;
    char   text[24];
};

static const char *append(char *to, const char *what)
{
    return strcat(to, what);
}

static void append_number(uint64_t *seed, struct sample *s)
{
    char number[12];

    if (unit_random_below(seed, 4) == 0) {
        append(s->fmt, "*");
        s->star[s->stars++] = (int)unit_random_below(seed, 60) - 20;
    } else {
        snprintf(number, sizeof(number), "%u",
                 (unsigned int)unit_random_below(seed, 40));
        append(s->fmt, number);
    }
}

/* @flags: those the conversion may have. */
static void begin(uint64_t *seed, struct sample *s, const char *flags)
{
    char flag[2] = "";

    memset(s, 0, sizeof(*s));
    snprintf(s->fmt, sizeof(s->fmt), "<%%");
    for (size_t i = unit_random_below(seed, 3); i && *flags; i--) {
        flag[0] = flags[unit_random_below(seed, strlen(flags))];
        append(s->fmt, flag);
    }
    if (unit_random_below(seed, 2))
        append_number(seed, s);
    s->value = (long)unit_random_wide(seed);
    if (unit_random_below(seed, 3) == 0)
        s->value = -s->value;
}

static void maybe_precision(uint64_t *seed, struct sample *s)
{
    if (unit_random_below(seed, 2))
        return;
    append(s->fmt, ".");
    if (unit_random_below(seed, 4))
        append_number(seed, s);
}

static void end(struct sample *s, const char *conversion)
{
    append(s->fmt, conversion);
    append(s->fmt, ">");
}

static void make_integer(uint64_t *seed, struct sample *s, const char *flags,
                         const char *conversions)
{
    static const char *const lengths[] = {
        "", "h", "hh", "l", "ll", "z", "t", "j"
    };
    size_t length = unit_random_below(seed, 8);
    char conversion[2] = "";

    begin(seed, s, flags);
    maybe_precision(seed, s);
    append(s->fmt, lengths[length]);
    s->kind = length < 3 ? KIND_INT : KIND_LONG;
    conversion[0] = conversions[unit_random_below(seed, strlen(conversions))];
    end(s, conversion);
}

static void make_text(uint64_t *seed, struct sample *s)
{
    size_t n = unit_random_below(seed, sizeof(s->text));

    begin(seed, s, "-");
    maybe_precision(seed, s);
    s->kind = KIND_TEXT;
    for (size_t i = 0; i < n; i++)
        s->text[i] = (char)('!' + unit_random_below(seed, 90));
    end(s, "s");
}

static void make_sample(uint64_t *seed, struct sample *s)
{
    switch (unit_random_below(seed, 6)) {
    case 0:
        make_integer(seed, s, "-0+ ", "di");
        break;
    case 1:
        make_integer(seed, s, "-0", "u");
        break;
    case 2:
        make_integer(seed, s, "-0#", "xXo");
        break;
    case 3:
        make_text(seed, s);
        break;
    case 4:
        begin(seed, s, "-");
        s->value = (char)(s->value | 1);
        end(s, "c");
        break;
    default:
        begin(seed, s, "-");
        s->kind = KIND_POINTER;
        s->value |= 1;          /* what libc writes for NULL is its own */
        end(s, "p");
        break;
    }
}

typedef int (*format_fn)(char *buf, size_t size, const char *fmt, ...);

static int apply_long(format_fn fn, char *buf, size_t size,
                      const struct sample *s, long value)
{
    if (s->stars == 0)
        return fn(buf, size, s->fmt, value);
    if (s->stars == 1)
        return fn(buf, size, s->fmt, s->star[0], value);
    return fn(buf, size, s->fmt, s->star[0], s->star[1], value);
}

static int apply_int(format_fn fn, char *buf, size_t size,
                     const struct sample *s, int value)
{
    if (s->stars == 0)
        return fn(buf, size, s->fmt, value);
    if (s->stars == 1)
        return fn(buf, size, s->fmt, s->star[0], value);
    return fn(buf, size, s->fmt, s->star[0], s->star[1], value);
}

static int apply_pointer(format_fn fn, char *buf, size_t size,
                         const struct sample *s, const void *value)
{
    if (s->stars == 0)
        return fn(buf, size, s->fmt, value);
    if (s->stars == 1)
        return fn(buf, size, s->fmt, s->star[0], value);
    return fn(buf, size, s->fmt, s->star[0], s->star[1], value);
}

static int apply(format_fn fn, char *buf, size_t size, const struct sample *s)
{
    switch (s->kind) {
    case KIND_INT:
        return apply_int(fn, buf, size, s, (int)s->value);
    case KIND_LONG:
        return apply_long(fn, buf, size, s, s->value);
    case KIND_POINTER:
        return apply_pointer(fn, buf, size, s, (const void *)s->value);
    default:
        return apply_pointer(fn, buf, size, s, s->text);
    }
}

START_TEST(random_conversions_come_out_as_libc_writes_them)
{
    char ours[SIZE], libcs[SIZE];
    uint64_t seed = 10;
    struct sample s;
    int n;

    for (int round = 0; round < ROUNDS; round++) {
        make_sample(&seed, &s);
        n = apply(snprintf, libcs, sizeof(libcs), &s);
        ck_assert_msg(apply(format_text, ours, sizeof(ours), &s) == n &&
                      !strcmp(ours, libcs), "%s of %ld, '%s': '%s', not '%s'",
                      s.fmt, s.value, s.text, ours, libcs);
    }
}
END_TEST

START_TEST(a_text_too_long_is_cut_and_its_length_returned)
{
    char ours[SIZE], libcs[SIZE];
    uint64_t seed = 11;
    struct sample s;
    size_t size;
    int n;

    for (int round = 0; round < ROUNDS; round++) {
        make_sample(&seed, &s);
        size = unit_random_below(&seed, 24);
        memset(ours, '#', sizeof(ours));
        memset(libcs, '#', sizeof(libcs));
        n = apply(snprintf, libcs, size, &s);
        ck_assert_int_eq(apply(format_text, ours, size, &s), n);
        ck_assert_mem_eq(ours, libcs, sizeof(ours));
    }
}
END_TEST

START_TEST(edges_of_the_integers_are_written_whole)
{
    char ours[SIZE], libcs[SIZE];
    const char *fmt = "%d %d %ld %ld %lu %lx %lo %hhd %hu %#lX%%";
    int n = snprintf(libcs, SIZE, fmt, INT_MIN, INT_MAX, LONG_MIN, LONG_MAX,
                     ULONG_MAX, ULONG_MAX, ULONG_MAX, 200, 70000, 0ul);

    ck_assert_int_eq(n, format_text(ours, SIZE, fmt, INT_MIN, INT_MAX, LONG_MIN,
                                    LONG_MAX, ULONG_MAX, ULONG_MAX, ULONG_MAX,
                                    200, 70000, 0ul));
    ck_assert_str_eq(ours, libcs);
}
END_TEST

/* What follows is ours alone: libc leaves it undefined or differs. Called
 * through a pointer that the compiler cannot see through, it is not refused. */
static volatile format_fn unchecked = format_text;

START_TEST(an_unknown_conversion_is_copied)
{
    char buf[SIZE];

    ck_assert_int_eq(unchecked(buf, SIZE, "a%qb %5.2", 1), 9);
    ck_assert_str_eq(buf, "a%qb %5.2");
    ck_assert_int_eq(unchecked(buf, SIZE, "%"), 1);
    ck_assert_str_eq(buf, "%");
}
END_TEST

START_TEST(no_pointer_is_written_as_null)
{
    char buf[SIZE];

    unchecked(buf, SIZE, "%s %.2s %p", (char *)NULL, (char *)NULL, NULL);
    ck_assert_str_eq(buf, "(null) (n 0x0");
}
END_TEST

START_TEST(a_vast_width_costs_nothing_and_saturates)
{
    char buf[8];

    ck_assert_int_eq(unchecked(buf, sizeof(buf), "%2147483647d%*d", 1,
                               INT_MIN, 2), INT_MAX);
    ck_assert_str_eq(buf, "       ");
    ck_assert_int_eq(unchecked(buf, sizeof(buf), "%99999999999d", 1), INT_MAX);
    ck_assert_int_eq(unchecked(NULL, 0, "%.2147483647d", 1), INT_MAX);
}
END_TEST

START_TEST(a_buffer_of_no_bytes_is_left_alone)
{
    char c = '#';

    ck_assert_int_eq(format_text(&c, 0, "%s", "abc"), 3);
    ck_assert_int_eq(c, '#');
    ck_assert_int_eq(format_text(&c, 1, "%s", "abc"), 3);
    ck_assert_int_eq(c, '\0');
}
END_TEST

int main(void)
{
    return UNIT_RUN("format",
                    random_conversions_come_out_as_libc_writes_them,
                    a_text_too_long_is_cut_and_its_length_returned,
                    edges_of_the_integers_are_written_whole,
                    an_unknown_conversion_is_copied,
                    no_pointer_is_written_as_null,
                    a_vast_width_costs_nothing_and_saturates,
                    a_buffer_of_no_bytes_is_left_alone);
}
