/* SPDX-License-Identifier: MIT */
/*
 * domain_memory_test.c - a domain gets frames, or loses them, until it has as
 * many as it shall, and its frames are listed a piece at a time: also those that
 * others use, when memory ends, and while others want to run.
 */
#include <string.h>
#include <hv/domain_memory.h>
#include <hv/errno.h>
#include <hv/softirq.h>
#include "fake_printk.h"
#include "frame_model.h"
#include "unit.h"

#define D       (&fake_domains[0])
#define OTHER   (&fake_domains[1])
#define RAM     (FAKE_FRAMES - 1)       /* 63 */

static unsigned int steps_left;         /* until others want to run; 0: never */
static uint64_t out[FAKE_FRAMES];

bool softirq_is_pending(void)
{
    return steps_left && --steps_left == 0;
}

unsigned long page_free_count(void)
{
    return fake_free_count();
}

static void start(void)
{
    fake_machine_start(0);
    model_start();
    fake_printk_reset();
    memset(out, 0xee, sizeof(out));
}

/* Whatever it returns, every frame is accounted for. */
static int fill(unsigned long count)
{
    int rc = domain_fill_memory(D, count);

    model_check();
    return rc;
}

/* Hold a reference on the frame that @d's list begins with. */
static struct frame *use_first(struct domain *d)
{
    struct frame *f = fake_frame(d->page_list);

    ck_assert(frame_get(f, d));
    model_add(f, HOLDS_REFERENCE, FRAME_NONE);
    return f;
}

static void let_go(struct frame *f)
{
    model_remove((unsigned int)model_find(f, HOLDS_REFERENCE));
    frame_put(f);
    model_check();
}

/* -- give ------------------------------------------------------------------ */

START_TEST(a_domain_gets_as_many_frames_as_it_shall_have)
{
    static const unsigned long counts[] = { 0, 1, 2, 7, 7, 32, RAM };

    start();
    for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
        ck_assert_int_eq(fill(counts[i]), 0);
        ck_assert_uint_eq(D->page_count, counts[i]);
    }
    ck_assert_uint_eq(fake_free_count(), 0);
    ck_assert_uint_eq(OTHER->page_count, 0);
    ck_assert_uint_eq(fake_printk_count, 0);
}
END_TEST

START_TEST(scattered_memory_is_given_too)
{
    start();
    ck_assert_int_eq(domain_fill_memory(OTHER, RAM), 0);
    for (unsigned long n = 1; n < FAKE_FRAMES; n += 2) {
        ck_assert(frame_get(fake_frame(n), OTHER));
        ck_assert_int_eq(frame_give_up(fake_frame(n)), 0);
        frame_put(fake_frame(n));
    }
    ck_assert_int_eq(fill(32), 0);
    ck_assert_uint_eq(D->page_count, 32);
}
END_TEST

START_TEST(a_domain_keeps_what_it_got_when_memory_ends)
{
    start();
    ck_assert_int_eq(domain_fill_memory(OTHER, 40), 0);
    ck_assert_int_eq(fill(24), -ENOMEM);
    ck_assert_uint_eq(D->page_count, RAM - 40);
    ck_assert_uint_eq(OTHER->page_count, 40);
    ck_assert_uint_eq(fake_printk_count, 1);
    ck_assert_str_eq(fake_printk_last, "No memory for domain 0: 4 KiB more are "
                     "asked for, 0 KiB are free\n");
}
END_TEST

START_TEST(a_domain_gets_what_it_may_have_and_no_more)
{
    start();
    D->page_max = 5;
    ck_assert_int_eq(fill(6), -ENOMEM);
    ck_assert_uint_eq(D->page_count, 5);
    ck_assert_int_eq(fill(~0ul), -ENOMEM);
    ck_assert_uint_eq(D->page_count, 5);
    D->dying = DOMAIN_DYING;
    D->page_max = 10;
    ck_assert_int_eq(fill(6), -ENOMEM);
    ck_assert_uint_eq(D->page_count, 5);
}
END_TEST

START_TEST(giving_stops_when_others_want_to_run_and_goes_on)
{
    unsigned long had;

    start();
    steps_left = 1;
    ck_assert_int_eq(fill(45), -ERESTART);
    had = D->page_count;
    ck_assert_uint_gt(had, 0);
    ck_assert_uint_lt(had, 45);
    steps_left = 1;
    ck_assert_int_eq(fill(45), -ERESTART);
    ck_assert_uint_gt(D->page_count, had);
    ck_assert_int_eq(fill(45), 0);
    ck_assert_uint_eq(D->page_count, 45);
}
END_TEST

/* -- take ------------------------------------------------------------------ */

START_TEST(a_domain_loses_what_it_shall_not_have)
{
    start();
    ck_assert_int_eq(fill(20), 0);
    ck_assert_int_eq(fill(19), 0);
    ck_assert_uint_eq(D->page_count, 19);
    ck_assert_int_eq(fill(3), 0);
    ck_assert_uint_eq(D->page_count, 3);
    ck_assert_uint_eq(fake_free_count(), RAM - 3);
    ck_assert_int_eq(fill(0), 0);
    model_check_empty(RAM);
}
END_TEST

START_TEST(a_dying_domain_can_lose_its_frames)
{
    start();
    ck_assert_int_eq(fill(8), 0);
    D->dying = DOMAIN_DYING;
    ck_assert_int_eq(fill(0), 0);
    model_check_empty(RAM);
}
END_TEST

START_TEST(frames_that_others_use_are_passed_over)
{
    struct frame *used;

    start();
    ck_assert_int_eq(fill(6), 0);
    used = use_first(D);
    ck_assert_int_eq(fill(1), 0);               /* the used one is that one */
    ck_assert_uint_eq(D->page_count, 1);
    ck_assert_ptr_eq(used->owner, D);
    ck_assert_int_eq(fill(0), -EBUSY);
    ck_assert_int_eq(fill(0), -EBUSY);
    ck_assert_uint_eq(D->page_count, 1);
    let_go(used);
    model_check_empty(RAM);
}
END_TEST

START_TEST(a_frame_that_is_given_up_but_used_still_counts)
{
    struct frame *used;

    start();
    ck_assert_int_eq(fill(2), 0);
    used = use_first(D);
    ck_assert_int_eq(frame_give_up(used), 0);
    model_check();
    ck_assert_int_eq(fill(2), 0);               /* nothing is given for it */
    ck_assert_uint_eq(D->page_count, 2);
    let_go(used);
    ck_assert_uint_eq(D->page_count, 1);
    ck_assert_int_eq(fill(2), 0);
    ck_assert_uint_eq(D->page_count, 2);
}
END_TEST

START_TEST(taking_stops_when_others_want_to_run_and_goes_on)
{
    start();
    ck_assert_int_eq(fill(10), 0);
    steps_left = 3;
    ck_assert_int_eq(fill(2), -ERESTART);
    ck_assert_uint_eq(D->page_count, 7);
    ck_assert_uint_eq(fake_free_count(), RAM - 7);  /* they are free already */
    ck_assert_int_eq(fill(2), 0);
    ck_assert_uint_eq(D->page_count, 2);
}
END_TEST

/* -- list ------------------------------------------------------------------ */

/* Are the first @count numbers of @out @d's, each another one? */
static void require_frames_of(const struct domain *d, unsigned int count)
{
    bool seen[FAKE_FRAMES] = { false };

    for (unsigned int i = 0; i < count; i++) {
        ck_assert_uint_lt(out[i], FAKE_FRAMES);
        ck_assert(!seen[out[i]]);
        ck_assert_ptr_eq(fake_frame(out[i])->owner, d);
        seen[out[i]] = true;
    }
    ck_assert_uint_eq(out[count], 0xeeeeeeeeeeeeeeee);
}

START_TEST(all_frames_are_listed_once)
{
    start();
    ck_assert_uint_eq(domain_list_frames(D, INVALID_MFN, out, 40), 0);
    ck_assert_int_eq(fill(20), 0);
    ck_assert_int_eq(domain_fill_memory(OTHER, 20), 0);
    ck_assert_uint_eq(domain_list_frames(D, INVALID_MFN, out, 40), 20);
    require_frames_of(D, 20);
    memset(out, 0xee, sizeof(out));
    ck_assert_uint_eq(domain_list_frames(D, INVALID_MFN, out, 0), 0);
    require_frames_of(D, 0);
}
END_TEST

START_TEST(a_list_goes_on_behind_the_last_one)
{
    unsigned int count = 0, n;
    mfn_t last = INVALID_MFN;

    start();
    ck_assert_int_eq(fill(20), 0);
    while ((n = domain_list_frames(D, last, out + count, 7)) != 0) {
        ck_assert_uint_le(n, 7);
        count += n;
        last = mfn(out[count - 1]);
        model_check();                          /* no reference is left */
    }
    ck_assert_uint_eq(count, 20);
    require_frames_of(D, 20);
}
END_TEST

START_TEST(what_is_given_up_is_not_listed_but_does_not_end_the_list)
{
    struct frame *used;

    start();
    ck_assert_int_eq(fill(6), 0);
    used = use_first(D);
    ck_assert_int_eq(frame_give_up(used), 0);
    ck_assert_uint_eq(domain_list_frames(D, INVALID_MFN, out, 10), 5);
    require_frames_of(D, 5);
    ck_assert_uint_eq(domain_list_frames(D, frame_mfn(used), out, 10), 5);
    require_frames_of(D, 5);
    let_go(used);
    ck_assert_uint_eq(domain_list_frames(D, frame_mfn(used), out, 10), 0);
}
END_TEST

START_TEST(a_list_goes_on_behind_its_own_frames_alone)
{
    start();
    ck_assert_int_eq(fill(4), 0);
    ck_assert_int_eq(domain_fill_memory(OTHER, 4), 0);
    fake_frame(FAKE_FRAMES - 1)->state = FRAME_NO_RAM;
    ck_assert_uint_eq(domain_list_frames(D, mfn(OTHER->page_list), out, 9), 0);
    ck_assert_uint_eq(domain_list_frames(D, mfn(0), out, 9), 0);
    ck_assert_uint_eq(domain_list_frames(D, mfn(50), out, 9), 0);   /* free */
    ck_assert_uint_eq(domain_list_frames(D, mfn(FAKE_FRAMES - 1), out, 9), 0);
    ck_assert_uint_eq(domain_list_frames(D, mfn(FAKE_FRAMES), out, 9), 0);
    ck_assert_uint_eq(domain_list_frames(D, mfn(~0ul - 1), out, 9), 0);
    require_frames_of(D, 0);
}
END_TEST

/* What the allocator had in its record must not be taken for a list's. */
START_TEST(a_frame_that_is_shared_is_on_no_list)
{
    mfn_t shared;

    start();
    ck_assert_int_eq(fill(4), 0);
    ck_assert_int_eq(domain_fill_memory(OTHER, 4), 0);
    shared = page_alloc_frames(0, 0);
    frame_of(shared)->link.next = OTHER->page_list;
    frame_share(D, shared, true);
    model_add(frame_of(shared), HOLDS_SHARE, FRAME_WRITABLE);
    model_check();
    ck_assert_uint_eq(domain_list_frames(D, shared, out, 9), 0);
    require_frames_of(D, 0);
    model_check();
}
END_TEST

int main(void)
{
    return UNIT_RUN("domain_memory",
                    a_domain_gets_as_many_frames_as_it_shall_have,
                    scattered_memory_is_given_too,
                    a_domain_keeps_what_it_got_when_memory_ends,
                    a_domain_gets_what_it_may_have_and_no_more,
                    giving_stops_when_others_want_to_run_and_goes_on,
                    a_domain_loses_what_it_shall_not_have,
                    a_dying_domain_can_lose_its_frames,
                    frames_that_others_use_are_passed_over,
                    a_frame_that_is_given_up_but_used_still_counts,
                    taking_stops_when_others_want_to_run_and_goes_on,
                    all_frames_are_listed_once,
                    a_list_goes_on_behind_the_last_one,
                    what_is_given_up_is_not_listed_but_does_not_end_the_list,
                    a_list_goes_on_behind_its_own_frames_alone,
                    a_frame_that_is_shared_is_on_no_list);
}
