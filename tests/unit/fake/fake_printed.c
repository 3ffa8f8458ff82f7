/* SPDX-License-Identifier: MIT */
/* fake_printed.c - see fake_printed.h; a test cuts it where it likes. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <hv/log_level.h>
#include "fake_printed.h"

char fake_printed[8192];

void printk_always(const char *fmt, ...)
{
    size_t n = strlen(fake_printed);
    va_list args;

    va_start(args, fmt);
    vsnprintf(fake_printed + n, sizeof(fake_printed) - n, fmt, args);
    va_end(args);
}
