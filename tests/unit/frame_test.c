/* SPDX-License-Identifier: MIT */
/* frame_test.c - owners of frames, references, and how frames come and go. */
#include <hv/errno.h>
#include <string.h>
#include "fake_spinlock.h"
#include "fake_tables.h"
#include "frame_model.h"
#include "unit.h"

#define D       (&fake_domains[0])
#define OTHER   (&fake_domains[1])
#define RAM     (FAKE_FRAMES - 1)

static void start(void)
{
    fake_machine_start(0);
    model_start();
}

static struct frame *own(struct domain *d)
{
    mfn_t m = frame_alloc_for(d, 0, 0);

    ck_assert(!mfn_eq(m, INVALID_MFN));
    return fake_frame(m.n);
}

START_TEST(only_the_owner_gets_a_reference)
{
    struct frame *f;

    start();
    f = own(D);
    ck_assert(frame_get(f, D));
    model_add(f, HOLDS_REFERENCE, FRAME_NONE);
    model_check();
    ck_assert(!frame_get(f, OTHER));
    ck_assert(!frame_get(f, NULL));
    model_check();
}
END_TEST

/* --- F8: the type alone, while an entry gains or loses the right to write --- */

static struct frame *waited_for;
static unsigned int waits;

static void drop_the_type(void)
{
    ck_assert(!fake_frame_is_free(frame_mfn(waited_for).n));
    ck_assert_ptr_eq(waited_for->owner, D);
    if (++waits == 3)
        frame_make_readonly(waited_for);
}

START_TEST(a_frame_is_not_freed_while_somebody_holds_its_type_alone)
{
    start();
    waited_for = own(D);
    waits = 0;
    ck_assert_int_eq(frame_get_writable(waited_for, D), 0);
    ck_assert_int_eq(frame_give_up(waited_for), 0);
    fake_wait_hook = drop_the_type;
    frame_put(waited_for);
    fake_wait_hook = NULL;
    ck_assert_uint_eq(waits, 3);
    ck_assert_uint_eq(waited_for->state, 0);
    model_check_empty(RAM);
}
END_TEST

START_TEST(the_right_to_write_is_had_of_ones_own_frames_in_use_only)
{
    struct frame *f;
    uint64_t state;

    start();
    f = own(D);
    ck_assert(!frame_make_writable(f, D));      /* of no type yet */
    ck_assert_int_eq(frame_get_writable(f, D), 0);
    frame_put_writable(f);
    state = f->state;
    ck_assert(!frame_make_writable(f, OTHER));
    ck_assert_uint_eq(f->state, state);
    ck_assert(frame_make_writable(f, D));
    ck_assert_uint_eq(f->state, state + FRAME_TYPE_REF_ONE);
    frame_make_readonly(f);
    ck_assert_uint_eq(f->state, state);
    ck_assert_int_eq(frame_give_up(f), 0);
    ck_assert(!frame_make_writable(f, D));
    ck_assert_uint_eq(f->state, 0);
    model_check_empty(RAM);
}
END_TEST

/* A tool may unmap one while its owner's record goes: that is not looked into. */
START_TEST(of_a_shared_frame_no_write_is_noted)
{
    struct frame *f;
    mfn_t m;

    start();
    m = page_alloc_frames(0, 0);
    frame_share(D, m, true);
    f = fake_frame(m.n);
    frame_outside_add(f);
    D->dirty_map = (struct dirty_map *)8;       /* not to be followed */
    frame_outside_remove(f);
    D->dirty_map = NULL;
    ck_assert_uint_eq(f->outside, 0);
    frame_unshare(m);
    model_check_empty(RAM);
}
END_TEST

START_TEST(a_free_frame_cannot_be_had)
{
    struct frame *f;

    start();
    f = own(D);
    ck_assert_int_eq(frame_give_up(f), 0);
    ck_assert(!frame_get(f, D));
    ck_assert(!frame_get(f, NULL));
    ck_assert(!frame_claim(f, D));
    ck_assert_int_eq(frame_get_with_type(f, D, FRAME_WRITABLE), -EINVAL);
    ck_assert_int_eq(frame_pin(f, D, FRAME_L1), -EINVAL);
    model_check_empty(RAM);
}
END_TEST

START_TEST(the_hypervisors_frames_cannot_be_had)
{
    mfn_t m;

    start();
    m = page_alloc_frames(0, 0);
    ck_assert(!frame_get(fake_frame(m.n), D));
    ck_assert(!frame_get(fake_frame(m.n), NULL));
    ck_assert_uint_eq(fake_frame(m.n)->state, 0);
}
END_TEST

START_TEST(a_hole_cannot_be_had)
{
    struct frame *hole;

    fake_machine_start(4);
    hole = fake_frame(FAKE_FRAMES - 2);
    ck_assert(!frame_is_ram(hole));
    ck_assert(!frame_is_ram(frame_of(mfn(FAKE_FRAMES))));
    ck_assert(!frame_get(hole, D));
    ck_assert(!frame_get(hole, NULL));
    ck_assert_int_eq(frame_get_with_type(hole, NULL, FRAME_WRITABLE), -EINVAL);
    ck_assert_uint_eq(hole->state, FRAME_NO_RAM);
}
END_TEST

START_TEST(the_last_reference_frees_and_the_next_owner_sees_nothing)
{
    struct frame *f;
    unsigned long n;

    start();
    f = own(D);
    n = frame_mfn(f).n;
    memset(fake_memory[n], 0x5a, PAGE_SIZE);
    ck_assert(frame_get(f, D));
    ck_assert_int_eq(frame_give_up(f), 0);
    ck_assert(!fake_frame_is_free(n));
    ck_assert_ptr_eq(f->owner, D);
    ck_assert_uint_eq(fake_memory[n][0], 0x5a5a5a5a5a5a5a5a);
    frame_put(f);
    ck_assert(fake_frame_is_free(n));
    model_check_empty(RAM);
    ck_assert_uint_eq(frame_alloc_for(OTHER, 0, 0).n, n);
    for (unsigned int i = 0; i < FAKE_WORDS; i++)
        ck_assert_uint_eq(fake_memory[n][i], 0);
}
END_TEST

/* A guest may keep a translation of what it gives up; the next user can be the
 * hypervisor's heap. fake_tables.c wants it gone before the frame is zeroed. */
START_TEST(no_translation_outlives_the_last_reference)
{
    struct frame *f;
    unsigned int flushes;

    start();
    f = own(D);
    fake_tlb_use();
    flushes = fake_tlb_flushes;
    ck_assert_int_eq(frame_give_up(f), 0);
    ck_assert_uint_eq(fake_tlb_flushes, flushes + 1);
}
END_TEST

START_TEST(a_frame_is_given_up_once)
{
    struct frame *f;

    start();
    f = own(D);
    ck_assert(frame_get(f, D));
    model_add(f, HOLDS_REFERENCE, FRAME_NONE);
    ck_assert_int_eq(frame_give_up(f), 0);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(frame_give_up(f), -EINVAL);
        ck_assert(!frame_claim(f, D));
        model_check();
    }
    frame_put(f);
    model_remove(0);
    model_check_empty(RAM);
}
END_TEST

START_TEST(a_claim_is_the_owners_alone_and_is_exclusive)
{
    struct frame *f;

    start();
    f = own(D);
    ck_assert(!frame_claim(f, OTHER));
    ck_assert(frame_claim(f, D));
    ck_assert(!frame_claim(f, D));
    frame_unclaim(f);
    model_check();
    ck_assert(frame_claim(f, D));
    frame_put_claimed(f);
    model_check_empty(RAM);
}
END_TEST

START_TEST(a_frame_is_claimed_unused_and_cannot_be_used_then)
{
    struct frame *f;

    start();
    f = own(D);
    ck_assert_int_eq(frame_get_with_type(f, D, FRAME_WRITABLE), 0);
    ck_assert(!frame_claim(f, D));
    frame_put_writable(f);
    ck_assert(frame_claim(f, D));
    ck_assert(!frame_get(f, D));
    ck_assert_int_eq(frame_get_with_type(f, D, FRAME_WRITABLE), -EINVAL);
    ck_assert_int_eq(frame_get_writable(f, D), -EINVAL);
    ck_assert_int_eq(frame_pin(f, D, FRAME_L1), -EINVAL);
    ck_assert(!frame_make_writable(f, D));
    ck_assert_ptr_eq(f->owner, D);
    frame_unclaim(f);
    model_check();
    ck_assert_int_eq(frame_get_writable(f, D), 0);
    frame_put_writable(f);
    ck_assert(frame_claim(f, D));
    frame_put_claimed(f);
    model_check_empty(RAM);
}
END_TEST

START_TEST(a_domain_gets_no_more_than_its_maximum)
{
    start();
    D->page_max = 5;
    ck_assert(!mfn_eq(frame_alloc_for(D, 2, 0), INVALID_MFN));
    ck_assert(mfn_eq(frame_alloc_for(D, 1, 0), INVALID_MFN));
    model_check();
    ck_assert(!mfn_eq(frame_alloc_for(D, 0, 0), INVALID_MFN));
    ck_assert(mfn_eq(frame_alloc_for(D, 0, 0), INVALID_MFN));
    model_check();
    ck_assert_uint_eq(D->page_count, 5);
    ck_assert_uint_eq(fake_free_count(), RAM - 5);
}
END_TEST

START_TEST(a_dying_domain_gets_nothing)
{
    start();
    D->dying = DOMAIN_DYING;
    ck_assert(mfn_eq(frame_alloc_for(D, 0, 0), INVALID_MFN));
    D->dying = DOMAIN_DEAD;
    ck_assert(mfn_eq(frame_alloc_for(D, 0, 0), INVALID_MFN));
    model_check_empty(RAM);
}
END_TEST

START_TEST(memory_runs_out_without_a_trace)
{
    start();
    while (!mfn_eq(frame_alloc_for(D, 3, 0), INVALID_MFN))
        model_check();
    while (!mfn_eq(frame_alloc_for(OTHER, 0, 0), INVALID_MFN))
        model_check();
    ck_assert_uint_eq(fake_free_count(), 0);
    ck_assert_uint_eq(D->page_count + OTHER->page_count, RAM);
}
END_TEST

START_TEST(frames_keep_their_domain_alive)
{
    mfn_t m;

    start();
    ck_assert_int_eq(D->refs, 0);
    m = frame_alloc_for(D, 2, 0);
    ck_assert_int_eq(D->refs, 1);
    for (unsigned int i = 0; i < 4; i++) {
        ck_assert_int_eq(D->refs, 1);
        ck_assert_int_eq(frame_give_up(fake_frame(m.n + i)), 0);
    }
    ck_assert_int_eq(D->refs, 0);
    ck_assert_uint_eq(fake_locks_held, 0);
}
END_TEST

START_TEST(the_owners_list_survives_removal_anywhere)
{
    static const unsigned int order[] = { 3, 0, 7, 1, 6, 2, 5, 4 };
    mfn_t m;

    start();
    m = frame_alloc_for(D, 3, 0);
    for (unsigned int i = 0; i < ARRAY_SIZE(order); i++) {
        ck_assert_int_eq(frame_give_up(fake_frame(m.n + order[i])), 0);
        model_check();
    }
    model_check_empty(RAM);
}
END_TEST

START_TEST(assigned_frames_are_as_allocated_ones)
{
    mfn_t m;

    start();
    m = page_alloc_frames(2, 0);
    frame_assign(D, m, 4, INVALID_PFN);
    model_check();
    ck_assert(frame_claim(fake_frame(m.n + 3), D));
    frame_put_claimed(fake_frame(m.n + 3));
    model_check();
    ck_assert_uint_eq(D->page_count, 3);
}
END_TEST

/* What @d finds in a frame of which the allocator says @content. */
static uint64_t found_by(struct domain *d, enum page_content content)
{
    mfn_t m = page_alloc_frames(0, 0);
    uint64_t found;

    fake_memory[m.n][7] = 0x5a;
    page_free_frames(m, 0);
    fake_page_content = content;
    ck_assert_uint_eq(frame_alloc_for(d, 0, 0).n, m.n);
    found = fake_memory[m.n][7];
    ck_assert_int_eq(frame_give_up(fake_frame(m.n)), 0);
    fake_page_content = PAGE_USED;
    return found;
}

/* Only what is known to be zeros is left as it is, and what only firmware and
 * boot have had for who may see all memory anyhow. */
START_TEST(nobody_sees_what_another_had)
{
    start();
    ck_assert_uint_eq(found_by(D, PAGE_USED), 0);
    ck_assert_uint_eq(found_by(D, PAGE_NEW), 0);
    ck_assert_uint_eq(found_by(D, PAGE_ZEROED), 0x5a);
    D->is_privileged = true;
    ck_assert_uint_eq(found_by(D, PAGE_USED), 0);
    ck_assert_uint_eq(found_by(D, PAGE_NEW), 0x5a);
    ck_assert_uint_eq(found_by(D, PAGE_ZEROED), 0x5a);
}
END_TEST

START_TEST(what_is_exchanged_is_scrubbed_as_well)
{
    mfn_t m;

    start();
    m = page_alloc_frames(0, 0);
    fake_memory[m.n][0] = 0x5a;
    D->is_privileged = true;
    frame_assign(D, m, 1, INVALID_PFN);
    ck_assert_uint_eq(fake_memory[m.n][0], 0);
}
END_TEST

/* In runs, in either order, and one by one. */
START_TEST(frames_freed_together_are_all_free)
{
    static const unsigned int order[] = { 7, 6, 5, 1, 2, 3, 0, 4 };
    mfn_t m;

    start();
    m = frame_alloc_for(D, 3, 0);
    frame_batch_begin();
    for (unsigned int i = 0; i < ARRAY_SIZE(order); i++)
        ck_assert_int_eq(frame_give_up(fake_frame(m.n + order[i])), 0);
    frame_batch_end();
    for (unsigned int i = 0; i < ARRAY_SIZE(order); i++)
        ck_assert(fake_frame_is_free(m.n + i));
    model_check_empty(RAM);
}
END_TEST

int main(void)
{
    return UNIT_RUN("frame",
        only_the_owner_gets_a_reference,
        a_frame_is_not_freed_while_somebody_holds_its_type_alone,
        the_right_to_write_is_had_of_ones_own_frames_in_use_only,
        of_a_shared_frame_no_write_is_noted,
        a_free_frame_cannot_be_had,
        the_hypervisors_frames_cannot_be_had,
        a_hole_cannot_be_had,
        the_last_reference_frees_and_the_next_owner_sees_nothing,
        no_translation_outlives_the_last_reference,
        a_frame_is_given_up_once,
        a_claim_is_the_owners_alone_and_is_exclusive,
        a_frame_is_claimed_unused_and_cannot_be_used_then,
        a_domain_gets_no_more_than_its_maximum,
        a_dying_domain_gets_nothing,
        memory_runs_out_without_a_trace,
        frames_keep_their_domain_alive,
        the_owners_list_survives_removal_anywhere,
        assigned_frames_are_as_allocated_ones,
        nobody_sees_what_another_had,
        what_is_exchanged_is_scrubbed_as_well,
        frames_freed_together_are_all_free);
}
