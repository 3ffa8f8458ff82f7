/* SPDX-License-Identifier: MIT */
/*
 * fake_guest.h - a guest's memory: some bytes at a low address, outside of
 * which every access fails. Each byte is read at most once per call.
 */
#ifndef FAKE_GUEST_H
#define FAKE_GUEST_H

#include <hv/types.h>

#define FAKE_GUEST_VA   0x10000ul
#define FAKE_GUEST_SIZE 0x20000ul

extern uint8_t fake_guest[FAKE_GUEST_SIZE];
/* How often a byte was read that had been read since the last reset. */
extern unsigned int fake_guest_read_twice;
/* Nothing can be stored; a reset ends it. */
extern bool fake_guest_is_read_only;

void fake_guest_reset(void);        /* all bytes 0xcc */
/* The byte at guest address @va. */
void *fake_guest_at(unsigned long va);

#endif
