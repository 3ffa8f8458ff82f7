/* SPDX-License-Identifier: MIT */
/*
 * leftist.c - a leftist heap: a binary tree whose every node has a key no
 * greater than those below it, and whose right spines are short, so that two
 * heaps are merged along them in O(log n). All else is a merge: inserting
 * merges with a heap of one, removing puts the merge of a node's children in
 * its place.
 * Invariants, with rank(none) = 0:
 *   L1  A node's key is not after its children's; they name it as parent.
 *   L2  node.rank is rank(right) + 1, and rank(left) >= rank(right).
 */
#include <hv/compiler.h>
#include <hv/leftist.h>

static unsigned int rank_of(const struct leftist *n)
{
    return n ? n->rank : 0;
}

/* Restore L2 at @n; false when it held already. */
static bool fix_rank(struct leftist *n)
{
    struct leftist *left = n->left;
    unsigned int rank;

    if (rank_of(left) < rank_of(n->right)) {
        n->left = n->right;
        n->right = left;
    }
    rank = rank_of(n->right) + 1;
    if (n->rank == rank)
        return false;
    n->rank = rank;
    return true;
}

/* Merge two heaps, either of them none, whose roots have no parent: down the
 * right spines choosing the earlier node each time, then up again restoring
 * ranks. */
static struct leftist *merge(struct leftist *a, struct leftist *b)
{
    struct leftist *root = NULL, *parent = NULL, **place = &root, *other;

    while (a && b) {
        if (leftist_is_before(b->key, a->key)) {
            other = a;
            a = b;
            b = other;
        }
        *place = a;
        a->parent = parent;
        parent = a;
        place = &a->right;
        a = a->right;
    }
    *place = a ? a : b;
    if (*place)
        (*place)->parent = parent;
    for (; parent; parent = parent->parent)
        fix_rank(parent);
    return root;
}

void leftist_insert(struct leftist **root, struct leftist *node)
{
    node->parent = node->left = node->right = NULL;
    node->rank = 1;
    *root = merge(*root, node);
}

void leftist_remove(struct leftist **root, struct leftist *node)
{
    struct leftist *parent = node->parent, *below;

    if (node->left)
        node->left->parent = NULL;
    if (node->right)
        node->right->parent = NULL;
    below = merge(node->left, node->right);
    if (below)
        below->parent = parent;
    if (!parent)
        *root = below;
    else if (parent->left == node)
        parent->left = below;
    else
        parent->right = below;
    /* Ranks further up change only as long as each one does. */
    while (parent && fix_rank(parent))
        parent = parent->parent;
}

struct leftist *leftist_next(const struct leftist *node)
{
    if (node->left)         /* L2: who has a right child has a left one */
        return node->left;
    for (; node->parent; node = node->parent)
        if (node == node->parent->left && node->parent->right)
            return node->parent->right;
    return NULL;
}
