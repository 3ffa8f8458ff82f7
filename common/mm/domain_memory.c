/* SPDX-License-Identifier: MIT */
/*
 * domain_memory.c - all frames of a domain, for tools that give or take them
 * without naming each, and for those that want their numbers.
 *
 * A frame on which a reference is held stays on its owner's list; its place is
 * read under page_lock.
 */
#include <hv/domain.h>
#include <hv/domain_memory.h>
#include <hv/errno.h>
#include <hv/frame.h>
#include <hv/page_alloc.h>
#include <hv/printk.h>
#include <hv/softirq.h>

#define ORDER_MOST  9u      /* scrubbed in one go: 2 MiB */

/* -- list ------------------------------------------------------------------ */

/* Of the frames behind @from, or from the first if it is NULL. */
static unsigned int walk_locked(struct domain *d, const struct frame *from,
                                uint64_t *out, unsigned int room)
{
    uint32_t number = from ? from->next : d->page_list;
    unsigned int count = 0;

    while (number && count < room) {
        const struct frame *f = frame_of(mfn(number));

        if (__atomic_load_n(&f->state, __ATOMIC_RELAXED) & FRAME_ALLOCATED)
            out[count++] = number;
        number = f->next;
    }
    return count;
}

unsigned int domain_list_frames(struct domain *d, mfn_t after, uint64_t *out,
                                unsigned int room)
{
    struct frame *f = NULL;
    unsigned int count;

    if (!mfn_eq(after, INVALID_MFN)) {
        f = frame_of(after);
        if (!frame_is_ram(f) || !frame_get(f, d))
            return 0;
    }
    spin_lock(&d->page_lock);
    count = walk_locked(d, f, out, room);
    spin_unlock(&d->page_lock);
    if (f)
        frame_put(f);
    return count;
}

/* -- give and take --------------------------------------------------------- */

/* As many at once as there are in one piece. */
static bool give_some(struct domain *d, unsigned long missing)
{
    for (unsigned int order = ORDER_MOST + 1; order-- > 0;)
        if (missing >> order &&
            !mfn_eq(frame_alloc_for(d, order, 0), INVALID_MFN))
            return true;
    return false;
}

static int give(struct domain *d, unsigned long count)
{
    unsigned long have;

    while ((have = READ_ONCE(d->page_count)) < count) {
        if (!give_some(d, count - have)) {
            printk(LOG_WARNING, "No memory for domain %u: %lu KiB more are "
                   "asked for, %lu KiB are free\n", d->id,
                   (count - have) << (PAGE_SHIFT - 10),
                   page_free_count() << (PAGE_SHIFT - 10));
            return -ENOMEM;
        }
        if (softirq_is_pending())
            return -ERESTART;
    }
    return 0;
}

/* One that others use leaves the list when they no longer do. */
static void take_one(struct domain *d, mfn_t m)
{
    struct frame *f = frame_of(m);

    if (!frame_get(f, d))
        return;
    (void)frame_give_up(f);
    frame_put(f);
}

static int take(struct domain *d, unsigned long count)
{
    while (READ_ONCE(d->page_count) > count) {
        uint64_t number;

        if (!domain_list_frames(d, INVALID_MFN, &number, 1))
            return -EBUSY;
        take_one(d, mfn(number));
        if (softirq_is_pending())
            return -ERESTART;
    }
    return 0;
}

int domain_fill_memory(struct domain *d, unsigned long count)
{
    int rc;

    frame_batch_begin();
    rc = READ_ONCE(d->page_count) < count ? give(d, count) : take(d, count);
    frame_batch_end();
    return rc;
}
