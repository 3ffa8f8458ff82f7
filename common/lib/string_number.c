/* SPDX-License-Identifier: MIT */
/*
 * string_number.c - numbers and sizes written in text, and a copy that cannot
 * overrun. A number too large for 64 bits reads as UINT64_MAX, all its digits
 * consumed, so that a caller's range check refuses it.
 */
#include <hv/string.h>

#define NOT_A_DIGIT 255u

static unsigned int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned int)(c - '0');
    if (c >= 'a' && c <= 'z')
        return (unsigned int)(c - 'a') + 10;
    if (c >= 'A' && c <= 'Z')
        return (unsigned int)(c - 'A') + 10;
    return NOT_A_DIGIT;
}

size_t string_copy(char *to, const char *from, size_t size)
{
    size_t n;

    for (n = 0; from[n]; n++)
        if (n + 1 < size)
            to[n] = from[n];
    if (size)
        to[n < size ? n : size - 1] = '\0';
    return n;
}

static bool has_hex_prefix(const char *s)
{
    return s[0] == '0' && (s[1] == 'x' || s[1] == 'X') &&
           digit_value(s[2]) < 16;
}

/* Step over a prefix that @base allows; returns the base to read in. */
static unsigned int skip_prefix(const char **s, unsigned int base)
{
    if ((base == 0 || base == 16) && has_hex_prefix(*s)) {
        *s += 2;
        return 16;
    }
    if (base)
        return base;
    return **s == '0' ? 8 : 10;
}

uint64_t string_to_u64(const char *s, const char **end, unsigned int base)
{
    uint64_t value = 0;
    bool overflow = false;
    unsigned int digit;

    base = skip_prefix(&s, base);
    for (; (digit = digit_value(*s)) < base; s++)
        overflow |= __builtin_mul_overflow(value, base, &value) ||
                    __builtin_add_overflow(value, digit, &value);
    if (end)
        *end = s;
    return overflow ? UINT64_MAX : value;
}

/* The factor a suffix letter stands for, or 0 when @c is no suffix. */
static uint64_t suffix_unit(char c)
{
    switch (c) {
    case 'B': case 'b':
        return 1;
    case 'K': case 'k':
        return KIB(1);
    case 'M': case 'm':
        return MIB(1);
    case 'G': case 'g':
        return GIB(1);
    case 'T': case 't':
        return GIB(1024);
    default:
        return 0;
    }
}

uint64_t string_to_size(const char *s, const char **end, uint64_t unit)
{
    const char *stop;
    uint64_t value = string_to_u64(s, &stop, 0);
    uint64_t factor = stop == s ? 0 : suffix_unit(*stop);

    if (factor) {
        unit = factor;
        stop++;
    }
    if (end)
        *end = stop;
    if (__builtin_mul_overflow(value, unit, &value))
        return UINT64_MAX;
    return value;
}
