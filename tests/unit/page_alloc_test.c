/* SPDX-License-Identifier: MIT */
/*
 * page_alloc_test.c - the buddy allocator against one state per frame.
 *
 * Three windows of frames, at the bottom, across 4 GiB and at the very top,
 * with holes in them. After each random operation every invariant of
 * page_alloc.c is checked over all frames. A piece may be out to be cleared: it
 * is free, and comes back when somebody waits for it.
 */
#include <stdbool.h>
#include <string.h>
#include "fake_frames.h"
#include "fake_spinlock.h"
#include "unit.h"

#define WINDOW      256u
#define WINDOWS     3u
#define FRAMES      (WINDOW * WINDOWS)
#define ROUNDS      4000
#define BLOCKS_MAX  400

enum state { HOLE, FREE, TAKEN };

static bool has_others_to_run;

bool softirq_is_pending(void) { return has_others_to_run; }

static const unsigned long window_first[WINDOWS] = {
    0, (1ul << 20) - WINDOW / 2, PAGE_MFN_LIMIT - WINDOW
};

struct block {
    unsigned long first;
    unsigned int order;
};

static enum state state[FRAMES];
static struct block blocks[BLOCKS_MAX];
static unsigned int block_count;
static struct block out;        /* to be cleared, if .first is not 0 */
static unsigned int waits;

static unsigned long number_of(unsigned int i)
{
    return window_first[i / WINDOW] + i % WINDOW;
}

/* The index of frame @n; the test fails when it is in no window. */
static unsigned int index_of(unsigned long n)
{
    for (unsigned int w = 0; w < WINDOWS; w++)
        if (n - window_first[w] < WINDOW)
            return w * WINDOW + (unsigned int)(n - window_first[w]);
    ck_abort_msg("frame %#lx is in no window", n);
    return 0;
}

static unsigned int width(unsigned long n)
{
    unsigned int bits = 0;

    for (; n; n >>= 1)
        bits++;
    return bits;
}

static void set_state(unsigned long first, unsigned long count,
                      enum state from, enum state to)
{
    for (unsigned long n = first; n < first + count; n++) {
        UNIT_REQUIRE(state[index_of(n)] == from);
        state[index_of(n)] = to;
    }
}

static bool is_free(const struct page_link *link)
{
    return link->prev & PAGE_LINK_FREE;
}

/* All that an owner may do to the links of its frames. */
static void scribble(unsigned long first, unsigned int order)
{
    for (unsigned long n = first; n < first + (1ul << order); n++) {
        struct page_link *link = page_link(mfn(n));

        link->next = 0xdeadbeef;
        link->prev = 0x7eedface;
        memset(&link->order, 0xff, 4);
    }
}

/* P1, P2, P6 and the list around one free block. */
static void check_block(unsigned long first, const struct page_link *link)
{
    unsigned long size = 1ul << link->order, buddy = first ^ size;
    const struct page_link *other = page_link(mfn(buddy));
    uint32_t prev = link->prev & ~PAGE_LINK_FREE;

    UNIT_REQUIRE(link->order <= PAGE_ORDER_MAX && link->pool < PAGE_POOLS);
    UNIT_REQUIRE((first & (size - 1)) == 0);
    UNIT_REQUIRE(width(first) == width(first + size - 1));
    for (unsigned long n = first; n < first + size; n++) {
        UNIT_REQUIRE(state[index_of(n)] == FREE);
        UNIT_REQUIRE(n == first || !is_free(page_link(mfn(n))));
        UNIT_REQUIRE(link->pool != POOL_ZEROED ||
                     page_content(mfn(n)) == PAGE_ZEROED);
        UNIT_REQUIRE(link->pool != POOL_DIRTY ||
                     page_content(mfn(n)) == PAGE_USED);
    }
    UNIT_REQUIRE(!other || !is_free(other) || other->order != link->order ||
                 other->pool != link->pool || link->order == PAGE_ORDER_MAX);
    if (link->next)
        UNIT_REQUIRE(page_link(mfn(link->next))->prev ==
                     (first | PAGE_LINK_FREE));
    if (prev)
        UNIT_REQUIRE(page_link(mfn(prev))->next == first);
}

static void check_all(void)
{
    unsigned long free_frames[WINDOWS] = { 0 }, covered = 0, total = 0;
    unsigned long free_below_4g = 0, dirty = 0;
    struct page_usage usage, seen = { 0 };

    for (unsigned int i = 0; i < FRAMES; i++) {
        struct page_link *link = page_link(mfn(number_of(i)));

        free_frames[i / WINDOW] += state[i] == FREE;
        total += state[i] == FREE;
        free_below_4g += state[i] == FREE && number_of(i) < (1ul << 20);
        if (!is_free(link))
            continue;
        check_block(number_of(i), link);
        covered += 1ul << link->order;
        seen.blocks[link->order]++;
        dirty += link->pool == POOL_DIRTY ? 1ul << link->order : 0;
    }
    covered += out.first ? 1ul << out.order : 0;
    ck_assert_int_eq(page_is_any_dirty(), dirty != 0);
    seen.dirty = dirty;
    seen.free = total;
    page_alloc_get_usage(&usage);
    ck_assert_mem_eq(&usage, &seen, sizeof(usage));
    ck_assert_uint_eq(covered, total);
    ck_assert_uint_eq(page_free_count(), total);
    ck_assert_uint_eq(page_free_count_below(PAGE_SHIFT), 0);
    ck_assert_uint_eq(page_free_count_below(30), free_frames[0]);
    ck_assert_uint_eq(page_free_count_below(32), free_below_4g);
    ck_assert_uint_eq(page_free_count_below(42), total - free_frames[2]);
    ck_assert_uint_eq(page_free_count_below(64), total);
    ck_assert_uint_eq(fake_locks_held, 0);
}

static void give(unsigned long first, unsigned long count)
{
    page_alloc_add_range(mfn(first), count);
    if (first == 0) {
        first++;
        count--;
    }
    set_state(first, count, HOLE, FREE);
}

static void give_memory_with_holes(void)
{
    for (unsigned int w = 0; w < WINDOWS; w++)
        fake_frames_add(window_first[w], WINDOW);
    for (unsigned int w = 0; w < WINDOWS; w++) {
        give(window_first[w], 159);
        give(window_first[w] + 160, 40);
        give(window_first[w] + 203, WINDOW - 203);
        check_all();
    }
}

/* Is there a free aligned block below the limit? */
static bool block_exists(unsigned int order, unsigned int address_bits)
{
    unsigned long size = 1ul << order, run = 0, limit;

    limit = !address_bits || address_bits > 43
            ? PAGE_MFN_LIMIT : (1ul << address_bits) >> PAGE_SHIFT;
    for (unsigned int i = 0; i < FRAMES; i++) {
        unsigned long n = number_of(i);

        if (!(n & (size - 1)) || i % WINDOW == 0)
            run = 0;
        run = state[i] == FREE && n < limit ? run + 1 : 0;
        if (run >= size && !((n + 1) & (size - 1)))
            return true;
    }
    return false;
}

/* -- a CPU that clears -- */

static void take_out(unsigned int most)
{
    bool is_any = page_is_any_dirty();
    mfn_t m = page_take_dirty(most, &out.order);

    ck_assert_int_eq(!mfn_eq(m, INVALID_MFN), is_any);
    if (!is_any)
        return;
    ck_assert_uint_le(out.order, most);
    out.first = m.n;
}

static void bring_back(void)
{
    page_return_cleared(mfn(out.first), out.order);
    for (unsigned int i = 0; i < 1u << out.order; i++)
        ck_assert_uint_eq(page_content(mfn(out.first + i)), PAGE_ZEROED);
    out.first = 0;
}

static void while_waited_for(void)
{
    waits++;
    if (out.first)
        bring_back();
}

static void clear_all(void)
{
    while (page_is_any_dirty() || out.first) {
        if (!out.first)
            take_out(3);
        bring_back();
        check_all();
    }
}

/* -- those who allocate -- */

static void allocate(uint64_t *seed)
{
    static const unsigned int limits[] = {
        0, 0, 0, 32, 32, 24, 20, 33, 43, 64, 13, 12, 42
    };
    unsigned int bits = limits[unit_random_below(seed, 13)];
    unsigned int order = (unsigned int)unit_random_below(seed, 4);
    struct block *block = &blocks[block_count];
    bool exists;
    mfn_t first;

    if (block_count == BLOCKS_MAX)
        return;
    if (unit_random_below(seed, 8) == 0)
        order = (unsigned int)unit_random_below(seed, 23);
    if (order > PAGE_ORDER_MAX) {
        ck_assert(mfn_eq(page_alloc_frames(order, bits), INVALID_MFN));
        return;
    }
    exists = block_exists(order, bits);
    first = page_alloc_frames(order, bits);
    ck_assert_int_eq(!mfn_eq(first, INVALID_MFN), exists);
    if (!exists)
        return;
    ck_assert_uint_eq(first.n & ((1ul << order) - 1), 0);
    ck_assert(!bits || bits >= 43 ||
              mfn_to_paddr(mfn_add(first, 1ul << order)) <= 1ul << bits);
    ck_assert_uint_eq(page_alloc_order(first), order);
    set_state(first.n, 1ul << order, FREE, TAKEN);
    scribble(first.n, order);
    *block = (struct block){ first.n, order };
    block_count++;
}

/* Free a block, or half of it and keep the rest. */
static void release(uint64_t *seed)
{
    unsigned int i;
    struct block block;

    if (!block_count)
        return;
    i = (unsigned int)unit_random_below(seed, block_count);
    block = blocks[i];
    if (block.order && unit_random_below(seed, 3) == 0) {
        block.order--;
        blocks[i].order--;
        if (unit_random_below(seed, 2))
            blocks[i].first += 1ul << block.order;
        else
            block.first += 1ul << block.order;
    } else {
        blocks[i] = blocks[--block_count];
    }
    page_free_frames(mfn(block.first), block.order);
    set_state(block.first, 1ul << block.order, TAKEN, FREE);
}

START_TEST(random_use_keeps_every_invariant)
{
    struct page_usage before, after;
    uint64_t seed = 60;

    give_memory_with_holes();
    page_alloc_get_usage(&before);
    fake_wait_hook = while_waited_for;
    for (int round = 0; round < ROUNDS; round++) {
        /* Fill for a while, then empty for a while. */
        if (unit_random_below(&seed, 10) < (round / 500 % 2 ? 3 : 7))
            allocate(&seed);
        else
            release(&seed);
        check_all();
        if (out.first && unit_random_below(&seed, 3) == 0)
            bring_back();
        else if (!out.first && unit_random_below(&seed, 3) == 0)
            take_out((unsigned int)unit_random_below(&seed, 4));
        check_all();
    }
    ck_assert_uint_gt(waits, 0);
    while (block_count)
        release(&seed);
    clear_all();
    /* For a block that there is not, all merge again: as in the beginning. */
    ck_assert(mfn_eq(page_alloc_frames(PAGE_ORDER_MAX, 0), INVALID_MFN));
    check_all();
    page_alloc_get_usage(&after);
    ck_assert_mem_eq(&before, &after, sizeof(before));
}
END_TEST

START_TEST(every_free_frame_can_be_had_and_only_once)
{
    mfn_t m;

    give_memory_with_holes();
    for (unsigned long n = page_free_count(); n; n--) {
        m = page_alloc_frames(0, 0);
        ck_assert(!mfn_eq(m, INVALID_MFN));
        set_state(m.n, 1, FREE, TAKEN);
        scribble(m.n, 0);
    }
    ck_assert(mfn_eq(page_alloc_frames(0, 0), INVALID_MFN));
    check_all();
}
END_TEST

START_TEST(low_memory_is_given_last)
{
    unsigned long high;

    give_memory_with_holes();
    high = page_free_count() - page_free_count_below(32);
    while (high--)
        ck_assert_uint_ge(page_alloc_frames(0, 0).n, 1ul << 20);
    ck_assert_uint_lt(page_alloc_frames(0, 0).n, 1ul << 20);
    ck_assert_uint_lt(page_alloc_frames(0, 20).n, 1ul << 8);
}
END_TEST

START_TEST(frame_0_and_frames_too_high_are_passed_over)
{
    fake_frames_add(0, 8);
    fake_frames_add(PAGE_MFN_LIMIT - 8, 16);
    page_alloc_add_range(mfn(0), 1);
    page_alloc_add_range(mfn(0), 0);
    page_alloc_add_range(mfn(PAGE_MFN_LIMIT), 8);
    ck_assert_uint_eq(page_free_count(), 0);
    page_alloc_add_range(mfn(0), 8);
    ck_assert_uint_eq(page_free_count(), 7);
    page_alloc_add_range(mfn(PAGE_MFN_LIMIT - 8), ~0ul);
    ck_assert_uint_eq(page_free_count(), 15);
}
END_TEST

/* 64 GiB around the hole below 4 GiB, as firmware reports it. */
START_TEST(a_large_machine_is_added_block_by_block)
{
    unsigned long low_end = 0xbffd0, high_end = 0x1040000;
    unsigned long added = low_end - 0x100 + high_end - 0x100000;
    struct page_usage usage;
    mfn_t m;

    fake_frames_add(0, high_end);
    page_alloc_add_range(mfn(0x100), low_end - 0x100);
    page_alloc_add_range(mfn(0x100000), high_end - 0x100000);
    ck_assert_uint_eq(page_free_count(), added);
    ck_assert_uint_lt(fake_page_link_calls, 500);
    page_alloc_get_usage(&usage);
    ck_assert_uint_eq(usage.blocks[PAGE_ORDER_MAX], 15);

    fake_page_link_calls = 0;
    m = page_alloc_frames(PAGE_ORDER_MAX, 0);
    ck_assert(!mfn_eq(m, INVALID_MFN));
    ck_assert_uint_lt(fake_page_link_calls, 100);
    page_free_frames(m, PAGE_ORDER_MAX);
    fake_page_link_calls = 0;
    m = page_alloc_frames(0, 0);
    ck_assert(!mfn_eq(m, INVALID_MFN));
    page_free_frames(m, 0);
    ck_assert_uint_lt(fake_page_link_calls, 200);
    ck_assert_uint_eq(page_free_count(), added);
}
END_TEST

/* Whatever is merged and split on the way. */
START_TEST(who_allocates_is_told_what_is_in_each_frame)
{
    mfn_t m;

    fake_frames_add(0, 64);
    page_alloc_add_range(mfn(8), 8);
    m = page_alloc_frames(3, 0);
    for (unsigned int i = 0; i < 8; i++) {
        ck_assert_uint_eq(page_content(mfn_add(m, i)), PAGE_NEW);
        (i & 1 ? page_free_zeroed : page_free_frames)(mfn_add(m, i), 0);
    }
    m = page_alloc_frames(3, 0);
    ck_assert_uint_eq(m.n, 8);
    for (unsigned int i = 0; i < 8; i++)
        ck_assert_uint_eq(page_content(mfn_add(m, i)),
                          i & 1 ? PAGE_ZEROED : PAGE_USED);
    page_free_zeroed(m, 3);
    m = page_alloc_frames(1, 0);
    ck_assert_uint_eq(page_content(m), PAGE_ZEROED);
    ck_assert_uint_eq(page_content(mfn_add(m, 1)), PAGE_ZEROED);
    page_free_frames(m, 1);
    m = page_alloc_frames(3, 0);
    for (unsigned int i = 0; i < 8; i++)
        ck_assert_uint_eq(page_content(mfn_add(m, i)),
                          i >= 2 ? PAGE_ZEROED : PAGE_USED);
}
END_TEST

START_TEST(what_is_cleared_is_given_before_what_is_dirty)
{
    mfn_t m;

    fake_frames_add(0, 64);
    page_alloc_add_range(mfn(8), 8);
    m = page_alloc_frames(3, 0);
    page_free_zeroed(m, 2);
    page_free_frames(mfn_add(m, 4), 2);
    for (unsigned int i = 0; i < 8; i++)
        ck_assert_uint_eq(page_content(page_alloc_frames(0, 0)),
                          i < 4 ? PAGE_ZEROED : PAGE_USED);
}
END_TEST

/* A domain that is made after another's end gets the same memory, be it
 * cleared meanwhile or not. */
START_TEST(what_was_used_is_given_before_what_is_new)
{
    mfn_t m, again;

    fake_frames_add(0, 64);
    page_alloc_add_range(mfn(8), 56);
    m = page_alloc_frames(2, 0);
    page_free_frames(m, 2);
    again = page_alloc_frames(2, 0);
    ck_assert_uint_eq(again.n, m.n);
    page_free_frames(again, 2);
    take_out(2);
    bring_back();
    for (unsigned int i = 0; i < 4; i++)
        ck_assert_uint_eq(page_content(page_alloc_frames(0, 0)), PAGE_ZEROED);
    ck_assert_uint_eq(page_content(page_alloc_frames(0, 0)), PAGE_NEW);
}
END_TEST

/* Low memory is dearer than the time to clear other memory. */
START_TEST(dirty_memory_is_given_before_low_memory)
{
    mfn_t m;

    fake_frames_add(0, 64);
    page_alloc_add_range(mfn(8), 24);
    m = page_alloc_frames(4, 0);
    page_free_frames(m, 4);
    ck_assert_uint_ge(page_alloc_frames(0, 0).n, 16);
    ck_assert_uint_lt(page_alloc_frames(0, 16).n, 16);
}
END_TEST

START_TEST(a_run_is_freed_in_the_largest_blocks)
{
    struct page_usage usage;

    fake_frames_add(0, 64);
    page_alloc_add_range(mfn(1), 63);
    for (unsigned int i = 1; i < 64; i++)
        ck_assert(!mfn_eq(page_alloc_frames(0, 0), INVALID_MFN));
    page_free_run(mfn(3), 14);          /* 3, 4-7, 8-15, 16 */
    page_alloc_get_usage(&usage);
    ck_assert_uint_eq(usage.free, 14);
    ck_assert_uint_eq(usage.dirty, 14);
    ck_assert_uint_eq(usage.blocks[0], 2);
    ck_assert_uint_eq(usage.blocks[2], 1);
    ck_assert_uint_eq(usage.blocks[3], 1);
    for (unsigned int n = 3; n < 17; n++)
        ck_assert_uint_eq(page_content(mfn(n)), PAGE_USED);
}
END_TEST

/* One frame in two is dirty: together they are a block. */
START_TEST(pools_are_brought_together_for_a_large_block)
{
    mfn_t m;

    fake_frames_add(0, 512);
    page_alloc_add_range(mfn(256), 256);
    m = page_alloc_frames(8, 0);
    for (unsigned int i = 0; i < 256; i++)
        (i & 1 ? page_free_zeroed : page_free_frames)(mfn_add(m, i), 0);
    ck_assert(mfn_eq(page_alloc_frames(8, 20), INVALID_MFN));
    ck_assert(page_is_any_dirty());     /* no business of low memory's */
    ck_assert_uint_eq(page_alloc_frames(8, 0).n, 256);
    ck_assert_uint_eq(page_free_count(), 0);
    ck_assert(!page_is_any_dirty());
}
END_TEST

START_TEST(who_can_come_again_need_not_unite_all_at_once)
{
    unsigned int calls = 1;
    mfn_t m;

    fake_frames_add(0, 1024);
    page_alloc_add_range(mfn(512), 512);
    m = page_alloc_frames(9, 0);
    for (unsigned int i = 0; i < 512; i++)
        (i & 1 ? page_free_zeroed : page_free_frames)(mfn_add(m, i), 0);
    has_others_to_run = true;
    ck_assert(page_alloc_prepare(0, 0));
    for (; !page_alloc_prepare(9, 0); calls++)
        ck_assert_uint_lt(calls, 512);
    has_others_to_run = false;
    ck_assert_uint_gt(calls, 4);
    ck_assert_uint_eq(page_alloc_frames(9, 0).n, 512);
    ck_assert(page_alloc_prepare(9, 0));        /* there is none */
}
END_TEST

START_TEST(a_piece_that_is_out_is_waited_for)
{
    fake_frames_add(0, 64);
    page_alloc_add_range(mfn(8), 8);
    page_free_frames(page_alloc_frames(3, 0), 3);
    fake_wait_hook = while_waited_for;
    take_out(1);
    ck_assert_uint_eq(page_free_count(), 8);
    ck_assert_uint_eq(page_free_count_below(PAGE_SHIFT + 4), 8);
    ck_assert(mfn_eq(page_alloc_frames(3, 14), INVALID_MFN));
    ck_assert_uint_eq(waits, 0);        /* it is above that */
    ck_assert_uint_eq(page_alloc_frames(3, 0).n, 8);
    ck_assert_uint_gt(waits, 0);
    ck_assert_uint_eq(page_free_count(), 0);
    ck_assert(mfn_eq(page_take_dirty(3, &out.order), INVALID_MFN));

    /* There is nothing else. */
    page_free_run(mfn(8), 8);
    take_out(3);
    waits = 0;
    ck_assert_uint_eq(page_alloc_frames(0, 0).n, 8);
    ck_assert_uint_eq(waits, 1);
}
END_TEST

int main(void)
{
    return UNIT_RUN("page_alloc",
                    random_use_keeps_every_invariant,
                    every_free_frame_can_be_had_and_only_once,
                    low_memory_is_given_last,
                    frame_0_and_frames_too_high_are_passed_over,
                    a_large_machine_is_added_block_by_block,
                    who_allocates_is_told_what_is_in_each_frame,
                    what_is_cleared_is_given_before_what_is_dirty,
                    what_was_used_is_given_before_what_is_new,
                    dirty_memory_is_given_before_low_memory,
                    a_run_is_freed_in_the_largest_blocks,
                    pools_are_brought_together_for_a_large_block,
                    who_can_come_again_need_not_unite_all_at_once,
                    a_piece_that_is_out_is_waited_for);
}
