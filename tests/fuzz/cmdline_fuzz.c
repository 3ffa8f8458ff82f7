/* SPDX-License-Identifier: MIT */
/*
 * cmdline_fuzz.c - any line of options: strings stay terminated, custom values
 * come as strings, and nothing beyond a variable changes.
 */
#include <stdlib.h>
#include <hv/cmdline.h>
#include <hv/errno.h>
#include "fuzz.h"

static struct {
    char before[8], text[8], after[8];
} guarded;
static bool flag;
static unsigned int number;
static uint64_t amount;

static int take(const char *value)
{
    return strlen(value) & 1 ? -EINVAL : 0;
}

static const struct cmdline_option options[] = {
    { "flag", CMDLINE_BOOL, &flag, sizeof(flag), NULL },
    { "number", CMDLINE_UINT, &number, sizeof(number), NULL },
    { "dom0_mem", CMDLINE_SIZE, &amount, sizeof(amount), NULL },
    { "name", CMDLINE_STRING, guarded.text, sizeof(guarded.text), NULL },
    { "custom", CMDLINE_CUSTOM, NULL, 0, take },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *line = malloc(size + 1);

    if (size)
        memcpy(line, data, size);
    line[size] = '\0';
    memset(&guarded, 0x5a, sizeof(guarded));
    guarded.text[0] = '\0';
    cmdline_parse(line, options, ARRAY_SIZE(options));
    free(line);
    ck_assert(memchr(guarded.text, 0, sizeof(guarded.text)));
    for (unsigned int i = 0; i < 8; i++)
        ck_assert(guarded.before[i] == 0x5a && guarded.after[i] == 0x5a);
    ck_assert(*(uint8_t *)&flag <= 1);
    return 0;
}
