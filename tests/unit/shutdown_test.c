/* SPDX-License-Identifier: MIT */
/*
 * shutdown_test.c - how a domain ends, and how the machine ends with domain 0.
 */
#include <setjmp.h>
#include <string.h>
#include <hv/boot_guest.h>
#include <hv/console.h>
#include <hv/domain.h>
#include <hv/event.h>
#include <hv/log_level.h>
#include <hv/panic.h>
#include <hv/power.h>
#include <hv/vcpu.h>
#include <public/sched.h>
#include "fake_printed.h"
#include "unit.h"

enum end { END_NONE, END_OFF, END_RESTART, END_PANIC };

struct vcpu *fake_current;

static struct domain first, guest;
static struct vcpu vcpu;
static unsigned int pauses, virqs, dumps, flushes, boot_guests_ended;
static jmp_buf ended;

void console_flush(void) { flushes++; }
void machine_power_off(void) { longjmp(ended, END_OFF); }
void machine_restart(void) { longjmp(ended, END_RESTART); }
void panic_stop(void) { longjmp(ended, END_PANIC); }

void domain_pause_nosync(struct domain *d)
{
    ck_assert_ptr_eq(d, &guest);
    ck_assert(!d->is_shut_down);    /* first it stops, then it is said */
    pauses++;
    d->pause_count++;
}

void domain_pause(struct domain *d)
{
    d->pause_count++;
}

void domain_unpause(struct domain *d)
{
    ck_assert_uint_gt(d->pause_count--, 0);
    /* Once it runs it may shut down again. */
    ck_assert(d->pause_count || !d->is_shutting_down);
}

void event_virq_raise_global(unsigned int virq)
{
    ck_assert_uint_eq(virq, VIRQ_DOM_EXC);
    ck_assert(guest.is_shut_down);
    virqs++;
}

void boot_guest_has_ended(void)
{
    ck_assert(guest.is_boot_guest && guest.is_shut_down);
    boot_guests_ended++;
}

void arch_vcpu_dump(struct vcpu *v)
{
    ck_assert_ptr_eq(v, fake_current);
    dumps++;
}

static void start(struct domain *caller)
{
    first = (struct domain){ .is_hardware = true, .name = "Domain-0",
                             .shutdown_code = SHUTDOWN_CODE_NONE };
    guest = (struct domain){ .id = 4, .name = "web",
                             .shutdown_code = SHUTDOWN_CODE_NONE };
    vcpu.domain = caller;
    fake_current = &vcpu;
    fake_printed[0] = '\0';
}

START_TEST(a_guest_that_is_done_is_paused_and_others_are_told)
{
    start(&guest);
    domain_shutdown(&guest, SHUTDOWN_poweroff);
    ck_assert_uint_eq(guest.shutdown_code, SHUTDOWN_poweroff);
    ck_assert_uint_eq(pauses, 1);
    ck_assert_uint_eq(virqs, 1);
    domain_shutdown(&guest, SHUTDOWN_crash);
    ck_assert_uint_eq(guest.shutdown_code, SHUTDOWN_poweroff);
    ck_assert_uint_eq(pauses, 1);
}
END_TEST

START_TEST(a_reason_that_was_noted_before_stays)
{
    start(&guest);
    guest.shutdown_code = SHUTDOWN_suspend;
    domain_shutdown(&guest, SHUTDOWN_reboot);
    ck_assert_uint_eq(guest.shutdown_code, SHUTDOWN_suspend);
    ck_assert(guest.is_shut_down);
    ck_assert_uint_eq(boot_guests_ended, 0);
}
END_TEST

START_TEST(a_domain_that_was_suspended_goes_on_and_may_end_again)
{
    start(&guest);
    domain_shutdown(&guest, SHUTDOWN_suspend);
    ck_assert_uint_eq(guest.pause_count, 1);
    domain_resume(&guest);
    ck_assert_uint_eq(guest.pause_count, 0);
    ck_assert(!guest.is_shut_down);
    ck_assert_uint_eq(guest.shutdown_code, SHUTDOWN_CODE_NONE);
    domain_resume(&guest);
    ck_assert_uint_eq(guest.pause_count, 0);
    domain_shutdown(&guest, SHUTDOWN_reboot);
    ck_assert_uint_eq(guest.shutdown_code, SHUTDOWN_reboot);
    ck_assert_uint_eq(guest.pause_count, 1);
    ck_assert_uint_eq(virqs, 2);
}
END_TEST

START_TEST(whoever_started_a_boot_guest_hears_of_its_end)
{
    start(&guest);
    guest.is_boot_guest = true;
    domain_shutdown(&guest, SHUTDOWN_poweroff);
    domain_shutdown(&guest, SHUTDOWN_poweroff);
    ck_assert_uint_eq(boot_guests_ended, 1);
}
END_TEST

START_TEST(a_crash_says_why_and_overrides_what_was_noted)
{
    start(&guest);
    guest.shutdown_code = SHUTDOWN_suspend;
    domain_crash(&guest, "no stack at %#x", 0x1234u);
    ck_assert_str_eq(fake_printed,
                     "Domain 4 (web) crashed: no stack at 0x1234\n");
    ck_assert_uint_eq(guest.shutdown_code, SHUTDOWN_crash);
    ck_assert_uint_eq(dumps, 1);
    domain_crash(&guest, "again");
    ck_assert_ptr_null(strstr(fake_printed, "again"));
}
END_TEST

START_TEST(registers_are_shown_only_of_who_runs)
{
    start(&first);
    domain_crash(&guest, "from outside");
    ck_assert_uint_eq(dumps, 0);
    ck_assert_uint_eq(pauses, 1);
}
END_TEST

static void expect_end(uint8_t reason, enum end want, const char *text)
{
    int how;

    start(&first);
    flushes = 0;
    how = setjmp(ended);
    if (!how) {
        domain_shutdown(&first, reason);
        ck_abort_msg("the machine goes on after reason %u", reason);
    }
    ck_assert_int_eq(how, want);
    ck_assert_ptr_nonnull(strstr(fake_printed, text));
    ck_assert(want == END_PANIC || flushes == 1);
}

START_TEST(domain_0_takes_the_machine_along)
{
    expect_end(SHUTDOWN_poweroff, END_OFF, "power off the machine");
    expect_end(SHUTDOWN_reboot, END_RESTART, "restart the machine");
    expect_end(SHUTDOWN_watchdog, END_RESTART, "for reason 4");
    expect_end(SHUTDOWN_crash, END_PANIC, "crashed");
}
END_TEST

int main(void)
{
    return UNIT_RUN("shutdown",
        a_guest_that_is_done_is_paused_and_others_are_told,
        a_reason_that_was_noted_before_stays,
        a_domain_that_was_suspended_goes_on_and_may_end_again,
        whoever_started_a_boot_guest_hears_of_its_end,
        a_crash_says_why_and_overrides_what_was_noted,
        registers_are_shown_only_of_who_runs,
        domain_0_takes_the_machine_along);
}
