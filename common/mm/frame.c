/* SPDX-License-Identifier: MIT */
/*
 * frame.c - who owns a machine frame, and how many still use it.
 *
 * Invariants (F3-F7 are in frame_type.c):
 *   F1  A frame with references has an owner that does not change, or belongs
 *       to the hypervisor (owner NULL) and is never handed to frame_get.
 *   F2  The last frame_put takes the frame off its owner's list, ends what TLBs
 *       hold of it, scrubs it and gives it to the allocator; no reference can
 *       be taken from then on.
 * Locks: counts need none. The owner's page_lock guards its list and counters.
 */
#include <hv/assert.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/frame.h>
#include <hv/page_alloc.h>

bool frame_get(struct frame *f, const struct domain *d)
{
    uint64_t old = __atomic_load_n(&f->state, __ATOMIC_RELAXED);

    do {
        uint64_t refs = old & FRAME_REF_MASK;

        if (unlikely(refs == 0 || refs == FRAME_REF_MASK))
            return false;
    } while (!__atomic_compare_exchange_n(&f->state, &old,
                                          old + FRAME_REF_ONE, true,
                                          __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
    if (likely(f->owner == d))      /* F1: stable now */
        return true;
    frame_put(f);
    return false;
}

static void release(struct frame *f);

/* Both counts in one step, when the type needs neither check nor flush. */
int frame_get_writable(struct frame *f, const struct domain *d)
{
    uint64_t old = __atomic_load_n(&f->state, __ATOMIC_RELAXED);

    if (unlikely(READ_ONCE(f->owner) != d))
        return -EINVAL;
    do {
        uint64_t refs = old & FRAME_REF_MASK;

        if (unlikely(frame_state_type(old) != FRAME_WRITABLE))
            return frame_get_with_type(f, d, FRAME_WRITABLE);
        if (unlikely(refs == 0 || refs == FRAME_REF_MASK ||
                     (old & FRAME_TYPE_REF_MASK) == FRAME_TYPE_REF_MASK))
            return -EINVAL;
    } while (!__atomic_compare_exchange_n(
                 &f->state, &old, old + FRAME_REF_ONE + FRAME_TYPE_REF_ONE,
                 true, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
    if (likely(f->owner == d))      /* F1: stable now */
        return 0;
    frame_put_writable(f);
    return -EINVAL;
}

void frame_put_writable(struct frame *f)
{
    uint64_t old = __atomic_load_n(&f->state, __ATOMIC_RELAXED);
    uint64_t new;

    do {
        new = old - FRAME_REF_ONE - FRAME_TYPE_REF_ONE;
        if (!(new & FRAME_TYPE_REF_MASK))
            f->tlb_stamp = arch_tlb_clock();
    } while (!__atomic_compare_exchange_n(&f->state, &old, new, true,
                                          __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
    if (unlikely((new & FRAME_REF_MASK) == 0))
        release(f);
}

bool frame_make_writable(struct frame *f)
{
    uint64_t old = __atomic_load_n(&f->state, __ATOMIC_RELAXED);

    do {
        if (unlikely(frame_state_type(old) != FRAME_WRITABLE ||
                     (old & FRAME_TYPE_REF_MASK) == FRAME_TYPE_REF_MASK))
            return frame_type_get(f, FRAME_WRITABLE) == 0;
    } while (!__atomic_compare_exchange_n(&f->state, &old,
                                          old + FRAME_TYPE_REF_ONE, true,
                                          __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
    return true;
}

void frame_make_readonly(struct frame *f)
{
    uint64_t old = __atomic_load_n(&f->state, __ATOMIC_RELAXED);
    uint64_t new;

    do {
        new = old - FRAME_TYPE_REF_ONE;
        if (!(new & FRAME_TYPE_REF_MASK))
            f->tlb_stamp = arch_tlb_clock();
    } while (!__atomic_compare_exchange_n(&f->state, &old, new, true,
                                          __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
}

static void list_insert(struct domain *d, struct frame *f)
{
    uint32_t number = (uint32_t)frame_mfn(f).n;

    f->prev = 0;
    f->next = d->page_list;
    if (d->page_list)
        frame_of(mfn(d->page_list))->prev = number;
    d->page_list = number;
}

static void list_remove(struct domain *d, struct frame *f)
{
    if (f->next)
        frame_of(mfn(f->next))->prev = f->prev;
    if (f->prev)
        frame_of(mfn(f->prev))->next = f->next;
    else
        d->page_list = f->next;
}

/* F2 for a frame of a domain. */
static void release_owned(struct frame *f)
{
    struct domain *d = f->owner;
    mfn_t m = frame_mfn(f);
    bool was_last;

    spin_lock(&d->page_lock);
    list_remove(d, f);
    was_last = --d->page_count == 0;
    spin_unlock(&d->page_lock);
    /* The owner need not have flushed what it mapped, and who gets the frame
     * next may be the hypervisor, which takes no type that would flush. */
    f->tlb_stamp = arch_tlb_clock();
    arch_flush_for_type(f);
    arch_scrub_frame(m);
    f->owner = NULL;
    f->state = 0;
    page_free_frames(m, 0);
    if (was_last)
        domain_put(d);
}

/* The same for a frame that was shared, see frame_unshare(): it is on no
 * list. */
static void release_shared(struct frame *f)
{
    mfn_t m = frame_mfn(f);

    f->tlb_stamp = arch_tlb_clock();
    arch_flush_for_type(f);
    arch_scrub_frame(m);
    f->state = 0;
    page_free_frames(m, 0);
}

/* The last reference is gone. */
static void release(struct frame *f)
{
    if (f->owner)
        release_owned(f);
    else
        release_shared(f);
}

void frame_put(struct frame *f)
{
    uint64_t left = __atomic_sub_fetch(&f->state, FRAME_REF_ONE,
                                       __ATOMIC_ACQ_REL);

    if (unlikely((left & FRAME_REF_MASK) == 0))
        release(f);
}

/* Make @count frames @d's; page_lock is held. */
static void assign_locked(struct domain *d, mfn_t first, unsigned long count)
{
    /* Frames keep their domain's record alive. */
    if (d->page_count == 0 && !domain_get(d))
        BUG();
    for (unsigned long i = 0; i < count; i++) {
        struct frame *f = frame_of(mfn_add(first, i));

        ASSERT((f->state & FRAME_REF_MASK) == 0);
        f->owner = d;
        f->cursor = 0;
        f->child_partial = f->doomed = false;
        list_insert(d, f);
        __atomic_store_n(&f->state, FRAME_ALLOCATED | FRAME_REF_ONE,
                         __ATOMIC_RELEASE);
    }
    d->page_count += count;
}

/* What the hypervisor had in a frame, or was there at power-on, is nothing for
 * a guest to see. Domain 0 may see all memory anyhow. */
static void scrub_for(const struct domain *d, mfn_t first, unsigned long count)
{
    for (unsigned long i = 0; !d->is_privileged && i < count; i++)
        arch_scrub_frame(mfn_add(first, i));
}

void frame_assign(struct domain *d, mfn_t first, unsigned long count)
{
    scrub_for(d, first, count);
    spin_lock(&d->page_lock);
    assign_locked(d, first, count);
    spin_unlock(&d->page_lock);
}

mfn_t frame_alloc_for(struct domain *d, unsigned int order,
                      unsigned int address_bits)
{
    unsigned long count = 1ul << order;
    mfn_t m = page_alloc_frames(order, address_bits);

    if (mfn_eq(m, INVALID_MFN))
        return m;
    scrub_for(d, m, count);
    spin_lock(&d->page_lock);
    if (d->dying != DOMAIN_ALIVE || d->page_count + count > d->page_max) {
        spin_unlock(&d->page_lock);
        page_free_frames(m, order);
        return INVALID_MFN;
    }
    assign_locked(d, m, count);
    spin_unlock(&d->page_lock);
    return m;
}

int frame_give_up(struct frame *f)
{
    uint64_t old = __atomic_fetch_and(&f->state, ~FRAME_ALLOCATED,
                                      __ATOMIC_ACQ_REL);

    if (!(old & FRAME_ALLOCATED))
        return -EINVAL;
    frame_put(f);
    return 0;
}

bool frame_claim(struct frame *f, const struct domain *d)
{
    uint64_t old;

    if (!frame_get(f, d))
        return false;
    old = __atomic_load_n(&f->state, __ATOMIC_RELAXED);
    do {
        /* The owner's reference and ours, no other. */
        if (!(old & FRAME_ALLOCATED) ||
            (old & FRAME_REF_MASK) != 2 * FRAME_REF_ONE) {
            frame_put(f);
            return false;
        }
    } while (!__atomic_compare_exchange_n(&f->state, &old,
                                          old & ~FRAME_ALLOCATED, true,
                                          __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
    return true;
}

void frame_unclaim(struct frame *f)
{
    __atomic_or_fetch(&f->state, FRAME_ALLOCATED, __ATOMIC_ACQ_REL);
    frame_put(f);
}

void frame_put_claimed(struct frame *f)
{
    frame_put(f);
    frame_put(f);
}

void frame_share(struct domain *d, mfn_t m, bool writable)
{
    struct frame *f = frame_of(m);

    ASSERT((f->state & FRAME_REF_MASK) == 0);
    f->owner = d;
    /* The type reference is never dropped: a writable share can never become
     * a table, and a read-only one can never be mapped writable. */
    f->state = FRAME_REF_ONE | FRAME_TYPE_REF_ONE |
               (uint64_t)(writable ? FRAME_WRITABLE : FRAME_NONE)
                   << FRAME_TYPE_SHIFT;
}

void frame_unshare(mfn_t m)
{
    struct frame *f = frame_of(m);

    /* The domain's own tables are gone by now, but a privileged domain may
     * have the frame mapped still. */
    f->owner = NULL;
    frame_put(f);
}
