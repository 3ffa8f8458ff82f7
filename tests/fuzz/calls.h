/* SPDX-License-Identifier: MIT */
/*
 * calls.h - fuzz input as hypercalls of a guest whose memory is fake_guest.c:
 * a target makes the calls and their arguments up, calls.c runs them, repeats
 * those that stop half-way, and puts some of them into multicalls.
 */
#ifndef FUZZ_CALLS_H
#define FUZZ_CALLS_H

#include <asm/hypercall.h>
#include <public/xen.h>
#include "fuzz.h"

#define CALL(fn)    ((hypercall_t)(void (*)(void))(fn))

/* Of the target: the calls that it links; */
extern const hypercall_t calls_table[HYPERCALL_COUNT];
/* make one up: its number, and its arguments; */
unsigned int calls_choose(struct fuzz *f, unsigned long args[6]);
/* stop unless everything is as it must be between two calls. */
void calls_check(void);

/* Make calls until the input ends. */
void calls_run(struct fuzz *f);

/* Put @n bytes into the guest's memory; their address, or now and then one
 * where nothing can be read. */
unsigned long calls_put(struct fuzz *f, const void *bytes, size_t n);
/* Some address: as above, with any bytes there. */
unsigned long calls_put_any(struct fuzz *f, size_t n);

#endif
