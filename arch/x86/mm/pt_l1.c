/* SPDX-License-Identifier: MIT */
/*
 * pt_l1.c - L1 entries: the only ones that map memory.
 *
 * A read-only entry holds a reference on the frame it names, a writable one a
 * FRAME_WRITABLE type reference as well; so no table and no descriptor page is
 * ever mapped writable, by anybody. An entry that names no RAM (device
 * registers) holds nothing and needs the owner's permission for that address.
 * RAM is always mapped write-back, so one frame never has two memory types.
 */
#include <asm/pt.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/frame.h>

/* Bits of a present entry that a guest may set. G is accepted and dropped:
 * loading CR3 has to end all of a guest's translations (mm/tlb.c). */
#define L1_ALLOWED  (PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D | PTE_G | \
                     PTE_CACHE_MASK | PTE_AVAIL_LOW | PTE_AVAIL_HIGH | PTE_NX)

/* Both of the guest's modes are ring 3. What it meant for its kernel alone is
 * marked as such, and kept from its user by being in no user table. */
static pte_t adjusted(pte_t e)
{
    if (!(e.v & PTE_US))
        e.v |= PTE_US | PTE_GUEST_KERNEL;
    e.v &= ~PTE_G;
    return e;
}

static int get_iomem(struct domain *owner, pte_t *e)
{
    unsigned long n = pte_mfn(*e).n;

    /* All ones is no frame anywhere: the ABI tells it from a forbidden one. */
    if (!rangeset_contains(&owner->iomem, n, n))
        return n == PTE_ADDR_MASK >> PAGE_SHIFT ? -EINVAL : -EPERM;
    if (!(e->v & PTE_CACHE_MASK))
        e->v |= PTE_CACHE_UC;
    return 0;
}

/* --- frames of another domain than the table's: see frame_outside_add(). Out
 * of the way of what kernels do all day long. --- */

static NOINLINE int get_outside(struct frame *f, struct domain *target,
                                pte_t *e)
{
    if (frame_get_writable(f, target))
        return -EBUSY;
    frame_outside_add(f);
    e->v &= ~PTE_CACHE_MASK;
    return 0;
}

static NOINLINE void put_outside(struct frame *f)
{
    frame_outside_remove(f);
    frame_put_writable(f);
}

static NOINLINE bool make_writable_outside(struct frame *f,
                                           const struct domain *target)
{
    if (!frame_make_writable(f, target))
        return false;
    frame_outside_add(f);
    return true;
}

static NOINLINE void make_readonly_outside(struct frame *f)
{
    frame_outside_remove(f);
    frame_make_readonly(f);
}

int pt_l1_get(struct domain *owner, struct domain *target, pte_t *e)
{
    struct frame *f;
    int rc;

    if (!pte_is_present(*e))
        return 0;
    if (unlikely(pte_flags(*e) & ~L1_ALLOWED))
        return -EINVAL;
    f = frame_of(pte_mfn(*e));
    *e = adjusted(*e);
    if (unlikely(!frame_is_ram(f)))
        return get_iomem(owner, e);

    if (!(e->v & PTE_RW))
        rc = frame_get(f, target) ? 0 : -EINVAL;
    else if (unlikely(target != owner))
        return get_outside(f, target, e);
    else
        rc = frame_get_writable(f, target);
    if (rc)
        return -EBUSY;
    e->v &= ~PTE_CACHE_MASK;
    return 0;
}

void pt_l1_put(const struct domain *owner, pte_t e)
{
    struct frame *f;

    if (!pte_is_present(e))
        return;
    f = frame_of(pte_mfn(e));
    if (!frame_is_ram(f))
        return;
    if (!(e.v & PTE_RW))
        frame_put(f);
    else if (unlikely(f->owner != owner))
        put_outside(f);
    else
        frame_put_writable(f);
}

/* Put @e in place of what is there: see there what it was. The hardware may set
 * A and D meanwhile, other vcpus of the domain may change all of it. */
static pte_t exchange(pte_t *slot, pte_t e, bool preserve_ad)
{
    uint64_t old;

    if (!preserve_ad)
        return (pte_t){ __atomic_exchange_n(&slot->v, e.v, __ATOMIC_ACQ_REL) };
    old = pte_read(slot).v;
    while (!__atomic_compare_exchange_n(&slot->v, &old,
                                        e.v | (old & (PTE_A | PTE_D)), false,
                                        __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
        ;
    return (pte_t){ old };
}

/* Do both name the same memory in the same way? Then the reference of one
 * serves the other. */
static bool name_the_same(pte_t a, pte_t b)
{
    return !((a.v ^ b.v) & (PTE_ADDR_MASK | PTE_P | PTE_CACHE_MASK));
}

static bool may_write(pte_t e)
{
    return e.v & PTE_RW;
}

/* What @e, which names what is in @slot, needs beyond that. False: not to be
 * had, or not this way. */
static bool gain_rights(const struct domain *owner, const struct domain *target,
                        pte_t old, pte_t e)
{
    struct frame *f;

    if (!may_write(e) || may_write(old))
        return true;
    f = frame_of(pte_mfn(e));
    if (!frame_is_ram(f))
        return false;
    return likely(target == owner) ? frame_make_writable(f, target)
                                   : make_writable_outside(f, target);
}

/* The right to write that @old had and @e has not. Another vcpu may have removed
 * @e by now, and with it the reference: F8. */
static void lose_rights(const struct domain *owner, pte_t old, pte_t e)
{
    struct frame *f;

    if (may_write(e) || !may_write(old))
        return;
    f = frame_of(pte_mfn(e));
    if (!frame_is_ram(f))
        return;
    if (likely(f->owner == owner))
        frame_make_readonly(f);
    else
        make_readonly_outside(f);
}

/* May @e take the place of @old with no more than a change of rights? */
static bool changes_rights_only(pte_t old, pte_t e)
{
    return pte_is_present(e) && name_the_same(old, e) &&
           !(pte_flags(e) & ~L1_ALLOWED);
}

/* @e for *old, which but for A and D must still be there; sets these. */
static ALWAYS_INLINE bool exchange_rights(pte_t *slot, pte_t *old, pte_t e,
                                          bool preserve_ad)
{
    const uint64_t by_hardware = PTE_A | PTE_D;
    uint64_t was = old->v;

    while (!__atomic_compare_exchange_n(&slot->v, &was,
                                        e.v | (preserve_ad ? was & by_hardware
                                                           : 0), false,
                                        __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
        if (unlikely((was ^ old->v) & ~by_hardware))
            return false;
    old->v = was;
    return true;
}

/* Each change comes in two forms, of which one notes what was written. Who finds
 * that nothing is noted is done before the first walk begins, as that needs the
 * tables to itself. */

static NOINLINE int exchange_any(struct domain *owner, struct domain *target,
                                 pte_t *slot, pte_t e, bool preserve_ad)
{
    int rc = pt_l1_get(owner, target, &e);

    if (rc)
        return rc;
    pt_l1_put(owner, exchange(slot, e, preserve_ad));
    return 0;
}

static NOINLINE int exchange_and_note(struct domain *owner,
                                      struct domain *target, pte_t *slot,
                                      pte_t e, bool preserve_ad)
{
    int rc = pt_l1_get(owner, target, &e);
    pte_t old;

    if (rc)
        return rc;
    old = exchange(slot, e, preserve_ad);
    pt_note_changed(owner, slot, old);
    pt_l1_put(owner, old);
    return 0;
}

/* @note is constant. */
static ALWAYS_INLINE int update(struct domain *owner, struct domain *target,
                                pte_t *slot, pte_t e, bool preserve_ad,
                                bool note)
{
    pte_t old = pte_read(slot);
    bool is_done = false;

    if (changes_rights_only(old, e) && gain_rights(owner, target, old, e)) {
        is_done = exchange_rights(slot, &old, adjusted(e), preserve_ad);
        if (unlikely(!is_done))
            lose_rights(owner, e, old);     /* what was gained for nothing */
    }
    if (!is_done)
        return note ? exchange_and_note(owner, target, slot, e, preserve_ad)
                    : exchange_any(owner, target, slot, e, preserve_ad);
    if (note)
        pt_note_changed(owner, slot, old);
    lose_rights(owner, old, e);
    return 0;
}

static NOINLINE int update_and_note(struct domain *owner, struct domain *target,
                                    pte_t *slot, pte_t e, bool preserve_ad)
{
    return update(owner, target, slot, e, preserve_ad, true);
}

int pt_l1_update(struct domain *owner, struct domain *target, pte_t *slot,
                 pte_t e, bool preserve_ad)
{
    if (unlikely(log_dirty_is_on(owner)))
        return update_and_note(owner, target, slot, e, preserve_ad);
    return update(owner, target, slot, e, preserve_ad, false);
}

static NOINLINE int replace(struct domain *owner, pte_t *slot, pte_t old,
                            pte_t e)
{
    pte_t gone = old;
    int rc;

    if (changes_rights_only(old, e) && may_write(old) == may_write(e))
        return pte_cmpxchg(slot, old, adjusted(e)) ? 0 : -EBUSY;
    rc = pt_l1_get(owner, owner, &e);
    if (rc)
        return rc;
    if (!pte_cmpxchg(slot, old, e)) {
        rc = -EBUSY;
        gone = e;
    }
    pt_l1_put(owner, gone);
    return rc;
}

/* @old is what was there; if its frame is nobody's by now, nobody asks. */
static NOINLINE int replace_and_note(struct domain *owner, pte_t *slot,
                                     pte_t old, pte_t e)
{
    int rc = replace(owner, slot, old, e);

    if (!rc)
        pt_note_changed(owner, slot, old);
    return rc;
}

int pt_l1_replace(struct domain *owner, pte_t *slot, pte_t old, pte_t e)
{
    if (unlikely(log_dirty_is_on(owner)))
        return replace_and_note(owner, slot, old, e);
    return replace(owner, slot, old, e);
}
