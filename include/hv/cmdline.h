/* SPDX-License-Identifier: MIT */
/*
 * cmdline.h - boot options, declared where they are used and gathered by the
 * linker. Grammar: words split by blanks; name, name=value, no-name for a
 * boolean; a value may be quoted. An unknown name is reported as a warning.
 */
#ifndef HV_CMDLINE_H
#define HV_CMDLINE_H

#include <hv/compiler.h>
#include <hv/types.h>

enum cmdline_kind {
    CMDLINE_BOOL,       /* bool: name, name=on|off|yes|no|true|false|1|0 */
    CMDLINE_UINT,       /* unsigned int */
    CMDLINE_SIZE,       /* uint64_t, bytes, K M G T suffix, default unit KiB */
    CMDLINE_STRING,     /* char[size], truncated with a warning */
    CMDLINE_CUSTOM,     /* int (*)(const char *value): 0 or -EINVAL */
};

struct cmdline_option {
    const char *name;
    enum cmdline_kind kind;
    void *var;          /* where the value goes; unused by CMDLINE_CUSTOM */
    size_t size;        /* of *var, for CMDLINE_STRING */
    int (*parse)(const char *value);
};

#define CMDLINE_OPTION(id, ...)                                             \
    static const struct cmdline_option cmdline_##id                         \
        __attribute__((used, section(".init.cmdline"), aligned(8))) =       \
        { __VA_ARGS__ }
#define CMDLINE_BOOL_OPTION(id, text)                                       \
    CMDLINE_OPTION(id, text, CMDLINE_BOOL, &(id), sizeof(id), NULL)
#define CMDLINE_UINT_OPTION(id, text)                                       \
    CMDLINE_OPTION(id, text, CMDLINE_UINT, &(id), sizeof(id), NULL)
#define CMDLINE_SIZE_OPTION(id, text)                                       \
    CMDLINE_OPTION(id, text, CMDLINE_SIZE, &(id), sizeof(id), NULL)
#define CMDLINE_STRING_OPTION(id, text)                                     \
    CMDLINE_OPTION(id, text, CMDLINE_STRING, id, sizeof(id), NULL)
#define CMDLINE_CUSTOM_OPTION(id, text, fn)                                 \
    CMDLINE_OPTION(id, text, CMDLINE_CUSTOM, NULL, 0, fn)

/* Parse @line against @table; unknown names and bad values are reported
 * through printk(LOG_WARNING), and the rest still applies. */
void cmdline_parse(const char *line, const struct cmdline_option *table,
                   size_t count);

#endif
