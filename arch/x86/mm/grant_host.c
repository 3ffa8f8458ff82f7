/* SPDX-License-Identifier: MIT */
/*
 * grant_host.c - a granted frame in the tables of who has it granted to him.
 *
 * The entry is one like all others, but for the owner of the frame that it
 * names: it holds a reference, and a WRITABLE type reference if it may write,
 * which go with it however it ends (pt_l1.c). No other way to change an entry
 * takes a reference on another's frame, so such an entry cannot be copied, nor
 * get more rights; it can only be dropped.
 *
 * Only an entry that maps the very frame with the very rights is removed as the
 * mapping's, by compare-and-swap. There are never more of these than mappings,
 * whichever of them goes with which handle.
 * Locks: tables are shared with the domain's other vcpus; moving an entry keeps
 * them out.
 */
#include <asm/paging.h>
#include <asm/pt.h>
#include <asm/table_lock.h>
#include <hv/direct_map.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/grant.h>
#include <hv/vcpu.h>

#define AVAIL_SHIFT     9       /* PTE_AVAIL_LOW begins here */
#define TRIES           16u     /* while others change the entry's A and D */

/* The entry in a table that the guest names by the machine address. */
static pte_t *entry_at(const struct domain *d, uint64_t at)
{
    struct frame *f = frame_of(paddr_to_mfn(at));

    if (at % sizeof(pte_t) || !frame_is_ram(f) ||
        frame_state_type(frame_validated_state(f, d)) != FRAME_L1)
        return NULL;
    return (pte_t *)((char *)map_frame(frame_mfn(f)) + (at & ~PAGE_MASK));
}

/* NULL, or the entry to be unmap_frame()d. */
static pte_t *find_entry(const struct vcpu *v, uint64_t at, uint32_t flags)
{
    mfn_t table;

    return flags & GNTMAP_contains_pte
               ? entry_at(v->domain, at)
               : walk_to_l1(v->arch.l4_kernel, at, &table);
}

static pte_t entry_for(const struct frame *f, uint32_t flags)
{
    uint64_t avail = (uint64_t)(flags >> _GNTMAP_guest_avail0) << AVAIL_SHIFT;

    return pte_make(frame_mfn(f),
                    PTE_P | PTE_A | PTE_D | PTE_NX | (avail & PTE_AVAIL_LOW) |
                        (flags & GNTMAP_readonly ? 0 : PTE_RW) |
                        (flags & GNTMAP_application_map ? PTE_US : 0));
}

int arch_grant_map(struct domain *from, struct frame *f, uint64_t at,
                   uint32_t flags)
{
    struct vcpu *v = current;
    pte_t *slot;
    int rc = -EINVAL;

    tables_share(v);
    slot = find_entry(v, at, flags);
    if (slot) {
        rc = pt_l1_update(v->domain, from, slot, entry_for(f, flags), false);
        unmap_frame(slot);
    }
    tables_unshare(v);
    return rc;
}

static bool maps(pte_t e, const struct frame *f, uint32_t flags)
{
    const uint64_t what = PTE_ADDR_MASK | PTE_P | PTE_RW;

    return !((e.v ^ entry_for(f, flags).v) & what);
}

static int clear_entry(struct domain *d, pte_t *slot, const struct frame *f,
                       uint32_t flags)
{
    for (unsigned int i = 0; i < TRIES; i++) {
        pte_t old = pte_read(slot);

        if (!maps(old, f, flags))
            return -EINVAL;
        if (!pt_l1_replace(d, slot, old, (pte_t){ 0 }))
            return 0;
    }
    return -EBUSY;
}

int arch_grant_unmap(const struct frame *f, uint64_t at, uint32_t flags)
{
    struct vcpu *v = current;
    pte_t *slot;
    int rc = -EINVAL;

    tables_share(v);
    slot = find_entry(v, at, flags);
    if (slot) {
        rc = clear_entry(v->domain, slot, f, flags);
        unmap_frame(slot);
    }
    tables_unshare(v);
    return rc;
}

/* Only hardware, which sets A and D, changes an entry beside us. */
static pte_t exchange(struct domain *d, pte_t *slot, pte_t e)
{
    pte_t old = { __atomic_exchange_n(&slot->v, e.v, __ATOMIC_ACQ_REL) };

    pt_note(d, slot, old);
    return old;
}

/* An entry moves with what it holds. */
static int move_entry(const struct vcpu *v, pte_t *slot, uint64_t from)
{
    pte_t *source = find_entry(v, from, 0);
    int rc = -EINVAL;

    if (!source)
        return rc;
    if (source != slot) {
        pte_t moved = exchange(v->domain, source, (pte_t){ 0 });

        pt_l1_put(v->domain, exchange(v->domain, slot, moved));
        rc = 0;
    }
    unmap_frame(source);
    return rc;
}

int arch_grant_replace(const struct frame *f, uint64_t at, uint64_t from,
                       uint32_t flags)
{
    struct vcpu *v = current;
    pte_t *slot;
    int rc = -EINVAL;

    if (flags & GNTMAP_contains_pte)
        return rc;
    arch_lock_tables(v->domain);
    slot = find_entry(v, at, flags);
    if (slot) {
        if (maps(pte_read(slot), f, flags))
            rc = move_entry(v, slot, from);
        unmap_frame(slot);
    }
    arch_unlock_tables(v->domain);
    return rc;
}

void arch_grant_flush(void)
{
    tlb_flush_domain(current->domain);
}
