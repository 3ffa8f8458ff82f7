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


static int validate_l1(struct frame *f, pte_t *table)
{
    for (; f->cursor < PT_ENTRIES; f->cursor++) {
        pte_t e = pte_read(&table[f->cursor]), new = e;
        int rc;

        if (!pte_is_present(e))
            continue;
        rc = pt_l1_get(f->owner, f->owner, &new);
        if (rc)
            return rc;
        if (new.v != e.v)
            pte_write(&table[f->cursor], new);
    }
    return 0;
}

/* Slots of @level that are not the guest's. */
static bool is_hypervisors(unsigned int level, unsigned int index)
{
    return level == 4 && index >= HV_SLOT_FIRST && index <= HV_SLOT_LAST;
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
    while (f->cursor < PT_ENTRIES) {
        pte_t *slot = &table[f->cursor];

        if (!is_hypervisors(level, f->cursor) && pte_is_present(*slot)) {
            rc = pt_upper_get(f->owner, level, slot);
            if (rc == -ERESTART) {
                f->cursor++;
                f->child_partial = true;
            }
            if (rc)
                return rc;
            if (softirq_is_pending()) {
                f->cursor++;
                return f->cursor < PT_ENTRIES ? -ERESTART : 0;
            }
        }
        f->cursor++;
    }
    return 0;
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
    while (f->cursor > 0) {
        unsigned int i = f->cursor - 1u;
        pte_t e = pte_read(&table[i]);

        if (!is_hypervisors(level, i) && pte_is_present(e)) {
            int rc = frame_put_with_type(frame_of(pte_mfn(e)));

            if (rc) {
                f->child_partial = true;
                return rc;
            }
            f->child_partial = false;
            f->cursor = i & 0x3fff;
            if (softirq_is_pending() && i)
                return -ERESTART;
        }
        f->cursor = i & 0x3fff;
    }
    return 0;
}

int arch_invalidate(struct frame *f, enum frame_type type)
{
    pte_t *table = map_frame(frame_mfn(f));
    int rc = 0;

    if (f->cursor == FRAME_CURSOR_END)
        f->cursor = PT_ENTRIES;
    if (type == FRAME_L1) {
        while (f->cursor > 0) {
            f->cursor--;
            pt_l1_put(pte_read(&table[f->cursor]));
        }
    } else if (type == FRAME_SEGDESC) {
        f->cursor = 0;
    } else {
        rc = invalidate_upper(f, table, (unsigned int)type);
    }
    unmap_frame(table);
    return rc;
}

void arch_lock_tables(struct domain *d)
{
    spin_lock(&d->arch.pt_lock);
}

void arch_unlock_tables(struct domain *d)
{
    spin_unlock(&d->arch.pt_lock);
}

void arch_scrub_frame(mfn_t m)
{
    void *p = map_frame(m);

    memset(p, 0, PAGE_SIZE);
    unmap_frame(p);
}
