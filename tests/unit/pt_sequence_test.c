/* SPDX-License-Identifier: MIT */
/*
 * pt_sequence_test.c - two vcpus of two domains change page tables at random,
 * with restarts that they go on with or not. After each step all tables are
 * walked: every count has a holder, hardware sees no flag it must not, and no
 * frame is writable for one and a table for another.
 */
#include <asm/layout.h>
#include <asm/pt.h>
#include <hv/errno.h>
#include "fake_paging.h"
#include "frame_model.h"
#include "unit.h"

#define LEAF    (PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D)
#define SLOTS   12u         /* of those that the test uses in each table */

static uint64_t seed;
static struct vcpu *v;      /* who acts */
static struct domain *d;

static unsigned int below(unsigned int limit)
{
    return (unsigned int)unit_random_below(&seed, limit);
}

static struct frame *any_frame(void)
{
    return fake_frame(1 + below(PAGING_RAM - 1));
}

static struct frame *any_own_frame(void)
{
    struct frame *f = any_frame();

    for (unsigned int i = 0; f->owner != d && i < 20; i++)
        f = any_frame();
    return f;
}

/* Frames have a liking for one level, so that deep tables come about. */
static enum frame_type liking(const struct frame *f)
{
    static const enum frame_type levels[] = {
        FRAME_L1, FRAME_L2, FRAME_L3, FRAME_WRITABLE, FRAME_L4, FRAME_L1,
        FRAME_L2, FRAME_WRITABLE, FRAME_SEGDESC
    };

    return levels[frame_mfn(f).n % ARRAY_SIZE(levels)];
}

static enum frame_type any_level(const struct frame *f)
{
    enum frame_type type = liking(f);

    return type > FRAME_L4 || !below(10) ? FRAME_L1 + below(4) : type;
}

/* Some slots at both ends, and around the hypervisor's. */
static unsigned int any_slot(void)
{
    static const uint16_t slots[SLOTS] = {
        0, 1, 2, 100, HV_SLOT_FIRST - 1, HV_SLOT_FIRST, PERDOMAIN_SLOT,
        HV_SLOT_LAST, HV_SLOT_LAST + 1, 300, 510, 511
    };

    return slots[below(SLOTS)];
}

static uint64_t any_bits(uint64_t of)
{
    return unit_random(&seed) & unit_random(&seed) & unit_random(&seed) & of;
}

static pte_t leaf(void)
{
    static const unsigned long odd[] = {
        0, DEVICE_ALLOWED, DEVICE_REFUSED, NOTHING_ALLOWED, NOTHING_REFUSED
    };
    const struct frame *f = any_own_frame();
    uint64_t flags = LEAF ^ any_bits(~PTE_ADDR_MASK & ~PTE_P);

    if (liking(f) != FRAME_WRITABLE && below(6))
        flags &= ~PTE_RW;
    if (!below(6))
        return pte_make(mfn(odd[below(ARRAY_SIZE(odd))]), flags);
    return pte_make(frame_mfn(f), flags);
}

static pte_t entry_for(enum frame_type level)
{
    const struct frame *f = any_own_frame();
    uint64_t flags = LEAF;

    if (!below(4))
        return (pte_t){ any_bits(~PTE_P) };
    if (level == FRAME_L1)
        return leaf();
    for (unsigned int i = 0; i < 50 && liking(f) != level - 1; i++)
        f = any_own_frame();
    if (!below(8))
        flags ^= any_bits(PTE_NX | PTE_RW | PTE_A | PTE_AVAIL_LOW | PTE_US);
    if (!below(25))
        flags |= any_bits(0xfff);
    return pte_make(frame_mfn(f), flags);
}

/* As a guest that has the frame writable, or could have at once. */
static void scribble(void)
{
    struct frame *f = any_own_frame();
    enum frame_type level = any_level(f);

    if (f->owner != d || (frame_type_refs(f->state) &&
                          frame_state_type(f->state) != FRAME_WRITABLE))
        return;
    for (unsigned int i = 0; i < PT_ENTRIES; i++)
        fake_table(f)[i].v = 0;
    if (liking(f) == FRAME_SEGDESC && below(4))
        return;
    for (unsigned int i = below(8); i > 0; i--)
        fake_table(f)[any_slot()] = entry_for(level);
}

static void change_l1(struct frame *f)
{
    pte_t *slot = &fake_table(f)[any_slot()], before = *slot;
    pte_t e = leaf();
    int rc;

    if (!below(3))
        e.v &= ~PTE_P;
    if (!below(3))
        e.v = (before.v & PTE_ADDR_MASK) | pte_flags(e);
    if (below(2))
        rc = pt_l1_update(d, d, slot, e, below(2));
    else
        rc = pt_l1_replace(d, slot, below(4) ? before : e, e);
    UNIT_REQUIRE(rc == 0 || rc == -EINVAL || rc == -EPERM || rc == -EBUSY);
    if (rc)
        UNIT_REQUIRE(slot->v == before.v);
}

static void change_upper(struct frame *f, enum frame_type type)
{
    pte_t *slot = &fake_table(f)[any_slot()], before = *slot;
    bool done;
    int rc = pt_upper_update(v, d, (unsigned int)type, slot, entry_for(type),
                             below(2), &done);

    UNIT_REQUIRE(rc == 0 || rc == -EINVAL || rc == -EPERM || rc == -EBUSY ||
                 rc == -ERESTART);
    if (rc && !done)
        UNIT_REQUIRE(slot->v == before.v);
}

static void change_entry(void)
{
    struct frame *f = any_own_frame();

    for (unsigned int i = 0; i < 20; i++, f = any_own_frame())
        if (f->owner == d && (f->state & FRAME_VALIDATED) &&
            frame_state_type(f->state) <= FRAME_L4)
            break;
    if (f->owner != d || !(f->state & FRAME_VALIDATED))
        return;
    if (frame_state_type(f->state) == FRAME_L1)
        change_l1(f);
    else if (frame_state_type(f->state) <= FRAME_L4)
        change_upper(f, frame_state_type(f->state));
}

static void pin(void)
{
    struct frame *f = any_own_frame();
    enum frame_type type = any_level(f);
    int i = model_find(f, HOLDS_PIN);
    int rc = frame_pin(f, d, type);

    if (f->owner != d)
        UNIT_REQUIRE(rc == -EINVAL);
    if (i < 0 && (rc == 0 || rc == -ERESTART))
        model_add(f, HOLDS_PIN, type);
    else if (i >= 0 && !(f->state & FRAME_PINNED))
        model_remove((unsigned int)i);
}

static void let_go(unsigned int i)
{
    struct holding *h = &holdings[i];
    int rc = h->kind == HOLDS_PIN ? frame_unpin(h->f)
                                  : frame_put_with_type(h->f);

    UNIT_REQUIRE(rc == 0 || (rc == -ERESTART && h->kind == HOLDS_PIN));
    if (!rc)
        model_remove(i);
}

static void get_descriptors(void)
{
    struct frame *f = any_own_frame();

    if (frame_get_with_type(f, d, FRAME_SEGDESC) == 0)
        model_add(f, HOLDS_TYPE, FRAME_SEGDESC);
}

static void change_base(void)
{
    struct frame *f = any_own_frame();
    int rc;

    for (unsigned int i = 0; liking(f) != FRAME_L4 && i < 20; i++)
        f = any_own_frame();
    v->arch.in_kernel = below(4);
    if (below(2))
        rc = base_set_kernel(v, frame_mfn(f));
    else
        rc = base_set_user(v, below(3) ? frame_mfn(f) : mfn(0));
    UNIT_REQUIRE(rc == 0 || rc == -EINVAL || rc == -EPERM || rc == -EBUSY ||
                 rc == -ERESTART);
}

static void finish(void)
{
    int rc = below(4) ? pending_finish(v) : pending_abandon(v);

    UNIT_REQUIRE(rc == 0 || rc == -ERESTART);
}

static void allocate_or_give_up(void)
{
    struct frame *f = any_frame();

    if (below(3)) {
        (void)!mfn_eq(frame_alloc_for(d, below(2), 0), INVALID_MFN);
    } else if (frame_get(f, d)) {
        (void)!frame_give_up(f);
        frame_put(f);
    }
}

static void one_step(void)
{
    unsigned int who = below(8) == 0;

    v = fake_current = &fake_vcpus[who];
    d = &fake_domains[who];
    arch_lock_tables(d);
    switch (below(16)) {
    case 0:
        arch_unlock_tables(d);
        allocate_or_give_up();
        return;
    case 1: case 2: case 3:
        scribble();
        break;
    case 4: case 5:
        pin();
        break;
    case 6:
        change_base();
        break;
    case 7: case 8:
        finish();
        break;
    case 9:
        get_descriptors();
        break;
    case 10: case 11:
        if (holding_count)
            let_go(below(holding_count));
        break;
    default:
        change_entry();
    }
    arch_unlock_tables(d);
}

static void drop_everything(void)
{
    for (unsigned int i = 0; i < FAKE_DOMAINS; i++)
        while (base_drop(&fake_vcpus[i]))
            fake_paging_check();
    while (holding_count) {
        let_go(below(holding_count));
        fake_paging_check();
    }
    for (unsigned int n = 1; n < PAGING_RAM; n++)
        if (fake_frame(n)->state & FRAME_ALLOCATED)
            UNIT_REQUIRE(frame_give_up(fake_frame(n)) == 0);
    model_check_empty(PAGING_RAM - 1);
}

static void run_random(uint64_t with_seed, unsigned int restart,
                       unsigned int steps)
{
    unsigned int linked[FRAME_L4 + 1] = { 0 }, pending = 0;

    fake_paging_start();
    seed = with_seed;
    fake_paging_seed = with_seed + 1;
    fake_softirq_one_in = restart;
    for (unsigned int i = 0; i < steps; i++) {
        one_step();
        fake_paging_check();
        pending += fake_vcpus[0].arch.pending_table != NULL;
        for (unsigned int n = 1; n < PAGING_RAM; n++) {
            uint64_t state = fake_frame(n)->state;

            if ((state & FRAME_VALIDATED) && !(state & FRAME_PINNED) &&
                frame_state_type(state) <= FRAME_L4)
                linked[frame_state_type(state)]++;
        }
    }
    for (enum frame_type type = FRAME_L1; type <= FRAME_L4; type++)
        ck_assert_uint_gt(linked[type], steps / 100);
    ck_assert_uint_eq(pending > steps / 100, restart != 0);
    drop_everything();
}

START_TEST(all_tables_are_sound_after_every_step)
{
    run_random(1, 0, 15000);
    run_random(2, 0, 15000);
}
END_TEST

START_TEST(all_tables_are_sound_after_every_step_with_restarts)
{
    for (uint64_t s = 10; s < 14; s++)
        run_random(s, 1 + (unsigned int)(s & 3), 15000);
}
END_TEST

int main(void)
{
    return UNIT_RUN("pt_sequence",
        all_tables_are_sound_after_every_step,
        all_tables_are_sound_after_every_step_with_restarts);
}
