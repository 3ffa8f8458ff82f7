/* SPDX-License-Identifier: MIT */
/*
 * fake_machine.h - a machine of a few frames with their content, an allocator,
 * two domains and a TLB that notes when it was flushed.
 *
 * Freed frames must be as frame.c promises them: no state, no owner.
 * The allocator stops the test when they are not.
 */
#ifndef FAKE_MACHINE_H
#define FAKE_MACHINE_H

#include <hv/domain.h>
#include <hv/frame.h>

#define FAKE_DOMAINS    2u
#define FAKE_WORDS      (PAGE_SIZE / sizeof(uint64_t))

extern struct domain fake_domains[FAKE_DOMAINS];
extern uint64_t fake_memory[FAKE_FRAMES][FAKE_WORDS];
/* What the allocator says of each frame. */
extern enum page_content fake_page_content;
extern bool fake_page_is_prepared;          /* page_alloc_prepare() */

/* The clock of arch_tlb_clock(), and when the TLB was last flushed. */
extern uint32_t fake_tlb_clock, fake_tlb_flushed_at;
extern unsigned int fake_tlb_flushes;
void fake_tlb_use(void);            /* guests run: it holds anything now */
bool fake_tlb_is_clean(void);       /* no guest ran since the last flush */
void fake_tlb_flush(void);
/* Called once when a flush for a type begins: what another CPU does then. */
extern void (*fake_flush_hook)(void);

/* Everything free but frame 0, and the last @holes frames, which are no RAM. */
void fake_machine_start(unsigned int holes);
bool fake_frame_is_free(unsigned long n);
unsigned int fake_free_count(void);
static inline struct frame *fake_frame(unsigned long n)
{
    return &fake_frame_table[n];
}

#endif
