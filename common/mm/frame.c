/* SPDX-License-Identifier: MIT */
/*
 * frame.c - who owns a machine frame, and how many still use it.
 *
 * Invariants (F3-F7 are in frame_type.c):
 *   F1  A frame with references has an owner that does not change, or belongs
 *       to the hypervisor (owner NULL) and is never handed to frame_get.
 *   F2  The last frame_put takes the frame off its owner's list, ends what TLBs
 *       hold of it and gives it to the allocator; no reference can be taken from
 *       then on. Whoever makes it another domain's scrubs it, see scrub_for().
 *   F8  A frame without references is not given to the allocator while it has
 *       type references: who changes an entry's right to write holds the type
 *       alone for a moment, in which another vcpu may remove the entry.
 *   F9  A claimed frame has no references, and is on its owner's list; none can
 *       be taken until whoever has claimed it gives it back to one or the other.
 * Locks: counts need none. The owner's page_lock guards its list and counters.
 * Who holds no reference may see the owner change under him: he looks at it
 * again when he has one.
 */
#include <hv/assert.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/frame.h>
#include <hv/irqflags.h>
#include <hv/log_dirty.h>
#include <hv/memory_op.h>
#include <hv/page_alloc.h>
#include <hv/percpu.h>

static const struct domain *owner_of(const struct frame *f)
{
    return __atomic_load_n(&f->owner, __ATOMIC_RELAXED);
}

static uint64_t state_of(const struct frame *f)
{
    return __atomic_load_n(&f->state, __ATOMIC_RELAXED);
}

bool frame_get(struct frame *f, const struct domain *d)
{
    uint64_t old = state_of(f);

    do {
        uint64_t refs = old & FRAME_REF_MASK;

        if (unlikely(refs == 0 || refs == FRAME_REF_MASK))
            return false;
    } while (!__atomic_compare_exchange_n(&f->state, &old,
                                          old + FRAME_REF_ONE, true,
                                          __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
    if (likely(owner_of(f) == d))   /* F1: stable now */
        return true;
    frame_put(f);
    return false;
}

static void release(struct frame *f);

/* Both counts in one step, when the type needs neither check nor flush. */
int frame_get_writable(struct frame *f, const struct domain *d)
{
    uint64_t old = state_of(f);

    if (unlikely(owner_of(f) != d))
        return -EINVAL;
    do {
        uint64_t refs = old & FRAME_REF_MASK;

        if (unlikely(!frame_state_is_ready(old, FRAME_WRITABLE)))
            return frame_get_with_type(f, d, FRAME_WRITABLE);
        if (unlikely(refs == 0 || refs == FRAME_REF_MASK ||
                     (old & FRAME_TYPE_REF_MASK) == FRAME_TYPE_REF_MASK))
            return -EINVAL;
    } while (!__atomic_compare_exchange_n(
                 &f->state, &old, old + FRAME_REF_ONE + FRAME_TYPE_REF_ONE,
                 true, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
    if (likely(owner_of(f) == d))   /* F1: stable now */
        return 0;
    frame_put_writable(f);
    return -EINVAL;
}

void frame_put_writable(struct frame *f)
{
    uint64_t old = state_of(f), new;

    do {
        new = old - FRAME_REF_ONE - FRAME_TYPE_REF_ONE;
        if (!(new & FRAME_TYPE_REF_MASK))
            frame_stamp(f);
    } while (!__atomic_compare_exchange_n(&f->state, &old, new, true,
                                          __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
    if (unlikely((new & FRAME_REF_MASK) == 0))
        release(f);
}

/* The entry whose reference @f had when the caller looked may be gone, and so
 * may @f. What was taken of another's frame keeps that, F8, until it is dropped
 * again. */
bool frame_make_writable(struct frame *f, const struct domain *d)
{
    uint64_t old = state_of(f);

    if (unlikely(owner_of(f) != d))
        return false;
    do {
        if (unlikely(!frame_state_is_ready(old, FRAME_WRITABLE) ||
                     !(old & FRAME_REF_MASK) ||
                     (old & FRAME_TYPE_REF_MASK) == FRAME_TYPE_REF_MASK))
            return false;
    } while (!__atomic_compare_exchange_n(&f->state, &old,
                                          old + FRAME_TYPE_REF_ONE, true,
                                          __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
    if (likely(owner_of(f) == d))
        return true;
    frame_make_readonly(f);
    return false;
}

void frame_make_readonly(struct frame *f)
{
    uint64_t old = state_of(f), new;

    do {
        new = old - FRAME_TYPE_REF_ONE;
        if (!(new & FRAME_TYPE_REF_MASK))
            frame_stamp(f);
    } while (!__atomic_compare_exchange_n(&f->state, &old, new, true,
                                          __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
}

/* A count that was full once is full for good. */
static void outside_change(struct frame *f, int by)
{
    uint16_t old = __atomic_load_n(&f->outside, __ATOMIC_RELAXED);

    while (old != FRAME_OUTSIDE_MANY &&
           !__atomic_compare_exchange_n(&f->outside, &old,
                                        (uint16_t)(old + by), true,
                                        __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
        ;
}

void frame_outside_add(struct frame *f)
{
    outside_change(f, 1);
}

/* What could be written until now, see log_dirty.c, LD1. Only what the owner has
 * not given up is copied with him. One that is shared is no frame of the
 * guest's, and need not keep its owner's record. */
void frame_outside_remove(struct frame *f)
{
    if (state_of(f) & FRAME_ALLOCATED)
        log_dirty_mark(f->owner, frame_mfn(f));
    outside_change(f, -1);
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
    if (unlikely(d->page_walk == (uint32_t)frame_mfn(f).n))
        d->page_walk = f->next;
    if (f->next)
        frame_of(mfn(f->next))->prev = f->prev;
    if (f->prev)
        frame_of(mfn(f->prev))->next = f->next;
    else
        d->page_list = f->next;
}

/* Frames without references that are nobody's, but not free yet. */
#define BATCH_MAX   64u         /* freed in one go */
struct batch {
    bool is_open;
    unsigned int count;
    struct frame *frames[BATCH_MAX];
};
static DEFINE_PER_CPU(struct batch, batch);

/* Where the run of frames ends that begins with @first of the batch: a domain's
 * list is mostly in falling order. */
static unsigned int run_end(const struct batch *b, unsigned int first)
{
    unsigned int i = first + 1;

    while (i < b->count && b->frames[i] == b->frames[i - 1] - 1)
        i++;
    return i;
}

/* F2. Nobody need have flushed what he had mapped, and who gets a frame next
 * may be the hypervisor, which takes no type that would flush; and what a stale
 * translation writes must be there before the scrub. The stamp changes after
 * the owner has, see frame_validated_state(). */
static void drain(struct batch *b)
{
    uint32_t now = arch_tlb_clock();
    unsigned int first, end;

    for (unsigned int i = 0; i < b->count; i++)
        __atomic_store_n(&b->frames[i]->tlb_stamp, now, __ATOMIC_RELEASE);
    arch_flush_for_type(b->frames[0]);
    for (unsigned int i = 0; i < b->count; i++) {
        arch_set_m2p(frame_mfn(b->frames[i]), INVALID_PFN);
        __atomic_store_n(&b->frames[i]->state, 0, __ATOMIC_RELEASE);
    }
    for (first = 0; first < b->count; first = end) {
        end = run_end(b, first);
        page_free_run(frame_mfn(b->frames[end - 1]), end - first);
    }
    b->count = 0;
}

/* Take @f from its owner. One that was shared, see frame_unshare(), has none
 * any more and is on no list. */
static void disown(struct frame *f)
{
    struct domain *d = f->owner;
    bool was_last;

    if (!d)
        return;
    spin_lock(&d->page_lock);
    list_remove(d, f);
    was_last = --d->page_count == 0;
    spin_unlock(&d->page_lock);
    __atomic_store_n(&f->owner, NULL, __ATOMIC_RELEASE);
    if (was_last)
        domain_put(d);
}

/* F8. One that was shared has a type reference for ever. Whoever has another
 * waits for nothing but answers to flushes, which we give. */
static void wait_for_types(const struct frame *f)
{
    uint64_t for_ever = owner_of(f) ? 0 : 1;

    while (frame_type_refs(__atomic_load_n(&f->state, __ATOMIC_ACQUIRE)) >
           for_ever)
        arch_wait_briefly();
}

/* The last reference is gone. */
static void release(struct frame *f)
{
    struct batch *b = &this_cpu(batch);

    wait_for_types(f);
    disown(f);
    b->frames[b->count++] = f;
    if (b->count == BATCH_MAX || !b->is_open)
        drain(b);
}

void frame_batch_begin(void)
{
    this_cpu(batch).is_open = true;
}

void frame_batch_end(void)
{
    struct batch *b = &this_cpu(batch);

    b->is_open = false;
    if (b->count)
        drain(b);
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

        ASSERT((state_of(f) & FRAME_REF_MASK) == 0);
        __atomic_store_n(&f->owner, d, __ATOMIC_RELAXED);
        f->cursor = f->outside = 0;
        f->child_partial = f->doomed = false;
        list_insert(d, f);
        __atomic_store_n(&f->state, FRAME_ALLOCATED | FRAME_REF_ONE,
                         __ATOMIC_RELEASE);
    }
    d->page_count += count;
}

/* Of frames that were just allocated: what another had in one, or was there at
 * power-on, is nothing for a guest to see. Domain 0 may see the latter. */
static void scrub_for(const struct domain *d, mfn_t first, unsigned long count)
{
    for (unsigned long i = 0; i < count; i++) {
        mfn_t m = mfn_add(first, i);
        enum page_content content = page_content(m);

        if (content == PAGE_USED || (content == PAGE_NEW && !d->is_privileged))
            arch_scrub_frame(m);
    }
}

/* What the guest calls its new frames, from @number on; INVALID_PFN: nothing. It is
 * done before they are its own: afterwards they may be another's at once. */
static void number_frames(mfn_t first, unsigned long count, pfn_t number)
{
    unsigned long step = number.n != INVALID_PFN.n;

    for (unsigned long i = 0; i < count; i++)
        arch_set_m2p(mfn_add(first, i), pfn(number.n + i * step));
}

static void mark_frames(struct domain *d, mfn_t first, unsigned long count)
{
    for (unsigned long i = 0; log_dirty_is_on(d) && i < count; i++)
        log_dirty_mark(d, mfn_add(first, i));
}

void frame_assign(struct domain *d, mfn_t first, unsigned long count,
                  pfn_t number)
{
    scrub_for(d, first, count);
    number_frames(first, count, number);
    spin_lock(&d->page_lock);
    assign_locked(d, first, count);
    spin_unlock(&d->page_lock);
    mark_frames(d, first, count);
}

bool frame_assign_limited(struct domain *d, mfn_t first, unsigned long count)
{
    bool may_have;

    spin_lock(&d->page_lock);
    may_have = d->dying == DOMAIN_ALIVE && d->page_count + count <= d->page_max;
    if (may_have)
        assign_locked(d, first, count);
    spin_unlock(&d->page_lock);
    return may_have;
}

mfn_t frame_alloc_as(struct domain *d, unsigned int order,
                     unsigned int address_bits, pfn_t number)
{
    unsigned long count = 1ul << order;
    mfn_t m = page_alloc_frames(order, address_bits);

    if (mfn_eq(m, INVALID_MFN))
        return m;
    scrub_for(d, m, count);
    number_frames(m, count, number);
    if (frame_assign_limited(d, m, count)) {
        mark_frames(d, m, count);
        return m;
    }
    number_frames(m, count, INVALID_PFN);
    page_free_frames(m, order);
    return INVALID_MFN;
}

mfn_t frame_alloc_for(struct domain *d, unsigned int order,
                      unsigned int address_bits)
{
    return frame_alloc_as(d, order, address_bits, INVALID_PFN);
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
    old = state_of(f);
    do {
        /* The owner's reference and ours, no other. */
        if (!(old & FRAME_ALLOCATED) ||
            (old & FRAME_REF_MASK) != 2 * FRAME_REF_ONE) {
            frame_put(f);
            return false;
        }
    } while (!__atomic_compare_exchange_n(&f->state, &old,
                                          (old & ~FRAME_ALLOCATED) -
                                              2 * FRAME_REF_ONE, true,
                                          __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
    return true;
}

void frame_unclaim(struct frame *f)
{
    __atomic_add_fetch(&f->state, FRAME_ALLOCATED + FRAME_REF_ONE,
                       __ATOMIC_RELEASE);
}

void frame_put_claimed(struct frame *f)
{
    release(f);
}

void frame_share(struct domain *d, mfn_t m, bool writable)
{
    struct frame *f = frame_of(m);

    ASSERT((state_of(f) & FRAME_REF_MASK) == 0);
    f->outside = 0;
    f->next = 0;        /* on no list, for domain_list_frames() */
    __atomic_store_n(&f->owner, d, __ATOMIC_RELAXED);
    /* The type reference is never dropped: a writable share can never become
     * a table, and a read-only one can never be mapped writable. */
    __atomic_store_n(&f->state,
                     FRAME_REF_ONE | FRAME_TYPE_REF_ONE |
                         (uint64_t)(writable ? FRAME_WRITABLE : FRAME_NONE)
                             << FRAME_TYPE_SHIFT, __ATOMIC_RELEASE);
}

void frame_unshare(mfn_t m)
{
    struct frame *f = frame_of(m);

    /* The domain's own tables are gone by now, but a privileged domain may
     * have the frame mapped still. */
    __atomic_store_n(&f->owner, NULL, __ATOMIC_RELAXED);
    frame_put(f);
}
