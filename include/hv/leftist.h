/* SPDX-License-Identifier: MIT */
/*
 * leftist.h - a heap whose links lie in what it keeps, the smallest key on top.
 * Inserting and removing cost O(log n) and never fail.
 */
#ifndef HV_LEFTIST_H
#define HV_LEFTIST_H

#include <hv/types.h>

struct leftist {
    int64_t key;            /* constant while it is in a heap */
    struct leftist *parent, *left, *right;
    unsigned int rank;      /* see lib/leftist.c, L2 */
};

/* Any two keys of a heap differ by less than 2^63; they may wrap around. */
static inline bool leftist_is_before(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a - (uint64_t)b) < 0;
}

/* @root points to the topmost, or is NULL. Whoever uses a heap locks it. */
void leftist_insert(struct leftist **root, struct leftist *node);
void leftist_remove(struct leftist **root, struct leftist *node);
/* The one after @node in the walk that meets parents before their children and
 * begins at the root; NULL: that was the last. */
struct leftist *leftist_next(const struct leftist *node);

#endif
