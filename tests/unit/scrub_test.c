/* SPDX-License-Identifier: MIT */
/* scrub_test.c - what one idle CPU clears, and how much of it in one go. */
#include <string.h>
#include <hv/direct_map.h>
#include <hv/frame.h>
#include <hv/irqflags.h>
#include <hv/scrub.h>
#include "fake_arena.h"
#include "fake_frames.h"
#include "fake_spinlock.h"
#include "unit.h"

#define FRAMES  64u

static unsigned int scrubs;

void arch_scrub_frame(mfn_t m)
{
    ck_assert(fake_irqs_off);
    ck_assert_uint_eq(fake_locks_held, 0);
    memset(mfn_to_virt(m), 0, PAGE_SIZE);
    scrubs++;
}

static void require_zeroed(mfn_t m)
{
    const uint64_t *word = mfn_to_virt(m);

    ck_assert_uint_eq(page_content(m), PAGE_ZEROED);
    for (unsigned int i = 0; i < PAGE_SIZE / sizeof(*word); i++)
        UNIT_REQUIRE(word[i] == 0);
}

/* The arena is full of other bytes. */
static mfn_t start(void)
{
    mfn_t all;

    fake_arena_create(FRAMES);
    all = page_alloc_frames(6, 0);
    ck_assert(!mfn_eq(all, INVALID_MFN));
    local_irq_disable();
    return all;
}

START_TEST(there_is_nothing_to_do_until_something_is_given_back)
{
    mfn_t all = start();

    ck_assert(!scrub_some());
    memset(mfn_to_virt(all), 0, PAGE_SIZE);
    page_free_zeroed(all, 0);
    ck_assert(!scrub_some());
    ck_assert_uint_eq(scrubs, 0);
}
END_TEST

START_TEST(what_was_given_back_is_zeroed_in_small_pieces)
{
    mfn_t all = start();

    page_free_frames(all, 6);
    for (unsigned int rounds = 1; scrub_some(); rounds++) {
        ck_assert_uint_le(scrubs, 4 * rounds);
        ck_assert_uint_ge(scrubs, rounds);
        ck_assert_uint_eq(page_free_count(), FRAMES);
        ck_assert(fake_irqs_off);
    }
    ck_assert_uint_eq(scrubs, FRAMES);
    all = page_alloc_frames(6, 0);
    for (unsigned int i = 0; i < FRAMES; i++)
        require_zeroed(mfn_add(all, i));
}
END_TEST

START_TEST(nothing_is_cleared_that_somebody_has)
{
    mfn_t all = start();

    for (unsigned int i = 0; i < FRAMES; i += 2)
        page_free_frames(mfn_add(all, i), 0);
    while (scrub_some())
        ;
    ck_assert_uint_eq(scrubs, FRAMES / 2);
    for (unsigned int i = 1; i < FRAMES; i += 2)
        ck_assert_uint_eq(*(uint8_t *)mfn_to_virt(mfn_add(all, i)), 0xa5);
    for (unsigned int i = 0; i < FRAMES / 2; i++)
        require_zeroed(page_alloc_frames(0, 0));
}
END_TEST

int main(void)
{
    return UNIT_RUN("scrub",
                    there_is_nothing_to_do_until_something_is_given_back,
                    what_was_given_back_is_zeroed_in_small_pieces,
                    nothing_is_cleared_that_somebody_has);
}
