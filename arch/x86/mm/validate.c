/* SPDX-License-Identifier: MIT */
/*
 * validate.c - the arch side of common/mm/frame_type.c: from a frame's type to
 * the check of its content, entry by entry, and back.
 *
 * L1 tables and descriptor pages are done in one go, 512 entries at most.
 * Upper tables stop between two entries when this CPU has something else to
 * do; f->cursor says how far they are (F6).
 */
#include <asm/layout.h>
#include <asm/paging.h>
#include <asm/pt.h>
#include <asm/pv.h>
#include <hv/assert.h>
#include <hv/direct_map.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/frame.h>
#include <hv/softirq.h>
#include <hv/string.h>

/* Most tables are sparse: look at this many entries at a time, then at fewer
 * where there is something. */
#define FAR     32u
#define NEAR    4u

static ALWAYS_INLINE bool any_present(const pte_t *e, unsigned int count)
{
    uint64_t bits = e[0].v;

#pragma GCC unroll 32
    for (unsigned int i = 1; i < count; i++)
        bits |= e[i].v;
    return bits & PTE_P;
}

/* The first present entry of @table from @i on, or PT_ENTRIES. Inline, as is
 * its inverse: a process that is made and ends has each called for every entry
 * of its tables. */
static ALWAYS_INLINE unsigned int next_present(const pte_t *table, unsigned int i)
{
    for (; i % NEAR; i++)
        if (pte_is_present(pte_read(&table[i])))
            return i;
    for (; i % FAR; i += NEAR)
        if (any_present(&table[i], NEAR))
            goto here;
    while (i < PT_ENTRIES && !any_present(&table[i], FAR))
        i += FAR;
    if (i == PT_ENTRIES)
        return i;
    while (!any_present(&table[i], NEAR))
        i += NEAR;
here:
    while (!pte_is_present(pte_read(&table[i])))
        i++;
    return i;
}

/* One more than the last present entry below @end, or 0. */
static ALWAYS_INLINE unsigned int end_of_present(const pte_t *table, unsigned int end)
{
    for (; end % NEAR; end--)
        if (pte_is_present(pte_read(&table[end - 1])))
            return end;
    for (; end % FAR; end -= NEAR)
        if (any_present(&table[end - NEAR], NEAR))
            goto here;
    while (end && !any_present(&table[end - FAR], FAR))
        end -= FAR;
    if (!end)
        return end;
    while (!any_present(&table[end - NEAR], NEAR))
        end -= NEAR;
here:
    while (!pte_is_present(pte_read(&table[end - 1])))
        end--;
    return end;
}

static int validate_l1(struct frame *f, pte_t *table)
{
    struct domain *d = f->owner;
    unsigned int i = f->cursor;
    int rc = 0;

    while ((i = next_present(table, i)) < PT_ENTRIES) {
        pte_t e = pte_read(&table[i]), new = e;

        rc = pt_l1_get(d, d, &new);
        if (rc)
            break;
        if (new.v != e.v)
            pte_write(&table[i], new);
        i++;
    }
    f->cursor = i & 0x3fff;
    return rc;
}

static void invalidate_l1(struct frame *f, const pte_t *table)
{
    struct domain *d = f->owner;
    unsigned int i = f->cursor;

    if (unlikely(log_dirty_is_on(d)))
        pt_note_table_end(d, table, i);
    while ((i = end_of_present(table, i)) > 0)
        pt_l1_put(d, pte_read(&table[--i]));
    f->cursor = 0;
}

/* Slots of @level that are not the guest's. */
static bool is_hypervisors(unsigned int level, unsigned int index)
{
    return level == 4 && index - HV_SLOT_FIRST <= HV_SLOT_LAST - HV_SLOT_FIRST;
}

static int validate_entries(struct frame *f, pte_t *table, unsigned int level)
{
    struct domain *d = f->owner;
    unsigned int i = f->cursor;
    int rc = 0;

    while (!rc && (i = next_present(table, i)) < PT_ENTRIES) {
        if (!is_hypervisors(level, i)) {
            rc = pt_upper_get(d, level, &table[i]);
            if (rc == -ERESTART)
                f->child_partial = true;
            else if (rc)
                break;
            else if (softirq_is_pending())
                rc = -ERESTART;
        }
        i++;
    }
    f->cursor = i & 0x3fff;
    return rc == -ERESTART && i == PT_ENTRIES && !f->child_partial ? 0 : rc;
}

static int validate_upper(struct frame *f, pte_t *table, unsigned int level)
{
    int rc;

    if (f->child_partial) {
        rc = frame_type_resume(
            frame_of(pte_mfn(pte_read(&table[f->cursor - 1]))));
        if (rc == -ERESTART)
            return rc;
        f->child_partial = false;
        if (rc) {
            /* It is undone, and we hold only the reference. */
            f->cursor--;
            frame_put(frame_of(pte_mfn(pte_read(&table[f->cursor]))));
            return rc;
        }
    }
    return validate_entries(f, table, level);
}

/* Our own slots, the same in every L4 but for the domain's window. */
static void fill_hypervisor_slots(const struct domain *d, pte_t *table)
{
    memcpy(&table[HV_SLOT_FIRST], &hv_l4[HV_SLOT_FIRST],
           (HV_SLOT_LAST - HV_SLOT_FIRST + 1) * sizeof(pte_t));
    table[PERDOMAIN_SLOT] = pte_make(d->arch.perdomain_l3, PTE_HV_TABLE);
}

int arch_validate(struct frame *f, enum frame_type type)
{
    pte_t *table = map_frame(frame_mfn(f));
    int rc;

    if (type == FRAME_L1) {
        rc = validate_l1(f, table);
    } else if (type == FRAME_SEGDESC) {
        rc = descriptor_page_check(table) ? 0 : -EINVAL;
    } else {
        rc = validate_upper(f, table, (unsigned int)type);
        if (!rc && type == FRAME_L4)
            fill_hypervisor_slots(f->owner, table);
    }
    unmap_frame(table);
    return rc;
}

static int invalidate_upper(struct frame *f, const pte_t *table,
                            unsigned int level)
{
    unsigned int i = f->cursor;
    int rc = 0;

    while (!rc && (i = end_of_present(table, i)) > 0) {
        if (!is_hypervisors(level, i - 1)) {
            rc = frame_put_with_type(
                frame_of(pte_mfn(pte_read(&table[i - 1]))));
            f->child_partial = rc == -ERESTART;
            if (rc)
                break;
            if (softirq_is_pending() && i > 1)
                rc = -ERESTART;
        }
        i--;
    }
    f->cursor = i & 0x3fff;
    return rc;
}

int arch_invalidate(struct frame *f, enum frame_type type)
{
    pte_t *table = map_frame(frame_mfn(f));
    int rc = 0;

    if (f->cursor == FRAME_CURSOR_END)
        f->cursor = PT_ENTRIES;
    if (type == FRAME_L1) {
        invalidate_l1(f, table);
    } else if (type == FRAME_SEGDESC) {
        f->cursor = 0;
    } else {
        rc = invalidate_upper(f, table, (unsigned int)type);
    }
    unmap_frame(table);
    return rc;
}

void arch_scrub_frame(mfn_t m)
{
    void *p = map_frame(m);

    memset(p, 0, PAGE_SIZE);
    unmap_frame(p);
    m2p_set(m, INVALID_PFN);
}
