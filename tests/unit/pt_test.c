/* SPDX-License-Identifier: MIT */
/*
 * pt_test.c - entries of guests' page tables: what they may say, what hardware
 * sees of them, what they hold. pt_sequence_test.c mixes it all.
 */
#include <asm/layout.h>
#include <asm/pt.h>
#include <hv/errno.h>
#include <string.h>
#include "fake_paging.h"
#include "frame_model.h"
#include "unit.h"

#define D       (&fake_domains[0])
#define OTHER   (&fake_domains[1])
#define V       (&fake_vcpus[0])
#define DATA    (PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D)
#define DATA_RO (DATA & ~PTE_RW)
#define TABLE   (PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D)

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
    if (rc == 0 || rc == -ERESTART)
        model_add(f, HOLDS_PIN, type);
    return rc;
}

static void unpin(struct frame *f)
{
    int i = model_find(f, HOLDS_PIN);

    ck_assert_int_ge(i, 0);
    ck_assert_int_eq(frame_unpin(f), 0);
    model_remove((unsigned int)i);
}

/* An empty table, pinned. */
static struct frame *table_of(enum frame_type type)
{
    struct frame *f = own(D);

    ck_assert_int_eq(pin(f, type), 0);
    return f;
}

static pte_t entry(const struct frame *f, uint64_t flags)
{
    return pte_make(frame_mfn(f), flags);
}

static int set_l1(struct frame *l1, unsigned int i, pte_t e)
{
    int rc;

    arch_lock_tables(D);
    rc = pt_l1_update(D, D, &fake_table(l1)[i], e, false);
    arch_unlock_tables(D);
    fake_paging_check();
    return rc;
}

static int set_upper(struct frame *table, unsigned int i, pte_t e)
{
    bool done;
    int rc;

    arch_lock_tables(D);
    rc = pt_upper_update(V, D, (unsigned int)frame_state_type(table->state),
                         &fake_table(table)[i], e, false, &done);
    arch_unlock_tables(D);
    fake_paging_check();
    return rc;
}

static uint64_t refs(const struct frame *f)
{
    return f->state & FRAME_REF_MASK;
}

/* --- L1 --- */

START_TEST(an_entry_without_P_is_kept_as_it_is)
{
    static const uint64_t raw[] = { 0, ~PTE_P, 0xdeadbeef000ffffe };
    struct frame *l1;

    fake_paging_start();
    l1 = table_of(FRAME_L1);
    for (unsigned int i = 0; i < ARRAY_SIZE(raw); i++) {
        ck_assert_int_eq(set_l1(l1, 7, (pte_t){ raw[i] }), 0);
        ck_assert_uint_eq(fake_table(l1)[7].v, raw[i]);
    }
}
END_TEST

START_TEST(a_kernel_page_is_marked_and_G_is_dropped)
{
    struct frame *l1, *data;

    fake_paging_start();
    l1 = table_of(FRAME_L1);
    data = own(D);
    ck_assert_int_eq(set_l1(l1, 0, entry(data, (DATA & ~PTE_US) | PTE_G)), 0);
    ck_assert_uint_eq(pte_flags(fake_table(l1)[0]), DATA | PTE_GUEST_KERNEL);
    ck_assert_int_eq(set_l1(l1, 0, entry(data, DATA | PTE_NX | PTE_G)), 0);
    ck_assert_uint_eq(pte_flags(fake_table(l1)[0]), DATA | PTE_NX);
}
END_TEST

START_TEST(memory_is_always_write_back)
{
    struct frame *l1, *data;

    fake_paging_start();
    l1 = table_of(FRAME_L1);
    data = own(D);
    for (unsigned int k = 0; k < 8; k++) {
        uint64_t kind = (k & 1 ? PTE_PWT : 0) | (k & 2 ? PTE_PCD : 0) |
                        (k & 4 ? PTE_PAT : 0);

        ck_assert_int_eq(set_l1(l1, k, entry(data, DATA | kind)), 0);
        ck_assert_uint_eq(pte_flags(fake_table(l1)[k]), DATA);
        ck_assert_int_eq(set_l1(l1, 0, entry(data, DATA | kind)), 0);
        ck_assert_uint_eq(pte_flags(fake_table(l1)[0]), DATA);
    }
}
END_TEST

START_TEST(device_registers_need_permission_and_are_never_write_back)
{
    struct frame *l1;
    static const unsigned long refused[] = {
        DEVICE_REFUSED, NOTHING_REFUSED, FAKE_FRAMES };

    fake_paging_start();
    l1 = table_of(FRAME_L1);
    for (unsigned int i = 0; i < ARRAY_SIZE(refused); i++)
        ck_assert_int_eq(set_l1(l1, 1, pte_make(mfn(refused[i]), DATA)),
                         -EPERM);
    ck_assert_int_eq(set_l1(l1, 1, pte_make(mfn(PTE_ADDR_MASK >> 12), DATA)),
                     -EINVAL);
    ck_assert_uint_eq(fake_table(l1)[1].v, 0);
    ck_assert_int_eq(set_l1(l1, 1, pte_make(mfn(DEVICE_ALLOWED), DATA)), 0);
    ck_assert_uint_eq(pte_flags(fake_table(l1)[1]), DATA | PTE_CACHE_UC);
    ck_assert_int_eq(set_l1(l1, 1, pte_make(mfn(DEVICE_ALLOWED),
                                            DATA | PTE_PAT)), 0);
    ck_assert_uint_eq(pte_flags(fake_table(l1)[1]), DATA | PTE_PAT);
    ck_assert_int_eq(set_l1(l1, 1, pte_make(mfn(NOTHING_ALLOWED + 2), DATA)),
                     0);
    ck_assert_int_eq(set_l1(l1, 1, pte_make(mfn(DEVICE_REFUSED), DATA)),
                     -EPERM);
    ck_assert_uint_eq(pte_mfn(fake_table(l1)[1]).n, NOTHING_ALLOWED + 2);
}
END_TEST

START_TEST(a_mapping_holds_a_reference_and_a_writable_one_the_type_too)
{
    struct frame *l1, *data;

    fake_paging_start();
    l1 = table_of(FRAME_L1);
    data = own(D);
    ck_assert_int_eq(set_l1(l1, 0, entry(data, DATA_RO)), 0);
    ck_assert_uint_eq(refs(data), 2);
    ck_assert_uint_eq(frame_type_refs(data->state), 0);
    ck_assert_int_eq(set_l1(l1, 0, entry(data, DATA)), 0);
    ck_assert_uint_eq(refs(data), 2);
    ck_assert_uint_eq(frame_type_refs(data->state), 1);
    ck_assert_int_eq(set_l1(l1, 1, entry(data, DATA)), 0);
    ck_assert_uint_eq(frame_type_refs(data->state), 2);
    ck_assert_int_eq(set_l1(l1, 0, (pte_t){ 0 }), 0);
    ck_assert_int_eq(set_l1(l1, 1, entry(data, DATA_RO)), 0);
    ck_assert_uint_eq(refs(data), 2);
    ck_assert_uint_eq(frame_type_refs(data->state), 0);
    unpin(l1);
    ck_assert_uint_eq(refs(data), 1);
}
END_TEST

START_TEST(the_same_frame_with_the_same_rights_needs_no_reference)
{
    struct frame *l1, *data;
    uint64_t full;

    fake_paging_start();
    l1 = table_of(FRAME_L1);
    data = own(D);
    ck_assert_int_eq(set_l1(l1, 0, entry(data, DATA_RO)), 0);
    full = data->state | FRAME_REF_MASK;
    data->state = full;
    arch_lock_tables(D);
    ck_assert_int_eq(pt_l1_update(D, D, fake_table(l1),
                                  entry(data, PTE_P | PTE_G | PTE_NX), false),
                     0);
    ck_assert_uint_eq(pte_flags(*fake_table(l1)),
                      PTE_P | PTE_US | PTE_GUEST_KERNEL | PTE_NX);
    ck_assert_int_eq(pt_l1_update(D, D, &fake_table(l1)[1],
                                  entry(data, DATA_RO), false), -EBUSY);
    ck_assert_uint_eq(data->state, full);
    arch_unlock_tables(D);
    ck_assert_uint_eq(fake_table(l1)[1].v, 0);
}
END_TEST

START_TEST(a_change_of_rights_takes_and_drops_the_type_alone)
{
    struct frame *l1, *data;
    uint64_t refs;

    fake_paging_start();
    l1 = table_of(FRAME_L1);
    data = own(D);
    ck_assert_int_eq(set_l1(l1, 0, entry(data, DATA_RO)), 0);
    refs = data->state & FRAME_REF_MASK;
    arch_lock_tables(D);
    ck_assert_int_eq(pt_l1_update(D, D, fake_table(l1), entry(data, DATA),
                                  false), 0);
    ck_assert_uint_eq(frame_state_type(data->state), FRAME_WRITABLE);
    ck_assert_uint_eq(frame_type_refs(data->state), 1);
    ck_assert_uint_eq(data->state & FRAME_REF_MASK, refs);
    ck_assert_int_eq(pt_l1_update(D, D, fake_table(l1), entry(data, DATA_RO),
                                  false), 0);
    ck_assert_uint_eq(frame_type_refs(data->state), 0);
    ck_assert_uint_eq(data->state & FRAME_REF_MASK, refs);

    /* Not where the frame is a table. */
    ck_assert_int_eq(frame_get_with_type(data, D, FRAME_L1), 0);
    ck_assert_int_eq(pt_l1_update(D, D, fake_table(l1), entry(data, DATA),
                                  false), -EBUSY);
    ck_assert(!(fake_table(l1)->v & PTE_RW));
    ck_assert_int_eq(frame_put_with_type(data), 0);
    arch_unlock_tables(D);
}
END_TEST

START_TEST(a_failed_change_leaves_the_entry_and_what_it_holds)
{
    struct frame *l1, *data, *foreign;
    pte_t before;

    fake_paging_start();
    l1 = table_of(FRAME_L1);
    data = own(D);
    foreign = own(OTHER);
    ck_assert_int_eq(set_l1(l1, 0, entry(data, DATA)), 0);
    before = fake_table(l1)[0];
    ck_assert_int_eq(set_l1(l1, 0, entry(foreign, DATA)), -EBUSY);
    ck_assert_int_eq(set_l1(l1, 0, entry(foreign, DATA_RO)), -EBUSY);
    ck_assert_int_eq(set_l1(l1, 0, pte_make(mfn(0), DATA_RO)), -EBUSY);
    ck_assert_int_eq(set_l1(l1, 0, entry(l1, DATA)), -EBUSY);
    ck_assert_uint_eq(fake_table(l1)[0].v, before.v);
    ck_assert_uint_eq(frame_type_refs(data->state), 1);
}
END_TEST

START_TEST(tables_and_descriptors_are_never_mapped_writable)
{
    struct frame *l1;

    fake_paging_start();
    l1 = table_of(FRAME_L1);
    for (enum frame_type type = FRAME_L1; type <= FRAME_SEGDESC; type++) {
        struct frame *f = own(D);

        ck_assert_int_eq(frame_get_with_type(f, D, type), 0);
        model_add(f, HOLDS_TYPE, type);
        ck_assert_int_eq(set_l1(l1, 0, entry(f, DATA)), -EBUSY);
        ck_assert_int_eq(set_l1(l1, 0, entry(f, DATA_RO)), 0);
        ck_assert_int_eq(set_l1(l1, 0, entry(f, DATA)), -EBUSY);
        ck_assert(!(fake_table(l1)[0].v & PTE_RW));
    }
}
END_TEST

START_TEST(a_writable_frame_becomes_no_table)
{
    struct frame *l1, *data;

    fake_paging_start();
    l1 = table_of(FRAME_L1);
    data = own(D);
    ck_assert_int_eq(set_l1(l1, 0, entry(data, DATA)), 0);
    for (enum frame_type type = FRAME_L1; type <= FRAME_L4; type++)
        ck_assert_int_eq(pin(data, type), -EINVAL);
    ck_assert_int_eq(frame_get_with_type(data, D, FRAME_SEGDESC), -EINVAL);
    fake_paging_check();
    ck_assert_int_eq(set_l1(l1, 0, entry(data, DATA_RO)), 0);
    ck_assert_int_eq(pin(data, FRAME_L2), 0);
    fake_paging_check();
}
END_TEST

START_TEST(another_domains_frame_is_named_only_on_its_account)
{
    struct frame *l1, *foreign;

    fake_paging_start();
    l1 = table_of(FRAME_L1);
    foreign = own(OTHER);
    ck_assert_int_eq(set_l1(l1, 0, entry(foreign, DATA)), -EBUSY);
    arch_lock_tables(D);
    ck_assert_int_eq(pt_l1_update(D, OTHER, fake_table(l1),
                                  entry(foreign, DATA), false), 0);
    arch_unlock_tables(D);
    fake_paging_check();
    unpin(l1);
    fake_paging_check();
    ck_assert_uint_eq(refs(foreign), 1);
    /* The table cannot be had again: its entry is not its owner's to make. */
    ck_assert_int_eq(pin(l1, FRAME_L1), -EBUSY);
    fake_paging_check();
}
END_TEST

START_TEST(accessed_and_dirty_survive_when_asked)
{
    struct frame *l1, *l2, *data;
    bool done;

    fake_paging_start();
    l1 = table_of(FRAME_L1);
    l2 = table_of(FRAME_L2);
    data = own(D);
    arch_lock_tables(D);
    ck_assert_int_eq(pt_l1_update(D, D, fake_table(l1), entry(data, DATA),
                                  false), 0);
    ck_assert_int_eq(pt_l1_update(D, D, fake_table(l1),
                                  entry(data, PTE_P | PTE_US), true), 0);
    ck_assert_uint_eq(pte_flags(*fake_table(l1)),
                      PTE_P | PTE_US | PTE_A | PTE_D);
    ck_assert_int_eq(pt_l1_update(D, D, fake_table(l1),
                                  entry(data, PTE_P | PTE_US), false), 0);
    ck_assert_uint_eq(pte_flags(*fake_table(l1)), PTE_P | PTE_US);

    ck_assert_int_eq(pt_upper_update(V, D, 2, fake_table(l2),
                                     entry(l1, TABLE), false, &done), 0);
    ck_assert_int_eq(pt_upper_update(V, D, 2, fake_table(l2),
                                     entry(l1, PTE_P | PTE_RW), true, &done),
                     0);
    ck_assert_uint_eq(pte_flags(*fake_table(l2)), TABLE);
    arch_unlock_tables(D);
    fake_paging_check();
}
END_TEST

START_TEST(a_replaced_entry_must_still_be_the_old_one)
{
    struct frame *l1, *a, *b;
    pte_t *slot, old;

    fake_paging_start();
    l1 = table_of(FRAME_L1);
    a = own(D);
    b = own(D);
    ck_assert_int_eq(set_l1(l1, 0, entry(a, DATA)), 0);
    slot = fake_table(l1);
    old = *slot;
    arch_lock_tables(D);
    ck_assert_int_eq(pt_l1_replace(D, slot, entry(b, DATA), entry(b, DATA_RO)),
                     -EBUSY);
    ck_assert_int_eq(pt_l1_replace(D, slot, entry(b, DATA), entry(b, DATA)),
                     -EBUSY);
    ck_assert_uint_eq(slot->v, old.v);
    ck_assert_int_eq(pt_l1_replace(D, slot, old, entry(l1, DATA)), -EBUSY);
    ck_assert_int_eq(pt_l1_replace(D, slot, old, entry(b, DATA)), 0);
    ck_assert_uint_eq(refs(a), 1);
    old = *slot;
    ck_assert_int_eq(pt_l1_replace(D, slot, old, entry(b, DATA & ~PTE_US)), 0);
    ck_assert_uint_eq(pte_flags(*slot), DATA | PTE_GUEST_KERNEL);
    ck_assert_int_eq(pt_l1_replace(D, slot, *slot, (pte_t){ 0 }), 0);
    ck_assert_uint_eq(refs(b), 1);
    arch_unlock_tables(D);
    fake_paging_check();
}
END_TEST

/* --- L2 to L4 --- */

START_TEST(large_pages_and_cache_bits_are_refused_above_L1)
{
    static const uint64_t bits[] = { PTE_PSE, PTE_G, PTE_PWT, PTE_PCD };

    fake_paging_start();
    for (enum frame_type type = FRAME_L2; type <= FRAME_L4; type++) {
        struct frame *table = table_of(type), *child = own(D);

        for (unsigned int i = 0; i < ARRAY_SIZE(bits); i++) {
            ck_assert_int_eq(set_upper(table, 0, entry(child,
                                                       TABLE | bits[i])),
                             -EINVAL);
            unpin(table);
            fake_table(table)[3] = entry(child, TABLE | bits[i]);
            ck_assert_int_eq(pin(table, type), -EINVAL);
            fake_table(table)[3] = (pte_t){ 0 };
            ck_assert_int_eq(pin(table, type), 0);
        }
    }
}
END_TEST

START_TEST(upper_entries_get_user_and_accessed)
{
    fake_paging_start();
    for (enum frame_type type = FRAME_L2; type <= FRAME_L4; type++) {
        struct frame *table = table_of(type), *child = own(D);

        ck_assert_int_eq(set_upper(table, 9, entry(child, PTE_P | PTE_NX)), 0);
        ck_assert_uint_eq(pte_flags(fake_table(table)[9]),
                          PTE_P | PTE_NX | PTE_US | PTE_A);
        ck_assert_uint_eq(frame_state_type(child->state), type - 1);
        unpin(table);
        fake_table(table)[9] = entry(child, PTE_P | PTE_RW);
        ck_assert_int_eq(pin(table, type), 0);
        ck_assert_uint_eq(pte_flags(fake_table(table)[9]),
                          PTE_P | PTE_RW | PTE_US | PTE_A);
    }
}
END_TEST

START_TEST(an_upper_entry_names_a_table_of_the_next_level)
{
    fake_paging_start();
    for (enum frame_type type = FRAME_L2; type <= FRAME_L4; type++) {
        struct frame *table = table_of(type);

        for (enum frame_type t = FRAME_L1; t <= FRAME_L4; t++)
            ck_assert_int_eq(set_upper(table, 1, entry(table_of(t), TABLE)),
                             t == type - 1 ? 0 : -EINVAL);
        ck_assert_int_eq(set_upper(table, 2, entry(table, TABLE)), -EINVAL);
        ck_assert_int_eq(set_upper(table, 2, entry(own(OTHER), TABLE)),
                         -EINVAL);
        ck_assert_int_eq(set_upper(table, 2,
                                   pte_make(mfn(DEVICE_ALLOWED), TABLE)),
                         -EINVAL);
        ck_assert_int_eq(set_upper(table, 2,
                                   pte_make(mfn(NOTHING_ALLOWED), TABLE)),
                         -EINVAL);
        ck_assert_uint_eq(fake_table(table)[2].v, 0);
    }
}
END_TEST

START_TEST(the_hypervisors_slots_are_its_own)
{
    struct frame *l4, *l3;

    fake_paging_start();
    l4 = table_of(FRAME_L4);
    l3 = table_of(FRAME_L3);
    for (unsigned int i = HV_SLOT_FIRST; i <= HV_SLOT_LAST; i++) {
        ck_assert_int_eq(set_upper(l4, i, entry(l3, TABLE)), -EINVAL);
        ck_assert_int_eq(set_upper(l4, i, (pte_t){ 0 }), -EINVAL);
        ck_assert_int_eq(set_upper(l4, i, fake_table(l4)[i]), -EINVAL);
    }
    ck_assert_int_eq(set_upper(l4, HV_SLOT_FIRST - 1, entry(l3, TABLE)), 0);
    ck_assert_int_eq(set_upper(l4, HV_SLOT_LAST + 1, entry(l3, TABLE)), 0);
    /* Other levels have no such slots. */
    ck_assert_int_eq(set_upper(l3, HV_SLOT_FIRST, entry(own(D), TABLE)), 0);
    unpin(l4);
    ck_assert_uint_eq(frame_type_refs(l3->state), 1);
    /* Whatever a guest leaves there does not count. */
    memset(&fake_table(l4)[HV_SLOT_FIRST], 0xff, 16 * sizeof(pte_t));
    ck_assert_int_eq(pin(l4, FRAME_L4), 0);
    fake_paging_check();
}
END_TEST

START_TEST(a_changed_upper_entry_is_flushed_here)
{
    struct frame *l2, *a, *b;

    fake_paging_start();
    l2 = table_of(FRAME_L2);
    a = own(D);
    b = own(D);
    ck_assert_int_eq(set_upper(l2, 0, entry(a, TABLE)), 0);
    ck_assert_uint_eq(fake_local_flushes, 0);
    ck_assert_int_eq(set_upper(l2, 0, entry(a, TABLE & ~PTE_RW)), 0);
    ck_assert_uint_eq(fake_local_flushes, 1);
    ck_assert_uint_eq(frame_type_refs(a->state), 1);
    ck_assert_int_eq(set_upper(l2, 0, entry(b, TABLE)), 0);
    ck_assert_uint_eq(fake_local_flushes, 2);
    ck_assert_uint_eq(frame_type_refs(a->state), 0);
    ck_assert_int_eq(set_upper(l2, 0, (pte_t){ 0 }), 0);
    ck_assert_uint_eq(fake_local_flushes, 3);
    ck_assert_uint_eq(refs(b), 1);
}
END_TEST

START_TEST(a_bad_entry_in_any_slot_undoes_the_table)
{
    struct frame *l1, *l2, *data;

    fake_paging_start();
    l1 = own(D);
    l2 = own(D);
    data = own(D);
    for (unsigned int bad = 0; bad < PT_ENTRIES; bad += 73) {
        for (unsigned int i = 0; i < PT_ENTRIES; i++)
            fake_table(l1)[i] = entry(data, i & 1 ? DATA : DATA_RO);
        fake_table(l1)[bad] = entry(l2, DATA);
        fake_table(l2)[5] = entry(l1, TABLE);
        ck_assert_int_eq(pin(l2, FRAME_L2), -EBUSY);
        fake_paging_check();
    }
}
END_TEST

START_TEST(a_page_of_bad_descriptors_gets_no_type)
{
    struct frame *f;

    fake_paging_start();
    f = own(D);
    fake_memory[frame_mfn(f).n][511] = 0x00008e0000000000;   /* a gate */
    ck_assert_int_eq(frame_get_with_type(f, D, FRAME_SEGDESC), -EINVAL);
    fake_paging_check();
    fake_memory[frame_mfn(f).n][511] = 0x00cf93000000ffff;
    ck_assert_int_eq(frame_get_with_type(f, D, FRAME_SEGDESC), 0);
    model_add(f, HOLDS_TYPE, FRAME_SEGDESC);
    ck_assert_uint_eq(fake_memory[frame_mfn(f).n][511], 0x00cff3000000ffff);
    fake_paging_check();
}
END_TEST

int main(void)
{
    return UNIT_RUN("pt",
        an_entry_without_P_is_kept_as_it_is,
        a_kernel_page_is_marked_and_G_is_dropped,
        memory_is_always_write_back,
        device_registers_need_permission_and_are_never_write_back,
        a_mapping_holds_a_reference_and_a_writable_one_the_type_too,
        the_same_frame_with_the_same_rights_needs_no_reference,
        a_change_of_rights_takes_and_drops_the_type_alone,
        a_failed_change_leaves_the_entry_and_what_it_holds,
        tables_and_descriptors_are_never_mapped_writable,
        a_writable_frame_becomes_no_table,
        another_domains_frame_is_named_only_on_its_account,
        accessed_and_dirty_survive_when_asked,
        a_replaced_entry_must_still_be_the_old_one,
        large_pages_and_cache_bits_are_refused_above_L1,
        upper_entries_get_user_and_accessed,
        an_upper_entry_names_a_table_of_the_next_level,
        the_hypervisors_slots_are_its_own,
        a_changed_upper_entry_is_flushed_here,
        a_bad_entry_in_any_slot_undoes_the_table,
        a_page_of_bad_descriptors_gets_no_type);
}
