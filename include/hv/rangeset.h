/* SPDX-License-Identifier: MIT */
/*
 * rangeset.h - a set of numbers, kept as closed ranges: the I/O ports, frames
 * and interrupts that a domain may use. The caller locks.
 */
#ifndef HV_RANGESET_H
#define HV_RANGESET_H

#include <hv/compiler.h>
#include <hv/types.h>

struct range {
    unsigned long first, last;      /* both are members */
};

struct rangeset {
    struct range *ranges;           /* ascending, with a gap between any two */
    unsigned int count;
    unsigned int capacity;
    bool on_heap;                   /* grows as needed */
};

/* An empty set that lives in @storage and cannot grow. */
void rangeset_init(struct rangeset *set, struct range *storage,
                   unsigned int capacity);
/* An empty set that grows on the heap, and the end of it. */
void rangeset_init_heap(struct rangeset *set);
void rangeset_destroy(struct rangeset *set);

/* On failure the set has not changed. -EINVAL: @first is above @last; -ENOSPC:
 * no room for one more range in the storage; -ENOMEM: nor on the heap. */
int rangeset_add(struct rangeset *set, unsigned long first,
                 unsigned long last) MUST_CHECK;
/* The same; splitting a range needs room as well. */
int rangeset_remove(struct rangeset *set, unsigned long first,
                    unsigned long last) MUST_CHECK;

/* Are all, or any, of @first to @last members? A range with @first above @last
 * is contained nowhere and overlaps nothing. */
bool rangeset_contains(const struct rangeset *set, unsigned long first,
                       unsigned long last);
bool rangeset_overlaps(const struct rangeset *set, unsigned long first,
                       unsigned long last);

static inline bool rangeset_is_empty(const struct rangeset *set)
{
    return set->count == 0;
}

#define rangeset_for_each(range, set)                                       \
    for (range = (set)->ranges; range != (set)->ranges + (set)->count; range++)

#endif
