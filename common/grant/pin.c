/* SPDX-License-Identifier: MIT */
/*
 * pin.c - grants in use: who uses one, how often and in which ways.
 *
 * Invariants:
 *   G1  While a reference is pinned, what it means (frame, user) stands in its
 *       pin. The shared entry, which its domain may change, is judged only when
 *       the first use begins, and its right to write when the first writer
 *       comes; its frame number is read once.
 *   G2  A pinned reference holds its frame, which is its domain's.
 *   G3  Each count is explained: by mappings of the user (maptrack.c), or by a
 *       copy that is under way.
 *   G4  GTF_reading is set in the entry before a use begins and cleared after
 *       the last one has ended, when no TLB knows it any more; GTF_writing so
 *       for writers.
 *   G5  Who uses a grant holds a reference on the domain: pins end before it.
 * Locks: the lock of the granting domain's table, for a few instructions. The
 * frame is put after it was released.
 */
#include "entry.h"
#include "grant.h"
#include <hv/assert.h>
#include <hv/frame.h>
#include <hv/heap.h>
#include <hv/nospec.h>

#define COUNT_MAX   UINT16_MAX

/* The pin of @ref, which is in the table; NULL: no memory for it. */
static struct grant_pin *pin_of(struct grant_table *t, grant_ref_t ref)
{
    struct grant_frame *f = t->frame[ref / GRANTS_PER_FRAME];
    struct grant_pin **group = &f->pins[ref % GRANTS_PER_FRAME /
                                        PINS_PER_GROUP];

    if (!*group)
        *group = heap_alloc_array(PINS_PER_GROUP, sizeof(**group));
    return *group ? &(*group)[ref % PINS_PER_GROUP] : NULL;
}

static bool is_in_use(const struct grant_pin *p)
{
    return p->count[GRANT_CPU_READ] | p->count[GRANT_CPU_WRITE] |
           p->count[GRANT_DEVICE_READ] | p->count[GRANT_DEVICE_WRITE];
}

static bool has_writers(const struct grant_pin *p)
{
    return p->count[GRANT_CPU_WRITE] | p->count[GRANT_DEVICE_WRITE];
}

static bool has_room(const struct grant_pin *p, unsigned int uses)
{
    for (unsigned int i = 0; i < GRANT_USES; i++)
        if ((uses & GRANT_USE(i)) && p->count[i] == COUNT_MAX)
            return false;
    return true;
}

/* G2: the frame that the entry names, read once. */
static int16_t hold_frame(struct domain *from, struct grant_entry_v1 *e,
                          struct grant_pin *p)
{
    uint32_t number = READ_ONCE(e->frame);
    struct frame *f = frame_of(mfn(number));

    if (!frame_is_ram(f) || !frame_get(f, from))
        return GNTST_bad_page;
    p->frame = number;
    return GNTST_okay;
}

/* Nobody used it until now. */
static int16_t begin(struct domain *from, struct grant_entry_v1 *e,
                     struct grant_pin *p, domid_t user, bool writes)
{
    int16_t status = grant_entry_mark(e, user, writes, false);

    if (status)
        return status;
    status = hold_frame(from, e, p);
    if (status)
        grant_entry_unmark(e, GTF_reading | (writes ? GTF_writing : 0));
    else
        p->user = user;
    return status;
}

static int16_t pin_locked(struct domain *from, grant_ref_t ref, domid_t user,
                          unsigned int uses, struct frame **frame)
{
    bool writes = uses & GRANT_WRITES;
    struct grant_entry_v1 *e = grant_entry_of(from->grants, ref);
    struct grant_pin *p;
    int16_t status = GNTST_okay;

    if (!e)
        return GNTST_bad_gntref;
    ref = (grant_ref_t)index_nospec(ref, from->grants->frame_count *
                                             GRANTS_PER_FRAME);
    p = pin_of(from->grants, ref);
    if (!p || (is_in_use(p) && (p->user != user || !has_room(p, uses))))
        return GNTST_general_error;
    if (!is_in_use(p))
        status = begin(from, e, p, user, writes);
    else if (writes && !has_writers(p))
        status = grant_entry_mark(e, user, true, true);
    if (status)
        return status;
    for (unsigned int i = 0; i < GRANT_USES; i++)
        p->count[i] += !!(uses & GRANT_USE(i));
    *frame = frame_of(mfn(p->frame));
    return GNTST_okay;
}

int16_t grant_pin(struct domain *from, grant_ref_t ref, domid_t user,
                  unsigned int uses, struct frame **frame)
{
    int16_t status;

    spin_lock(&from->grants->lock);
    status = pin_locked(from, ref, user, uses, frame);
    spin_unlock(&from->grants->lock);
    return status;
}

/* The frame that is to be put, or NULL. */
static struct frame *unpin_locked(struct grant_table *t, grant_ref_t ref,
                                  unsigned int uses)
{
    struct grant_pin *p = pin_of(t, ref);
    uint16_t over = 0;

    for (unsigned int i = 0; i < GRANT_USES; i++)
        if (uses & GRANT_USE(i)) {
            ASSERT(p->count[i]);
            p->count[i]--;
        }
    if ((uses & GRANT_WRITES) && !has_writers(p))
        over |= GTF_writing;
    if (!is_in_use(p))
        over |= GTF_reading;
    if (over)
        grant_entry_unmark(grant_entry_of(t, ref), over);       /* G4 */
    return is_in_use(p) ? NULL : frame_of(mfn(p->frame));
}

void grant_unpin(struct domain *from, grant_ref_t ref, unsigned int uses)
{
    struct frame *f;

    spin_lock(&from->grants->lock);
    f = unpin_locked(from->grants, ref, uses);
    spin_unlock(&from->grants->lock);
    if (f)
        frame_put(f);
}

/* No lock: G1, and the caller's pin keeps it. */
mfn_t grant_pinned_frame(struct domain *from, grant_ref_t ref)
{
    return mfn(pin_of(from->grants, ref)->frame);
}

static int16_t swap_locked(struct grant_table *t, grant_ref_t a, grant_ref_t b)
{
    struct grant_entry_v1 *x = grant_entry_of(t, a);
    struct grant_entry_v1 *y = grant_entry_of(t, b), before;
    struct grant_pin *p, *q;

    if (!x || !y)
        return GNTST_bad_gntref;
    if (a == b)
        return GNTST_okay;
    p = pin_of(t, a);
    q = pin_of(t, b);
    if (!p || !q)
        return GNTST_general_error;
    if (is_in_use(p) || is_in_use(q))
        return GNTST_eagain;
    before = *x;
    *x = *y;
    *y = before;
    return GNTST_okay;
}

int16_t grant_swap(struct domain *d, grant_ref_t a, grant_ref_t b)
{
    int16_t status;

    spin_lock(&d->grants->lock);
    status = swap_locked(d->grants, a, b);
    spin_unlock(&d->grants->lock);
    return status;
}
