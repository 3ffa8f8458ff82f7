/* SPDX-License-Identifier: MIT */
/*
 * cmdline.c - boot options: split the line into words, find what each names,
 * store its value. A word that cannot be used costs a warning, never the rest
 * of the line. Several options may share a name: each of them is set.
 */
#include <limits.h>
#include <hv/cmdline.h>
#include <hv/errno.h>
#include <hv/printk.h>
#include <hv/string.h>

#define WORD_MAX    512     /* bytes of one word, with the terminator */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* -- values: each returns 0, or -EINVAL having changed nothing ------------- */

static __init int parse_bool(const char *value, bool *result)
{
    static const char *const yes[] = { "on", "yes", "true", "1" };
    static const char *const no[] = { "off", "no", "false", "0" };
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(yes); i++) {
        if (!strcmp(value, yes[i])) {
            *result = true;
            return 0;
        }
        if (!strcmp(value, no[i])) {
            *result = false;
            return 0;
        }
    }
    return -EINVAL;
}

static __init int parse_uint(const char *value, unsigned int *result)
{
    const char *end;
    uint64_t number = string_to_u64(value, &end, 0);

    if (end == value || *end || number > UINT_MAX)
        return -EINVAL;
    *result = (unsigned int)number;
    return 0;
}

static __init int parse_size(const char *value, uint64_t *result)
{
    const char *end;
    uint64_t bytes = string_to_size(value, &end, KIB(1));

    if (end == value || *end || bytes == UINT64_MAX)
        return -EINVAL;
    *result = bytes;
    return 0;
}

static __init int copy_string(const struct cmdline_option *option,
                              const char *value)
{
    if (string_copy(option->var, value, option->size) >= option->size)
        printk(LOG_WARNING, "option '%s': value cut to '%s'\n", option->name,
               (const char *)option->var);
    return 0;
}

/* @value is NULL when the word had no equals sign. */
static __init int store(const struct cmdline_option *option, const char *value)
{
    if (option->kind == CMDLINE_CUSTOM)
        return option->parse(value ? value : "");
    if (option->kind == CMDLINE_BOOL)
        return parse_bool(value ? value : "on", option->var);
    if (!value)
        return -EINVAL;
    if (option->kind == CMDLINE_UINT)
        return parse_uint(value, option->var);
    if (option->kind == CMDLINE_SIZE)
        return parse_size(value, option->var);
    return copy_string(option, value);
}

/* -- words ----------------------------------------------------------------- */

/* Set every option called @name; false when there is none. */
static __init bool apply(const char *name, const char *value, bool only_bool,
                         const struct cmdline_option *table, size_t count)
{
    bool known = false;

    for (size_t i = 0; i < count; i++) {
        const struct cmdline_option *option = &table[i];

        if (strcmp(option->name, name) ||
            (only_bool && option->kind != CMDLINE_BOOL))
            continue;
        known = true;
        if (!store(option, value))
            continue;
        if (value)
            printk(LOG_WARNING, "option '%s': bad value '%s', ignored\n",
                   name, value);
        else
            printk(LOG_WARNING, "option '%s' needs a value, ignored\n", name);
    }
    return known;
}

static __init void apply_word(char *word, const struct cmdline_option *table,
                              size_t count)
{
    char *value = strchr(word, '=');
    bool known;

    if (value)
        *value++ = '\0';
    known = apply(word, value, false, table, count);
    if (!known && !value && !strncmp(word, "no-", 3))
        known = apply(word + 3, "off", true, table, count);
    if (!known)
        printk(LOG_WARNING, "option '%s' is not known, ignored\n", word);
}

/* Copy the next word of @line without its quotes; NULL when there is none.
 * *length is what the word needs, which may be more than what was stored. */
static __init const char *next_word(const char *line, char *word,
                                    size_t *length)
{
    bool quoted = false;
    size_t n = 0;

    while (is_blank(*line))
        line++;
    if (!*line)
        return NULL;
    for (; *line && (quoted || !is_blank(*line)); line++) {
        if (*line == '"') {
            quoted = !quoted;
            continue;
        }
        if (n < WORD_MAX - 1)
            word[n] = *line;
        n++;
    }
    word[MIN(n, (size_t)WORD_MAX - 1)] = '\0';
    *length = n;
    return line;
}

__init void cmdline_parse(const char *line, const struct cmdline_option *table,
                          size_t count)
{
    static char word[WORD_MAX] __initdata;
    size_t length;

    while ((line = next_word(line, word, &length))) {
        if (length >= WORD_MAX)
            printk(LOG_WARNING, "option '%.32s...' is too long, ignored\n",
                   word);
        else if (length)
            apply_word(word, table, count);
    }
}
