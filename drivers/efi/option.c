/* SPDX-License-Identifier: MIT */
/* option.c - efi=: words divided by commas. */
#include <hv/cmdline.h>
#include <hv/efi.h>
#include <hv/errno.h>
#include <hv/string.h>

struct efi_option efi_option = { .runtime_services = true };

static const struct word {
    const char *text;
    bool *option;
    bool value;
} words[] __initconst = {
    { "rs", &efi_option.runtime_services, true },
    { "rs=1", &efi_option.runtime_services, true },
    { "rs=0", &efi_option.runtime_services, false },
    { "no-rs", &efi_option.runtime_services, false },
    { "attr=uc", &efi_option.unknown_is_uncached, true },
    { "attr=no", &efi_option.unknown_is_uncached, false },
};

static int __init apply(const char *text, size_t length)
{
    for (size_t i = 0; i < ARRAY_SIZE(words); i++)
        if (strlen(words[i].text) == length &&
            strncmp(words[i].text, text, length) == 0) {
            *words[i].option = words[i].value;
            return 0;
        }
    return -EINVAL;
}

static int __init parse_efi(const char *value)
{
    for (;;) {
        const char *comma = strchr(value, ',');
        size_t length = comma ? (size_t)(comma - value) : strlen(value);

        if (apply(value, length))
            return -EINVAL;
        if (!comma)
            return 0;
        value = comma + 1;
    }
}
CMDLINE_CUSTOM_OPTION(efi, "efi", parse_efi);
