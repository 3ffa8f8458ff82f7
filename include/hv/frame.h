/* SPDX-License-Identifier: MIT */
/*
 * frame.h - the record of one machine frame, and the counts on it.
 *
 * Everything that keeps one domain out of another's memory is in ->state: one
 * word that changes only by compare-and-swap. common/mm/frame.c owns the
 * references, common/mm/frame_type.c the type (invariants F1-F7 there).
 * [a] compare-and-swap   [I] while refs > 0   [P] owner's page_lock
 * [T] arch_lock_tables(owner)
 */
#ifndef HV_FRAME_H
#define HV_FRAME_H

#include <hv/compiler.h>
#include <hv/frame_num.h>
#include <hv/page_alloc.h>

struct domain;

/*  0-25 references   26-51 type references   52-54 type   flags from 55; the
 * first of these is beside the type, as both are looked at together */
#define FRAME_REF_ONE       (1ul << 0)
#define FRAME_REF_MASK      ((1ul << 26) - 1)
#define FRAME_TYPE_REF_ONE  (1ul << 26)
#define FRAME_TYPE_REF_MASK (((1ul << 26) - 1) << 26)
#define FRAME_TYPE_SHIFT    52
#define FRAME_TYPE_MASK     (7ul << FRAME_TYPE_SHIFT)
#define FRAME_UNFLUSHED     (1ul << 55) /* a TLB may know the old type, F4 */
#define FRAME_PARTIAL       (1ul << 56) /* entries below ->cursor are held */
#define FRAME_PINNED        (1ul << 57) /* one type reference is the pin's */
#define FRAME_ALLOCATED     (1ul << 58) /* one reference is the owner's */
#define FRAME_NO_RAM        (1ul << 59) /* a hole: no reference can be had */
#define FRAME_VALIDATED     (1ul << 60) /* every entry was checked, F3 */

enum frame_type {
    FRAME_NONE,
    FRAME_L1, FRAME_L2, FRAME_L3, FRAME_L4,
    FRAME_SEGDESC,              /* holds segment descriptors */
    FRAME_WRITABLE,             /* a guest may have it mapped writable */
};

struct frame {
    uint64_t state;             /* [a] */
    struct domain *owner;       /* [I] NULL: the hypervisor's, or free; [a]
                                 * where no reference is held: F1 */
    union {
        struct page_link link;  /* while free: the buddy allocator's */
        struct {                /* while owned */
            uint32_t next, prev;    /* [P] list of the owner's frames, mfn */
            uint16_t cursor : 14;       /* [T] while partial, F6 */
            uint16_t child_partial : 1; /* [T] */
            uint16_t doomed : 1;        /* [T] validation has failed */
            uint16_t outside;           /* [a] writable entries in tables of
                                         * other domains, or so many that they
                                         * are not counted any more */
        };
    };
    uint32_t tlb_stamp;         /* [a] clock when the last type count went, or
                                 * the last reference */
};
_Static_assert(sizeof(struct frame) == 32, "one cache line holds two");
#define FRAME_OUTSIDE_MANY  0xffffu

/* frame_of(m): the record of @m, or NULL above all RAM; that of a hole says
 * FRAME_NO_RAM and is not to be written. frame_mfn(f): the inverse. */
#include <asm/frame_table.h>

static inline bool frame_is_ram(const struct frame *f)
{
    return f && !(f->state & FRAME_NO_RAM);
}

static inline enum frame_type frame_state_type(uint64_t state)
{
    return (enum frame_type)((state & FRAME_TYPE_MASK) >> FRAME_TYPE_SHIFT);
}

static inline uint64_t frame_type_refs(uint64_t state)
{
    return (state & FRAME_TYPE_REF_MASK) / FRAME_TYPE_REF_ONE;
}

/* Is it @type, and no TLB knows another? True also when nobody uses it now. */
static inline bool frame_state_is_ready(uint64_t state, enum frame_type type)
{
    return (state & (FRAME_TYPE_MASK | FRAME_UNFLUSHED)) >> FRAME_TYPE_SHIFT ==
           (uint64_t)type;
}

/* Types whose content the hardware believes: checked before they count. */
static inline bool frame_type_is_checked(enum frame_type type)
{
    return type >= FRAME_L1 && type <= FRAME_SEGDESC;
}

/* The state of @f if it is a checked table or descriptor page of @d, else 0.
 * Under arch_lock_tables(@d), which keeps it so; needs no reference: had the
 * frame changed hands between the loads of owner and state, it would have got
 * another stamp after the first load and before the last (frame.c, drain). */
static inline uint64_t frame_validated_state(const struct frame *f,
                                             const struct domain *d)
{
    uint32_t stamp = __atomic_load_n(&f->tlb_stamp, __ATOMIC_ACQUIRE);
    struct domain *owner = __atomic_load_n(&f->owner, __ATOMIC_ACQUIRE);
    uint64_t state = __atomic_load_n(&f->state, __ATOMIC_ACQUIRE);

    if (owner != d || !(state & FRAME_VALIDATED) ||
        stamp != __atomic_load_n(&f->tlb_stamp, __ATOMIC_RELAXED))
        return 0;
    return state;
}

/* --- common/mm/frame.c: references --- */

/* Keep @f alive. False when @d does not own it, it is free, or the count is
 * at its end. */
bool frame_get(struct frame *f, const struct domain *d) MUST_CHECK;
/* Drop a reference; the last one gives the frame back, as it is. */
void frame_put(struct frame *f);

/* 2^@order fresh frames for @d below 2^@address_bits (0: anywhere), with
 * nothing in them that others had. INVALID_MFN when there are none or page_max is
 * reached. */
mfn_t frame_alloc_for(struct domain *d, unsigned int order,
                      unsigned int address_bits);
/* The same, known to @d by the numbers from @number on. */
mfn_t frame_alloc_as(struct domain *d, unsigned int order,
                     unsigned int address_bits, pfn_t number);
/* Frames just taken from the allocator become @d's in the same way. */
void frame_assign(struct domain *d, mfn_t first, unsigned long count,
                  pfn_t number);
/* Frames of the hypervisor's, with what is in them, unless @d is dying or page_max
 * is reached. */
bool frame_assign_limited(struct domain *d, mfn_t first, unsigned long count)
    MUST_CHECK;
/* The owner gives @f up (memory_op): drops the owner's reference once.
 * -EINVAL when it was given up before. */
int frame_give_up(struct frame *f);
/* The same in two steps: a claimed frame can be used by nobody (F9); then it goes
 * to the allocator, or its owner has it again. False: not @d's, given up before,
 * or in use by anybody. */
bool frame_claim(struct frame *f, const struct domain *d) MUST_CHECK;
void frame_unclaim(struct frame *f);
void frame_put_claimed(struct frame *f);
/* The hypervisor's own frame, shown to @d: writable or read-only, for ever of
 * that kind. The caller's reference stays until frame_unshare, which gives the
 * frame to the allocator when nobody else has it mapped. */
void frame_share(struct domain *d, mfn_t m, bool writable);
void frame_unshare(mfn_t m);
/* Between these two, frames that this CPU drops the last reference of are not
 * free yet: they are flushed and freed together, now and then, and at the end.
 * The caller does not return to a guest in between. */
void frame_batch_begin(void);
void frame_batch_end(void);

/* --- common/mm/frame_type.c: types; all under arch_lock_tables(owner) for
 * table types, without any lock for the others --- */

/* Add a type reference to @f, on which the caller holds a reference.
 *   0          @f has the type, and is validated if it is a table
 *   -EINVAL    it has another type in use, or is somebody's partial table
 *   other      what arch_validate() says of its content; nothing has changed
 *   -ERESTART  validation goes on with frame_type_resume(); the caller holds
 *              the type reference and the reference
 * -EINVAL too when the count is at its end. */
int frame_type_get(struct frame *f, enum frame_type type) MUST_CHECK;
int frame_type_resume(struct frame *f) MUST_CHECK;
/* Drop a type reference. -ERESTART: call again, it is being taken apart. */
int frame_type_put(struct frame *f) MUST_CHECK;

/* Reference and type together. */
int frame_get_with_type(struct frame *f, const struct domain *d,
                        enum frame_type type) MUST_CHECK;
int frame_put_with_type(struct frame *f) MUST_CHECK;
/* Both for a checked type that has uses already and keeps some: then nobody who
 * uses tables of @d need be kept out. False: it is not so, nothing was done. */
bool frame_add_use(struct frame *f, const struct domain *d,
                   enum frame_type type) MUST_CHECK;
bool frame_drop_use(struct frame *f) MUST_CHECK;
/* The same for FRAME_WRITABLE, which cannot restart; frame.c has them. */
int frame_get_writable(struct frame *f, const struct domain *d) MUST_CHECK;
void frame_put_writable(struct frame *f);
/* An entry that has a reference gains or loses the right to write: the type
 * alone, which keeps the frame until it is dropped (F8), even if the entry, which
 * others may change, is gone. False: @f is not @d's, or not WRITABLE already. */
bool frame_make_writable(struct frame *f, const struct domain *d) MUST_CHECK;
void frame_make_readonly(struct frame *f);

/* A table of another domain than its owner, or a grant to devices, has begun,
 * or ceases, to map @f writable; the caller holds a reference. */
void frame_outside_add(struct frame *f);
void frame_outside_remove(struct frame *f);

/* Pin @f as a table of @type. -EINVAL also when pinned already; others as
 * above; -ERESTART: call again. */
int frame_pin(struct frame *f, const struct domain *d, enum frame_type type)
    MUST_CHECK;
/* -EINVAL: not pinned; -ERESTART: call again. */
int frame_unpin(struct frame *f) MUST_CHECK;

/* --- arch hooks --- */

/* ->cursor of a whole table, whatever its size: arch_invalidate knows it. */
#define FRAME_CURSOR_END    0x3fffu

/* Check and take the entries of @f from ->cursor on, advancing it.
 * 0; -ERESTART between two entries; -EINVAL or -EBUSY: entry ->cursor is bad,
 * those below it are still held. */
int arch_validate(struct frame *f, enum frame_type type);
/* Let go of the entries below ->cursor, lowering it to 0. 0 or -ERESTART. */
int arch_invalidate(struct frame *f, enum frame_type type);
/* No CPU may still use a translation made while @f had its old type. */
void arch_flush_for_type(const struct frame *f);
/* Move the TLB clock on, for tlb_stamp. All that was removed from tables before
 * this is out of the TLB of a CPU that has noted the result or more. */
uint32_t arch_tlb_clock(void);
/* Before the count of @f's type references becomes 0. */
static inline void frame_stamp(struct frame *f)
{
    __atomic_store_n(&f->tlb_stamp, arch_tlb_clock(), __ATOMIC_RELEASE);
}
void arch_lock_tables(struct domain *d);
void arch_unlock_tables(struct domain *d);
/* Zero a frame that changes its owner, and forget what number it had there. */
void arch_scrub_frame(mfn_t m);

#endif
