/* SPDX-License-Identifier: MIT */
/*
 * rangeset.c - sets of numbers as a sorted array of closed ranges.
 *
 * Invariants, with r[i] the ranges:
 *   R1  r[i].first <= r[i].last
 *   R2  r[i].last + 1 < r[i + 1].first: sorted, and neighbours are merged
 * Both changes replace a run of ranges [from, to) by zero to two new ones; the
 * room is made first, so that a failure changes nothing. Locks: the caller's.
 */
#include <hv/errno.h>
#include <hv/heap.h>
#include <hv/rangeset.h>
#include <hv/string.h>

#define CAPACITY_FIRST  8u

void rangeset_init(struct rangeset *set, struct range *storage,
                   unsigned int capacity)
{
    *set = (struct rangeset){ .ranges = storage, .capacity = capacity };
}

void rangeset_init_heap(struct rangeset *set)
{
    *set = (struct rangeset){ .on_heap = true };
}

void rangeset_destroy(struct rangeset *set)
{
    if (set->on_heap)
        heap_free(set->ranges);
    *set = (struct rangeset){ .on_heap = set->on_heap };
}

/* How many ranges end below @value: the index of the first that does not. */
static unsigned int count_below(const struct rangeset *set,
                                unsigned long value)
{
    unsigned int low = 0, high = set->count;

    while (low < high) {
        unsigned int middle = low + (high - low) / 2;

        if (set->ranges[middle].last < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int grow(struct rangeset *set)
{
    unsigned int capacity = set->capacity ? set->capacity * 2 : CAPACITY_FIRST;
    struct range *ranges;

    if (!set->on_heap)
        return -ENOSPC;
    if (capacity < set->capacity)
        return -ENOMEM;
    ranges = heap_alloc_array(capacity, sizeof(*ranges));
    if (!ranges)
        return -ENOMEM;
    if (set->count)
        memcpy(ranges, set->ranges, set->count * sizeof(*ranges));
    heap_free(set->ranges);
    set->ranges = ranges;
    set->capacity = capacity;
    return 0;
}

/* Put @n ranges in the place of those from @from up to, not including, @to. */
static int replace(struct rangeset *set, unsigned int from, unsigned int to,
                   const struct range *with, unsigned int n)
{
    unsigned int count = set->count - (to - from) + n;
    int rc;

    if (count > set->capacity) {
        rc = grow(set);
        if (rc)
            return rc;
    }
    if (set->count > to)
        memmove(&set->ranges[from + n], &set->ranges[to],
                (set->count - to) * sizeof(*set->ranges));
    for (unsigned int i = 0; i < n; i++)
        set->ranges[from + i] = with[i];
    set->count = count;
    return 0;
}

int rangeset_add(struct rangeset *set, unsigned long first, unsigned long last)
{
    struct range merged = { first, last };
    unsigned int from, to;

    if (first > last)
        return -EINVAL;
    /* One that ends just below @first, or begins just above @last, is merged;
     * at the ends of the numbers there is no such neighbour. */
    from = count_below(set, first ? first - 1 : 0);
    for (to = from; to < set->count; to++)
        if (last != ~0ul && set->ranges[to].first > last + 1)
            break;
    if (to > from) {
        merged.first = MIN(first, set->ranges[from].first);
        merged.last = MAX(last, set->ranges[to - 1].last);
    }
    return replace(set, from, to, &merged, 1);
}

int rangeset_remove(struct rangeset *set, unsigned long first,
                    unsigned long last)
{
    struct range left[2];
    unsigned int from, to, n = 0;

    if (first > last)
        return -EINVAL;
    from = count_below(set, first);
    for (to = from; to < set->count; to++)
        if (set->ranges[to].first > last)
            break;
    if (to == from)
        return 0;
    if (set->ranges[from].first < first)
        left[n++] = (struct range){ set->ranges[from].first, first - 1 };
    if (set->ranges[to - 1].last > last)
        left[n++] = (struct range){ last + 1, set->ranges[to - 1].last };
    return replace(set, from, to, left, n);
}

bool rangeset_contains(const struct rangeset *set, unsigned long first,
                       unsigned long last)
{
    unsigned int i = count_below(set, first);

    return first <= last && i < set->count && set->ranges[i].first <= first &&
           last <= set->ranges[i].last;
}

bool rangeset_overlaps(const struct rangeset *set, unsigned long first,
                       unsigned long last)
{
    unsigned int i = count_below(set, first);

    return first <= last && i < set->count && set->ranges[i].first <= last;
}
