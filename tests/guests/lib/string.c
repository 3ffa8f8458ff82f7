/* SPDX-License-Identifier: MIT */
/* string.c - memory functions, a byte at a time. */
#include "string.h"

void *memcpy(void *to, const void *from, size_t n)
{
    void *start = to;

    asm volatile("rep movsb" : "+D" (to), "+S" (from), "+c" (n) : : "memory");
    return start;
}

void *memset(void *to, int byte, size_t n)
{
    void *start = to;

    asm volatile("rep stosb" : "+D" (to), "+c" (n) : "a" (byte) : "memory");
    return start;
}

int memcmp(const void *a, const void *b, size_t n)
{
    const unsigned char *x = a, *y = b;

    for (size_t i = 0; i < n; i++) {
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    }
    return 0;
}

size_t strlen(const char *s)
{
    size_t n = 0;

    while (s[n])
        n++;
    return n;
}

int strncmp(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (a[i] != b[i] || !a[i])
            return (unsigned char)a[i] - (unsigned char)b[i];
    }
    return 0;
}
