/* SPDX-License-Identifier: MIT */
/*
 * conring.h - the last messages, kept for whoever reads them later: consoles
 * that open after boot has begun, and tools in domain 0. A position counts the
 * bytes ever written, so a reader that falls behind can tell.
 */
#ifndef HV_CONRING_H
#define HV_CONRING_H

#include <hv/types.h>

/* Append. Any context, NMI and early boot too; takes no lock. */
void conring_write(const char *text, size_t n);

/* Copy at most @size bytes from *@pos on and advance it; what was overwritten
 * by then is skipped. Returns how many; 0 when there is nothing new. */
size_t conring_read(uint64_t *pos, char *buf, size_t size);

/* Whether conring_read() would find something at @pos. */
bool conring_has(uint64_t pos);

/* Where a tool that begins now begins; and have such tools begin at @pos, which
 * was read before, or behind all that is there now. */
uint64_t conring_start(void);
void conring_forget(uint64_t pos);
void conring_clear(void);

/* Bytes that the ring shall have, a power of two: conring_size=. The one that we
 * started with is gone after boot, conring_move() gives it another for good. */
size_t conring_size_wanted(void);
void conring_move(char *memory, size_t size);

#endif
