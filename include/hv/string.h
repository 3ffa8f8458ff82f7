/* SPDX-License-Identifier: MIT */
/*
 * string.h - the C library's memory and string functions that a freestanding
 * program supplies itself; same contracts as ISO C, so host tests use libc's.
 */
#ifndef HV_STRING_H
#define HV_STRING_H

#include <hv/types.h>

void *memcpy(void *restrict to, const void *restrict from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int byte, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
char *strchr(const char *s, int c);
char *strstr(const char *s, const char *word);

/* Copy with truncation, always terminated; returns strlen(@from). */
size_t string_copy(char *to, const char *from, size_t size);
/* Parse an unsigned number, 0x and 0 prefixes when @base is 0; *end is where it
 * stopped, @s itself when nothing was read. Too large reads as UINT64_MAX. */
uint64_t string_to_u64(const char *s, const char **end, unsigned int base);
/* A number with an optional B, K, M, G or T suffix (default: @unit bytes);
 * *end and too large as above. */
uint64_t string_to_size(const char *s, const char **end, uint64_t unit);

#endif
