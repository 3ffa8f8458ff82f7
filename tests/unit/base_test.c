/* SPDX-License-Identifier: MIT */
/*
 * base_test.c - the tables a vcpu runs on, and the one it is building or taking
 * apart: restarts after every entry, and what is done with the half that is
 * there.
 */
#include <asm/pt.h>
#include <hv/errno.h>
#include "fake_paging.h"
#include "frame_model.h"
#include "unit.h"

#define D       (&fake_domains[0])
#define OTHER   (&fake_domains[1])
#define V       (&fake_vcpus[0])
#define TABLE   (PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D)
#define FANOUT  4u

static struct frame *own(struct domain *d)
{
    mfn_t m = frame_alloc_for(d, 0, 0);

    ck_assert(!mfn_eq(m, INVALID_MFN));
    return fake_frame(m.n);
}

static pte_t entry(const struct frame *f)
{
    return pte_make(frame_mfn(f), TABLE);
}

/* A table of @d with some tables of the next level, down to L1. */
static struct frame *tree(struct domain *d, enum frame_type type)
{
    struct frame *f = own(d);

    for (unsigned int i = 0; type > FRAME_L1 && i < FANOUT; i++)
        fake_table(f)[i * 100] =
            entry(i ? own(d) : tree(d, type - 1));
    return f;
}

static struct frame *pinned(enum frame_type type)
{
    struct frame *f = own(D);

    ck_assert_int_eq(frame_pin(f, D, type), 0);
    model_add(f, HOLDS_PIN, type);
    return f;
}

/* Call until it says something else than -ERESTART. */
#define COMPLETE(rc, call)                                              \
    do {                                                                \
        arch_lock_tables(D);                                            \
        rc = call;                                                      \
        arch_unlock_tables(D);                                          \
        fake_paging_check();                                            \
    } while (rc == -ERESTART)

START_TEST(a_base_holds_its_table_pinned_or_not)
{
    struct frame *l4;
    int rc;

    fake_paging_start();
    l4 = own(D);
    COMPLETE(rc, base_set_kernel(V, frame_mfn(l4)));
    ck_assert_int_eq(rc, 0);
    ck_assert_uint_eq(fake_cr3.n, frame_mfn(l4).n);
    ck_assert_int_eq(frame_get_with_type(l4, D, FRAME_WRITABLE), -EINVAL);
    ck_assert_int_eq(frame_give_up(l4), 0);
    fake_paging_check();
    COMPLETE(rc, base_drop(V));
    ck_assert_int_eq(rc, 0);
    ck_assert_uint_eq(fake_free_count(), PAGING_RAM - 1);
}
END_TEST

START_TEST(the_same_base_again_is_a_flush)
{
    struct frame *l4;
    unsigned int flushes;
    int rc;

    fake_paging_start();
    l4 = own(D);
    COMPLETE(rc, base_set_kernel(V, frame_mfn(l4)));
    flushes = fake_tlb_flushes;
    COMPLETE(rc, base_set_kernel(V, frame_mfn(l4)));
    ck_assert_int_eq(rc, 0);
    ck_assert_uint_eq(fake_tlb_flushes, flushes + 1);
    ck_assert_uint_eq(frame_type_refs(l4->state), 1);
}
END_TEST

START_TEST(only_the_active_base_is_loaded)
{
    struct frame *kernel, *user, *other;
    int rc;

    fake_paging_start();
    kernel = own(D);
    user = own(D);
    COMPLETE(rc, base_set_kernel(V, frame_mfn(kernel)));
    COMPLETE(rc, base_set_user(V, frame_mfn(user)));
    ck_assert_int_eq(rc, 0);
    ck_assert_uint_eq(fake_cr3.n, frame_mfn(kernel).n);
    other = own(OTHER);
    COMPLETE(rc, base_set_kernel(&fake_vcpus[1], frame_mfn(other)));
    ck_assert_int_eq(rc, 0);
    ck_assert_uint_eq(fake_cr3.n, frame_mfn(kernel).n);
    COMPLETE(rc, base_set_user(V, mfn(0)));
    ck_assert_int_eq(rc, 0);
    ck_assert(mfn_eq(V->arch.l4_user, INVALID_MFN));
    ck_assert_uint_eq(frame_type_refs(user->state), 0);
}
END_TEST

START_TEST(a_base_must_be_an_L4_of_the_domain)
{
    struct frame *kernel, *bad[4];
    int rc;

    fake_paging_start();
    kernel = own(D);
    COMPLETE(rc, base_set_kernel(V, frame_mfn(kernel)));
    bad[0] = pinned(FRAME_L3);
    bad[1] = own(OTHER);
    bad[2] = own(D);
    fake_table(bad[2])[0] = entry(kernel);
    bad[3] = fake_frame(DEVICE_ALLOWED);
    for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
        COMPLETE(rc, base_set_kernel(V, frame_mfn(bad[i])));
        ck_assert_int_lt(rc, 0);
        COMPLETE(rc, base_set_user(V, frame_mfn(bad[i])));
        ck_assert_int_lt(rc, 0);
    }
    COMPLETE(rc, base_set_kernel(V, INVALID_MFN));
    ck_assert_int_eq(rc, -EINVAL);
    ck_assert_uint_eq(V->arch.l4_kernel.n, frame_mfn(kernel).n);
    ck_assert_uint_eq(fake_cr3.n, frame_mfn(kernel).n);
}
END_TEST

START_TEST(a_tree_is_built_and_taken_apart_in_steps)
{
    struct frame *first, *second;
    int rc;

    fake_paging_start();
    fake_softirq_one_in = 1;
    first = tree(D, FRAME_L4);
    second = own(D);
    COMPLETE(rc, base_set_kernel(V, frame_mfn(first)));
    ck_assert_int_eq(rc, 0);
    ck_assert(first->state & FRAME_VALIDATED);
    /* The old base is dropped by who comes back for it. */
    COMPLETE(rc, pending_finish(V) ?: base_set_kernel(V, frame_mfn(second)));
    ck_assert_int_eq(rc, 0);
    ck_assert_uint_eq(frame_type_refs(first->state), 0);
    ck_assert_ptr_null(V->arch.pending_table);
    COMPLETE(rc, base_drop(V));
    ck_assert_uint_eq(frame_type_refs(second->state), 0);
}
END_TEST

START_TEST(an_entry_is_set_when_its_tree_is_built)
{
    struct frame *l4, *l3, *next;
    unsigned int steps = 0;
    bool done = false;
    int rc;

    fake_paging_start();
    l4 = pinned(FRAME_L4);
    l3 = tree(D, FRAME_L3);
    next = tree(D, FRAME_L3);
    fake_softirq_one_in = 1;
    do {
        ck_assert_uint_eq(fake_table(l4)[1].v, 0);
        rc = pt_upper_update(V, D, 4, &fake_table(l4)[1], entry(l3), false,
                             &done);
        fake_paging_check();
        steps++;
    } while (rc == -ERESTART && !done);
    ck_assert_int_eq(rc, 0);
    ck_assert_uint_gt(steps, FANOUT);
    ck_assert_uint_eq(pte_mfn(fake_table(l4)[1]).n, frame_mfn(l3).n);

    /* Replacing it: the change is made, the old tree is left to do. */
    do {
        rc = pt_upper_update(V, D, 4, &fake_table(l4)[1], entry(next), false,
                             &done);
        fake_paging_check();
    } while (rc == -ERESTART && !done);
    ck_assert_int_eq(rc, -ERESTART);
    ck_assert_ptr_eq(V->arch.pending_table, l3);
    ck_assert_uint_eq(pte_mfn(fake_table(l4)[1]).n, frame_mfn(next).n);
    COMPLETE(rc, pending_finish(V));
    ck_assert_uint_eq(frame_type_refs(l3->state), 0);
}
END_TEST

START_TEST(whoever_needs_the_slot_abandons_what_was_being_built)
{
    struct frame *l4, *half, *other;
    bool done;
    int rc;

    fake_paging_start();
    l4 = pinned(FRAME_L4);
    half = tree(D, FRAME_L3);
    other = own(D);
    fake_softirq_one_in = 1;
    ck_assert_int_eq(pt_upper_update(V, D, 4, fake_table(l4), entry(half),
                                     false, &done), -ERESTART);
    ck_assert_int_eq(pending_finish(V), 0);     /* leaves it alone */
    ck_assert_ptr_eq(V->arch.pending_table, half);
    COMPLETE(rc, pt_upper_update(V, D, 4, &fake_table(l4)[9], entry(other),
                                 false, &done));
    ck_assert_int_eq(rc, 0);
    ck_assert_ptr_null(V->arch.pending_table);
    ck_assert_uint_eq(frame_type_refs(half->state), 0);
}
END_TEST

/* The half-built L4 is all that keeps the L3 a table. If it goes in the middle
 * of a change of the L3, what the L3's entry held would be dropped twice. */
START_TEST(a_table_is_not_changed_while_its_only_user_goes)
{
    struct frame *l4, *l3, *l2;
    bool done;

    fake_paging_start();
    l4 = own(D);
    l3 = own(D);
    l2 = pinned(FRAME_L2);
    fake_table(l3)[0] = entry(l2);
    fake_table(l4)[0] = entry(l3);
    fake_table(l4)[1] = entry(own(D));
    while (!(l3->state & FRAME_VALIDATED)) {
        fake_softirq_one_in = 1;
        ck_assert_int_eq(base_set_kernel(V, frame_mfn(l4)), -ERESTART);
        fake_paging_check();
    }
    fake_softirq_one_in = 0;
    ck_assert_int_eq(pt_upper_update(V, D, 3, fake_table(l3), (pte_t){ 0 },
                                     false, &done), -ERESTART);
    ck_assert(!done);
    fake_paging_check();
    ck_assert(!(l3->state & FRAME_VALIDATED));
    ck_assert_uint_eq(frame_type_refs(l2->state), 1);
}
END_TEST

START_TEST(a_half_built_table_is_resumed_as_what_it_was_begun)
{
    struct frame *half;
    int rc;

    fake_paging_start();
    half = tree(D, FRAME_L3);
    fake_table(half)[511] = entry(half);
    fake_softirq_one_in = 1;
    ck_assert_int_eq(pending_get(V, D, half, FRAME_L3), -ERESTART);
    fake_paging_check();
    COMPLETE(rc, pending_get(V, D, half, FRAME_L4));
    ck_assert_int_eq(rc, -EINVAL);
    ck_assert_uint_eq(frame_type_refs(half->state), 0);
}
END_TEST

/* A privileged vcpu works on tables of several domains in turn. */
START_TEST(a_half_built_table_is_resumed_for_its_owner_only)
{
    struct frame *half;
    int rc;

    fake_paging_start();
    half = tree(OTHER, FRAME_L3);
    fake_softirq_one_in = 1;
    ck_assert_int_eq(pending_get(V, OTHER, half, FRAME_L3), -ERESTART);
    fake_paging_check();
    COMPLETE(rc, pending_get(V, D, half, FRAME_L3));
    ck_assert_int_eq(rc, -EINVAL);
    ck_assert_uint_eq(frame_type_refs(half->state), 0);
}
END_TEST

START_TEST(a_half_built_table_that_turns_out_bad_is_dropped)
{
    struct frame *half;
    int rc;

    fake_paging_start();
    half = tree(D, FRAME_L4);
    fake_table(half)[511] = entry(half);
    fake_softirq_one_in = 1;
    COMPLETE(rc, pending_get(V, D, half, FRAME_L4));
    ck_assert_int_eq(rc, -EINVAL);
    ck_assert_ptr_null(V->arch.pending_table);
    ck_assert_uint_eq(half->state & FRAME_REF_MASK, 1);
}
END_TEST

START_TEST(the_end_of_a_vcpu_gives_everything_back)
{
    struct frame *kernel, *half;
    int rc;

    fake_paging_start();
    kernel = tree(D, FRAME_L4);
    half = tree(D, FRAME_L4);
    fake_softirq_one_in = 1;
    COMPLETE(rc, base_set_kernel(V, frame_mfn(kernel)));
    ck_assert_int_eq(rc, 0);
    ck_assert_int_eq(base_set_user(V, frame_mfn(half)), -ERESTART);
    fake_paging_check();
    COMPLETE(rc, base_drop(V));
    ck_assert_int_eq(rc, 0);
    for (unsigned int n = 1; n < PAGING_RAM; n++)
        if (fake_frame(n)->owner)
            ck_assert_int_eq(frame_give_up(fake_frame(n)), 0);
    model_check_empty(PAGING_RAM - 1);
}
END_TEST

/* A privileged domain has begun to build another's table. */
START_TEST(what_is_pending_is_dropped_under_its_owners_lock)
{
    struct frame *half;
    uint16_t before;
    int rc;

    fake_paging_start();
    half = tree(OTHER, FRAME_L3);
    fake_softirq_one_in = 1;
    arch_lock_tables(OTHER);
    ck_assert_int_eq(pending_get(V, OTHER, half, FRAME_L3), -ERESTART);
    arch_unlock_tables(OTHER);
    ck_assert_int_eq(pending_settle(V, OTHER), 0);
    ck_assert_ptr_eq(V->arch.pending_table, half);

    before = D->arch.pt_lock.next;
    do {
        uint16_t ticket = OTHER->arch.pt_lock.next;

        rc = pending_settle(V, D);
        ck_assert_uint_eq(OTHER->arch.pt_lock.next, ticket + 1u);
        fake_paging_check();
    } while (rc == -ERESTART);
    ck_assert_int_eq(rc, 0);
    ck_assert_ptr_null(V->arch.pending_table);
    ck_assert_uint_eq(D->arch.pt_lock.next, before);
    ck_assert_uint_eq(frame_type_refs(half->state), 0);
}
END_TEST

int main(void)
{
    return UNIT_RUN("base",
        a_base_holds_its_table_pinned_or_not,
        the_same_base_again_is_a_flush,
        only_the_active_base_is_loaded,
        a_base_must_be_an_L4_of_the_domain,
        a_tree_is_built_and_taken_apart_in_steps,
        an_entry_is_set_when_its_tree_is_built,
        whoever_needs_the_slot_abandons_what_was_being_built,
        a_table_is_not_changed_while_its_only_user_goes,
        a_half_built_table_is_resumed_as_what_it_was_begun,
        a_half_built_table_is_resumed_for_its_owner_only,
        a_half_built_table_that_turns_out_bad_is_dropped,
        what_is_pending_is_dropped_under_its_owners_lock,
        the_end_of_a_vcpu_gives_everything_back);
}
