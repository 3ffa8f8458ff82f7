/* SPDX-License-Identifier: MIT */
/*
 * tree.h - page tables of one's own, and whether a page is really free.
 *
 * A tree is one table of each level from 1 to its top, entry 0 of each naming
 * the one below. Its tables are mapped read-only and not pinned.
 */
#ifndef GUEST_TREE_H
#define GUEST_TREE_H

#include "pagetable.h"

struct tree {
    pte_t *table[5];            /* by level, 1-4 */
    uint64_t mfn[5];
    unsigned top;
};

void tree_build(struct tree *tree, unsigned top);
/* Pin the table at its top, as what it is. */
long tree_pin(const struct tree *tree);
long tree_unpin(const struct tree *tree);
/* Make all tables plain pages again and free them; false if one is still
 * a table or somebody holds it. */
bool tree_free(struct tree *tree);

/* The machine address of entry @n of @level. */
uint64_t tree_entry(const struct tree *tree, unsigned level, unsigned n);

/*
 * Give the page's frame back and take another in its place. False if the old
 * frame stays the domain's: a reference to it was left somewhere. The page
 * itself must not be mapped anywhere else.
 */
bool page_renew(void *page);
/* How many frames the domain has. */
long page_count(void);

#endif
