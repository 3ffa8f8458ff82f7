/* SPDX-License-Identifier: MIT */
/*
 * printk.c - the hypervisor's own messages, a line each, as loglvl= wants them.
 *
 * A line is made on the stack, put into the message ring in one piece, and sent
 * on by whoever holds the console: so any context may call, NMI as well.
 */
#include <hv/cmdline.h>
#include <hv/conring.h>
#include <hv/console.h>
#include <hv/errno.h>
#include <hv/format.h>
#include <hv/log_level.h>
#include <hv/printk.h>
#include <hv/string.h>
#include <hv/time.h>

#define PREFIX      "(PPT) "
#define LINE_SIZE   400

static struct log_threshold threshold = {
    .always = LOG_INFO + 1, .limited = LOG_INFO + 1,
};
static struct rate_limit limit;
static bool has_timestamps;

static int parse_loglvl(const char *value)
{
    return log_threshold_parse(value, &threshold);
}
CMDLINE_CUSTOM_OPTION(loglvl, "loglvl", parse_loglvl);

static int parse_timestamps(const char *value)
{
    if (value[0] == '\0' || strcmp(value, "boot") == 0)
        has_timestamps = true;
    else if (strcmp(value, "none") == 0)
        has_timestamps = false;
    else
        return -EINVAL;
    return 0;
}
CMDLINE_CUSTOM_OPTION(timestamps, "console_timestamps", parse_timestamps);

static size_t put_timestamp(char *line, size_t size)
{
    uint64_t us = (uint64_t)system_time() / 1000;

    return (size_t)format_text(line, size, "[%5llu.%06llu] ",
                               (unsigned long long)(us / 1000000),
                               (unsigned long long)(us % 1000000));
}

/* What was cut off still ends its line. */
static size_t end_line(char *line, size_t length)
{
    if (length > LINE_SIZE - 1)
        length = LINE_SIZE - 1;
    if (line[length - 1] != '\n') {
        if (length == LINE_SIZE - 1)
            length--;
        line[length++] = '\n';
    }
    return length;
}

void printk_line(const char *who, const char *fmt, va_list args)
{
    char line[LINE_SIZE];
    size_t n = string_copy(line, PREFIX, sizeof(line));

    if (has_timestamps)
        n += put_timestamp(line + n, sizeof(line) - n);
    n += string_copy(line + n, who, sizeof(line) - n);
    n += (size_t)format_text_v(line + n, sizeof(line) - n, fmt, args);
    n = end_line(line, n);
    conring_write(line, n);
    console_kick();
}

void printk(enum log_level level, const char *fmt, ...)
{
    va_list args;

    if (!log_level_passes(&threshold, &limit, level))
        return;
    va_start(args, fmt);
    printk_line("", fmt, args);
    va_end(args);
}

void printk_always(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    printk_line("", fmt, args);
    va_end(args);
}
