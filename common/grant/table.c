/* SPDX-License-Identifier: MIT */
/*
 * table.c - a domain's grant table: frames of the hypervisor's that the domain
 * fills with what others may do to its memory (version 1). They are made when
 * somebody asks for them, up to the domain's limit, and stay until its end; so
 * does what is noted of each (pin.c, maptrack.c).
 */
#include "grant.h"
#include <hv/direct_map.h>
#include <hv/errno.h>
#include <hv/frame.h>
#include <hv/heap.h>
#include <hv/nospec.h>
#include <hv/page_alloc.h>
#include <hv/string.h>

static unsigned int limit(int32_t wanted, unsigned int otherwise)
{
    return wanted >= 0 ? (unsigned int)wanted : otherwise;
}

static struct grant_table *alloc_table(unsigned int frame_max)
{
    struct grant_table *t = heap_alloc(sizeof(*t), 0);

    if (!t)
        return NULL;
    t->frame = heap_alloc_array(frame_max, sizeof(*t->frame));
    if (t->frame)
        return t;
    heap_free(t);
    return NULL;
}

int grant_domain_create(struct domain *d, const struct domain_config *config)
{
    unsigned int frames = limit(config->max_grant_frames, GRANT_FRAMES_MAX);
    unsigned int maptrack = limit(config->max_maptrack_frames,
                                  MAPTRACK_FRAMES);
    struct grant_table *t;

    if (!frames || frames > GRANT_FRAMES_MAX || maptrack > MAPTRACK_FRAMES_MAX)
        return -EINVAL;
    t = alloc_table(frames);
    if (!t)
        return -ENOMEM;
    spin_lock_init(&t->lock, LOCK_LEVEL_GRANT);
    spin_lock_init(&t->handle_lock, LOCK_LEVEL_GRANT);
    t->frame_max = frames;
    t->maptrack_max = maptrack;
    t->free_handle = NO_HANDLE;
    d->grants = t;
    return 0;
}

static void destroy_frame(struct grant_frame *f)
{
    for (unsigned int i = 0; i < ARRAY_SIZE(f->pins); i++)
        heap_free(f->pins[i]);
    frame_unshare(f->mfn);
    heap_free(f);
}

void grant_domain_destroy(struct domain *d)
{
    struct grant_table *t = d->grants;

    if (!t)
        return;
    for (unsigned int i = 0; i < t->frame_count; i++)
        destroy_frame(t->frame[i]);
    for (unsigned int i = 0; i < t->maptrack_count; i++)
        heap_free(t->maptrack[i]);
    heap_free(t->maptrack);
    heap_free(t->frame);
    heap_free(t);
    d->grants = NULL;
}

static int add_frame(struct domain *d, struct grant_table *t)
{
    struct grant_frame *f = heap_alloc(sizeof(*f), 0);
    mfn_t m = f ? page_alloc_frames(0, 0) : INVALID_MFN;

    if (mfn_eq(m, INVALID_MFN)) {
        heap_free(f);
        return -ENOMEM;
    }
    memset(mfn_to_virt(m), 0, PAGE_SIZE);
    frame_share(d, m, true);
    f->mfn = m;
    t->frame[t->frame_count] = f;
    /* pairs with whoever looks without the lock */
    __atomic_store_n(&t->frame_count, t->frame_count + 1, __ATOMIC_RELEASE);
    return 0;
}

int grant_table_grow(struct domain *d, unsigned int frames)
{
    struct grant_table *t = d->grants;
    int rc = 0;

    if (frames > t->frame_max)
        return -EINVAL;
    spin_lock(&t->lock);
    while (!rc && t->frame_count < frames)
        rc = add_frame(d, t);
    spin_unlock(&t->lock);
    return rc;
}

struct grant_entry_v1 *grant_entry_of(const struct grant_table *t,
                                      grant_ref_t ref)
{
    size_t count = t->frame_count * GRANTS_PER_FRAME;
    struct grant_entry_v1 *entries;

    if (ref >= count)
        return NULL;
    ref = (grant_ref_t)index_nospec(ref, count);
    entries = mfn_to_virt(t->frame[ref / GRANTS_PER_FRAME]->mfn);
    return &entries[ref % GRANTS_PER_FRAME];
}
