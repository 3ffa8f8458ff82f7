/* SPDX-License-Identifier: MIT */
/*
 * log_level.h - which messages are printed: loglvl= and guest_loglvl=, and how
 * many of those that somebody else can provoke.
 */
#ifndef HV_LOG_LEVEL_H
#define HV_LOG_LEVEL_H

#include <stdarg.h>
#include <hv/printk.h>
#include <hv/types.h>

/* Levels below @always are printed; those below @limited, at a limited rate. */
struct log_threshold {
    uint8_t always;
    uint8_t limited;
};

/* At most RATE_BURST per RATE_WINDOW; approximate where CPUs race. */
#define RATE_BURST  10u
#define RATE_WINDOW SECONDS(5)
struct rate_limit {
    s_time_t window;        /* [a] when the count began */
    uint32_t count;         /* [a] since then, also those not printed */
};

/* "none", "error", "warning", "info", "debug" or "all"; or two of them with a
 * slash between: always/limited. 0 or -EINVAL, then nothing has changed. */
int log_threshold_parse(const char *value, struct log_threshold *out);

/* May one more be printed? *@lost is how many were not, before this one. */
bool rate_limit_allows(struct rate_limit *limit, uint32_t *lost);

bool log_level_passes(const struct log_threshold *threshold,
                      struct rate_limit *limit, enum log_level level);

/* May a message be printed that guest_loglvl= and its rate govern? */
bool printk_guest_passes(enum log_level level);
/* The same, but for the rate, of which nothing is used up. */
bool printk_guest_may_pass(enum log_level level);

/* A line whatever its level, with @who before it. */
void printk_line(const char *who, const char *fmt, va_list args);
/* What somebody asked for at the keyboard, or what is printed at the end. */
void printk_always(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif
