/* SPDX-License-Identifier: MIT */
/* console.c - text out through console_io, which domain 0 may call. */
#include "console.h"
#include "hypercall.h"

void console_write(const char *text, size_t length)
{
    hc_console_io(CONSOLEIO_write, length, (void *)(uintptr_t)text);
}

void print(const char *format, ...)
{
    char line[256];
    va_list args;
    size_t length;

    va_start(args, format);
    length = format_line(line, sizeof(line), format, args);
    va_end(args);
    console_write(line, length);
}
