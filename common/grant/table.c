/* SPDX-License-Identifier: MIT */
/*
 * table.c - a domain's grant table: frames of the hypervisor's that the domain
 * fills with what others may do to its memory (version 1). They are made when
 * the domain asks for them and stay until its end.
 */
#include <hv/direct_map.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/frame.h>
#include <hv/grant_table.h>
#include <hv/heap.h>
#include <hv/page_alloc.h>
#include <hv/string.h>

int grant_domain_create(struct domain *d, const struct domain_config *config)
{
    struct grant_table *t = heap_alloc(sizeof(*t), 0);

    (void)config;
    if (!t)
        return -ENOMEM;
    spin_lock_init(&t->lock, LOCK_LEVEL_GRANT);
    d->grants = t;
    return 0;
}

void grant_domain_destroy(struct domain *d)
{
    struct grant_table *t = d->grants;

    if (!t)
        return;
    for (unsigned int i = 0; i < t->frame_count; i++)
        frame_unshare(t->frame[i]);
    heap_free(t);
    d->grants = NULL;
}

int grant_table_grow(struct domain *d, unsigned int frames)
{
    struct grant_table *t = d->grants;
    int rc = 0;

    if (frames > GRANT_FRAMES_MAX)
        return -EINVAL;
    spin_lock(&t->lock);
    while (t->frame_count < frames) {
        mfn_t m = page_alloc_frames(0, 0);

        if (mfn_eq(m, INVALID_MFN)) {
            rc = -ENOMEM;
            break;
        }
        memset(mfn_to_virt(m), 0, PAGE_SIZE);
        frame_share(d, m, true);
        t->frame[t->frame_count++] = m;
    }
    spin_unlock(&t->lock);
    return rc;
}
