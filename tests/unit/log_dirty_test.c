/* SPDX-License-Identifier: MIT */
/*
 * log_dirty_test.c - what is told of a domain's writes, by its own tables, by
 * another domain and by the hypervisor; and a copy made of what is told while
 * guest, hardware and TLB do as they like, which is the domain in the end.
 */
#include <string.h>
#include <asm/pt.h>
#include <hv/errno.h>
#include <hv/log_dirty.h>
#include <hv/ring_console.h>
#include "fake_guest.h"
#include "fake_heap.h"
#include "fake_paging.h"
#include "frame_model.h"
#include "unit.h"

#define D       (&fake_domains[0])
#define OTHER   (&fake_domains[1])
#define V       (&fake_vcpus[0])
#define USER    (PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D)
#define KERNEL  (USER & ~PTE_US)

static mfn_t console;
static struct vcpu *vcpus[1];

mfn_t ring_console_frame(const struct domain *d)
{
    return d == D ? console : INVALID_MFN;
}

static void start(void)
{
    fake_paging_start();
    fake_guest_reset();
    console = INVALID_MFN;
    vcpus[0] = V;
    D->vcpu = vcpus;
    D->max_vcpus = 1;
    V->info_mfn = INVALID_MFN;
    V->arch.syscall_callback.address = 1;
}

static struct frame *own(struct domain *d)
{
    mfn_t m = frame_alloc_for(d, 0, 0);

    ck_assert(!mfn_eq(m, INVALID_MFN));
    return fake_frame(m.n);
}

static int pin(struct frame *f, enum frame_type type)
{
    int rc;

    arch_lock_tables(f->owner);
    rc = frame_pin(f, f->owner, type);
    arch_unlock_tables(f->owner);
    if (!rc)
        model_add(f, HOLDS_PIN, type);
    return rc;
}

static void unpin(struct frame *f)
{
    arch_lock_tables(f->owner);
    ck_assert_int_eq(frame_unpin(f), 0);
    arch_unlock_tables(f->owner);
    model_remove((unsigned int)model_find(f, HOLDS_PIN));
}

static struct frame *l1_of(struct domain *d)
{
    struct frame *f = own(d);

    ck_assert_int_eq(pin(f, FRAME_L1), 0);
    return f;
}

static pte_t entry(const struct frame *f, uint64_t flags)
{
    return pte_make(frame_mfn(f), flags);
}

static int set(struct frame *l1, unsigned int i, struct domain *target, pte_t e)
{
    int rc;

    arch_lock_tables(l1->owner);
    rc = pt_l1_update(l1->owner, target, &fake_table(l1)[i], e, false);
    arch_unlock_tables(l1->owner);
    fake_paging_check();
    return rc;
}

static unsigned long none;

static void enable(void)
{
    unsigned long ticket = 0;
    int rc;

    do {
        rc = log_dirty_enable(D, &ticket);
    } while (rc == -ERESTART);
    ck_assert_int_eq(rc, 0);
}

/* The frames told, as a set: there are 64 of them. */
static uint64_t read_set(bool clean)
{
    struct log_dirty_request r = {
        .clean = clean, .bitmap = guest_va(FAKE_GUEST_VA), .pages = FAKE_FRAMES,
    };
    uint64_t set;
    int rc;

    do {
        rc = log_dirty_read(D, &r);
    } while (rc == -ERESTART);
    ck_assert_int_eq(rc, 0);
    fake_paging_check();
    memcpy(&set, fake_guest_at(FAKE_GUEST_VA), sizeof(set));
    ck_assert_uint_eq(r.dirty_count, (unsigned)__builtin_popcountll(set));
    return set;
}

static uint64_t bit(const struct frame *f)
{
    return 1ul << frame_mfn(f).n;
}

/* --- by its own tables --- */

START_TEST(what_was_written_before_is_not_told)
{
    struct frame *l1, *data;

    start();
    l1 = l1_of(D);
    data = own(D);
    ck_assert_int_eq(set(l1, 3, D, entry(data, KERNEL)), 0);
    enable();
    ck_assert_uint_eq(read_set(true), 0);
}
END_TEST

START_TEST(a_kernels_entry_stays_writable_and_is_told_by_its_dirty_bit)
{
    struct frame *l1, *data;

    start();
    l1 = l1_of(D);
    data = own(D);
    ck_assert_int_eq(set(l1, 3, D, entry(data, KERNEL)), 0);
    enable();
    ck_assert(fake_table(l1)[3].v & PTE_RW);
    ck_assert(!(fake_table(l1)[3].v & PTE_D));
    fake_table(l1)[3].v |= PTE_D;
    ck_assert_uint_eq(read_set(true), bit(data));
    ck_assert_uint_eq(read_set(true), 0);
}
END_TEST

START_TEST(a_users_entry_becomes_read_only_and_its_table_is_told)
{
    struct frame *l1, *data;

    start();
    l1 = l1_of(D);
    data = own(D);
    enable();
    ck_assert_int_eq(set(l1, 3, D, entry(data, USER)), 0);
    ck_assert_uint_eq(read_set(true), bit(data) | bit(l1));
    ck_assert_uint_eq(pte_flags(fake_table(l1)[3]), USER & ~PTE_RW);
    ck_assert_uint_eq(frame_type_refs(data->state), 0);
    ck_assert_uint_eq(read_set(true), 0);
    ck_assert_int_eq(set(l1, 3, D, entry(data, USER)), 0);
    ck_assert_uint_eq(read_set(true), bit(data) | bit(l1));
}
END_TEST

START_TEST(a_guest_without_user_mode_keeps_its_right_to_write)
{
    struct frame *l1, *data;

    start();
    V->arch.syscall_callback.address = 0;
    l1 = l1_of(D);
    data = own(D);
    ck_assert_int_eq(set(l1, 3, D, entry(data, USER)), 0);
    enable();
    ck_assert_uint_eq(pte_flags(fake_table(l1)[3]), USER & ~PTE_D);
}
END_TEST

START_TEST(an_entry_without_D_was_not_written_by)
{
    struct frame *l1, *data;

    start();
    l1 = l1_of(D);
    data = own(D);
    enable();
    ck_assert_int_eq(set(l1, 3, D, entry(data, USER & ~PTE_D)), 0);
    ck_assert_int_eq(set(l1, 4, D, entry(data, USER & ~PTE_RW)), 0);
    ck_assert_uint_eq(read_set(true), bit(l1));
    ck_assert(fake_table(l1)[3].v & PTE_RW);
}
END_TEST

START_TEST(an_entry_that_is_changed_tells_what_it_knew)
{
    struct frame *l1, *data;

    start();
    l1 = l1_of(D);
    data = own(D);
    ck_assert_int_eq(set(l1, 3, D, entry(data, KERNEL)), 0);
    enable();
    fake_table(l1)[3].v |= PTE_D;
    ck_assert_int_eq(set(l1, 3, D, (pte_t){ 0 }), 0);
    ck_assert_uint_eq(read_set(true), bit(data) | bit(l1));

    ck_assert_int_eq(set(l1, 3, D, entry(data, KERNEL & ~PTE_D)), 0);
    (void)read_set(true);
    fake_table(l1)[3].v |= PTE_D;
    ck_assert_int_eq(set(l1, 3, D, entry(data, KERNEL & ~PTE_RW)), 0);
    ck_assert_uint_eq(read_set(true), bit(data) | bit(l1));

    ck_assert_int_eq(set(l1, 3, D, entry(data, KERNEL & ~PTE_D)), 0);
    (void)read_set(true);
    fake_table(l1)[3].v |= PTE_D;
    arch_lock_tables(D);
    ck_assert_int_eq(pt_l1_replace(D, &fake_table(l1)[3], fake_table(l1)[3],
                                   entry(data, KERNEL & ~PTE_D)), 0);
    arch_unlock_tables(D);
    ck_assert_uint_eq(read_set(true), bit(data) | bit(l1));
}
END_TEST

START_TEST(a_table_that_ends_tells_what_its_entries_knew)
{
    struct frame *l1, *data;

    start();
    l1 = l1_of(D);
    data = own(D);
    ck_assert_int_eq(set(l1, 511, D, entry(data, KERNEL)), 0);
    enable();
    fake_table(l1)[511].v |= PTE_D;
    unpin(l1);
    ck_assert_uint_eq(read_set(true), bit(data) | bit(l1));
}
END_TEST

START_TEST(tables_are_told_when_they_begin_and_are_pinned_and_changed)
{
    struct frame *l2, *l1;
    bool done;

    start();
    l2 = own(D);
    l1 = own(D);
    fake_table(l2)[0] = entry(l1, USER);
    enable();
    ck_assert_int_eq(pin(l2, FRAME_L2), 0);
    ck_assert_uint_eq(read_set(true), bit(l1) | bit(l2));
    ck_assert_int_eq(pin(l1, FRAME_L1), 0);
    ck_assert_uint_eq(read_set(true), bit(l1));
    arch_lock_tables(D);
    ck_assert_int_eq(pt_upper_update(V, D, 2, &fake_table(l2)[1],
                                     entry(l1, USER), false, &done), 0);
    arch_unlock_tables(D);
    ck_assert_uint_eq(read_set(true), bit(l2));
    unpin(l1);
    ck_assert_uint_eq(read_set(true), bit(l1));
}
END_TEST

/* --- by others --- */

START_TEST(what_another_domain_may_write_is_told_until_it_may_no_longer)
{
    struct frame *theirs, *data;

    start();
    theirs = l1_of(OTHER);
    data = own(D);
    ck_assert_int_eq(set(theirs, 9, D, entry(data, USER)), 0);
    ck_assert_uint_eq(data->outside, 1);
    enable();
    ck_assert_uint_eq(read_set(true), bit(data));
    ck_assert_uint_eq(read_set(true), bit(data));
    ck_assert_int_eq(set(theirs, 9, D, (pte_t){ 0 }), 0);
    ck_assert_uint_eq(read_set(true), bit(data));
    ck_assert_uint_eq(read_set(true), 0);
    ck_assert_int_eq(set(theirs, 9, D, entry(data, USER & ~PTE_RW)), 0);
    ck_assert_uint_eq(read_set(true), 0);
    ck_assert_int_eq(set(theirs, 9, D, entry(data, USER)), 0);
    ck_assert_int_eq(set(theirs, 9, D, entry(data, USER & ~PTE_RW)), 0);
    ck_assert_uint_eq(read_set(true), bit(data));
    ck_assert_uint_eq(data->outside, 0);
}
END_TEST

START_TEST(a_table_of_another_domain_that_ends_is_told_too)
{
    struct frame *theirs, *data;

    start();
    theirs = l1_of(OTHER);
    data = own(D);
    ck_assert_int_eq(set(theirs, 9, D, entry(data, USER)), 0);
    enable();
    unpin(theirs);
    fake_paging_check();
    ck_assert_uint_eq(data->outside, 0);
    ck_assert_uint_eq(read_set(true), bit(data));
    ck_assert_uint_eq(read_set(true), 0);
}
END_TEST

START_TEST(too_many_uses_outside_are_told_for_ever)
{
    struct frame *data;

    start();
    data = own(D);
    for (unsigned int i = 0; i < 0x10005; i++)
        frame_outside_add(data);
    for (unsigned int i = 0; i < 0x10005; i++)
        frame_outside_remove(data);
    ck_assert_uint_eq(data->outside, 0xffff);
}
END_TEST

START_TEST(what_the_hypervisor_writes_to_is_always_told)
{
    struct frame *info, *ring, *other;

    start();
    info = own(D);
    ring = own(D);
    other = own(D);
    V->info_mfn = frame_mfn(info);
    console = frame_mfn(ring);
    enable();
    ck_assert_uint_eq(read_set(true), bit(info) | bit(ring));
    log_dirty_mark(D, frame_mfn(other));
    ck_assert_uint_eq(read_set(true), bit(info) | bit(ring) | bit(other));
    ck_assert_uint_eq(read_set(true), bit(info) | bit(ring));
}
END_TEST

/* --- the tools' side --- */

START_TEST(peeking_forgets_nothing)
{
    struct frame *data;

    start();
    data = own(D);
    enable();
    log_dirty_mark(D, frame_mfn(data));
    ck_assert_uint_eq(read_set(false), bit(data));
    ck_assert_uint_eq(read_set(true), bit(data));
    ck_assert_uint_eq(read_set(false), 0);
}
END_TEST

START_TEST(a_bitmap_that_cannot_be_written_loses_nothing)
{
    struct log_dirty_request r = {
        .clean = true, .bitmap = guest_va(FAKE_GUEST_VA), .pages = FAKE_FRAMES,
    };
    struct frame *data;

    start();
    data = own(D);
    enable();
    log_dirty_mark(D, frame_mfn(data));
    fake_guest_is_read_only = true;
    ck_assert_int_eq(log_dirty_read(D, &r), -EFAULT);
    fake_guest_is_read_only = false;
    ck_assert_uint_eq(read_set(true), bit(data));
}
END_TEST

START_TEST(a_short_bitmap_leaves_the_rest_to_be_told)
{
    struct log_dirty_request r = {
        .clean = true, .bitmap = guest_va(FAKE_GUEST_VA), .pages = 8,
    };
    struct frame *f = NULL;

    start();
    while (!f || frame_mfn(f).n < 10)
        f = own(D);
    enable();
    log_dirty_mark(D, mfn(2));
    log_dirty_mark(D, mfn(9));
    ck_assert_int_eq(log_dirty_read(D, &r), 0);
    ck_assert_uint_eq(r.dirty_count, 1);
    ck_assert_uint_eq(*(uint8_t *)fake_guest_at(FAKE_GUEST_VA), 1 << 2);
    ck_assert_uint_eq(*(uint8_t *)fake_guest_at(FAKE_GUEST_VA + 1), 0xcc);
    ck_assert_uint_eq(read_set(true), 1ul << 9);
}
END_TEST

START_TEST(room_beyond_all_frames_is_filled_with_zeros)
{
    struct log_dirty_request r = {
        .clean = true, .bitmap = guest_va(FAKE_GUEST_VA),
        .pages = 8 * FAKE_GUEST_SIZE,
    };
    int rc;

    start();
    enable();
    fake_paging_seed = 1;
    fake_softirq_one_in = 3;
    do {
        rc = log_dirty_read(D, &r);
    } while (rc == -ERESTART);
    ck_assert_int_eq(rc, 0);
    for (unsigned int i = 0; i < FAKE_GUEST_SIZE; i++)
        UNIT_REQUIRE(fake_guest[i] == 0);
    r.pages = ~0ul;
    do {
        rc = log_dirty_read(D, &r);
    } while (rc == -ERESTART);
    ck_assert_int_eq(rc, -EFAULT);
}
END_TEST

START_TEST(clean_without_a_bitmap_forgets_everything)
{
    struct log_dirty_request r = { .clean = true };
    struct frame *data;

    start();
    data = own(D);
    enable();
    log_dirty_mark(D, frame_mfn(data));
    ck_assert_int_eq(log_dirty_read(D, &r), 0);
    ck_assert_uint_eq(r.dirty_count, 1);
    ck_assert_uint_eq(read_set(true), 0);
}
END_TEST

START_TEST(nothing_is_told_when_it_is_off)
{
    struct frame *data;

    start();
    data = own(D);
    ck_assert_int_eq(log_dirty_disable(D), 0);
    log_dirty_mark(D, frame_mfn(data));
    ck_assert_uint_eq(read_set(true), 0);
    enable();
    log_dirty_mark(D, frame_mfn(data));
    ck_assert_int_eq(log_dirty_disable(D), 0);
    ck_assert_uint_eq(read_set(true), 0);
    enable();
    ck_assert_uint_eq(read_set(true), 0);
}
END_TEST

START_TEST(it_is_switched_on_once)
{
    start();
    enable();
    ck_assert_int_eq(log_dirty_enable(D, &none), -EINVAL);
    ck_assert_int_eq(log_dirty_disable(D), 0);
    enable();
}
END_TEST

START_TEST(what_one_has_begun_to_read_is_told_to_nobody_else)
{
    struct log_dirty_request mine = {
        .clean = true, .bitmap = guest_va(FAKE_GUEST_VA), .pages = FAKE_FRAMES,
    }, other = { .clean = true };
    struct frame *data;
    uint64_t set;
    int rc;

    start();
    data = own(D);
    enable();
    log_dirty_mark(D, frame_mfn(data));
    fake_softirq_one_in = 1;
    while ((rc = log_dirty_read(D, &mine)) == -ERESTART) {
        ck_assert_int_eq(log_dirty_read(D, &other), -EBUSY);
        ck_assert_int_eq(log_dirty_enable(D, &none), -EBUSY);
        ck_assert_uint_eq(other.ticket, 0);
    }
    ck_assert_int_eq(rc, 0);
    ck_assert_uint_eq(mine.dirty_count, 1);
    memcpy(&set, fake_guest_at(FAKE_GUEST_VA), sizeof(set));
    ck_assert_uint_eq(set, bit(data));
    ck_assert_int_eq(log_dirty_read(D, &other), -ERESTART);
    ck_assert_int_eq(log_dirty_read(D, &mine), -EBUSY);
    ck_assert_int_eq(log_dirty_disable(D), 0);  /* whoever it was is gone */
    fake_softirq_one_in = 0;
    enable();
    ck_assert_uint_eq(read_set(true), 0);
}
END_TEST

START_TEST(without_memory_it_is_not_switched_on)
{
    start();
    for (long budget = 0; budget < 2; budget++) {
        fake_heap_budget = budget;
        ck_assert_int_eq(log_dirty_enable(D, &none), -ENOMEM);
        ck_assert(!log_dirty_is_on(D));
    }
    fake_heap_budget = -1;
    enable();
}
END_TEST

START_TEST(a_frame_that_cannot_be_noted_is_an_error)
{
    struct log_dirty_request r = { .clean = true };
    struct frame *data;

    start();
    data = own(D);
    enable();
    fake_heap_budget = 0;
    log_dirty_mark(D, frame_mfn(data));
    ck_assert_int_eq(log_dirty_read(D, &r), -ENOMEM);
}
END_TEST

START_TEST(the_end_gives_everything_back)
{
    long live;

    start();
    live = fake_heap_live;
    enable();
    D->page_max = 1ul << 22;
    ck_assert_int_eq(log_dirty_disable(D), 0);
    enable();
    ck_assert_int_gt(fake_heap_live, live);
    log_dirty_destroy(D);
    ck_assert_int_eq(fake_heap_live, live);
}
END_TEST

/* --- a domain that is copied while it runs --- */

#define DATA_FRAMES     8u
#define TABLES          3u
#define SLOTS           6u
#define CACHED_MAX      16u

static uint64_t seed;
static struct frame *data[DATA_FRAMES], *tables[TABLES], *theirs;
static unsigned int version[FAKE_FRAMES], copied[FAKE_FRAMES];
static pte_t copy_of_table[TABLES][SLOTS];

/* What a TLB knows: writes go there, and the table hears nothing of it. */
static struct frame *cached[CACHED_MAX];
static unsigned int cached_count, flushes_seen;

static unsigned int below(unsigned int n)
{
    return (unsigned int)unit_random_below(&seed, n);
}

static void write_by(struct frame *f)
{
    version[frame_mfn(f).n]++;
}

static void hardware_writes(void)
{
    pte_t *e = &fake_table(tables[below(TABLES)])[below(SLOTS)];

    if (fake_tlb_flushes != flushes_seen)
        cached_count = 0;
    flushes_seen = fake_tlb_flushes;
    if (cached_count && below(2)) {
        write_by(cached[below(cached_count)]);
        return;
    }
    if ((e->v & (PTE_P | PTE_RW)) != (PTE_P | PTE_RW))
        return;
    e->v |= PTE_A | PTE_D;
    write_by(frame_of(pte_mfn(*e)));
    cached[cached_count++ % CACHED_MAX] = frame_of(pte_mfn(*e));
    cached_count = MIN(cached_count, CACHED_MAX);
}

static void guest_changes_entry(void)
{
    struct frame *l1 = tables[below(TABLES)];
    uint64_t flags = PTE_P | (below(3) ? PTE_RW : 0) | (below(2) ? PTE_US : 0) |
                     (below(2) ? PTE_D : 0);
    pte_t e = below(5) ? entry(data[below(DATA_FRAMES)], flags) : (pte_t){ 0 };
    pte_t *slot = &fake_table(l1)[below(SLOTS)];

    arch_lock_tables(D);
    if (below(2))
        ck_assert_int_eq(pt_l1_update(D, D, slot, e, below(2)), 0);
    else
        ck_assert_int_eq(pt_l1_replace(D, slot, *slot, e), 0);
    arch_unlock_tables(D);
}

static void others_write(void)
{
    struct frame *f = data[below(DATA_FRAMES)];
    unsigned int i = below(SLOTS);
    pte_t *e = &fake_table(theirs)[i];

    if (pte_is_present(*e) && below(3))
        write_by(frame_of(pte_mfn(*e)));
    else
        ck_assert_int_eq(set(theirs, i, D, below(2) ? entry(f, USER)
                                                    : (pte_t){ 0 }), 0);
}

/* A table is let go of, with what is in it, and becomes one again. */
static void guest_retypes(void)
{
    struct frame *f = tables[below(TABLES)];

    unpin(f);
    ck_assert_int_eq(pin(f, FRAME_L1), 0);
    write_by(f);
}

static void live(unsigned int steps)
{
    while (steps--) {
        unsigned int what = below(20);

        if (what < 12)
            hardware_writes();
        else if (what < 17)
            guest_changes_entry();
        else if (what < 19)
            others_write();
        else
            guest_retypes();
    }
}

static void make_copy(uint64_t told)
{
    for (unsigned int n = 0; n < FAKE_FRAMES; n++)
        if (told & 1ul << n)
            copied[n] = version[n];
    for (unsigned int t = 0; t < TABLES; t++)
        if (told & bit(tables[t]))
            memcpy(copy_of_table[t], fake_table(tables[t]),
                   sizeof(copy_of_table[t]));
}

/* One round of the tools', which is interrupted by the guest's doings. */
static void round_of_tools(bool is_last)
{
    struct log_dirty_request r = {
        .clean = true, .bitmap = guest_va(FAKE_GUEST_VA), .pages = FAKE_FRAMES,
    };
    uint64_t told;

    if (!below(4))
        (void)read_set(false);
    while (log_dirty_read(D, &r) == -ERESTART)
        if (!is_last)
            live(below(6));
    fake_paging_check();
    memcpy(&told, fake_guest_at(FAKE_GUEST_VA), sizeof(told));
    if (!is_last)
        live(below(3));
    make_copy(told);
}

static void check_copy(void)
{
    for (unsigned int n = 0; n < FAKE_FRAMES; n++)
        UNIT_REQUIRE(copied[n] == version[n]);
    for (unsigned int t = 0; t < TABLES; t++)
        for (unsigned int i = 0; i < SLOTS; i++) {
            pte_t a = copy_of_table[t][i], b = fake_table(tables[t])[i];

            UNIT_REQUIRE(!((a.v ^ b.v) & ~(PTE_A | PTE_D)));
        }
}

static void move_a_domain(uint64_t number)
{
    start();
    seed = fake_paging_seed = number;
    memset(version, 0, sizeof(version));
    cached_count = 0;
    for (unsigned int i = 0; i < DATA_FRAMES; i++)
        data[i] = own(D);
    for (unsigned int i = 0; i < TABLES; i++)
        tables[i] = l1_of(D);
    theirs = l1_of(OTHER);
    live(below(60));
    fake_softirq_one_in = below(4);
    enable();
    make_copy(~0ul);
    for (unsigned int rounds = below(6); rounds; rounds--) {
        live(below(60));
        round_of_tools(false);
    }
    live(below(60));
    round_of_tools(true);
    check_copy();
    log_dirty_destroy(D);
}

START_TEST(a_copy_made_of_what_is_told_is_the_domain)
{
    for (uint64_t number = 0; number < 3000; number++)
        move_a_domain(number);
}
END_TEST

int main(void)
{
    return UNIT_RUN("log_dirty",
        what_was_written_before_is_not_told,
        a_kernels_entry_stays_writable_and_is_told_by_its_dirty_bit,
        a_users_entry_becomes_read_only_and_its_table_is_told,
        a_guest_without_user_mode_keeps_its_right_to_write,
        an_entry_without_D_was_not_written_by,
        an_entry_that_is_changed_tells_what_it_knew,
        a_table_that_ends_tells_what_its_entries_knew,
        tables_are_told_when_they_begin_and_are_pinned_and_changed,
        what_another_domain_may_write_is_told_until_it_may_no_longer,
        a_table_of_another_domain_that_ends_is_told_too,
        too_many_uses_outside_are_told_for_ever,
        what_the_hypervisor_writes_to_is_always_told,
        peeking_forgets_nothing,
        a_bitmap_that_cannot_be_written_loses_nothing,
        a_short_bitmap_leaves_the_rest_to_be_told,
        room_beyond_all_frames_is_filled_with_zeros,
        clean_without_a_bitmap_forgets_everything,
        nothing_is_told_when_it_is_off,
        it_is_switched_on_once,
        what_one_has_begun_to_read_is_told_to_nobody_else,
        without_memory_it_is_not_switched_on,
        a_frame_that_cannot_be_noted_is_an_error,
        the_end_gives_everything_back,
        a_copy_made_of_what_is_told_is_the_domain);
}
