/* SPDX-License-Identifier: MIT */
/* panic_test.c - the last words: what is said, in what order, by whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <hv/console.h>
#include <hv/log_level.h>
#include <hv/panic.h>
#include <hv/power.h>
#include <hv/printk.h>
#include "fake_options.h"
#include "fake_spinlock.h"
#include "unit.h"

struct vcpu *fake_current;
unsigned int fake_cpu;

static char said[4096];
static jmp_buf end;
static bool fails_in_dump, is_forced;
static unsigned int delay_ms;

enum { RESTARTED = 1, HALTED };

static void say(const char *text)
{
    strncat(said, text, sizeof(said) - strlen(said) - 1);
}

void printk_line(const char *who, const char *fmt, va_list args)
{
    char line[512];

    say(who);
    vsnprintf(line, sizeof(line), fmt, args);
    say(line);
}

void printk_always(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    printk_line("", fmt, args);
    va_end(args);
}

void printk(enum log_level level, const char *fmt, ...)
{
    (void)level;
    say(fmt);
}

void arch_dump_state(void)
{
    ck_assert(fake_irqs_off);
    ck_assert(is_forced);
    say("<registers>\n");
    if (fails_in_dump)
        panic("page fault");
}

void arch_describe_work(char *buf, size_t size)
{
    snprintf(buf, size, "serving mmu_update of d0v0");
}

void arch_backtrace(void) { say("<backtrace>\n"); }
void arch_describe_stopped(void) { say("<others>\n"); }
void console_flush(void) { say("<flush>\n"); }

void arch_stop_other_cpus(void)
{
    ck_assert(!is_forced);
    say("<stop>\n");
}

void arch_delay(unsigned int milliseconds) { delay_ms = milliseconds; }
void console_force(void) { is_forced = true; }
void machine_restart(void) { longjmp(end, RESTARTED); }
void machine_halt(void) { longjmp(end, HALTED); }

/* The words must come in this order. */
static void expect_in_order(const char *const *words, size_t count)
{
    const char *at = said;

    for (size_t i = 0; i < count; i++) {
        at = strstr(at, words[i]);
        ck_assert_msg(at, "'%s' is not where it should be in:\n%s", words[i],
                      said);
        at += strlen(words[i]);
    }
}

START_TEST(a_panic_tells_all_and_restarts)
{
    static const char *const words[] = {
        "<stop>", "Panic on CPU 2: frame 7 is lost\n", "<registers>",
        "<backtrace>", "<others>", "Panic on CPU 2 while serving mmu_update of d0v0: "
        "frame 7 is lost\n", "Reboot in 5 seconds", "<flush>",
    };
    int how = setjmp(end);

    if (how == 0) {
        fake_cpu = 2;
        panic("frame %u is %s", 7u, "lost");
    }
    ck_assert_int_eq(how, RESTARTED);
    ck_assert_uint_eq(delay_ms, 5000);
    expect_in_order(words, ARRAY_SIZE(words));
}
END_TEST

START_TEST(noreboot_halts)
{
    static const char *const words[] = { "Panic on CPU 0", "Halted", "<flush>" };
    int how = setjmp(end);

    if (how == 0) {
        fake_options_parse("noreboot");
        panic("end");
    }
    ck_assert_int_eq(how, HALTED);
    expect_in_order(words, ARRAY_SIZE(words));
}
END_TEST

START_TEST(a_panic_inside_the_report_ends_it)
{
    static const char *const words[] = {
        "Panic on CPU 0: first\n", "<registers>",
        "Panic while reporting a panic: page fault\n", "Reboot",
    };
    int how = setjmp(end);

    if (how == 0) {
        fails_in_dump = true;
        panic("first");
    }
    ck_assert_int_eq(how, RESTARTED);
    expect_in_order(words, ARRAY_SIZE(words));
    ck_assert_ptr_null(strstr(said, "<backtrace>"));
}
END_TEST

START_TEST(a_boot_error_is_one_sentence)
{
    int how = setjmp(end);

    if (how == 0) {
        fake_options_parse("noreboot");
        boot_error("No module: pass domain 0's %s\n", "kernel");
    }
    ck_assert_int_eq(how, HALTED);
    ck_assert_ptr_eq(strstr(said, "No module: pass domain 0's kernel\nHalted"),
                     said);
    ck_assert_ptr_null(strstr(said, "<registers>"));
}
END_TEST

int main(void)
{
    return UNIT_RUN("panic", a_panic_tells_all_and_restarts, noreboot_halts,
                    a_panic_inside_the_report_ends_it,
                    a_boot_error_is_one_sentence);
}
