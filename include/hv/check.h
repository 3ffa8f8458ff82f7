/* SPDX-License-Identifier: MIT */
/*
 * check.h - debug builds: is everything that the hypervisor believes about
 * frames, tables, ports and vcpus true? common/debug/check.c says what is
 * looked at, and when.
 */
#ifndef HV_CHECK_H
#define HV_CHECK_H

#include <hv/compiler.h>
#include <hv/types.h>

/* What was found to be wrong. */
struct violation {
    const char *what;           /* NULL: nothing */
    unsigned long where;        /* the frame, or another number of @what's */
    unsigned long by;           /* the table that names it, if one does */
    uint64_t expected, found;
};

#ifdef HV_DEBUG

void check_init(void);          /* boot: memory for counting, the key */
/* Before this CPU next returns to a guest, look at everything while other CPUs
 * stand still; panic at the first thing that is wrong. */
void check_soon(void);
/* The same without the panic; the first violation, or NULL. */
const struct violation *check_find(void);
/* From entry/exit.S, interrupts off: a guest is about to go on. True: they were
 * on meanwhile, and there may be something to do before. */
bool check_on_exit(void);

#else

static inline void check_init(void) { }
static inline void check_soon(void) { }

#endif
#endif
