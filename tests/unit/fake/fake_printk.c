/* SPDX-License-Identifier: MIT */
/*
 * fake_printk.c - messages are kept for the test to look at; a panic prints
 * its reason and aborts, which Check reports as the failure it is.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <hv/printk.h>
#include "fake_printk.h"

unsigned int fake_printk_count;
char fake_printk_last[512];

void fake_printk_reset(void)
{
    fake_printk_count = 0;
    fake_printk_last[0] = '\0';
}

static void record(const char *fmt, va_list args)
{
    fake_printk_count++;
    vsnprintf(fake_printk_last, sizeof(fake_printk_last), fmt, args);
}

void printk(enum log_level level, const char *fmt, ...)
{
    va_list args;

    (void)level;
    va_start(args, fmt);
    record(fmt, args);
    va_end(args);
}

void printk_guest(enum log_level level, const char *fmt, ...)
{
    va_list args;

    (void)level;
    va_start(args, fmt);
    record(fmt, args);
    va_end(args);
}

static void NORETURN die(const char *fmt, va_list args)
{
    vfprintf(stderr, fmt, args);
    fputc('\n', stderr);
    abort();
}

void panic(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    die(fmt, args);
}

void boot_error(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    die(fmt, args);
}
