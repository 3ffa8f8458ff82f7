/* SPDX-License-Identifier: MIT */
/*
 * printk_guest.c - messages that a guest can provoke: each names the vcpu, and
 * guest_loglvl= decides, by default warnings and errors at a limited rate.
 */
#include <asm/current.h>
#include <hv/cmdline.h>
#include <hv/domain.h>
#include <hv/format.h>
#include <hv/log_level.h>
#include <hv/vcpu.h>

static struct log_threshold threshold = {
    .always = LOG_ERROR, .limited = LOG_WARNING + 1,
};
static struct rate_limit limit;

static int parse_guest_loglvl(const char *value)
{
    return log_threshold_parse(value, &threshold);
}
CMDLINE_CUSTOM_OPTION(guest_loglvl, "guest_loglvl", parse_guest_loglvl);

bool printk_guest_passes(enum log_level level)
{
    return log_level_passes(&threshold, &limit, level);
}

bool printk_guest_may_pass(enum log_level level)
{
    return level < threshold.always || level < threshold.limited;
}

/* Nobody, when no vcpu runs here yet or the idle one does. */
static void put_who(char *who, size_t size)
{
    const struct vcpu *v = current;

    who[0] = '\0';
    if (v && v->domain)
        format_text(who, size, "d%uv%u ", v->domain->id, v->id);
}

void printk_guest(enum log_level level, const char *fmt, ...)
{
    char who[24];
    va_list args;

    if (!printk_guest_passes(level))
        return;
    put_who(who, sizeof(who));
    va_start(args, fmt);
    printk_line(who, fmt, args);
    va_end(args);
}
