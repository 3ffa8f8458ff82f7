/* SPDX-License-Identifier: MIT */
/*
 * leftist_test.c - the heap against an array that says what is in it, with
 * keys on both sides of the wrap-around.
 */
#include <string.h>
#include <hv/compiler.h>
#include <hv/leftist.h>
#include "unit.h"

#define NODES   200u
#define ROUNDS  60000

static struct leftist nodes[NODES], *root;
static bool is_in[NODES];
static uint64_t seed;

static unsigned int rank_of(const struct leftist *n)
{
    return n ? n->rank : 0;
}

/* L1 and L2 at @n, whose parent is @up. */
static void check_node(const struct leftist *n, const struct leftist *up)
{
    UNIT_REQUIRE(n->parent == up);
    UNIT_REQUIRE(!up || up->left == n || up->right == n);
    UNIT_REQUIRE(!up || !leftist_is_before(n->key, up->key));
    UNIT_REQUIRE(rank_of(n->left) >= rank_of(n->right));
    UNIT_REQUIRE(n->rank == rank_of(n->right) + 1);
}

/* The walk meets each that is in the heap, once, after its parent. */
static void check_heap(void)
{
    bool seen[NODES] = { false };

    for (const struct leftist *n = root; n; n = leftist_next(n)) {
        check_node(n, n->parent);
        UNIT_REQUIRE(!n->parent || seen[n->parent - nodes]);
        UNIT_REQUIRE(!seen[n - nodes]);
        seen[n - nodes] = true;
    }
    UNIT_REQUIRE(!memcmp(seen, is_in, sizeof(seen)));
}

static void flip(unsigned int i, int64_t base)
{
    if (is_in[i]) {
        leftist_remove(&root, &nodes[i]);
    } else {
        nodes[i].key = (int64_t)((uint64_t)base +
                                 unit_random_below(&seed, 1000));
        leftist_insert(&root, &nodes[i]);
    }
    is_in[i] = !is_in[i];
}

static void use_at(int64_t base)
{
    seed = 4;
    for (unsigned int round = 0; round < ROUNDS; round++) {
        flip((unsigned int)unit_random_below(&seed, NODES), base);
        if (round % 16 == 0)
            check_heap();
    }
}

START_TEST(order_and_balance_hold_in_random_use)
{
    use_at(-500);
}
END_TEST

START_TEST(keys_may_wrap_around)
{
    use_at(INT64_MAX - 500);
}
END_TEST

START_TEST(right_spines_are_logarithmic)
{
    static struct leftist many[100000];
    struct leftist *top = NULL;

    for (unsigned int i = 0; i < ARRAY_SIZE(many); i++) {
        many[i].key = (int64_t)unit_random_below(&seed, 1000000);
        leftist_insert(&top, &many[i]);
    }
    ck_assert_uint_le(top->rank, 17);       /* 2^17 - 1 nodes have rank 17 */
}
END_TEST

int main(void)
{
    return UNIT_RUN("leftist", order_and_balance_hold_in_random_use,
                    keys_may_wrap_around, right_spines_are_logarithmic);
}
