/* SPDX-License-Identifier: MIT */
/*
 * frame_type_test.c - types of frames over tables of eight entries: one rule of
 * hv/frame.h and frame_type.c at a time. frame_sequence_test.c mixes them.
 */
#include <hv/errno.h>
#include "fake_tables.h"
#include "frame_model.h"
#include "unit.h"

#define D       (&fake_domains[0])
#define OTHER   (&fake_domains[1])

static void start(void)
{
    fake_machine_start(0);
    model_start();
    fake_restart_one_in = fake_refuse_one_in = 0;
}

/* A frame of @D's. */
static struct frame *own(struct domain *d)
{
    mfn_t m = frame_alloc_for(d, 0, 0);

    ck_assert(!mfn_eq(m, INVALID_MFN));
    return fake_frame(m.n);
}

static void write_entry(struct frame *f, unsigned int i, uint64_t e)
{
    fake_memory[frame_mfn(f).n][i] = e;
}

static uint64_t names(const struct frame *f)
{
    return frame_mfn(f).n;
}

static void take(struct frame *f, enum frame_type type)
{
    ck_assert_int_eq(frame_get_with_type(f, D, type), 0);
    model_add(f, HOLDS_TYPE, type);
}

static void leave(struct frame *f)
{
    int i = model_find(f, HOLDS_TYPE);

    ck_assert_int_ge(i, 0);
    ck_assert_int_eq(frame_put_with_type(f), 0);
    model_remove((unsigned int)i);
}

/* --- one rule each --- */

START_TEST(a_type_in_use_excludes_every_other)
{
    start();
    for (enum frame_type a = FRAME_L1; a <= FRAME_WRITABLE; a++) {
        struct frame *f = own(D);

        take(f, a);
        for (enum frame_type b = FRAME_L1; b <= FRAME_WRITABLE; b++) {
            int rc = frame_get_with_type(f, D, b);

            ck_assert_int_eq(rc, a == b ? 0 : -EINVAL);
            if (!rc)
                model_add(f, HOLDS_TYPE, b);
            model_check();
        }
        leave(f);
        leave(f);
        model_check();
    }
}
END_TEST

START_TEST(a_frame_out_of_use_takes_any_type_after_a_flush)
{
    struct frame *f;

    start();
    f = own(D);
    for (enum frame_type a = FRAME_L1; a <= FRAME_WRITABLE; a++) {
        for (enum frame_type b = FRAME_L1; b <= FRAME_WRITABLE; b++) {
            unsigned int flushes;

            take(f, a);
            model_check();
            leave(f);
            flushes = fake_tlb_flushes;
            take(f, b);
            ck_assert_uint_eq(fake_tlb_flushes - flushes, a != b);
            model_check();
            leave(f);
        }
    }
}
END_TEST

START_TEST(a_flush_since_then_is_not_repeated)
{
    struct frame *f;
    unsigned int flushes;

    start();
    f = own(D);
    take(f, FRAME_WRITABLE);
    leave(f);
    fake_tlb_flush();
    flushes = fake_tlb_flushes;
    take(f, FRAME_L1);
    ck_assert_uint_eq(fake_tlb_flushes, flushes);
}
END_TEST

/* What another CPU does while the first user of a new type still flushes. */
static struct frame *wanted;
static bool second_came;

static void be_second(void)
{
    unsigned int flushes = fake_tlb_flushes;

    ck_assert_int_eq(frame_get_writable(wanted, D), 0);
    ck_assert_uint_eq(fake_tlb_flushes, flushes + 1);
    frame_put_writable(wanted);
    second_came = true;
}

static void be_second_with_a_reference(void)
{
    unsigned int flushes = fake_tlb_flushes;

    ck_assert(frame_get(wanted, D));
    ck_assert(!frame_make_writable(wanted, D));
    ck_assert_uint_eq(fake_tlb_flushes, flushes);
    frame_put(wanted);
    second_came = true;
}

static void be_second_while_it_is_checked(void)
{
    ck_assert_int_eq(frame_get_writable(wanted, D), -EINVAL);
    ck_assert_int_eq(frame_get_with_type(wanted, D, FRAME_L1), -EINVAL);
    second_came = true;
}

static void come_second(enum frame_type old, enum frame_type new,
                        void (*hook)(void))
{
    start();
    wanted = own(D);
    take(wanted, old);
    leave(wanted);
    second_came = false;
    fake_flush_hook = hook;
    take(wanted, new);
    ck_assert(second_came);
    model_check();
    ck_assert(!(wanted->state & FRAME_UNFLUSHED));
    leave(wanted);
}

START_TEST(a_second_user_of_a_new_type_flushes_himself_or_has_no_use)
{
    come_second(FRAME_L1, FRAME_WRITABLE, be_second);
    come_second(FRAME_L1, FRAME_WRITABLE, be_second_with_a_reference);
    come_second(FRAME_WRITABLE, FRAME_L1, be_second_while_it_is_checked);
}
END_TEST

START_TEST(frames_freed_together_share_a_flush)
{
    unsigned int flushes, count;
    struct frame *f[3];

    start();
    for (unsigned int i = 0; i < 3; i++)
        f[i] = own(D);
    count = fake_free_count();
    flushes = fake_tlb_flushes;
    frame_batch_begin();
    for (unsigned int i = 0; i < 3; i++)
        ck_assert_int_eq(frame_give_up(f[i]), 0);
    ck_assert_uint_eq(fake_free_count(), count);
    ck_assert_uint_eq(fake_tlb_flushes, flushes);
    frame_batch_end();
    ck_assert_uint_eq(fake_free_count(), count + 3);
    ck_assert_uint_eq(fake_tlb_flushes, flushes + 1);
}
END_TEST

START_TEST(a_frame_of_another_domain_gets_no_type)
{
    struct frame *f;

    start();
    f = own(OTHER);
    for (enum frame_type type = FRAME_L1; type <= FRAME_WRITABLE; type++) {
        ck_assert_int_eq(frame_get_with_type(f, D, type), -EINVAL);
        ck_assert_int_eq(frame_pin(f, D, type), -EINVAL);
        model_check();
    }
}
END_TEST

START_TEST(a_mapped_table_is_refused_while_it_is_writable_anywhere)
{
    struct frame *l1, *table;

    start();
    l1 = own(D);
    table = own(D);
    write_entry(l1, 3, names(table) | ENTRY_WRITABLE);
    take(l1, FRAME_L1);
    model_check();
    ck_assert_int_eq(frame_pin(table, D, FRAME_L2), -EINVAL);
    ck_assert_int_eq(frame_get_with_type(table, D, FRAME_SEGDESC), -EINVAL);
    model_check();
    leave(l1);
    ck_assert_int_eq(frame_pin(table, D, FRAME_L2), 0);
    model_add(table, HOLDS_PIN, FRAME_L2);
    model_check();
    ck_assert_int_eq(frame_get_with_type(l1, D, FRAME_L1), -EINVAL);
    model_check();
}
END_TEST

START_TEST(a_table_may_map_itself_read_only_and_never_writable)
{
    struct frame *f;

    start();
    f = own(D);
    write_entry(f, 0, names(f));
    take(f, FRAME_L1);
    model_check();
    leave(f);
    model_check();
    write_entry(f, 0, names(f) | ENTRY_WRITABLE);
    ck_assert_int_lt(frame_get_with_type(f, D, FRAME_L1), 0);
    model_check();
}
END_TEST

START_TEST(a_table_that_names_itself_as_a_table_is_refused)
{
    start();
    for (enum frame_type type = FRAME_L2; type <= FRAME_L4; type++) {
        struct frame *f = own(D);

        write_entry(f, 1, names(f));
        ck_assert_int_lt(frame_get_with_type(f, D, type), 0);
        model_check();
    }
}
END_TEST

START_TEST(a_bad_entry_undoes_those_before_it)
{
    struct frame *f, *data;

    start();
    f = own(D);
    data = own(D);
    for (unsigned int bad = 0; bad < TABLE_ENTRIES; bad++) {
        for (unsigned int i = 0; i < TABLE_ENTRIES; i++)
            write_entry(f, i, i == bad ? ENTRY_BAD
                                       : names(data) | ENTRY_WRITABLE);
        ck_assert_int_eq(frame_get_with_type(f, D, FRAME_L1), -EINVAL);
        model_check();
        ck_assert_int_eq(frame_pin(f, D, FRAME_L1), -EINVAL);
        model_check();
    }
}
END_TEST

/* An L2 over an L1 over a data frame, and restarts after each entry. */
static struct frame *make_chain(struct frame **l1, struct frame **data)
{
    struct frame *l2 = own(D);

    *l1 = own(D);
    *data = own(D);
    write_entry(l2, 0, names(*l1));
    for (unsigned int i = 0; i < TABLE_ENTRIES; i++)
        write_entry(*l1, i, names(*data) | ENTRY_WRITABLE);
    fake_restart_one_in = 1;
    return l2;
}

START_TEST(a_partial_table_is_busy_for_everybody_else)
{
    struct frame *l2, *l1, *data;

    start();
    l2 = make_chain(&l1, &data);
    ck_assert_int_eq(frame_get_with_type(l2, D, FRAME_L2), -ERESTART);
    model_add(l2, HOLDS_BUILDING, FRAME_L2);
    model_check();
    for (enum frame_type type = FRAME_L1; type <= FRAME_WRITABLE; type++) {
        ck_assert_int_eq(frame_get_with_type(l2, D, type), -EINVAL);
        ck_assert_int_eq(frame_get_with_type(l1, D, type), -EINVAL);
        ck_assert_int_eq(frame_pin(l1, D, type), -EINVAL);
        model_check();
    }
}
END_TEST

START_TEST(a_build_goes_on_until_it_is_done)
{
    struct frame *l2, *l1, *data;
    int rc, steps = 1;

    start();
    l2 = make_chain(&l1, &data);
    rc = frame_get_with_type(l2, D, FRAME_L2);
    model_add(l2, HOLDS_BUILDING, FRAME_L2);
    for (; rc == -ERESTART; steps++) {
        model_check();
        rc = frame_type_resume(l2);
    }
    ck_assert_int_eq(rc, 0);
    ck_assert_int_ge(steps, 2 * (int)TABLE_ENTRIES - 2);
    holdings[0].kind = HOLDS_TYPE;
    model_check();
    ck_assert(l1->state & FRAME_VALIDATED);
    ck_assert_uint_eq(frame_type_refs(data->state), TABLE_ENTRIES);
}
END_TEST

START_TEST(a_build_can_be_given_up_at_every_step)
{
    struct frame *l2, *l1, *data;

    start();
    l2 = make_chain(&l1, &data);
    for (unsigned int stop = 0; ; stop++) {
        int rc = frame_get_with_type(l2, D, FRAME_L2);

        for (unsigned int i = 0; rc == -ERESTART && i < stop; i++)
            rc = frame_type_resume(l2);
        if (rc == 0)
            break;
        ck_assert_int_eq(rc, -ERESTART);
        model_add(l2, HOLDS_BUILDING, FRAME_L2);
        while ((rc = frame_put_with_type(l2)) == -ERESTART) {
            holdings[0].kind = HOLDS_DROPPING;
            model_check();
        }
        model_remove(0);
        model_check();
        ck_assert_uint_eq(frame_type_refs(data->state), 0);
    }
    model_add(l2, HOLDS_TYPE, FRAME_L2);
    model_check();
}
END_TEST

START_TEST(a_build_that_fails_late_is_undone_in_steps)
{
    struct frame *l2, *l1, *data;
    int rc;

    start();
    l2 = make_chain(&l1, &data);
    write_entry(l2, 5, ENTRY_BAD);
    rc = frame_get_with_type(l2, D, FRAME_L2);
    model_add(l2, HOLDS_BUILDING, FRAME_L2);
    while (rc == -ERESTART) {
        model_check();
        rc = frame_type_resume(l2);
    }
    ck_assert_int_eq(rc, -EINVAL);
    frame_put(l2);
    model_remove(0);
    model_check();
    ck_assert_uint_eq(frame_type_refs(l1->state), 0);
}
END_TEST

START_TEST(a_child_that_fails_late_fails_its_parent)
{
    struct frame *l2, *l1, *data;
    int rc;

    start();
    l2 = make_chain(&l1, &data);
    write_entry(l1, TABLE_ENTRIES - 1, ENTRY_BAD);
    rc = frame_get_with_type(l2, D, FRAME_L2);
    model_add(l2, HOLDS_BUILDING, FRAME_L2);
    while (rc == -ERESTART) {
        model_check();
        rc = frame_type_resume(l2);
    }
    ck_assert_int_eq(rc, -EINVAL);
    frame_put(l2);
    model_remove(0);
    model_check();
}
END_TEST

/* --- pins --- */

START_TEST(a_pinned_frame_keeps_its_type)
{
    struct frame *f;

    start();
    f = own(D);
    ck_assert_int_eq(frame_pin(f, D, FRAME_L3), 0);
    model_add(f, HOLDS_PIN, FRAME_L3);
    take(f, FRAME_L3);
    leave(f);
    model_check();
    ck_assert_int_eq(frame_get_with_type(f, D, FRAME_WRITABLE), -EINVAL);
    ck_assert_int_eq(frame_give_up(f), 0);
    model_check();
    ck_assert_ptr_eq(f->owner, D);
}
END_TEST

START_TEST(a_frame_is_pinned_once)
{
    struct frame *f;

    start();
    f = own(D);
    ck_assert_int_eq(frame_unpin(f), -EINVAL);
    ck_assert_int_eq(frame_pin(f, D, FRAME_L1), 0);
    model_add(f, HOLDS_PIN, FRAME_L1);
    for (enum frame_type type = FRAME_L1; type <= FRAME_L4; type++)
        ck_assert_int_eq(frame_pin(f, D, type), -EINVAL);
    ck_assert_int_eq(frame_pin(f, OTHER, FRAME_L1), -EINVAL);
    model_check();
    ck_assert_int_eq(frame_unpin(f), 0);
    model_remove(0);
    model_check();
    ck_assert_int_eq(frame_unpin(f), -EINVAL);
}
END_TEST

START_TEST(an_unfinished_pin_goes_on_or_is_taken_back)
{
    struct frame *l2, *l1, *data;
    int rc;

    start();
    l2 = make_chain(&l1, &data);
    ck_assert_int_eq(frame_pin(l2, D, FRAME_L2), -ERESTART);
    model_add(l2, HOLDS_PIN, FRAME_L2);
    model_check();
    ck_assert_int_eq(frame_pin(l2, D, FRAME_L3), -EINVAL);
    ck_assert_int_eq(frame_pin(l2, OTHER, FRAME_L2), -EINVAL);
    while ((rc = frame_unpin(l2)) == -ERESTART)
        model_check();
    ck_assert_int_eq(rc, 0);
    model_remove(0);
    model_check();

    ck_assert_int_eq(frame_pin(l2, D, FRAME_L2), -ERESTART);
    model_add(l2, HOLDS_PIN, FRAME_L2);
    while ((rc = frame_pin(l2, D, FRAME_L2)) == -ERESTART)
        model_check();
    ck_assert_int_eq(rc, 0);
    model_check();
}
END_TEST

START_TEST(a_pin_during_an_unfinished_unpin_ends_it)
{
    struct frame *l2, *l1, *data;
    int rc;

    start();
    l2 = make_chain(&l1, &data);
    model_add(l2, HOLDS_PIN, FRAME_L2);
    while ((rc = frame_pin(l2, D, FRAME_L2)) == -ERESTART)
        model_check();
    ck_assert_int_eq(rc, 0);
    ck_assert_int_eq(frame_unpin(l2), -ERESTART);
    model_check();
    while ((rc = frame_pin(l2, D, FRAME_L2)) == -ERESTART)
        model_check();
    ck_assert_int_eq(rc, -EINVAL);
    model_remove(0);
    model_check();
    ck_assert_uint_eq(frame_type_refs(l1->state), 0);
}
END_TEST

/* --- limits --- */

START_TEST(the_last_reference_of_26_bits_is_refused)
{
    struct frame *f;

    start();
    f = own(D);
    f->state += (FRAME_REF_MASK - 2) * FRAME_REF_ONE;
    ck_assert(frame_get(f, D));
    ck_assert(!frame_get(f, D));
    ck_assert_int_eq(frame_get_with_type(f, D, FRAME_WRITABLE), -EINVAL);
    ck_assert_uint_eq(f->state & FRAME_REF_MASK, FRAME_REF_MASK);
    ck_assert_uint_eq(frame_type_refs(f->state), 0);
    ck_assert(f->state & FRAME_ALLOCATED);
}
END_TEST

START_TEST(the_last_type_reference_of_26_bits_is_refused)
{
    struct frame *f;
    uint64_t before;

    start();
    f = own(D);
    take(f, FRAME_WRITABLE);
    f->state += ((1ul << 26) - 3) * FRAME_TYPE_REF_ONE;
    ck_assert_int_eq(frame_type_get(f, FRAME_WRITABLE), 0);
    before = f->state;
    ck_assert_uint_eq(frame_type_refs(before), (1ul << 26) - 1);
    ck_assert_int_eq(frame_type_get(f, FRAME_WRITABLE), -EINVAL);
    ck_assert_int_eq(frame_get_with_type(f, D, FRAME_WRITABLE), -EINVAL);
    ck_assert_uint_eq(f->state, before);
    ck_assert_int_eq(frame_type_put(f), 0);
    ck_assert_uint_eq(f->state, before - FRAME_TYPE_REF_ONE);
}
END_TEST

START_TEST(a_shared_frame_keeps_its_kind_for_ever)
{
    struct frame *f;
    mfn_t m;

    start();
    m = page_alloc_frames(0, 0);
    f = fake_frame(m.n);
    frame_share(D, m, true);
    take(f, FRAME_WRITABLE);
    leave(f);
    ck_assert_int_eq(frame_pin(f, D, FRAME_L1), -EINVAL);
    ck_assert_int_eq(frame_get_with_type(f, D, FRAME_SEGDESC), -EINVAL);
    ck_assert_int_eq(frame_give_up(f), -EINVAL);
    ck_assert(!frame_claim(f, D));
    frame_unshare(m);
    ck_assert(!frame_get(f, D));

    m = page_alloc_frames(0, 0);
    f = fake_frame(m.n);
    frame_share(D, m, false);
    for (enum frame_type type = FRAME_L1; type <= FRAME_WRITABLE; type++)
        ck_assert_int_eq(frame_get_with_type(f, D, type), -EINVAL);
    ck_assert(frame_get(f, D));
    ck_assert(!frame_get(f, OTHER));
    frame_put(f);
    frame_unshare(m);
    ck_assert_uint_eq(f->state, 0);
}
END_TEST

START_TEST(a_shared_frame_stays_while_somebody_has_it_mapped)
{
    struct frame *f;
    mfn_t m;

    start();
    m = page_alloc_frames(0, 0);
    f = fake_frame(m.n);
    frame_share(D, m, true);
    take(f, FRAME_WRITABLE);
    frame_unshare(m);
    ck_assert(!frame_get(f, D));
    ck_assert_uint_ne(f->state, 0);
    frame_put_writable(f);
    ck_assert_uint_eq(f->state, 0);
}
END_TEST

int main(void)
{
    return UNIT_RUN("frame_type",
        a_type_in_use_excludes_every_other,
        a_second_user_of_a_new_type_flushes_himself_or_has_no_use,
        frames_freed_together_share_a_flush,
        a_frame_out_of_use_takes_any_type_after_a_flush,
        a_flush_since_then_is_not_repeated,
        a_frame_of_another_domain_gets_no_type,
        a_mapped_table_is_refused_while_it_is_writable_anywhere,
        a_table_may_map_itself_read_only_and_never_writable,
        a_table_that_names_itself_as_a_table_is_refused,
        a_bad_entry_undoes_those_before_it,
        a_partial_table_is_busy_for_everybody_else,
        a_build_goes_on_until_it_is_done,
        a_build_can_be_given_up_at_every_step,
        a_build_that_fails_late_is_undone_in_steps,
        a_child_that_fails_late_fails_its_parent,
        a_pinned_frame_keeps_its_type,
        a_frame_is_pinned_once,
        an_unfinished_pin_goes_on_or_is_taken_back,
        a_pin_during_an_unfinished_unpin_ends_it,
        the_last_reference_of_26_bits_is_refused,
        the_last_type_reference_of_26_bits_is_refused,
        a_shared_frame_keeps_its_kind_for_ever,
        a_shared_frame_stays_while_somebody_has_it_mapped);
}
