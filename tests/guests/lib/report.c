/* SPDX-License-Identifier: MIT */
/* report.c - print what each test expected and saw, and count. */
#include "report.h"
#include "console.h"
#include "hypercall.h"
#include "string.h"

static unsigned passed, failed, skipped;
static const char *group;

void report_group(const char *name)
{
    group = name;
}

/* "TEST folder.group.name result expected seen" */
static void line(const char *name, const char *result, const char *values, ...)
{
    char text[256];
    va_list args;
    size_t length;

    va_start(args, values);
    length = format_line(text, sizeof(text) - 1, values, args);
    va_end(args);
    text[length] = '\0';
    print("TEST %s.%s%s%s %s %s\n", test_folder, group ? group : "",
          group ? "." : "", name, result, text);
}

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
    line(name, verdict(want == seen), "0x%lx 0x%lx", want, seen);
    return want == seen;
}

bool expect_rc(const char *name, long want, long seen)
{
    line(name, verdict(want == seen), "%ld %ld", want, seen);
    return want == seen;
}

bool expect_ok(const char *name, long rc)
{
    return expect_rc(name, 0, rc);
}

bool expect_true(const char *name, bool seen)
{
    line(name, verdict(seen), "true %s", seen ? "true" : "false");
    return seen;
}

bool expect_that(const char *name, bool ok, uint64_t seen)
{
    bool is_small = (int64_t)seen > -4096 && (int64_t)seen < 4096;

    line(name, verdict(ok), is_small ? "any %ld" : "any 0x%lx", seen);
    return ok;
}

bool expect_text(const char *name, const char *want, const char *seen)
{
    size_t n = strlen(want);
    bool ok = strlen(seen) == n && !memcmp(want, seen, n);

    line(name, verdict(ok), "\"%s\" \"%s\"", want, seen);
    return ok;
}

void report_skip(const char *name, const char *reason)
{
    skipped++;
    line(name, "skip", "- %s", reason);
}

void report_error(const char *name, const char *reason)
{
    failed++;
    line(name, "error", "- %s", reason);
}

void report_done(void)
{
    struct sched_shutdown off = { .reason = SHUTDOWN_poweroff };

    print("DONE %u passed %u failed %u skipped\n", passed, failed, skipped);
    for (;;)
        hc_sched_op(SCHEDOP_shutdown, &off);
}
