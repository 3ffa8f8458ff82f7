/* SPDX-License-Identifier: MIT */
/* printk_test.c - which lines come out, how they look, and where they go. */
#include <stdio.h>
#include <string.h>
#include <hv/conring.h>
#include <hv/console.h>
#include <hv/domain.h>
#include <hv/log_level.h>
#include <hv/printk.h>
#include <hv/vcpu.h>
#include "fake_console.h"
#include "fake_options.h"
#include "fake_spinlock.h"
#include "unit.h"

struct vcpu *fake_current;
unsigned int fake_cpu;
static struct fake_console first, second;

static unsigned int count_lines(const char *word)
{
    unsigned int n = 0;

    for (const char *at = first.text; (at = strstr(at, word)); at++)
        n++;
    return n;
}

START_TEST(a_line_has_the_prefix_and_ends)
{
    fake_console_open(&first);
    printk(LOG_INFO, "%u pages\n", 7u);
    printk(LOG_ERROR, "no newline");
    ck_assert_str_eq(first.text, "(PPT) 7 pages\n(PPT) no newline\n");
    ck_assert_uint_eq(fake_locks_held, 0);
    ck_assert(!fake_irqs_off);
}
END_TEST

START_TEST(a_line_that_is_too_long_is_cut_and_ends)
{
    static char huge[2000];

    fake_console_open(&first);
    memset(huge, 'x', sizeof(huge) - 1);
    printk(LOG_ERROR, "%s\n", huge);
    printk(LOG_ERROR, "next\n");
    ck_assert_uint_lt(first.length, 500);
    ck_assert_ptr_nonnull(strstr(first.text, "xx\n(PPT) next\n"));
}
END_TEST

START_TEST(the_level_decides)
{
    fake_console_open(&first);
    printk(LOG_DEBUG, "hidden\n");
    ck_assert_str_eq(first.text, "");
    fake_options_parse("loglvl=all");
    printk(LOG_DEBUG, "shown\n");
    fake_options_parse("loglvl=none");
    printk(LOG_ERROR, "hidden\n");
    fake_options_parse("loglvl=error");
    printk(LOG_WARNING, "hidden\n");
    printk(LOG_ERROR, "grave\n");
    ck_assert_str_eq(first.text, "(PPT) shown\n(PPT) grave\n");
}
END_TEST

START_TEST(a_bad_level_is_named_and_changes_nothing)
{
    static const char *const bad[] = {
        "loglvl=loud", "loglvl=", "loglvl=info/", "loglvl=/all",
        "loglvl=information", "loglvl=info/all/all", "guest_loglvl=x",
    };

    fake_console_open(&first);
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        first.length = 0;
        first.text[0] = '\0';
        fake_options_parse(bad[i]);
        ck_assert_msg(strstr(first.text, "loglvl"), "%s was taken", bad[i]);
        printk(LOG_INFO, "still\n");
        ck_assert_uint_eq(count_lines("still"), 1);
    }
}
END_TEST

START_TEST(provoked_messages_are_limited_and_the_lost_counted)
{
    fake_console_open(&first);
    fake_options_parse("loglvl=error/info");
    fake_now = SECONDS(100);
    for (unsigned int i = 0; i < 50; i++)
        printk(LOG_WARNING, "flood\n");
    ck_assert_uint_eq(count_lines("flood"), RATE_BURST);
    for (unsigned int i = 0; i < 50; i++)
        printk(LOG_ERROR, "grave\n");
    ck_assert_uint_eq(count_lines("grave"), 50);
    fake_now += RATE_WINDOW;
    printk(LOG_WARNING, "flood\n");
    ck_assert_uint_eq(count_lines("flood"), RATE_BURST + 1);
    ck_assert_uint_eq(count_lines("40 messages"), 1);
}
END_TEST

START_TEST(guest_messages_name_the_vcpu_and_are_limited)
{
    struct domain d = { .id = 5 };
    struct vcpu v = { .domain = &d, .id = 2 }, idle = { .domain = NULL };

    fake_console_open(&first);
    fake_now = SECONDS(100);
    printk_guest(LOG_WARNING, "early\n");
    fake_current = &idle;
    printk_guest(LOG_WARNING, "idle\n");
    fake_current = &v;
    printk_guest(LOG_INFO, "hidden\n");
    for (unsigned int i = 0; i < 50; i++)
        printk_guest(LOG_ERROR, "flood\n");
    ck_assert_ptr_eq(strstr(first.text, "(PPT) early\n(PPT) idle\n"
                                        "(PPT) d5v2 flood\n"), first.text);
    ck_assert_uint_eq(count_lines("flood"), RATE_BURST - 2);
    ck_assert_uint_eq(count_lines("hidden"), 0);
    fake_options_parse("guest_loglvl=all");
    for (unsigned int i = 0; i < 50; i++)
        printk_guest(LOG_DEBUG, "debug\n");
    ck_assert_uint_eq(count_lines("d5v2 debug"), 50);
}
END_TEST

START_TEST(timestamps_are_put_when_asked_for)
{
    fake_console_open(&first);
    fake_options_parse("console_timestamps=boot");
    fake_now = SECONDS(12) + MICROSECS(34);
    printk(LOG_INFO, "now\n");
    fake_options_parse("console_timestamps=none");
    printk(LOG_INFO, "now\n");
    ck_assert_str_eq(first.text, "(PPT) [   12.000034] now\n(PPT) now\n");
}
END_TEST

START_TEST(timestamps_of_no_kind_are_named_and_change_nothing)
{
    static const char *const bad[] = { "raw", "boot,", "nonesuch", "BOOT" };
    char line[64];

    fake_console_open(&first);
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        fake_options_parse(i % 2 ? "console_timestamps=boot"
                                 : "console_timestamps=none");
        snprintf(line, sizeof(line), "console_timestamps=%s", bad[i]);
        first.length = 0;
        first.text[0] = '\0';
        fake_options_parse(line);
        ck_assert_msg(strstr(first.text, "console_timestamps"),
                      "%s was taken", line);
        first.length = 0;
        first.text[0] = '\0';
        printk(LOG_INFO, "still\n");
        ck_assert(!!strchr(first.text, '[') == i % 2);
    }
}
END_TEST

START_TEST(a_device_that_opens_late_gets_the_early_messages)
{
    printk(LOG_INFO, "before any\n");
    fake_console_open(&first);
    printk(LOG_INFO, "one\n");
    fake_console_open(&second);
    ck_assert_str_eq(second.text, first.text);
    ck_assert_str_eq(first.text, "(PPT) before any\n(PPT) one\n");
}
END_TEST

START_TEST(a_domains_text_passes_as_it_is_and_not_into_the_ring)
{
    uint64_t pos = 0;
    char ring[64];
    size_t n;

    fake_console_open(&first);
    console_write("login: ", 7);
    printk(LOG_INFO, "hi\n");
    console_write("root\n", 5);
    printk(LOG_INFO, "ho\n");
    ck_assert_str_eq(first.text, "login: \n(PPT) hi\nroot\n(PPT) ho\n");
    n = conring_read(&pos, ring, sizeof(ring));
    ck_assert_uint_eq(n, 18);
    ck_assert_mem_eq(ring, "(PPT) hi\n(PPT) ho\n", 18);
}
END_TEST

START_TEST(a_guests_lines_are_named_and_apart_from_others)
{
    int guest, other;

    fake_console_open(&first);
    console_write("dom0# ", 6);
    console_write_as(&guest, "(a) ", "one\ntwo", 7);
    console_write_as(&guest, "(a) ", " more\n", 6);
    console_write_as(&guest, "(a) ", "$ ", 2);
    console_write_as(&other, "(b) ", "hi\n", 3);
    console_write_as(&guest, "(a) ", "x", 1);
    console_write("ls\n", 3);
    ck_assert_str_eq(first.text, "dom0# \n(a) one\n(a) two more\n(a) $ \n"
                                 "(b) hi\n(a) x\nls\n");
    console_write_as(&guest, "(a) ", "", 0);
    ck_assert_uint_eq(fake_locks_held, 0);
}
END_TEST

/* A device whose driver has something to say while it writes. */
static void complain(struct console_device *dev, const char *text, size_t n)
{
    static bool was_here;

    (void)dev;
    if (!was_here) {
        was_here = true;
        printk(LOG_WARNING, "from inside\n");
    }
    ck_assert_uint_gt(n, 0);
    ck_assert_ptr_nonnull(text);
}

START_TEST(a_message_from_inside_the_console_is_not_lost)
{
    struct console_device dev = { .name = "loud", .write = complain };

    console_add(&dev);
    fake_console_open(&first);      /* is written to before the other */
    printk(LOG_INFO, "one\n");
    ck_assert_uint_eq(count_lines("from inside"), 1);
    ck_assert_uint_eq(fake_locks_held, 0);
}
END_TEST

START_TEST(a_device_that_is_off_stays_silent)
{
    fake_console_open(&first);
    fake_console_open(&second);
    second.dev.is_off = true;
    printk(LOG_INFO, "one\n");
    console_write("two\n", 4);
    ck_assert_str_eq(first.text, "(PPT) one\ntwo\n");
    ck_assert_str_eq(second.text, "");
}
END_TEST

START_TEST(the_chosen_consoles_are_whole_words)
{
    ck_assert(console_is_chosen("com1"));
    ck_assert(console_is_chosen("vga"));
    ck_assert(!console_is_chosen("com2"));
    fake_options_parse("console=com2,vgatext");
    ck_assert(console_is_chosen("com2"));
    ck_assert(!console_is_chosen("com1"));
    ck_assert(!console_is_chosen("vga"));
    fake_options_parse("console=none");
    ck_assert(!console_is_chosen("com2"));
}
END_TEST

int main(void)
{
    return UNIT_RUN("printk", a_line_has_the_prefix_and_ends,
                    a_line_that_is_too_long_is_cut_and_ends,
                    the_level_decides, a_bad_level_is_named_and_changes_nothing,
                    provoked_messages_are_limited_and_the_lost_counted,
                    guest_messages_name_the_vcpu_and_are_limited,
                    timestamps_are_put_when_asked_for,
                    timestamps_of_no_kind_are_named_and_change_nothing,
                    a_device_that_opens_late_gets_the_early_messages,
                    a_domains_text_passes_as_it_is_and_not_into_the_ring,
                    a_guests_lines_are_named_and_apart_from_others,
                    a_message_from_inside_the_console_is_not_lost,
                    a_device_that_is_off_stays_silent,
                    the_chosen_consoles_are_whole_words);
}
