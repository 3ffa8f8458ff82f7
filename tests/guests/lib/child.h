/* SPDX-License-Identifier: MIT */
/*
 * child.h - a small domain that a control domain makes, looks into, and ends.
 *
 * It has CHILD_PAGES frames, of which the first are its page tables and the
 * next its code and its data, mapped from CHILD_BASE on, tables read-only. Its
 * kernel does what the first word of the data says:
 *
 *      CHILD_YIELD     it yields, again and again, and counts
 *      any other       it shuts down for that reason; when it goes on, it notes
 *                      what the call returned, counts, and looks again
 */
#ifndef GUEST_CHILD_H
#define GUEST_CHILD_H

#include "types.h"

#include <xen/domctl.h>

#define CHILD_BASE      0x40000000ul
#define CHILD_PAGES     16u
#define CHILD_YIELD     0xffu
#define CHILD_RDX       0x5a5aul    /* what it has there when it shuts down */

enum child_page {
    CHILD_L4, CHILD_L3, CHILD_L2, CHILD_L1, CHILD_CODE, CHILD_DATA, CHILD_SPARE,
};

struct child_data {
    uint32_t what;
    uint32_t returned;          /* RAX after a shutdown that was no end */
    uint64_t shutdowns, yields;
};

struct child {
    domid_t id;                 /* 0: there is none */
    uint64_t mfn[CHILD_PAGES];
    uint64_t shared_info_mfn;
};

/* A domain without memory, of @vcpus; the result of createdomain. */
long child_create(struct child *c, unsigned vcpus);
/* Its memory, tables and code; NULL or what went wrong. */
const char *child_fill(struct child *c);
/* The same in memory that it has: c->mfn. */
const char *child_furnish(struct child *c);
/* A context with which vcpu 0 begins its work. */
void child_context(const struct child *c, struct vcpu_guest_context *context);
/* All of that, and the first context; it is paused still. */
const char *child_build(struct child *c);
void child_destroy(struct child *c);

/* Its data, mapped in a window of child.c's own. */
volatile struct child_data *child_data(const struct child *c);
long child_info(const struct child *c, struct xen_domctl_getdomaininfo *info);
/* Let others run until it has shut down; false: it takes too long. */
bool child_wait_for_end(const struct child *c);
/* The same until *@word is not @value. */
bool child_wait_for_change(volatile uint64_t *word, uint64_t value);

#endif
