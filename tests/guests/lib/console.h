/* SPDX-License-Identifier: MIT */
/* console.h - one line of text to whoever watches the machine. */
#ifndef GUEST_CONSOLE_H
#define GUEST_CONSOLE_H

#include <stdarg.h>
#include <stddef.h>

/* Once the shared page is mapped, and before any text. */
void console_init(void);
void console_write(const char *text, size_t length);

/* %s %d %u %x %lx %ld %lu %c %%, no widths; longer lines are cut. */
void print(const char *format, ...) __attribute__((format(printf, 1, 2)));
size_t format_line(char *to, size_t size, const char *format, va_list args);

#endif
