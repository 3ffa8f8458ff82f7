/* SPDX-License-Identifier: MIT */
/* cmdline_test.c - lines of options, the variables they set, the warnings. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <hv/cmdline.h>
#include <hv/errno.h>
#include "fake_printk.h"
#include "unit.h"

static bool flag, twin;
static unsigned int number;
static uint64_t amount;
static char name[8];
static char custom[64];

static int parse_custom(const char *value)
{
    if (!strcmp(value, "bad"))
        return -EINVAL;
    strcpy(custom, value);
    return 0;
}

CMDLINE_BOOL_OPTION(flag, "flag");
CMDLINE_BOOL_OPTION(twin, "flag");
CMDLINE_UINT_OPTION(number, "number");
CMDLINE_SIZE_OPTION(amount, "dom0_mem");
CMDLINE_STRING_OPTION(name, "name");
CMDLINE_CUSTOM_OPTION(custom, "custom", parse_custom);

/* What the linker does in the hypervisor; here the test does it. */
static void parse(const char *line)
{
    const struct cmdline_option table[] = {
        cmdline_flag, cmdline_twin, cmdline_number, cmdline_amount,
        cmdline_name, cmdline_custom,
    };

    flag = twin = false;
    number = 77;
    amount = 88;
    strcpy(name, "unset");
    strcpy(custom, "unset");
    fake_printk_reset();
    cmdline_parse(line, table, ARRAY_SIZE(table));
}

START_TEST(each_kind_of_option_is_set)
{
    parse("flag number=0x20 dom0_mem=512M name=com1 custom=a,b=c");
    ck_assert(flag);
    ck_assert_uint_eq(number, 32);
    ck_assert_uint_eq(amount, 512ul << 20);
    ck_assert_str_eq(name, "com1");
    ck_assert_str_eq(custom, "a,b=c");
    ck_assert_uint_eq(fake_printk_count, 0);
}
END_TEST

START_TEST(a_boolean_has_many_spellings)
{
    static const char *const on[] = {
        "flag", "flag=on", "flag=yes", "flag=true", "flag=1"
    };
    static const char *const off[] = {
        "no-flag", "flag=off", "flag=no", "flag=false", "flag=0"
    };
    char line[32];

    for (size_t i = 0; i < ARRAY_SIZE(on); i++) {
        parse(on[i]);
        ck_assert(flag);
        snprintf(line, sizeof(line), "flag %s", off[i]);
        parse(line);
        ck_assert(!flag);
        ck_assert_uint_eq(fake_printk_count, 0);
    }
}
END_TEST

START_TEST(the_last_word_wins)
{
    parse("number=1 number=2 flag no-flag name=a name=b");
    ck_assert_uint_eq(number, 2);
    ck_assert(!flag);
    ck_assert_str_eq(name, "b");
}
END_TEST

START_TEST(options_that_share_a_name_are_all_set)
{
    parse("flag");
    ck_assert(flag && twin);
}
END_TEST

START_TEST(a_size_without_a_suffix_counts_kibibytes)
{
    parse("dom0_mem=4");
    ck_assert_uint_eq(amount, 4096);
}
END_TEST

START_TEST(quotes_keep_blanks_and_vanish)
{
    parse("  custom=\"a b\tc\" \t\"name=x y\"\r\n");
    ck_assert_str_eq(custom, "a b\tc");
    ck_assert_str_eq(name, "x y");
    parse("custom=\"never closed flag");
    ck_assert_str_eq(custom, "never closed flag");
    ck_assert(!flag);
    parse("\"\" custom=\"\" flag");
    ck_assert_str_eq(custom, "");
    ck_assert(flag);
    ck_assert_uint_eq(fake_printk_count, 0);
}
END_TEST

START_TEST(a_bad_value_warns_and_changes_nothing)
{
    static const char *const bad[] = {
        "flag=maybe", "flag=", "number=", "number", "number=-1", "number=1x",
        "number=4294967296", "number=99999999999999999999", "dom0_mem=",
        "dom0_mem", "dom0_mem=1MB", "dom0_mem=99999999T", "name", "custom=bad",
        "no-flag=1", "no-number", "flagg", "fla", "=1", "=", "no-",
    };

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        parse(bad[i]);
        ck_assert_msg(!flag && number == 77 && amount == 88 &&
                      !strcmp(name, "unset") && !strcmp(custom, "unset"),
                      "'%s' changed something", bad[i]);
        ck_assert_msg(fake_printk_count >= 1, "'%s': no warning", bad[i]);
    }
}
END_TEST

START_TEST(the_words_after_a_bad_one_still_apply)
{
    parse("nonsense=1 number=x number=5 flag");
    ck_assert_uint_eq(number, 5);
    ck_assert(flag);
    ck_assert_uint_eq(fake_printk_count, 2);
}
END_TEST

START_TEST(the_largest_number_is_accepted)
{
    parse("number=4294967295");
    ck_assert_uint_eq(number, 4294967295u);
    ck_assert_uint_eq(fake_printk_count, 0);
}
END_TEST

START_TEST(a_long_string_is_cut_with_a_warning)
{
    parse("name=1234567");
    ck_assert_str_eq(name, "1234567");
    ck_assert_uint_eq(fake_printk_count, 0);
    parse("name=12345678");
    ck_assert_str_eq(name, "1234567");
    ck_assert_uint_eq(fake_printk_count, 1);
}
END_TEST

START_TEST(a_custom_option_without_a_value_is_given_none)
{
    parse("custom");
    ck_assert_str_eq(custom, "");
}
END_TEST

START_TEST(a_word_longer_than_any_is_skipped_with_a_warning)
{
    char line[2000];

    memset(line, 'x', sizeof(line));
    memcpy(line, "flag=", 5);
    strcpy(line + sizeof(line) - 10, " number=6");
    parse(line);
    ck_assert(!flag);
    ck_assert_uint_eq(number, 6);
    ck_assert_uint_eq(fake_printk_count, 1);
}
END_TEST

/* ASan and UBSan are the judges here. */
START_TEST(random_lines_do_no_harm)
{
    static const char letters[] = "flagnumber=dom0_mem name\"custom -1xK\t";
    uint64_t seed = 30;

    for (int round = 0; round < 20000; round++) {
        size_t n = unit_random_below(&seed, 50);
        char *line = malloc(n + 1);

        for (size_t i = 0; i < n; i++)
            line[i] = letters[unit_random_below(&seed, sizeof(letters) - 1)];
        line[n] = '\0';
        parse(line);
        ck_assert_uint_lt(strlen(name), sizeof(name));
        free(line);
    }
}
END_TEST

int main(void)
{
    return UNIT_RUN("cmdline",
                    each_kind_of_option_is_set,
                    a_boolean_has_many_spellings,
                    the_last_word_wins,
                    options_that_share_a_name_are_all_set,
                    a_size_without_a_suffix_counts_kibibytes,
                    quotes_keep_blanks_and_vanish,
                    a_bad_value_warns_and_changes_nothing,
                    the_words_after_a_bad_one_still_apply,
                    the_largest_number_is_accepted,
                    a_long_string_is_cut_with_a_warning,
                    a_custom_option_without_a_value_is_given_none,
                    a_word_longer_than_any_is_skipped_with_a_warning,
                    random_lines_do_no_harm);
}
