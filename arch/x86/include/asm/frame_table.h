/* SPDX-License-Identifier: MIT */
/*
 * frame_table.h - the records of all machine frames, one array that is mapped
 * only where there is RAM, in pieces of 2 MiB: 65,536 records, 256 MiB of
 * memory. Included by hv/frame.h.
 */
#ifndef ASM_FRAME_TABLE_H
#define ASM_FRAME_TABLE_H

#include <asm/layout.h>
#include <hv/bitops.h>

#define FRAME_PIECE_SHIFT   16
#define FRAME_PIECES_MAX    16384u      /* 4 TiB */

extern unsigned long frame_piece_map[BITS_TO_LONGS(FRAME_PIECES_MAX)];
extern unsigned long frame_table_end;   /* first mfn above all records */

static inline struct frame *frame_of(mfn_t m)
{
    if (unlikely(m.n >= frame_table_end ||
                 !test_bit((unsigned int)(m.n >> FRAME_PIECE_SHIFT),
                           frame_piece_map)))
        return NULL;
    return (struct frame *)FRAME_TABLE_START + m.n;
}

static inline mfn_t frame_mfn(const struct frame *f)
{
    return mfn((unsigned long)(f - (struct frame *)FRAME_TABLE_START));
}

#endif
