/* SPDX-License-Identifier: MIT */
/*
 * frame_stress_test.c - several CPUs, which are threads, use and retype the
 * same few frames by every way of frame.c and frame_type.c, with the flushes of
 * mm/tlb.c; built with the thread sanitizer.
 *
 * Each CPU has a TLB: leaves, which let it load and store, and L1 tables it
 * remembers for its walks. Both stay until mm/tlb.c has the CPU load CR3. What
 * a guest does with a translation is checked against what is true of the frame
 * by then: a store never meets a frame whose content is being checked or
 * believed, a walk never one that somebody may write, and neither one that has
 * been given back since. So every stale translation that survives a change of
 * type is found, if the guest uses it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/frame.h>
#include <hv/log_dirty.h>
#include <hv/percpu.h>
#include <asm/paging.h>
#include <asm/table_lock.h>
#include "cpu_threads.h"
#include "fake_cpus.h"
#include "unit.h"

#define DOMAINS     2u
#define FRAMES      20u             /* few, so that all meet; 0 is nobody's */
#define WORDS       8u
#define ROUNDS      30000u
#define NOWHERE     DOMAINS         /* a CPU that idles */

#define ENTRY_WRITABLE  (1ul << 32)
#define ENTRY_ACCESSED  (1ul << 33) /* set by whoever walks */
#define ENTRY_BAD       (1ul << 34)

struct frame fake_frame_table[FAKE_FRAMES];
unsigned long frame_table_end = FAKE_FRAMES;
static struct domain domains[DOMAINS];
static struct vcpu vcpus[DOMAINS][FAKE_CPUS], *vcpu_lists[DOMAINS][FAKE_CPUS];

/* What is true of a frame. */
static struct {
    uint64_t word[WORDS];
    unsigned int writers;       /* who may write to it */
    unsigned int checked;       /* its content is believed, or being checked */
    unsigned int lives;         /* how often it was given back */
    unsigned int is_free;
} truth[FAKE_FRAMES];

/* That something happened at all. */
static unsigned int stores, walks, validations, releases;

/* Nobody notes what is written. */
void dirty_map_add(struct dirty_map *map, mfn_t m)
{
    (void)map;
    (void)m;
    abort();
}

static _Thread_local unsigned int my_domain, my_root;   /* a frame, 0: none */

static struct frame *frame_nr(unsigned int n)
{
    return &fake_frame_table[n];
}

static unsigned int number_of(const struct frame *f)
{
    return (unsigned int)frame_mfn(f).n;
}

/* Mostly one of this CPU's domain. */
static struct frame *any_frame(void)
{
    struct frame *f;

    do {
        f = frame_nr(1 + below(FRAMES - 1));
    } while (below(4) && my_domain != NOWHERE &&
             __atomic_load_n(&f->owner, __ATOMIC_RELAXED) !=
                 &domains[my_domain]);
    return f;
}

static unsigned int entry_frame(uint64_t e)
{
    return (uint32_t)e;
}

static uint64_t any_entry(void)
{
    uint64_t e = number_of(any_frame());

    switch (below(64)) {
    case 0:
        return e | ENTRY_BAD;
    case 1: case 2: case 3: case 4: case 5: case 6: case 7: case 8:
        return e;
    default:
        return below(2) ? e | ENTRY_WRITABLE : 0;
    }
}

/* --- this CPU's TLB --- */

#define LEAVES  16u
#define TABLES  4u

struct translation {
    unsigned int frame;         /* 0: none */
    unsigned int lives;         /* of the frame when it was walked to */
    bool is_writable;
};
static _Thread_local struct translation leaves[LEAVES], tables[TABLES];

void fake_tlb_drop_all(void)
{
    for (unsigned int i = 0; i < LEAVES; i++)
        leaves[i].frame = 0;
    for (unsigned int i = 0; i < TABLES; i++)
        tables[i].frame = 0;
}

void fake_tlb_drop_page(unsigned long va)
{
    leaves[va / PAGE_SIZE % LEAVES].frame = 0;
}

/* Read entry @i of a table as hardware does. */
static uint64_t walk_entry(unsigned int table, unsigned int i)
{
    uint64_t e = LOAD(truth[table].word[i]);

    if (!entry_frame(e) || (e & ENTRY_BAD) ||
        !__atomic_compare_exchange_n(&truth[table].word[i], &e,
                                     e | ENTRY_ACCESSED, false,
                                     __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
        return 0;
    ADD(walks, 1);
    return e;
}

static void remember(struct translation *t, uint64_t e)
{
    t->frame = entry_frame(e);
    t->lives = LOAD(truth[t->frame].lives);
    t->is_writable = e & ENTRY_WRITABLE;
}

/* One of @count, or NULL when none is there. */
static const struct translation *any_of(const struct translation *t,
                                        unsigned int count)
{
    unsigned int first = below(count);

    for (unsigned int i = 0; i < count; i++)
        if (t[(first + i) % count].frame)
            return &t[(first + i) % count];
    return NULL;
}

static void guest_walks_root(void)
{
    uint64_t e = my_root ? walk_entry(my_root, below(WORDS)) : 0;

    if (e)
        remember(&tables[below(TABLES)], e);
}

static void guest_walks_table(void)
{
    const struct translation *t = any_of(tables, TABLES);
    uint64_t e;

    if (!t)
        return;
    UNIT_REQUIRE(LOAD(truth[t->frame].writers) == 0);
    UNIT_REQUIRE(LOAD(truth[t->frame].lives) == t->lives);
    e = walk_entry(t->frame, below(WORDS));
    if (e)
        remember(&leaves[below(LEAVES)], e);
}

static void guest_uses_leaf(void)
{
    const struct translation *t = any_of(leaves, LEAVES);

    if (!t)
        return;
    UNIT_REQUIRE(LOAD(truth[t->frame].lives) == t->lives);
    if (!t->is_writable)
        return;
    UNIT_REQUIRE(LOAD(truth[t->frame].checked) == 0);
    __atomic_store_n(&truth[t->frame].word[below(WORDS)], any_entry(),
                     __ATOMIC_SEQ_CST);
    ADD(stores, 1);
}

/* Some instructions, between which interrupts come. */
static void guest_runs(void)
{
    for (unsigned int i = below(24); i > 0; i--) {
        switch (below(4)) {
        case 0: guest_walks_root(); break;
        case 1: guest_walks_table(); break;
        default: guest_uses_leaf();
        }
        if (below(4) == 0)
            fake_take_interrupts();
    }
}

/* --- the arch hooks --- */

static int take(const struct domain *d, enum frame_type type, uint64_t e)
{
    struct frame *child = frame_nr(entry_frame(e));
    int rc;

    if (!entry_frame(e))
        return 0;
    if ((e & ENTRY_BAD) || entry_frame(e) >= FRAMES)
        return -EINVAL;
    if (type == FRAME_L2)
        return frame_get_with_type(child, d, FRAME_L1);
    if (!(e & ENTRY_WRITABLE))
        return frame_get(child, d) ? 0 : -EINVAL;
    rc = frame_get_writable(child, d);
    if (!rc)
        ADD(truth[entry_frame(e)].writers, 1);
    return rc;
}

static void drop(enum frame_type type, uint64_t e)
{
    struct frame *child = frame_nr(entry_frame(e));

    if (!entry_frame(e))
        return;
    if (type == FRAME_L2) {
        UNIT_REQUIRE(frame_put_with_type(child) == 0);
    } else if (e & ENTRY_WRITABLE) {
        ADD(truth[entry_frame(e)].writers, -1u);
        frame_put_writable(child);
    } else {
        frame_put(child);
    }
}

int arch_validate(struct frame *f, enum frame_type type)
{
    unsigned int n = number_of(f);
    int rc = 0;

    UNIT_REQUIRE(LOAD(truth[n].writers) == 0);
    __atomic_store_n(&truth[n].checked, 1, __ATOMIC_SEQ_CST);
    while (!rc && f->cursor < WORDS) {
        if (type == FRAME_SEGDESC)
            rc = LOAD(truth[n].word[f->cursor]) & ENTRY_BAD ? -EINVAL : 0;
        else
            rc = take(f->owner, type, LOAD(truth[n].word[f->cursor]));
        if (rc)
            break;
        f->cursor++;
        fake_take_interrupts();
        if (type == FRAME_L2 && f->cursor < WORDS && below(8) == 0)
            rc = -ERESTART;
    }
    if (!rc)
        ADD(validations, 1);
    return rc;
}

int arch_invalidate(struct frame *f, enum frame_type type)
{
    unsigned int n = number_of(f);

    if (f->cursor == FRAME_CURSOR_END)
        f->cursor = WORDS;
    while (f->cursor > 0) {
        f->cursor--;
        if (type != FRAME_SEGDESC)
            drop(type, LOAD(truth[n].word[f->cursor]));
        fake_take_interrupts();
        if (type == FRAME_L2 && f->cursor && below(8) == 0)
            return -ERESTART;
    }
    __atomic_store_n(&truth[n].checked, 0, __ATOMIC_SEQ_CST);
    return 0;
}

void arch_scrub_frame(mfn_t m)
{
    for (unsigned int i = 0; i < WORDS; i++)
        __atomic_store_n(&truth[m.n].word[i], 0, __ATOMIC_SEQ_CST);
}

void arch_set_m2p(mfn_t m, pfn_t p)
{
    (void)m;
    (void)p;
}

mfn_t page_alloc_frames(unsigned int order, unsigned int address_bits)
{
    UNIT_REQUIRE(order == 0 && address_bits == 0);
    for (unsigned long n = 1; n < FRAMES; n++)
        if (__atomic_exchange_n(&truth[n].is_free, 0, __ATOMIC_SEQ_CST))
            return mfn(n);
    return INVALID_MFN;
}

static void free_frame(unsigned long n)
{
    UNIT_REQUIRE(!LOAD(frame_nr((unsigned int)n)->state));      /* F8 */
    UNIT_REQUIRE(!LOAD(truth[n].writers) && !LOAD(truth[n].checked));
    ADD(truth[n].lives, 1);
    ADD(releases, 1);
    __atomic_store_n(&truth[n].is_free, 1, __ATOMIC_SEQ_CST);
}

void page_free_run(mfn_t first, unsigned long count)
{
    while (count--)
        free_frame(first.n + count);
}

void page_free_frames(mfn_t first, unsigned int order)
{
    page_free_run(first, 1ul << order);
}

enum page_content page_content(mfn_t m)
{
    (void)m;
    return PAGE_USED;
}

bool domain_get(struct domain *d)
{
    ADD(d->refs, 1);
    return true;
}

void domain_put(struct domain *d)
{
    ADD(d->refs, -1);
}

/* --- what a CPU does for its domain --- */

static void store_plain(struct domain *d, struct frame *f)
{
    unsigned int n = number_of(f);

    if (frame_get_writable(f, d))
        return;
    ADD(truth[n].writers, 1);
    fake_take_interrupts();
    UNIT_REQUIRE(!LOAD(truth[n].checked));
    __atomic_store_n(&truth[n].word[below(WORDS)], any_entry(),
                     __ATOMIC_SEQ_CST);
    ADD(truth[n].writers, -1u);
    frame_put_writable(f);
}

/* Mostly one that this CPU walks: its root, or one below. */
static struct frame *any_table(void)
{
    unsigned int n = 0;

    if (my_root && below(4))
        n = below(3) ? entry_frame(LOAD(truth[my_root].word[below(WORDS)]))
                     : my_root;
    return n && n < FRAMES ? frame_nr(n) : any_frame();
}

static struct vcpu *my_vcpu(void)
{
    return &vcpus[my_domain][my_cpu];
}

/* L1 entries, side by side with others. */
static void change_leaf(struct domain *d)
{
    struct frame *f = any_table();
    uint64_t *slot = &truth[number_of(f)].word[below(WORDS)], e = any_entry();

    tables_share(my_vcpu());
    if (frame_state_type(frame_validated_state(f, d)) == FRAME_L1 &&
        take(d, FRAME_L1, e) == 0)
        drop(FRAME_L1, __atomic_exchange_n(slot, e, __ATOMIC_SEQ_CST));
    tables_unshare(my_vcpu());
}

/* An L1 entry gains or loses the right to write, as in pt_l1.c: whoever changes
 * it at once may remove the last reference. */
static void change_rights(struct domain *d)
{
    struct frame *f = any_table(), *child;
    uint64_t *slot = NULL, old = 0;
    bool is_l1, writes, is_changed;

    tables_share(my_vcpu());
    is_l1 = frame_state_type(frame_validated_state(f, d)) == FRAME_L1;
    for (unsigned int i = 0; is_l1 && !entry_frame(old) && i < WORDS; i++) {
        slot = &truth[number_of(f)].word[i];
        old = LOAD(*slot);
    }
    is_l1 = is_l1 && entry_frame(old);
    writes = old & ENTRY_WRITABLE;
    child = frame_nr(entry_frame(old));
    if (is_l1 && LOAD(*slot) == old && below(2) && frame_get(child, d)) {
        (void)frame_give_up(child);     /* the entry's is the last reference */
        frame_put(child);
    }
    if (is_l1 && LOAD(*slot) == old &&
        (writes || frame_make_writable(child, d))) {
        if (!writes)
            ADD(truth[number_of(child)].writers, 1);
        is_changed = __atomic_compare_exchange_n(slot, &old,
                                                 old ^ ENTRY_WRITABLE, false,
                                                 __ATOMIC_SEQ_CST,
                                                 __ATOMIC_SEQ_CST);
        if (below(4) == 0) {
            fake_take_interrupts();
            sched_yield();
        }
        if (is_changed == writes) {
            ADD(truth[number_of(child)].writers, -1u);
            frame_make_readonly(child);
        }
    }
    tables_unshare(my_vcpu());
}

/* Now and then with interrupts off, as where an LDT page is mapped. */
static void change_entry(struct domain *d)
{
    struct frame *f = any_table();
    uint64_t *slot = &truth[number_of(f)].word[below(WORDS)], e = any_entry();
    enum frame_type type;

    my_irqs_off = below(4) == 0;
    arch_lock_tables(d);
    type = frame_state_type(frame_validated_state(f, d));
    if ((type == FRAME_L1 || type == FRAME_L2) && take(d, type, e) == 0)
        drop(type, __atomic_exchange_n(slot, e, __ATOMIC_SEQ_CST));
    arch_unlock_tables(d);
    my_irqs_off = false;
}

static void pin(struct domain *d, struct frame *f)
{
    int rc;

    arch_lock_tables(d);
    rc = frame_pin(f, d, below(4) ? FRAME_L1 : FRAME_L2);
    UNIT_REQUIRE(rc == 0 || rc == -EINVAL || rc == -ERESTART);
    arch_unlock_tables(d);
}

static void unpin(struct domain *d)
{
    struct frame *f = any_frame();

    arch_lock_tables(d);
    if (frame_get(f, d)) {
        (void)!frame_unpin(f);
        frame_put(f);
    }
    arch_unlock_tables(d);
}

static void hold_descriptors(struct domain *d, struct frame *f)
{
    int rc;

    arch_lock_tables(d);
    rc = frame_get_with_type(f, d, FRAME_SEGDESC);
    arch_unlock_tables(d);
    if (rc)
        return;
    guest_runs();
    arch_lock_tables(d);
    UNIT_REQUIRE(frame_put_with_type(f) == 0);
    arch_unlock_tables(d);
}

static void give_up(struct domain *d)
{
    frame_batch_begin();
    for (unsigned int i = below(4); i > 0; i--) {
        struct frame *f = any_frame();

        if (!frame_get(f, d))
            continue;
        (void)frame_give_up(f);
        frame_put(f);
    }
    frame_batch_end();
}

/* Take something out of a table and use it as something else at once. */
static void retype(struct domain *d)
{
    struct frame *f = any_table();
    enum frame_type type;
    uint64_t e = 0;

    arch_lock_tables(d);
    type = frame_state_type(frame_validated_state(f, d));
    if (type == FRAME_L1 || type == FRAME_L2) {
        e = __atomic_exchange_n(&truth[number_of(f)].word[below(WORDS)], 0,
                                __ATOMIC_SEQ_CST);
        drop(type, e);
    }
    arch_unlock_tables(d);
    if (!entry_frame(e))
        return;
    if (type == FRAME_L2)
        store_plain(d, frame_nr(entry_frame(e)));
    else if (below(2))
        pin(d, frame_nr(entry_frame(e)));
    else
        hold_descriptors(d, frame_nr(entry_frame(e)));
}

static void drop_root(unsigned int root, unsigned int domain)
{
    int rc = root ? -ERESTART : 0;

    while (rc) {
        arch_lock_tables(&domains[domain]);
        rc = frame_put_with_type(frame_nr(root));
        arch_unlock_tables(&domains[domain]);
        fake_take_interrupts();
    }
}

/* A type reference on an L2, however many steps it takes. */
static int get_root(struct domain *d, struct frame *f)
{
    bool is_had;
    int rc;

    tables_share(my_vcpu());
    is_had = frame_add_use(f, d, FRAME_L2);
    tables_unshare(my_vcpu());
    if (is_had)
        return 0;
    arch_lock_tables(d);
    rc = frame_get_with_type(f, d, FRAME_L2);
    while (rc == -ERESTART) {
        arch_unlock_tables(d);
        fake_take_interrupts();
        arch_lock_tables(d);
        rc = frame_type_resume(f);
        if (rc && rc != -ERESTART)
            frame_put(f);
    }
    arch_unlock_tables(d);
    return rc;
}

static void change_root(struct domain *d)
{
    struct frame *f = any_frame();
    unsigned int old = my_root;

    if (get_root(d, f))
        return;
    my_root = number_of(f);
    tlb_load_l4(mfn(my_root));
    drop_root(old, my_domain);
}

static struct domain *domain_nr(unsigned int n)
{
    return n == NOWHERE ? NULL : &domains[n];
}

static void switch_to(unsigned int domain)
{
    unsigned int root = my_root, from = my_domain;

    tlb_switch(domain_nr(from), domain_nr(domain), mfn(0));
    my_root = 0;
    my_domain = domain;
    drop_root(root, from);
}

static void flush(struct domain *d)
{
    switch (below(4)) {
    case 0: tlb_flush_domain(d); break;
    case 1: tlb_flush_global(); break;
    default: tlb_flush_page_domain(d, below(LEAVES) * PAGE_SIZE);
    }
}

static void hypercall(struct domain *d)
{
    switch (below(32)) {
    case 0: flush(d); break;
    case 1: below(4) ? guest_runs() : switch_to(below(DOMAINS + 1)); break;
    case 2: my_root ? guest_runs() : change_root(d); break;
    case 3: below(4) ? guest_runs() : change_root(d); break;
    case 4: hold_descriptors(d, any_frame()); break;
    case 5: case 6: case 7: unpin(d); break;
    case 8: case 9: pin(d, any_frame()); break;
    case 10: give_up(d); break;
    case 11: case 12: (void)frame_alloc_for(d, 0, 0); break;
    case 13: case 14: store_plain(d, any_frame()); break;
    case 15: case 16: case 17: case 18: case 19: case 20: case 21: case 22:
        retype(d);
        break;
    case 23: case 24: case 25: case 26: change_entry(d); break;
    case 27: case 28: case 29: change_rights(d); break;
    default: change_leaf(d);
    }
}

static void run_cpu(void)
{
    my_domain = NOWHERE;
    tlb_load_l4(mfn(0));
    for (unsigned int i = 0; i < ROUNDS; i++) {
        if (my_domain == NOWHERE) {
            switch_to(below(DOMAINS));
        } else {
            guest_runs();
            hypercall(&domains[my_domain]);
        }
        fake_take_interrupts();
    }
    switch_to(NOWHERE);
}

/* A CPU that is done still serves others: it would idle. */
static unsigned int running;

static void run_until_all_are_done(void)
{
    run_cpu();
    ADD(running, -1u);
    while (LOAD(running))
        cpu_relax();
}

/* --- the test --- */

static void start_machine(void)
{
    for (unsigned int n = 1; n < FRAMES; n++)
        truth[n].is_free = 1;
    for (unsigned int i = 0; i < DOMAINS; i++) {
        domains[i].page_max = FRAMES;
        spin_lock_init(&domains[i].page_lock, LOCK_LEVEL_PAGES);
        spin_lock_init(&domains[i].arch.pt_lock, LOCK_LEVEL_PAGE_TABLE);
        domains[i].max_vcpus = FAKE_CPUS;
        domains[i].vcpu = vcpu_lists[i];
        for (unsigned int k = 0; k < FAKE_CPUS; k++) {
            vcpus[i][k].domain = &domains[i];
            vcpu_lists[i][k] = &vcpus[i][k];
        }
    }
    fake_cpus_start(FAKE_CPUS, false);
}

/* Each domain undoes its pins and gives up all its frames. */
static void end_domains(void)
{
    for (unsigned int n = 1; n < FRAMES; n++)
        for (unsigned int i = 0; i < DOMAINS; i++) {
            struct frame *f = frame_nr(n);

            if (!frame_get(f, &domains[i]))
                continue;
            while (frame_unpin(f) == -ERESTART)
                ;
            (void)frame_give_up(f);
            frame_put(f);
        }
}

START_TEST(no_stale_translation_survives_a_change_of_type)
{
    start_machine();
    running = FAKE_CPUS;
    cpu_threads_run(FAKE_CPUS, run_until_all_are_done);

    cpu_count = 1;
    end_domains();
    for (unsigned int n = 1; n < FRAMES; n++)
        ck_assert(truth[n].is_free && !frame_nr(n)->state);
    for (unsigned int i = 0; i < DOMAINS; i++)
        ck_assert_int_eq(domains[i].refs, 0);
    printf("%u interrupts, %u stores, %u walks, %u tables, %u frames freed\n",
           fake_interrupts_sent, stores, walks, validations, releases);
    ck_assert_uint_gt(fake_interrupts_sent, 500);
    ck_assert_uint_gt(stores, 500);
    ck_assert_uint_gt(walks, 500);
    ck_assert_uint_gt(validations, 500);
    ck_assert_uint_gt(releases, 500);
}
END_TEST

int main(void)
{
    return UNIT_RUN("frame_stress",
                    no_stale_translation_survives_a_change_of_type);
}
