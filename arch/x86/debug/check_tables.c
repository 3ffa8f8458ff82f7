/* SPDX-License-Identifier: MIT */
/*
 * check_tables.c - the invariant checker reads every page table and descriptor
 * page that hardware may believe. The rules are written down here once more,
 * from docs/pagetables.md, so that they do not share a mistake with mm/.
 */
#include "../../../common/debug/check.h"
#include <asm/descriptor.h>
#include <asm/layout.h>
#include <asm/paging.h>
#include <hv/direct_map.h>
#include <hv/domain.h>

#define BIT_PRESENT     (1ul << 0)
#define BIT_WRITABLE    (1ul << 1)
#define BIT_USER        (1ul << 2)
#define BITS_CACHE      (1ul << 3 | 1ul << 4 | 1ul << 7)
#define BIT_ACCESSED    (1ul << 5)
#define BIT_LARGE       (1ul << 7)
#define BIT_GLOBAL      (1ul << 8)
#define DESCRIPTORS     (PAGE_SIZE / sizeof(uint64_t))

/* How many entries of @f are in use: F6. */
static unsigned int entries_in_use(const struct frame *f)
{
    if (f->state & FRAME_VALIDATED)
        return PT_ENTRIES;
    return MIN(f->cursor, PT_ENTRIES);
}

static void expect(const char *what, const struct frame *table, pte_t e,
                   uint64_t expected, uint64_t found)
{
    if (expected != found)
        check_fail(what, pte_mfn(e).n, frame_mfn(table).n, expected, found);
}

/* --- level 1 --- */

/* A privileged domain may map others' frames, also those of a domain that is
 * gone; others only what they have a handle for. */
static void check_right(const struct frame *table, const struct frame *f,
                        pte_t e)
{
    const struct domain *d = table->owner;

    if (f->owner != d && !d->is_privileged && !check_maps_grant(d, f))
        expect("the owner of a frame and of the table that maps it", table, e,
               d->id, f->owner ? f->owner->id : ~0ul);
}

static void check_leaf(const struct frame *table, pte_t e)
{
    const struct frame *f = frame_of(pte_mfn(e));
    unsigned long n = pte_mfn(e).n, by = frame_mfn(table).n;

    expect("user access and no global bit in an entry", table, e, BIT_USER,
           e.v & (BIT_USER | BIT_GLOBAL));
    if (!frame_is_ram(f)) {
        expect("a right to a device's frame", table, e, 1,
               rangeset_contains(&table->owner->iomem, n, n));
        expect("device memory that is cached", table, e, 0,
               !(e.v & BITS_CACHE));
        return;
    }
    expect("the memory type of RAM", table, e, 0, e.v & BITS_CACHE);
    check_right(table, f, e);
    if (!(e.v & BIT_WRITABLE)) {
        tally_reference(f, by);
        return;
    }
    tally_type(f, FRAME_WRITABLE, by);
    if (f->owner != table->owner)
        tally_of(f)->outside++;
}

/* --- levels 2 to 4 --- */

static void check_child(const struct frame *table, enum frame_type type,
                        pte_t e, bool may_be_partial)
{
    const struct frame *child = frame_of(pte_mfn(e));

    expect("the flags of an entry that names a table", table, e,
           BIT_USER | BIT_ACCESSED,
           e.v & (BIT_USER | BIT_ACCESSED | BITS_CACHE | BIT_LARGE |
                  BIT_GLOBAL));
    tally_type(child, type - 1, frame_mfn(table).n);
    if (!frame_is_ram(child))
        return;
    expect("the owner of a table and of the one that names it", table, e,
           (uint64_t)table->owner, (uint64_t)child->owner);
    if (!may_be_partial)
        expect("a table that is named is validated", table, e,
               FRAME_VALIDATED,
               child->state & (FRAME_VALIDATED | FRAME_PARTIAL));
}

static bool is_ours(enum frame_type type, unsigned int i)
{
    return type == FRAME_L4 && i >= HV_SLOT_FIRST && i <= HV_SLOT_LAST;
}

/* Slots 256 to 271 of an L4 that may be loaded. */
static void check_our_slots(const struct frame *f, const pte_t *table)
{
    for (unsigned int i = HV_SLOT_FIRST; i <= HV_SLOT_LAST; i++) {
        pte_t want = hv_l4[i];

        if (i == PERDOMAIN_SLOT)
            want = pte_make(f->owner->arch.perdomain_l3, PTE_HV_TABLE);
        if (table[i].v != want.v)
            check_fail("a slot of the hypervisor's in an L4", i,
                       frame_mfn(f).n, want.v, table[i].v);
    }
}

static void check_entries(const struct frame *f, const pte_t *table,
                          enum frame_type type)
{
    unsigned int count = entries_in_use(f);

    for (unsigned int i = 0; i < count && !check_has_failed(); i++) {
        pte_t e = table[i];

        if (!(e.v & BIT_PRESENT) || is_ours(type, i))
            continue;
        if (type == FRAME_L1)
            check_leaf(f, e);
        else
            check_child(f, type, e, f->child_partial && i + 1 == f->cursor);
    }
    if (type == FRAME_L4 && (f->state & FRAME_VALIDATED))
        check_our_slots(f, table);
}

/* --- descriptor pages --- */

/* Code and data of ring 3; no gate that ring 3 can go through, and none to the
 * hypervisor's own code. */
static bool is_harmless(uint64_t d)
{
    unsigned int type = DESC_TYPE(d), dpl = DESC_DPL(d);
    unsigned int selector = d >> 16 & 0xffff;

    if (!(d & DESC_P))
        return true;
    if (d & DESC_S)
        return dpl == 3;
    if (type == 0)
        return true;
    return type == DESC_TYPE_CALL_GATE && dpl == 0 && (selector & 3) &&
           selector != SEL_RING1_CS && selector != SEL_RING1_DS;
}

static void check_descriptors(const struct frame *f, const uint64_t *page)
{
    for (unsigned int i = 0; i < DESCRIPTORS; i++)
        if (!is_harmless(page[i]))
            check_fail("a descriptor that no guest may have", i,
                       frame_mfn(f).n, 0, page[i]);
}

void arch_check_table(const struct frame *f)
{
    enum frame_type type = frame_state_type(f->state);
    void *page;

    if (!f->owner || !frame_type_is_checked(type)) {
        check_fail("a table with an owner and a type", frame_mfn(f).n,
                   CHECK_NOBODY, FRAME_L1, type);
        return;
    }
    page = map_frame(frame_mfn(f));
    if (type == FRAME_SEGDESC)
        check_descriptors(f, page);
    else
        check_entries(f, page, type);
    unmap_frame(page);
}
