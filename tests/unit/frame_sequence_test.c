/* SPDX-License-Identifier: MIT */
/*
 * frame_sequence_test.c - two domains do anything to some dozens of frames, in
 * long random sequences with restarts and failures; after each step every count
 * is explained by somebody who holds it, and in the end nothing is left.
 */
#include <hv/errno.h>
#include "fake_spinlock.h"
#include "fake_tables.h"
#include "frame_model.h"
#include "unit.h"

#define D       (&fake_domains[0])
#define RAM     (FAKE_FRAMES - 1)

static uint64_t seed;

static uint64_t names(const struct frame *f)
{
    return frame_mfn(f).n;
}

static void start(void)
{
    fake_machine_start(0);
    model_start();
}

static struct domain *any_domain(void)
{
    return &fake_domains[unit_random_below(&seed, FAKE_DOMAINS)];
}

static struct frame *any_frame(void)
{
    return fake_frame(1 + unit_random_below(&seed, RAM));
}

/* Frames have a liking for one level, so that deep tables come about. */
static enum frame_type liking(const struct frame *f)
{
    static const enum frame_type levels[] = {
        FRAME_L1, FRAME_L2, FRAME_WRITABLE, FRAME_L3, FRAME_L1, FRAME_WRITABLE,
        FRAME_L4, FRAME_L2, FRAME_SEGDESC
    };

    return levels[frame_mfn(f).n % ARRAY_SIZE(levels)];
}

static enum frame_type any_type(const struct frame *f)
{
    if (unit_random_below(&seed, 8))
        return liking(f);
    return FRAME_L1 + (enum frame_type)unit_random_below(&seed, 6);
}

static uint64_t any_entry(enum frame_type of)
{
    struct frame *to = any_frame();

    if (unit_random_below(&seed, 60) == 0)
        return ENTRY_BAD;
    if (of >= FRAME_L2 && of <= FRAME_L4)
        while (liking(to) != of - 1)
            to = any_frame();
    if (of == FRAME_L1 && liking(to) == FRAME_WRITABLE)
        return names(to) | ENTRY_WRITABLE;
    return names(to) | (unit_random_below(&seed, 30) ? 0 : ENTRY_WRITABLE);
}

/* As the guest does: only to what it has writable, or soon could have. */
static void scribble(void)
{
    struct frame *f = any_frame();
    enum frame_type type = liking(f);

    if (!f->owner || (frame_type_refs(f->state) &&
                      frame_state_type(f->state) != FRAME_WRITABLE))
        return;
    for (unsigned int i = 0; i < TABLE_ENTRIES; i++)
        fake_memory[names(f)][i] = unit_random_below(&seed, 3)
                                       ? 0 : any_entry(type);
}

static void get_type(void)
{
    struct frame *f = any_frame();
    struct domain *d = f->owner && unit_random_below(&seed, 9) ? f->owner
                                                              : any_domain();
    enum frame_type type = any_type(f);
    bool is_free = frame_type_refs(f->state) == 0;
    int rc = type == FRAME_WRITABLE && unit_random_below(&seed, 2)
                 ? frame_get_writable(f, d) : frame_get_with_type(f, d, type);

    if (f->owner != d)
        UNIT_REQUIRE(rc == -EINVAL);
    else if (!is_free && frame_state_type(f->state) != type)
        UNIT_REQUIRE(rc == -EINVAL);
    else if (type == FRAME_WRITABLE)
        UNIT_REQUIRE(rc == 0);
    if (rc == 0 || rc == -ERESTART)
        model_add(f, rc ? HOLDS_BUILDING : HOLDS_TYPE, type);
    else
        UNIT_REQUIRE(rc == -EINVAL);
}

static void get_reference(void)
{
    struct frame *f = any_frame();
    struct domain *d = any_domain();
    bool expected = f->owner == d && (f->state & FRAME_REF_MASK);

    UNIT_REQUIRE(frame_get(f, d) == expected);
    if (expected)
        model_add(f, HOLDS_REFERENCE, FRAME_NONE);
}

static void unpin(unsigned int i)
{
    int rc = frame_unpin(holdings[i].f);

    UNIT_REQUIRE(rc == 0 || rc == -ERESTART);
    if (!rc)
        model_remove(i);
}

/* Let go of holding @i, or of a part of it. */
static void release(unsigned int i)
{
    struct holding *h = &holdings[i];
    int rc = 0;

    if (h->kind == HOLDS_PIN) {
        unpin(i);
        return;
    }
    if (h->kind == HOLDS_REFERENCE)
        frame_put(h->f);
    else if (h->type == FRAME_WRITABLE && unit_random_below(&seed, 2))
        frame_put_writable(h->f);
    else
        rc = frame_put_with_type(h->f);
    UNIT_REQUIRE(rc == 0 || rc == -ERESTART);
    if (rc)
        h->kind = HOLDS_DROPPING;
    else
        model_remove(i);
}

static void resume(unsigned int i)
{
    struct holding *h = &holdings[i];
    int rc;

    if (h->kind != HOLDS_BUILDING && h->kind != HOLDS_DROPPING)
        return;
    rc = frame_type_resume(h->f);
    if (rc == -ERESTART)
        return;
    if (rc == 0) {
        UNIT_REQUIRE(h->kind == HOLDS_BUILDING);
        h->kind = HOLDS_TYPE;
        return;
    }
    UNIT_REQUIRE(rc == -EINVAL);
    frame_put(h->f);
    model_remove(i);
}

static void pin(void)
{
    struct frame *f = any_frame();
    struct domain *d = f->owner ? f->owner : D;
    enum frame_type type = MIN(any_type(f), FRAME_L4);
    int i = model_find(f, HOLDS_PIN);
    int rc = frame_pin(f, d, type);

    if (i < 0 && (rc == 0 || rc == -ERESTART))
        model_add(f, HOLDS_PIN, type);
    else if (i >= 0 && rc < 0 && rc != -ERESTART &&
             !(f->state & FRAME_PINNED))
        model_remove((unsigned int)i);
}

static void allocate(void)
{
    struct domain *d = any_domain();
    unsigned int order = (unsigned int)unit_random_below(&seed, 3);
    unsigned long before = d->page_count;
    mfn_t m = frame_alloc_for(d, order, 0);

    UNIT_REQUIRE(d->page_count - before ==
                 (mfn_eq(m, INVALID_MFN) ? 0 : 1ul << order));
}

static void give_up(void)
{
    struct frame *f = any_frame();
    struct domain *d = any_domain();
    bool had = f->state & FRAME_ALLOCATED;

    if (!frame_get(f, d))
        return;
    UNIT_REQUIRE(frame_give_up(f) == (had ? 0 : -EINVAL));
    frame_put(f);
}

static void claim(void)
{
    struct frame *f = any_frame();
    struct domain *d = any_domain();

    if (!frame_claim(f, d))
        return;
    UNIT_REQUIRE(f->owner == d);
    if (unit_random_below(&seed, 2))
        frame_unclaim(f);
    else
        frame_put_claimed(f);
}

static void one_step(void)
{
    unsigned int i = holding_count
        ? (unsigned int)unit_random_below(&seed, holding_count) : 0;

    switch (unit_random_below(&seed, 16)) {
    case 0:
        allocate();
        break;
    case 1:
        if (unit_random_below(&seed, 3) == 0)
            give_up();
        break;
    case 2:
        if (unit_random_below(&seed, 8) == 0)
            claim();
        break;
    case 3:
        get_reference();
        break;
    case 4: case 5: case 6:
        get_type();
        break;
    case 7: case 8:
        pin();
        break;
    case 9: case 10: case 11:
        scribble();
        break;
    case 12: case 13:
        if (holding_count)
            resume(i);
        break;
    default:
        if (holding_count)
            release(i);
    }
    if (holding_count > 40)
        release(i % holding_count);
}

/* Everything is given back, in any order that comes. */
static void release_all(void)
{
    while (holding_count) {
        release((unsigned int)unit_random_below(&seed, holding_count));
        model_check();
    }
    for (unsigned int n = 1; n < FAKE_FRAMES; n++)
        if (fake_frame(n)->state & FRAME_ALLOCATED)
            UNIT_REQUIRE(frame_give_up(fake_frame(n)) == 0);
    model_check_empty(RAM);
}

static void run_random(uint64_t with_seed, unsigned int restart,
                       unsigned int refuse, unsigned int steps)
{
    static const enum frame_type tables[] = { FRAME_L1, FRAME_L2, FRAME_L3,
                                              FRAME_L4 };
    unsigned int seen[FRAME_WRITABLE + 1] = { 0 }, partial = 0;

    start();
    seed = with_seed;
    fake_tables_seed = with_seed + 1;
    fake_restart_one_in = restart;
    fake_refuse_one_in = refuse;
    for (unsigned int i = 0; i < steps; i++) {
        one_step();
        model_check();
        UNIT_REQUIRE(fake_locks_held == 0);
        for (unsigned int n = 1; n < FAKE_FRAMES; n++) {
            uint64_t state = fake_frame(n)->state;

            seen[frame_state_type(state)] += !!(state & FRAME_VALIDATED);
            partial += !!(state & FRAME_PARTIAL);
        }
    }
    for (unsigned int i = 0; i < ARRAY_SIZE(tables); i++)
        ck_assert_uint_gt(seen[tables[i]], 50);
    if (restart)
        ck_assert_uint_gt(partial, 200);
    release_all();
}

START_TEST(every_count_is_explained_without_restarts)
{
    run_random(1, 0, 0, 60000);
}
END_TEST

START_TEST(every_count_is_explained_with_restarts)
{
    for (uint64_t s = 10; s < 14; s++)
        run_random(s, 3, 0, 30000);
}
END_TEST

START_TEST(every_count_is_explained_with_restarts_and_failures)
{
    for (uint64_t s = 20; s < 24; s++)
        run_random(s, 2 + (unsigned int)(s & 3), 50, 30000);
}
END_TEST

int main(void)
{
    return UNIT_RUN("frame_sequence",
        every_count_is_explained_without_restarts,
        every_count_is_explained_with_restarts,
        every_count_is_explained_with_restarts_and_failures);
}
