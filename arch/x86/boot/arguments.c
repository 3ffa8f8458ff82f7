/* SPDX-License-Identifier: MIT */
/*
 * arguments.c - the arguments in a line that the loader passes on. GRUB 2
 * leaves out the file's name, other loaders begin with it; Debian's GRUB
 * scripts put the word "placeholder" in its place.
 */
#include <hv/boot_info.h>
#include <hv/compiler.h>
#include <hv/string.h>

#define PLACEHOLDER "placeholder"

static bool __init is_grub2(void)
{
    const char *name = strstr(boot_info.loader, "GRUB ");

    return name && name[5] != '0';
}

const char *__init boot_arguments(const char *line)
{
    while (*line == ' ')
        line++;
    if (!is_grub2() || !strncmp(line, PLACEHOLDER, sizeof(PLACEHOLDER) - 1))
        while (*line && *line != ' ')
            line++;
    while (*line == ' ')
        line++;
    return line;
}
