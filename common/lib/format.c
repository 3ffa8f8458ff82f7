/* SPDX-License-Identifier: MIT */
/*
 * format.c - printf into a buffer.
 *
 * A conversion is read into a struct spec, and the text it stands for goes
 * through put(), which counts everything and stores what fits. Padding is
 * stored at most to the end of the buffer: no width makes a call long. A
 * conversion not known is copied as it stands.
 */
#include <limits.h>
#include <hv/format.h>
#include <hv/string.h>

struct sink {
    char  *buf;
    size_t size;
    size_t length;      /* of the whole text; may be above size */
};

struct spec {
    bool left, zero, plus, space, alternate;
    int  width;
    int  precision;     /* -1: none given */
    int  shorter;       /* how many h */
    int  longer;        /* how many l; z, t and j count as one */
    char conversion;
};

#define DIGITS_MAX  22  /* of a 64-bit number, in octal */

static void put(struct sink *out, char c)
{
    if (out->length + 1 < out->size)
        out->buf[out->length] = c;
    out->length++;
}

static void put_text(struct sink *out, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        put(out, text[i]);
}

static void put_repeated(struct sink *out, char c, size_t n)
{
    size_t room = out->size > out->length ? out->size - out->length : 0;

    for (size_t i = MIN(n, room); i; i--, n--)
        put(out, c);
    out->length += n;
}

/* How much of @width is left when @used columns are taken. */
static size_t padding(int width, size_t used)
{
    return (size_t)width > used ? (size_t)width - used : 0;
}

/* -- reading a conversion -------------------------------------------------- */

static bool take_flag(struct spec *spec, char c)
{
    switch (c) {
    case '-': spec->left = true; return true;
    case '0': spec->zero = true; return true;
    case '+': spec->plus = true; return true;
    case ' ': spec->space = true; return true;
    case '#': spec->alternate = true; return true;
    default: return false;
    }
}

static const char *read_number(const char *p, int *number)
{
    int n = 0;

    for (; *p >= '0' && *p <= '9'; p++)
        n = n > (INT_MAX - 9) / 10 ? INT_MAX : n * 10 + (*p - '0');
    *number = n;
    return p;
}

static const char *read_length(struct spec *spec, const char *p)
{
    for (;; p++) {
        if (*p == 'h')
            spec->shorter++;
        else if (*p == 'l' || *p == 'z' || *p == 't' || *p == 'j')
            spec->longer++;
        else
            return p;
    }
}

/* A width taken from the arguments: negative means left-justified. */
static void set_width(struct spec *spec, int width)
{
    if (width < 0) {
        spec->left = true;
        width = width == INT_MIN ? INT_MAX : -width;
    }
    spec->width = width;
}

/* A precision taken from the arguments: negative means none. */
static void set_precision(struct spec *spec, int precision)
{
    spec->precision = precision < 0 ? -1 : precision;
}

/* @p is behind the percent sign; returns the place of the conversion. */
static const char *read_spec(struct spec *spec, const char *p, va_list *args)
{
    *spec = (struct spec){ .precision = -1 };
    while (take_flag(spec, *p))
        p++;
    if (*p == '*') {
        set_width(spec, va_arg(*args, int));
        p++;
    } else {
        p = read_number(p, &spec->width);
    }
    if (*p == '.') {
        if (*++p == '*') {
            set_precision(spec, va_arg(*args, int));
            p++;
        } else {
            p = read_number(p, &spec->precision);
        }
    }
    p = read_length(spec, p);
    spec->conversion = *p;
    return p;
}

/* -- integers -------------------------------------------------------------- */

static uint64_t read_unsigned(const struct spec *spec, va_list *args)
{
    uint64_t value;

    if (spec->longer)
        return va_arg(*args, unsigned long);
    value = va_arg(*args, unsigned int);
    if (spec->shorter == 1)
        return (unsigned short)value;
    return spec->shorter ? (unsigned char)value : value;
}

static int64_t read_signed(const struct spec *spec, va_list *args)
{
    int value;

    if (spec->longer)
        return va_arg(*args, long);
    value = va_arg(*args, int);
    if (spec->shorter == 1)
        return (short)value;
    return spec->shorter ? (signed char)value : value;
}

/* Write the digits of @value so that they end at @end; returns their start.
 * Zero has none: precision supplies it. */
static char *digits_before(char *end, uint64_t value, unsigned int base,
                           bool upper)
{
    const char *set = upper ? "0123456789ABCDEF" : "0123456789abcdef";

    for (; value; value /= base)
        *--end = set[value % base];
    return end;
}

/* @prefix is a sign or 0x; between it and the digits go the zeros that
 * precision or the 0 flag asks for. */
static void put_digits(struct sink *out, const struct spec *spec,
                       const char *prefix, const char *digits, size_t n)
{
    size_t prefix_length = strlen(prefix);
    size_t zeros = padding(spec->precision < 0 ? 1 : spec->precision, n);
    size_t blanks;

    if (spec->conversion == 'o' && spec->alternate && !zeros)
        zeros = 1;
    blanks = padding(spec->width, prefix_length + zeros + n);
    if (spec->zero && !spec->left && spec->precision < 0) {
        zeros += blanks;
        blanks = 0;
    }
    if (!spec->left)
        put_repeated(out, ' ', blanks);
    put_text(out, prefix, prefix_length);
    put_repeated(out, '0', zeros);
    put_text(out, digits, n);
    if (spec->left)
        put_repeated(out, ' ', blanks);
}

static void put_number(struct sink *out, const struct spec *spec,
                       const char *prefix, uint64_t value, unsigned int base)
{
    char digits[DIGITS_MAX], *end = digits + sizeof(digits);
    char *first = digits_before(end, value, base, spec->conversion == 'X');

    put_digits(out, spec, prefix, first, (size_t)(end - first));
}

static void put_signed(struct sink *out, const struct spec *spec, int64_t value)
{
    const char *sign = spec->plus ? "+" : spec->space ? " " : "";

    if (value < 0)
        put_number(out, spec, "-", -(uint64_t)value, 10);
    else
        put_number(out, spec, sign, (uint64_t)value, 10);
}

static void put_hex(struct sink *out, const struct spec *spec, uint64_t value)
{
    const char *prefix = "";

    if (spec->alternate && value)
        prefix = spec->conversion == 'X' ? "0X" : "0x";
    put_number(out, spec, prefix, value, 16);
}

/* -- text ------------------------------------------------------------------ */

static void put_padded(struct sink *out, const struct spec *spec,
                       const char *text, size_t n)
{
    size_t blanks = padding(spec->width, n);

    if (!spec->left)
        put_repeated(out, ' ', blanks);
    put_text(out, text, n);
    if (spec->left)
        put_repeated(out, ' ', blanks);
}

static void put_string(struct sink *out, const struct spec *spec,
                       const char *text)
{
    size_t max = spec->precision < 0 ? SIZE_MAX : (size_t)spec->precision;

    if (!text)
        text = "(null)";
    put_padded(out, spec, text, strnlen(text, max));
}

static void put_character(struct sink *out, const struct spec *spec, char c)
{
    put_padded(out, spec, &c, 1);
}

/* -- the whole ------------------------------------------------------------- */

/* False when the conversion is none that we know. */
static bool put_conversion(struct sink *out, const struct spec *spec,
                           va_list *args)
{
    switch (spec->conversion) {
    case 'd':
    case 'i':
        put_signed(out, spec, read_signed(spec, args));
        return true;
    case 'u':
        put_number(out, spec, "", read_unsigned(spec, args), 10);
        return true;
    case 'o':
        put_number(out, spec, "", read_unsigned(spec, args), 8);
        return true;
    case 'x':
    case 'X':
        put_hex(out, spec, read_unsigned(spec, args));
        return true;
    case 'p':
        put_number(out, spec, "0x", (uintptr_t)va_arg(*args, void *), 16);
        return true;
    case 'c':
        put_character(out, spec, (char)va_arg(*args, int));
        return true;
    case 's':
        put_string(out, spec, va_arg(*args, const char *));
        return true;
    case '%':
        put(out, '%');
        return true;
    default:
        return false;
    }
}

static void put_all(struct sink *out, const char *fmt, va_list *args)
{
    struct spec spec;
    const char *stop;

    for (; *fmt; fmt++) {
        if (*fmt != '%') {
            put(out, *fmt);
            continue;
        }
        stop = read_spec(&spec, fmt + 1, args);
        if (!put_conversion(out, &spec, args)) {
            put_text(out, fmt, (size_t)(stop - fmt));
            stop--;             /* what stands there is ordinary text */
        }
        fmt = stop;
    }
}

int format_text_v(char *buf, size_t size, const char *fmt, va_list args)
{
    struct sink out = { .buf = buf, .size = size };
    va_list rest;

    va_copy(rest, args);        /* a va_list parameter has no usable address */
    put_all(&out, fmt, &rest);
    va_end(rest);
    if (size)
        buf[MIN(out.length, size - 1)] = '\0';
    return (int)MIN(out.length, (size_t)INT_MAX);
}

int format_text(char *buf, size_t size, const char *fmt, ...)
{
    va_list args;
    int length;

    va_start(args, fmt);
    length = format_text_v(buf, size, fmt, args);
    va_end(args);
    return length;
}
