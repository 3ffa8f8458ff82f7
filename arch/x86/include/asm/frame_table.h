/* SPDX-License-Identifier: MIT */
/*
 * frame_table.h - the records of all machine frames, one array, with 2 MiB of
 * its own for each piece of 256 MiB in which there is RAM. The pieces between
 * those share one page of records that say FRAME_NO_RAM and cannot be written.
 * Included by hv/frame.h.
 */
#ifndef ASM_FRAME_TABLE_H
#define ASM_FRAME_TABLE_H

#include <asm/layout.h>

#define FRAME_PIECE_SHIFT   16
#define FRAME_PIECES_MAX    16384u      /* 4 TiB */

extern unsigned long frame_table_end;   /* first mfn above all records */

static inline struct frame *frame_of(mfn_t m)
{
    if (unlikely(m.n >= frame_table_end))
        return NULL;
    return (struct frame *)FRAME_TABLE_START + m.n;
}

static inline mfn_t frame_mfn(const struct frame *f)
{
    return mfn((unsigned long)(f - (struct frame *)FRAME_TABLE_START));
}

#endif
