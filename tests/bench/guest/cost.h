/* SPDX-License-Identifier: MIT */
/*
 * cost.h - measure operations of a small PV kernel, and print what they cost.
 *
 * Prints the lines of tests/system/root/operation_cost.c: for each operation
 * its cycles, how many times it was done, its phase, its name; and at the end
 * the line with the clock. An operation that is refused ends the run, since it
 * would be measured as something fast.
 */
#ifndef BENCH_COST_H
#define BENCH_COST_H

#include "guest.h"

#define COST_WARM_UP    20u         /* even: both halves of a map and unmap */

/* An operation that is measured in several pieces; all zero but the name. */
struct cost {
    const char *name;
    unsigned phase;
    unsigned times;
    uint64_t cycles;
};

/* End the run unless @ok. Inline: it is measured, too. */
static inline void must(bool ok, const char *what)
{
    if (ok)
        return;
    report_error(what, "refused");
    report_done();
}

/* Before the first and after the last operation. */
void cost_begin(void);
void cost_end(void);

/* Do @operation COST_WARM_UP times, then @times measured, and print it; @each
 * is how many of what @name says one operation does. */
void cost_report(const char *name, void (*operation)(void), unsigned times,
                 unsigned each);

/* The same by hand. */
void cost_add(struct cost *c, void (*operation)(void), unsigned times);
void cost_print(const struct cost *c, unsigned each);

#endif
