/* SPDX-License-Identifier: MIT */
/*
 * boot_guest_test.c - guests that have ended are given back in turns, and the
 * machine ends with the last of them when there is no domain 0.
 */
#include <setjmp.h>
#include <string.h>
#include <hv/boot_guest.h>
#include <hv/console.h>
#include <hv/control.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/log_level.h>
#include <hv/panic.h>
#include <hv/power.h>
#include <hv/time.h>
#include <hv/timer.h>
#include <hv/vcpu.h>
#include <public/sched.h>
#include "fake_printed.h"
#include "unit.h"

#define DOMAINS 3u

unsigned int fake_cpu;
struct vcpu *fake_current;

static struct domain domain[DOMAINS];
static struct vcpu vcpu[DOMAINS], *pointers[DOMAINS];
static bool is_listed[DOMAINS];
static unsigned int rounds[DOMAINS], destroyed[DOMAINS];
static struct timer *timer;
static s_time_t timer_at, now = 1000;
static jmp_buf machine;
enum end { RUNS, OFF, RESTARTED, STOPPED };

/* -- what it asks of others ------------------------------------------------ */

struct domain *find_domain_from(domid_t from)
{
    for (unsigned int i = 0; i < DOMAINS; i++)
        if (is_listed[i] && domain[i].id >= from) {
            domain[i].refs++;
            return &domain[i];
        }
    return NULL;
}

void domain_put(struct domain *d) { d->refs--; }

int domain_destroy(struct domain *d)
{
    unsigned int i = (unsigned int)(d - domain);

    ck_assert_int_gt(timer_at, now);    /* the turn has an end */
    destroyed[i]++;
    if (rounds[i]--)
        return -ERESTART;
    is_listed[i] = false;
    return 0;
}

s_time_t system_time(void) { return now; }
void console_flush(void) { }
void machine_power_off(void) { longjmp(machine, OFF); }
void machine_restart(void) { longjmp(machine, RESTARTED); }
void panic_stop(void) { longjmp(machine, STOPPED); }

void timer_init(struct timer *t, void (*fn)(void *), void *data,
                unsigned int cpu)
{
    (void)cpu;
    t->fn = fn;
    t->data = data;
    timer = t;
}

void timer_set(struct timer *t, s_time_t expires)
{
    ck_assert_ptr_eq(t, timer);
    timer_at = expires;
}

/* -- the tests ------------------------------------------------------------- */

static void add(unsigned int i, domid_t id, const char *name, bool is_guest)
{
    struct domain *d = &domain[i];

    pointers[i] = &vcpu[i];
    d->id = id;
    d->vcpu = &pointers[i];
    d->max_vcpus = 1;
    d->is_boot_guest = is_guest;
    strcpy(d->name, name);
    is_listed[i] = true;
}

static void ends(unsigned int i, uint8_t reason)
{
    domain[i].shutdown_code = reason;
    domain[i].is_shut_down = true;
    boot_guest_has_ended();
    ck_assert_int_eq(timer_at, now);
}

/* Let turns pass as long as there are any. */
static enum end run(void)
{
    int end = setjmp(machine);

    while (!end && timer_at) {
        now = timer_at;
        timer_at = 0;
        timer->fn(timer->data);
    }
    for (unsigned int i = 0; i < DOMAINS && !end; i++)
        ck_assert_int_eq(domain[i].refs, 0);
    return (enum end)end;
}

START_TEST(a_guest_that_ended_is_given_back_in_turns)
{
    boot_guest_init();
    add(0, 0, "Domain-0", false);
    add(1, 1, "web", true);
    rounds[1] = 5;
    ends(1, SHUTDOWN_poweroff);
    ck_assert_int_eq(run(), RUNS);
    ck_assert_uint_eq(destroyed[1], 6);
    ck_assert_str_eq(fake_printed,
                     "Domain 1 (web) powered off (reason 0); all it "
                              "had is given back\n");
}
END_TEST

START_TEST(a_guest_whose_vcpu_still_runs_is_waited_for)
{
    boot_guest_init();
    add(0, 0, "Domain-0", false);
    add(1, 1, "web", true);
    vcpu[1].is_running = true;
    ends(1, SHUTDOWN_crash);
    timer->fn(timer->data);
    ck_assert_uint_eq(destroyed[1], 0);
    ck_assert_int_gt(timer_at, now);
    vcpu[1].is_running = false;
    ck_assert_int_eq(run(), RUNS);
    ck_assert_uint_eq(destroyed[1], 1);
    ck_assert_ptr_nonnull(strstr(fake_printed, "(web) crashed (reason 3)"));
}
END_TEST

START_TEST(frames_that_others_use_are_told_of)
{
    boot_guest_init();
    add(0, 0, "Domain-0", false);
    add(1, 1, "web", true);
    domain[1].page_count = 7;
    ends(1, 42);
    ck_assert_int_eq(run(), RUNS);
    ck_assert_str_eq(fake_printed,
                     "Domain 1 (web) ended (reason 42); others still "
                              "use 7 of its frames\n");
}
END_TEST

START_TEST(domains_of_tools_are_left_to_them)
{
    boot_guest_init();
    add(0, 0, "Domain-0", false);
    add(1, 1, "tools", false);
    add(2, 2, "web", true);
    ends(1, SHUTDOWN_poweroff);
    ends(2, SHUTDOWN_suspend);
    ck_assert_int_eq(run(), RUNS);
    ck_assert_uint_eq(destroyed[1], 0);
    ck_assert_uint_eq(destroyed[2], 1);
}
END_TEST

START_TEST(the_last_of_several_decides_about_the_machine)
{
    boot_guest_init();
    add(0, 1, "a", true);
    add(1, 2, "b", true);
    ends(0, SHUTDOWN_crash);
    ck_assert_int_eq(run(), RUNS);
    ends(1, SHUTDOWN_poweroff);
    ck_assert_int_eq(run(), OFF);
    ck_assert_ptr_nonnull(strstr(fake_printed, "No domain is left: power off"));
}
END_TEST

START_TEST(a_restart_of_the_last_restarts_the_machine)
{
    boot_guest_init();
    add(0, 1, "a", true);
    ends(0, SHUTDOWN_reboot);
    ck_assert_int_eq(run(), RESTARTED);
}
END_TEST

START_TEST(a_crash_of_the_last_stops_the_machine)
{
    boot_guest_init();
    add(0, 1, "a", true);
    ends(0, SHUTDOWN_crash);
    ck_assert_int_eq(run(), STOPPED);
}
END_TEST

int main(void)
{
    return UNIT_RUN("boot_guest",
                    a_guest_that_ended_is_given_back_in_turns,
                    a_guest_whose_vcpu_still_runs_is_waited_for,
                    frames_that_others_use_are_told_of,
                    domains_of_tools_are_left_to_them,
                    the_last_of_several_decides_about_the_machine,
                    a_restart_of_the_last_restarts_the_machine,
                    a_crash_of_the_last_stops_the_machine);
}
