/* SPDX-License-Identifier: MIT */
/*
 * report.h - the line protocol between a guest test and tests/guests/run.
 *
 *      TEST <name> pass|skip|fail|error <expected> <seen>
 *      DONE <n> passed <n> failed <n> skipped
 *
 * A name is the folder, a group if one is set, and a sentence, joined by dots,
 * and unique. A value holds no blank unless it is quoted; "any" was expected
 * where several are right. "error" means that the test itself could not be
 * carried out; it counts as failed.
 */
#ifndef GUEST_REPORT_H
#define GUEST_REPORT_H

#include <stdbool.h>
#include <stdint.h>

extern const char test_folder[];        /* each main.c says its own */
void test_main(void);                   /* and what it tests */

/* From here on names are folder.group.name; NULL ends that. */
void report_group(const char *group);

/* Each prints one line and returns whether the test passed. */
bool expect_eq(const char *name, uint64_t want, uint64_t seen);
bool expect_rc(const char *name, long want, long seen);
bool expect_ok(const char *name, long rc);
bool expect_true(const char *name, bool seen);
/* For any of several values: the one it was is shown, and compared with what
 * Xen gave, so it must be the same in every run. */
bool expect_that(const char *name, bool ok, uint64_t seen);
bool expect_text(const char *name, const char *want, const char *seen);

void report_skip(const char *name, const char *reason);
void report_error(const char *name, const char *reason);

/* The last line, then power off. */
void report_done(void) __attribute__((noreturn));

#endif
