/* SPDX-License-Identifier: MIT */
/* frame_table.h - the records of the machine in fake_machine.c. */
#ifndef ASM_FRAME_TABLE_H
#define ASM_FRAME_TABLE_H

#define FAKE_FRAMES     64u     /* frame 0 is nobody's */

extern struct frame fake_frame_table[FAKE_FRAMES];
extern unsigned long frame_table_end;

static inline struct frame *frame_of(mfn_t m)
{
    return m.n < FAKE_FRAMES ? &fake_frame_table[m.n] : NULL;
}

static inline mfn_t frame_mfn(const struct frame *f)
{
    return mfn((unsigned long)(f - fake_frame_table));
}

#endif
