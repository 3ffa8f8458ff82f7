/* SPDX-License-Identifier: MIT */
/*
 * remote.h - a small domain that does one thing at a time as it is told: a call
 * of the hypervisor, or an access to a port or to memory.
 */
#ifndef REMOTE_H
#define REMOTE_H

#include "guest.h"
#include "child.h"
#include "domctl.h"
#include "hypervisor.h"

extern struct child child;

/* It is there and runs; NULL or what went wrong. */
const char *remote_start(void);
void remote_end(void);

/* What its hypercall gave; those with an argument have it at remote_arg(). */
long remote_call(unsigned nr, uint64_t a, uint64_t b, uint64_t c);
long remote_call_arg(unsigned nr, uint64_t op);
volatile void *remote_arg(void);

uint8_t remote_in(uint16_t port);
void remote_out(uint16_t port, uint8_t value);

/* Map @mfn in its spare page @n, from 0 on, and use it. */
long remote_map(unsigned n, uint64_t mfn);
uint64_t remote_va(unsigned n);
uint32_t remote_read(uint64_t va);
void remote_write(uint64_t va, uint32_t value);

/* Its port, bound to @line, or a negated error; and what became of it. */
long remote_bind_pirq(unsigned line);
bool remote_is_pending(unsigned port);
void remote_clear(unsigned port);

#endif
