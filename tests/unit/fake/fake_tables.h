/* SPDX-License-Identifier: MIT */
/*
 * fake_tables.h - the arch hooks of hv/frame.h for a machine whose tables have
 * eight entries: the first words of a frame of fake_machine.c.
 *
 *      0                       nothing
 *      n                       frame n, or the table n of the next lower level
 *      n | ENTRY_WRITABLE      in an L1: frame n, writable
 *      ENTRY_BAD               no table may have it, nor a descriptor page
 */
#ifndef FAKE_TABLES_H
#define FAKE_TABLES_H

#include "fake_machine.h"

#define TABLE_ENTRIES   8u
#define ENTRY_WRITABLE  (1ul << 32)
#define ENTRY_BAD       (1ul << 33)

/* -ERESTART follows one taken or dropped entry in this many; 0: none. */
extern unsigned int fake_restart_one_in;
/* One entry in this many is refused although it is good; 0: none. */
extern unsigned int fake_refuse_one_in;
extern uint64_t fake_tables_seed;

static inline unsigned long entry_frame(uint64_t e)
{
    return e & 0xffffffff;
}

#endif
