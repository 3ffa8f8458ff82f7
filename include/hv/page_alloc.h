/* SPDX-License-Identifier: MIT */
/*
 * page_alloc.h - machine frames nobody owns, in blocks of a power of two. Not
 * for interrupt handlers; level PAGE_ALLOC is taken inside. What is in a frame
 * stays there until an idle CPU clears it: whoever allocates it looks, and clears
 * it for its next owner.
 */
#ifndef HV_PAGE_ALLOC_H
#define HV_PAGE_ALLOC_H

#include <hv/compiler.h>
#include <hv/frame_num.h>

#define PAGE_ORDER_MAX  20u                     /* 4 GiB */
#define PAGE_ORDERS     (PAGE_ORDER_MAX + 1)
#define PAGE_MFN_LIMIT  (1ul << 31)             /* no frame at or above it */

/* What is in a frame. */
enum page_content {
    PAGE_NEW,               /* nobody has had it since power-on */
    PAGE_USED,              /* what its last owner left there */
    PAGE_ZEROED,            /* zeros: no need to scrub */
};

/* The order in which they are given out. */
enum page_pool {
    POOL_ZEROED,
    POOL_DIRTY,             /* to be cleared when a CPU is idle */
    POOL_REST,              /* never used, or not worth clearing apart */
    PAGE_POOLS
};

/*
 * What the allocator keeps about one frame; the frame table has room for it,
 * zeroed before page_alloc_add_range(). While the frame is allocated the room
 * is its owner's to use, with one rule: bit 31 of prev, PAGE_LINK_FREE, stays
 * clear, for the allocator looks there to see whether a frame is free. An
 * owner's list by frame number keeps that rule by itself.
 */
struct page_link {
    uint32_t next;          /* mfn of a neighbour in the free list; 0: none */
    uint32_t prev;          /* the other, and PAGE_LINK_FREE */
    uint8_t  order;         /* of the block that this frame begins */
    uint8_t  content;       /* enum page_content, of this frame */
    uint8_t  pool;          /* enum page_pool, of the free block */
    uint8_t  pad;
};
#define PAGE_LINK_FREE  (1u << 31)              /* begins a free block */
_Static_assert(sizeof(struct page_link) == 12, "room kept in struct frame");

/* Of the frame table: the link of @m, NULL when there is no such frame. */
struct page_link *page_link(mfn_t m);

/* Give memory: @count new frames from @first. Frame 0 and frames
 * at or above PAGE_MFN_LIMIT are passed over. */
void page_alloc_add_range(mfn_t first, unsigned long count);

/* 1 << @order frames, aligned to their number, all of them below address
 * 1 << @address_bits (0: anywhere, from the top, as low memory is scarce).
 * INVALID_MFN: there is no such block. */
mfn_t page_alloc_frames(unsigned int order, unsigned int address_bits)
    MUST_CHECK;
/* For whoever can come again: what takes long of that, piece by piece. False: it
 * is not over, but something else wants this CPU. */
bool page_alloc_prepare(unsigned int order, unsigned int address_bits)
    MUST_CHECK;
/* Give back a block, or an aligned part of one. */
void page_free_frames(mfn_t first, unsigned int order);
/* The same of a block that is all zeros. */
void page_free_zeroed(mfn_t first, unsigned int order);
/* Give back @count frames, all of them at once; a few, the lock is held. */
void page_free_run(mfn_t first, unsigned long count);
/* What is in @m, which was just allocated: nobody has written to it or its link. */
enum page_content page_content(mfn_t m);
/* The order that the block beginning at @first was allocated with; only for an
 * owner that has left the link alone. */
unsigned int page_alloc_order(mfn_t first);

/* For scrub.c. Is there anything to clear? */
bool page_is_any_dirty(void);
/* 1 << @order frames to clear, at most 1 << @most; they still count as free.
 * INVALID_MFN: there are none. Interrupts are off until they are returned, which
 * does not wait for anything: others may be waiting for them. */
mfn_t page_take_dirty(unsigned int most, unsigned int *order) MUST_CHECK;
void page_return_cleared(mfn_t first, unsigned int order);

/* Free frames: all, and those below address 1 << @address_bits. */
unsigned long page_free_count(void);
unsigned long page_free_count_below(unsigned int address_bits);

struct page_usage {
    unsigned long free;                 /* frames */
    unsigned long dirty;                /* of these, in POOL_DIRTY */
    unsigned long blocks[PAGE_ORDERS];  /* free blocks of each order */
};
void page_alloc_get_usage(struct page_usage *usage);
/* Key m: free frames, the heap, and what domains have. */
void memory_dump(void);

#endif
