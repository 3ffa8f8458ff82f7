/* SPDX-License-Identifier: MIT */
/*
 * release.c - the end of a domain that has others' grants mapped. Its vcpus
 * have stopped and its page tables are gone, and with them what their entries
 * held; the handles, pins and what devices held go here, a few at a time.
 */
#include "grant.h"
#include <hv/errno.h>
#include <hv/frame.h>
#include <hv/softirq.h>

static void release(struct domain *d, grant_handle_t handle)
{
    struct unmapping u = { .handle = handle };

    if (maptrack_claim(maptrack_find(d, handle), MAP_LIVE, &u.state)) {
        u.parts = u.state & MAP_LIVE;
        grant_unmap_end(d, &u);
    }
}

static int release_from(struct domain *d, uint32_t *next)
{
    while (maptrack_find(d, *next)) {
        release(d, (*next)++);
        if (softirq_is_pending())
            return -ERESTART;
    }
    return 0;
}

int grant_release_all(struct domain *d)
{
    int rc;

    frame_batch_begin();
    rc = release_from(d, &d->grants->release_next);
    frame_batch_end();
    return rc;
}
