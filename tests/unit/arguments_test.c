/* SPDX-License-Identifier: MIT */
/*
 * arguments_test.c - where a loader's line has our file's name, and where not.
 */
#include <string.h>
#include <hv/boot_info.h>
#include "unit.h"

struct boot_info boot_info;

static const char *arguments(const char *loader, const char *line)
{
    memset(&boot_info, 0, sizeof(boot_info));
    strcpy(boot_info.loader, loader);
    return boot_arguments(line);
}

START_TEST(most_loaders_begin_with_the_files_name)
{
    ck_assert_str_eq(arguments("", "/boot/parapet a b=c"), "a b=c");
    ck_assert_str_eq(arguments("qemu", "  parapet   a "), "a ");
    ck_assert_str_eq(arguments("GNU GRUB 0.97", "/parapet a"), "a");
}
END_TEST

START_TEST(grub_2_leaves_it_out)
{
    ck_assert_str_eq(arguments("GRUB 2.06-13", "a b=c"), "a b=c");
    ck_assert_str_eq(arguments("GRUB 2.06-13", "  a"), "a");
}
END_TEST

START_TEST(debians_placeholder_is_no_argument)
{
    ck_assert_str_eq(arguments("GRUB 2.06-13", "placeholder a"), "a");
    ck_assert_str_eq(arguments("GRUB 2.06-13", "placeholder"), "");
}
END_TEST

START_TEST(nothing_has_no_arguments)
{
    ck_assert_str_eq(arguments("", ""), "");
    ck_assert_str_eq(arguments("", "   "), "");
    ck_assert_str_eq(arguments("", "/boot/parapet"), "");
    ck_assert_str_eq(arguments("GRUB 2.06", "  "), "");
}
END_TEST

int main(void)
{
    return UNIT_RUN("arguments",
        most_loaders_begin_with_the_files_name,
        grub_2_leaves_it_out,
        debians_placeholder_is_no_argument,
        nothing_has_no_arguments);
}
