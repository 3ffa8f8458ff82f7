/* SPDX-License-Identifier: MIT */
/*
 * maptrack.c - handles: each leads to one mapping that a domain has made of
 * another's grant.
 *
 *   free --alloc--> its maker's --publish--> live --claim--> ending --> free
 *                                              ^---unclaim----+
 *
 * A mapping has up to two parts, for CPUs and for devices, that may end apart.
 * Invariants:
 *   T1  A handle of which any part is live or ending has one reference on the
 *       granting domain, and one pin for each such part (G3).
 *   T2  Who moves a part from live to ending, by compare-and-swap, is the only
 *       one to end it. Granter and reference stay while any part is live or
 *       ending, so that he may read them.
 *   T3  A handle is an index into its own domain's list: nobody can name a
 *       mapping of another.
 * Locks: handle_lock, for the list of free handles and its growth.
 */
#include "grant.h"
#include <hv/assert.h>
#include <hv/heap.h>
#include <hv/nospec.h>

static uint32_t state_of(const struct grant_map *m)
{
    return __atomic_load_n(&m->state, __ATOMIC_ACQUIRE);
}

struct grant_map *maptrack_find(const struct domain *d, grant_handle_t handle)
{
    const struct grant_table *t = d->grants;
    /* pairs with add_frame() */
    unsigned long end = __atomic_load_n(&t->maptrack_count, __ATOMIC_ACQUIRE) *
                        MAPS_PER_FRAME;

    if (handle >= end)
        return NULL;
    handle = (grant_handle_t)index_nospec(handle, end);
    return &t->maptrack[handle / MAPS_PER_FRAME][handle % MAPS_PER_FRAME];
}

/* More handles; under handle_lock. The array of frames comes with the first,
 * as most domains never map anything. */
static bool add_frame(struct grant_table *t)
{
    uint32_t first = t->maptrack_count * MAPS_PER_FRAME;
    struct grant_map *maps;

    if (t->maptrack_count == t->maptrack_max)
        return false;
    if (!t->maptrack)
        t->maptrack = heap_alloc_array(t->maptrack_max,
                                       sizeof(*t->maptrack));
    maps = t->maptrack ? heap_alloc_array(MAPS_PER_FRAME, sizeof(*maps))
                       : NULL;
    if (!maps)
        return false;
    for (uint32_t i = 0; i < MAPS_PER_FRAME; i++)
        maps[i].ref = first + i + 1;
    maps[MAPS_PER_FRAME - 1].ref = NO_HANDLE;
    t->maptrack[t->maptrack_count] = maps;
    t->free_handle = first;
    /* pairs with maptrack_find() */
    __atomic_store_n(&t->maptrack_count, t->maptrack_count + 1,
                     __ATOMIC_RELEASE);
    return true;
}

grant_handle_t maptrack_alloc(struct domain *d)
{
    struct grant_table *t = d->grants;
    grant_handle_t handle = NO_HANDLE;

    spin_lock(&t->handle_lock);
    if (t->free_handle != NO_HANDLE || add_frame(t)) {
        handle = t->free_handle;
        t->free_handle = maptrack_find(d, handle)->ref;
    }
    spin_unlock(&t->handle_lock);
    return handle;
}

void maptrack_free(struct domain *d, grant_handle_t handle)
{
    struct grant_table *t = d->grants;

    spin_lock(&t->handle_lock);
    maptrack_find(d, handle)->ref = t->free_handle;
    t->free_handle = handle;
    spin_unlock(&t->handle_lock);
}

void maptrack_publish(struct domain *d, grant_handle_t handle,
                      struct domain *granter, grant_ref_t ref, uint32_t state)
{
    struct grant_map *m = maptrack_find(d, handle);

    m->granter = granter;
    m->ref = ref;
    /* pairs with maptrack_claim() */
    __atomic_store_n(&m->state, state, __ATOMIC_RELEASE);
}

bool maptrack_claim(struct grant_map *m, uint32_t wanted, uint32_t *state)
{
    uint32_t next, parts;

    *state = state_of(m);
    do {
        if (!(*state & MAP_LIVE))
            return false;
        parts = *state & wanted & MAP_LIVE;
        next = (*state & ~parts) | MAP_END_OF(parts);
    } while (!__atomic_compare_exchange_n(&m->state, state, next, false,
                                          __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));
    return true;
}

void maptrack_unclaim(struct grant_map *m, uint32_t parts)
{
    uint32_t old = state_of(m);

    while (!__atomic_compare_exchange_n(&m->state, &old,
                                        (old & ~MAP_END_OF(parts)) | parts,
                                        false, __ATOMIC_ACQ_REL,
                                        __ATOMIC_ACQUIRE))
        ;
}

void maptrack_end(struct domain *d, grant_handle_t handle, uint32_t parts)
{
    struct grant_map *m = maptrack_find(d, handle);
    struct domain *granter = m->granter;        /* T2: before the part ends */
    uint32_t left = __atomic_and_fetch(&m->state, ~MAP_END_OF(parts),
                                       __ATOMIC_ACQ_REL);

    if (left & (MAP_LIVE | MAP_ENDS))
        return;
    maptrack_free(d, handle);
    domain_put(granter);                        /* T1 */
}

unsigned int maptrack_uses(uint32_t state, uint32_t parts)
{
    bool reads = state & MAP_READONLY;
    unsigned int uses = 0;

    if (parts & MAP_CPU)
        uses |= GRANT_USE(reads ? GRANT_CPU_READ : GRANT_CPU_WRITE);
    if (parts & MAP_DEVICE)
        uses |= GRANT_USE(reads ? GRANT_DEVICE_READ : GRANT_DEVICE_WRITE);
    return uses;
}
