/* SPDX-License-Identifier: MIT */
/* report.c - print what each test expected and saw, and count. */
#include "report.h"
#include "console.h"
#include "hypercall.h"
#include "string.h"

static unsigned passed, failed, skipped;

static const char *verdict(bool ok)
{
    if (ok)
        passed++;
    else
        failed++;
    return ok ? "pass" : "fail";
}

bool expect_eq(const char *name, uint64_t want, uint64_t seen)
{
    print("TEST %s.%s %s 0x%lx 0x%lx\n", test_folder, name,
          verdict(want == seen), want, seen);
    return want == seen;
}

bool expect_rc(const char *name, long want, long seen)
{
    print("TEST %s.%s %s %ld %ld\n", test_folder, name, verdict(want == seen),
          want, seen);
    return want == seen;
}

bool expect_ok(const char *name, long rc)
{
    return expect_rc(name, 0, rc);
}

bool expect_true(const char *name, bool seen)
{
    print("TEST %s.%s %s true %s\n", test_folder, name, verdict(seen),
          seen ? "true" : "false");
    return seen;
}

bool expect_text(const char *name, const char *want, const char *seen)
{
    size_t n = strlen(want);
    bool ok = strlen(seen) == n && !memcmp(want, seen, n);

    print("TEST %s.%s %s \"%s\" \"%s\"\n", test_folder, name, verdict(ok),
          want, seen);
    return ok;
}

void report_skip(const char *name, const char *reason)
{
    skipped++;
    print("TEST %s.%s skip - %s\n", test_folder, name, reason);
}

void report_error(const char *name, const char *reason)
{
    failed++;
    print("TEST %s.%s error - %s\n", test_folder, name, reason);
}

void report_done(void)
{
    struct sched_shutdown off = { .reason = SHUTDOWN_poweroff };

    print("DONE %u passed %u failed %u skipped\n", passed, failed, skipped);
    for (;;)
        hc_sched_op(SCHEDOP_shutdown, &off);
}
