/* SPDX-License-Identifier: MIT */
/*
 * string.c - the string functions of ISO C, one byte at a time: strings here
 * are option words and names. The memory functions are the architecture's.
 */
#include <hv/string.h>

size_t strlen(const char *s)
{
    const char *end = s;

    while (*end)
        end++;
    return (size_t)(end - s);
}

size_t strnlen(const char *s, size_t max)
{
    size_t n = 0;

    while (n < max && s[n])
        n++;
    return n;
}

int strcmp(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return (int)(unsigned char)*a - (int)(unsigned char)*b;
}

int strncmp(const char *a, const char *b, size_t n)
{
    for (; n; n--, a++, b++) {
        if (*a != *b)
            return (int)(unsigned char)*a - (int)(unsigned char)*b;
        if (!*a)
            break;
    }
    return 0;
}

char *strchr(const char *s, int c)
{
    for (; *s != (char)c; s++)
        if (!*s)
            return NULL;
    return (char *)s;
}

static bool starts_with(const char *s, const char *word)
{
    while (*word && *s == *word) {
        s++;
        word++;
    }
    return !*word;
}

char *strstr(const char *s, const char *word)
{
    for (; !starts_with(s, word); s++)
        if (!*s)
            return NULL;
    return (char *)s;
}
