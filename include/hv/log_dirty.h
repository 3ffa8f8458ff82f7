/* SPDX-License-Identifier: MIT */
/*
 * log_dirty.h - which frames of a domain were written to since somebody last
 * asked: what copies a domain while it runs has to know (docs/log_dirty.md).
 */
#ifndef HV_LOG_DIRTY_H
#define HV_LOG_DIRTY_H

#include <hv/compiler.h>
#include <hv/domain.h>
#include <hv/frame_num.h>

struct frame;

/* --- common/mm/dirty_map.c: a set of a domain's frames, by their pfns --- */

/* Room for pfns below @limit; NULL: no memory. */
struct dirty_map *dirty_map_create(unsigned long limit) MUST_CHECK;
void dirty_map_destroy(struct dirty_map *map);      /* NULL: nothing to do */
/* In what follows no set is an empty one. */
unsigned long dirty_map_limit(const struct dirty_map *map);
/* Some frame could not be noted for want of memory. */
bool dirty_map_has_failed(const struct dirty_map *map);
/* Any context but interrupts'. A frame without a pfn below the limit is none
 * of the set's: nobody could ask for it. */
void dirty_map_add(struct dirty_map *map, mfn_t m);
/* The words of the set from number @first on, 64 pfns each; with @remove they
 * are empty from then on, and what is added meanwhile is there or here. */
void dirty_map_take(struct dirty_map *map, uint64_t first, unsigned long *words,
                    unsigned int count, bool remove);
/* Put back what take removed. */
void dirty_map_give_back(struct dirty_map *map, uint64_t first,
                         const unsigned long *words, unsigned int count);

/* --- marking --- */

static inline bool log_dirty_is_on(const struct domain *d)
{
    return READ_ONCE(d->dirty_map) != NULL;
}

/* @m, which is @d's, was written to other than through @d's own page tables, or
 * is something else to who copies it. Any context but interrupts'. */
static inline void log_dirty_mark(struct domain *d, mfn_t m)
{
    struct dirty_map *map = READ_ONCE(d->dirty_map);

    if (unlikely(map != NULL))
        dirty_map_add(map, m);
}

/* --- common/mm/log_dirty.c: the tools' side. The caller holds a reference on
 * @d, which is not his own domain, and no lock. --- */

/* Work that stops half-way has a ticket, below 2^32 and not 0. Whoever comes with
 * it goes on; all others have to wait: -EBUSY. With -ERESTART *ticket is the one to
 * come with next time; 0 is none. */

/* Begin. -EINVAL on already, -EBUSY, -ENOMEM, -ERESTART call again. */
int log_dirty_enable(struct domain *d, unsigned long *ticket) MUST_CHECK;
/* End, also of work that somebody has begun. 0 or -ERESTART. */
int log_dirty_disable(struct domain *d) MUST_CHECK;

struct log_dirty_request {
    bool clean;             /* in: begin anew with what is told */
    guest_va_t bitmap;      /* in: a bit for each pfn; 0: nothing is told */
    uint64_t pages;         /* in: how many bits there is room for */
    unsigned long ticket;   /* in, out */
    uint32_t dirty_count;   /* out: how many are set */
};

/* What was written since the last time with clean; nothing if it is not on.
 * -EBUSY; -EFAULT: nothing is lost; -ENOMEM: something is; -ERESTART: call again
 * with the same request. */
int log_dirty_read(struct domain *d, struct log_dirty_request *r) MUST_CHECK;
/* The end of @d. */
void log_dirty_destroy(struct domain *d);

/* --- arch hooks --- */

/* Under arch_lock_tables(@d): note what was written by way of its L1 table @f,
 * and see to it that the next write will show, once the TLBs are flushed. */
void arch_log_dirty_table(struct domain *d, struct frame *f);
void arch_log_dirty_flush(struct domain *d);

#endif
