/* SPDX-License-Identifier: MIT */
/* log_level.c - thresholds of messages, and the rate of provoked ones. */
#include <hv/errno.h>
#include <hv/log_level.h>
#include <hv/string.h>
#include <hv/time.h>

static const struct {
    const char *name;
    uint8_t below;
} levels[] = {
    { "none", LOG_ERROR },
    { "error", LOG_ERROR + 1 },
    { "warning", LOG_WARNING + 1 },
    { "info", LOG_INFO + 1 },
    { "debug", LOG_DEBUG + 1 },
    { "all", LOG_DEBUG + 1 },
};

static int parse_level(const char *word, size_t n, uint8_t *below)
{
    for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
        if (strlen(levels[i].name) == n &&
            strncmp(levels[i].name, word, n) == 0) {
            *below = levels[i].below;
            return 0;
        }
    }
    return -EINVAL;
}

int log_threshold_parse(const char *value, struct log_threshold *out)
{
    const char *slash = strchr(value, '/');
    size_t n = slash ? (size_t)(slash - value) : strlen(value);
    struct log_threshold parsed;
    int rc = parse_level(value, n, &parsed.always);

    if (rc)
        return rc;
    parsed.limited = parsed.always;
    if (slash)
        rc = parse_level(slash + 1, strlen(slash + 1), &parsed.limited);
    if (rc)
        return rc;
    *out = parsed;
    return 0;
}

bool rate_limit_allows(struct rate_limit *limit, uint32_t *lost)
{
    s_time_t now = system_time();
    s_time_t window = READ_ONCE(limit->window);

    *lost = 0;
    if (now - window >= RATE_WINDOW &&
        __atomic_compare_exchange_n(&limit->window, &window, now, false,
                                    __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
        uint32_t count = __atomic_exchange_n(&limit->count, 0,
                                             __ATOMIC_RELAXED);
        if (count > RATE_BURST)
            *lost = count - RATE_BURST;
    }
    return __atomic_fetch_add(&limit->count, 1, __ATOMIC_RELAXED) < RATE_BURST;
}

bool log_level_passes(const struct log_threshold *threshold,
                      struct rate_limit *limit, enum log_level level)
{
    uint32_t lost;

    if (level < threshold->always)
        return true;
    if (level >= threshold->limited || !rate_limit_allows(limit, &lost))
        return false;
    if (lost)
        printk_always("%u messages like the next were not printed\n", lost);
    return true;
}
