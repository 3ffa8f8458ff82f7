/* SPDX-License-Identifier: MIT */
/*
 * clock_race/main.c - several vcpus read the clocks at once, while others set
 * them.
 * Has 4 vcpus.
 *
 * Promise: system time read on one vcpu is never before what another has read
 * already. Who follows the version finds a date that was set, whole, however
 * many vcpus of domain 0 set it at a time; the version does not stay odd.
 */
#include "guest.h"

#include <xen/platform.h>

const char test_folder[] = "clock_race";

#define READS       250000u         /* of each vcpu: a million */
#define SETTINGS    4000u
#define YIELD_EVERY 1000u
#define PATIENCE    1000000u        /* reads of one odd version */

static volatile uint64_t latest;
static volatile unsigned backward, read_count;
static volatile unsigned setters, settings, dates, torn, stuck;

static void read_clock(void)
{
    for (unsigned i = 0; i < READS; i++) {
        uint64_t seen = __atomic_load_n(&latest, __ATOMIC_ACQUIRE);
        uint64_t now = clock_now();

        if (now < seen)
            __atomic_add_fetch(&backward, 1, __ATOMIC_RELAXED);
        else
            __atomic_compare_exchange_n(&latest, &seen, now, false,
                                        __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
        if (i % YIELD_EVERY == 0)
            let_others_run();
    }
    __atomic_add_fetch(&read_count, READS, __ATOMIC_RELAXED);
}

static void other_reader(void *arg)
{
    (void)arg;
    read_clock();
}

static void system_time(void)
{
    unsigned started = 0, ended = 0;

    for (unsigned id = 1; id < VCPUS_MAX; id++)
        started += vcpu_start(id, other_reader, NULL) == 0;
    expect_eq("all_others_start", VCPUS_MAX - 1, started);
    read_clock();
    for (unsigned id = 1; id < VCPUS_MAX; id++)
        ended += vcpu_join(id);
    expect_eq("and_end", VCPUS_MAX - 1, ended);
    expect_eq("all_have_read", VCPUS_MAX * READS, read_count);
    expect_eq("no_vcpu_saw_time_before_that_of_another", 0, backward);
}

/* Two dates, all of whose words differ. */
static void set_date(unsigned which)
{
    struct xen_platform_op op = {
        .cmd = XENPF_settime64,
        .interface_version = XENPF_INTERFACE_VERSION,
        .u.settime64.secs = which ? 0x0000000165432100 : 0x0000000076543210,
        .u.settime64.nsecs = which ? 111111111 : 999999999,
    };

    HC1(__HYPERVISOR_platform_op, &op);
}

static bool is_a_date(uint64_t sec, uint32_t nsec)
{
    return (sec == 0x165432100 && nsec == 111111111) ||
           (sec == 0x76543210 && nsec == 999999999);
}

static void setter(void *arg)
{
    unsigned which = (unsigned)(uint64_t)arg;

    for (unsigned i = 0; i < SETTINGS; i++) {
        set_date(which);
        __atomic_add_fetch(&settings, 1, __ATOMIC_RELAXED);
        if (i % 10 == 0)
            let_others_run();
    }
    __atomic_sub_fetch(&setters, 1, __ATOMIC_RELEASE);
}

static uint32_t even_version(volatile struct shared_info *s)
{
    uint32_t version;

    for (unsigned i = 0; (version = s->wc_version) & 1; i++) {
        if (i == PATIENCE) {
            stuck = 1;
            break;
        }
        if (i % YIELD_EVERY == 0)
            let_others_run();
    }
    return version;
}

static void read_date(void)
{
    volatile struct shared_info *s = &shared_info;
    uint32_t version, nsec;
    uint64_t sec;

    do {
        version = even_version(s);
        asm volatile("" ::: "memory");
        sec = (uint64_t)s->wc_sec_hi << 32 | s->wc_sec;
        nsec = s->wc_nsec;
        asm volatile("" ::: "memory");
    } while (version != s->wc_version && !stuck);
    torn += !stuck && !is_a_date(sec, nsec);
    dates++;
}

static void wall_clock(void)
{
    set_date(0);
    setters = 2;
    expect_ok("a_setter_starts", vcpu_start(1, setter, (void *)0));
    expect_ok("another_setter_starts", vcpu_start(2, setter, (void *)1));
    for (unsigned i = 0; setters; i++) {
        read_date();
        if (i % 100 == 0)
            let_others_run();
    }
    expect_true("a_setter_ends", vcpu_join(1));
    expect_true("another_setter_ends", vcpu_join(2));
    expect_eq("all_dates_were_set", 2 * SETTINGS, settings);
    expect_true("dates_were_read", dates > 0);
    expect_eq("no_date_was_torn", 0, torn);
    expect_eq("the_version_did_not_stay_odd", 0, stuck);
    expect_eq("the_version_is_even", 0, shared_info.wc_version & 1);
    read_date();
    expect_eq("the_date_is_one_of_them", 0, torn);
}

void test_main(void)
{
    system_time();
    if (is_domain_0())
        wall_clock();
    else
        report_skip("wall_clock", "only domain 0 sets it");
}
