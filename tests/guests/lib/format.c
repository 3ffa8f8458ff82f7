/* SPDX-License-Identifier: MIT */
/* format.c - text from numbers: the part of printf that the tests use. */
#include <stdbool.h>
#include <stdint.h>

#include "console.h"

struct output {
    char *to;
    size_t size;
    size_t used;
};

static void put(struct output *out, char c)
{
    if (out->used < out->size)
        out->to[out->used++] = c;
}

static void put_string(struct output *out, const char *s)
{
    while (*s)
        put(out, *s++);
}

static void put_number(struct output *out, uint64_t value, unsigned base)
{
    char digit[20];
    unsigned n = 0;

    do {
        digit[n++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    while (n)
        put(out, digit[--n]);
}

static void put_signed(struct output *out, int64_t value)
{
    if (value < 0)
        put(out, '-');
    put_number(out, value < 0 ? -(uint64_t)value : (uint64_t)value, 10);
}

/* One conversion: @c follows the percent sign, @is_long if an l stood there. */
static void convert(struct output *out, char c, bool is_long, va_list *args)
{
    switch (c) {
    case 's':
        put_string(out, va_arg(*args, const char *));
        break;
    case 'c':
        put(out, (char)va_arg(*args, int));
        break;
    case 'd':
        put_signed(out, is_long ? va_arg(*args, long) : va_arg(*args, int));
        break;
    case 'u':
    case 'x':
        put_number(out, is_long ? va_arg(*args, unsigned long)
                                : va_arg(*args, unsigned int),
                   c == 'x' ? 16 : 10);
        break;
    default:
        put(out, c);
        break;
    }
}

size_t format_line(char *to, size_t size, const char *format, va_list args)
{
    struct output out = { to, size, 0 };
    va_list list;

    va_copy(list, args);
    while (*format) {
        bool is_long = false;

        if (*format != '%') {
            put(&out, *format++);
            continue;
        }
        format++;
        if (*format == 'l') {
            is_long = true;
            format++;
        }
        if (*format)
            convert(&out, *format++, is_long, &list);
    }
    va_end(list);
    return out.used;
}
