/* SPDX-License-Identifier: MIT */
/*
 * pt_upper.c - entries of L2, L3 and L4 tables: each holds a type reference of
 * the next lower level on the table it names. All levels are alike but for L4,
 * where slots 256-271 are the hypervisor's: whatever a guest leaves there is
 * overwritten at validation and cannot be changed later.
 *
 * No large pages, no tables that map themselves.
 *
 * What a change takes away may be in TLBs for a while. That it is not used as
 * something else meanwhile is frame_type.c's (F4); when it shall be gone is the
 * guest's to say. This CPU flushes at once all the same: it costs next to
 * nothing here.
 */
#include <asm/layout.h>
#include <asm/paging.h>
#include <asm/pt.h>
#include <hv/direct_map.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/frame.h>
#include <hv/vcpu.h>

#define UPPER_ALLOWED   (PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D | \
                         PTE_AVAIL_LOW | PTE_AVAIL_HIGH | PTE_NX)

/* What the hardware shall see: the leaf alone decides about user access. */
static pte_t adjusted(pte_t e)
{
    if (pte_is_present(e))
        e.v |= PTE_US | PTE_A;
    return e;
}

static int check(pte_t e, struct frame **child)
{
    if (pte_flags(e) & ~UPPER_ALLOWED)
        return -EINVAL;
    *child = frame_of(pte_mfn(e));
    return frame_is_ram(*child) ? 0 : -EINVAL;
}

/* An entry of a table that is being validated. */
int pt_upper_get(struct domain *d, unsigned int level, pte_t *slot)
{
    pte_t e = pte_read(slot);
    struct frame *child;
    int rc;

    if (!pte_is_present(e))
        return 0;
    rc = check(e, &child);
    if (rc)
        return rc;
    rc = frame_get_with_type(child, d,
                             (enum frame_type)(FRAME_L1 + level - 2));
    if (rc == 0 || rc == -ERESTART)
        pte_write(slot, adjusted(e));
    return rc;
}

static pte_t exchange(struct domain *owner, pte_t *slot, pte_t e,
                      bool preserve_ad)
{
    pte_t old;

    do {
        old = pte_read(slot);
    } while (!pte_cmpxchg(slot, old, (pte_t){
                 e.v | (preserve_ad ? old.v & (PTE_A | PTE_D) : 0) }));
    log_dirty_mark(owner, virt_to_mfn(slot));
    return old;
}

int pt_upper_update(struct vcpu *v, struct domain *owner, unsigned int level,
                    pte_t *slot, pte_t e, bool preserve_ad, bool *done)
{
    unsigned int index = (unsigned int)
        (((unsigned long)slot & ~PAGE_MASK) / sizeof(pte_t));
    enum frame_type type = (enum frame_type)(FRAME_L1 + level - 2);
    pte_t old = pte_read(slot);
    struct frame *child;
    int rc;

    *done = false;
    if (level == 4 && index >= HV_SLOT_FIRST && index <= HV_SLOT_LAST)
        return -EINVAL;
    if (pte_is_present(e)) {
        rc = check(e, &child);
        if (rc)
            return rc;
        if (pte_is_present(old) && !((old.v ^ e.v) & PTE_ADDR_MASK)) {
            exchange(owner, slot, adjusted(e), preserve_ad);
            tlb_flush_local();
            return 0;
        }
        rc = pending_make_room(v, owner, child, type);
        if (!rc)
            rc = pending_get(v, owner, child, type);
    } else {
        /* What this replaces may need the slot. */
        rc = pending_make_room(v, owner, NULL, type);
    }
    if (rc)
        return rc;
    old = exchange(owner, slot, adjusted(e), preserve_ad);
    *done = true;
    if (!pte_is_present(old))
        return 0;
    tlb_flush_local();
    return pending_put(v, frame_of(pte_mfn(old)));
}
