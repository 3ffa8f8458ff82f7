/* SPDX-License-Identifier: MIT */
/*
 * map.c - map what another domain grants, and unmap it.
 *
 * A mapping for CPUs is an entry of the caller's page tables, which holds the
 * frame by itself (type and reference, as memory.md has it), so that no order
 * of unmapping, overwriting and dying leaves an entry that holds nothing. If
 * the guest overwrites the entry, its hold ends there; the pin stays until the
 * domain does, for the handle cannot be used any more. A mapping for devices
 * holds the frame as an entry would.
 *
 * Unmapping takes two steps, for a list needs one flush: the entry goes, and
 * the handle's part is ending; then TLBs forget it; then the pin ends, and with
 * it what the granting domain sees in its table (G4).
 * No lock is held here: handle, pin and entry have theirs, one after the other.
 */
#include "grant.h"
#include <hv/frame.h>
#include <hv/grant.h>
#include <hv/vcpu.h>

/* --- domains of a list --- */

struct domain *grant_lookup(struct lookup *l, domid_t id)
{
    if (l->d && l->id == id)
        return l->d;
    grant_lookup_end(l);
    l->id = id;
    l->d = find_domain(id);
    return l->d;
}

void grant_lookup_end(struct lookup *l)
{
    if (l->d)
        domain_put(l->d);
    l->d = NULL;
}

/* --- map --- */

static uint32_t state_for(uint32_t flags)
{
    return (flags & GNTMAP_host_map ? MAP_CPU : 0) |
           (flags & GNTMAP_device_map ? MAP_DEVICE : 0) |
           (flags & GNTMAP_readonly ? MAP_READONLY : 0) |
           (flags & GNTMAP_contains_pte ? MAP_BY_ENTRY : 0);
}

static bool device_get(struct domain *from, struct frame *f, uint32_t state)
{
    if (!(state & MAP_DEVICE))
        return true;
    if (state & MAP_READONLY)
        return frame_get(f, from);
    if (frame_get_writable(f, from))
        return false;
    frame_outside_add(f);
    return true;
}

static void device_put(struct frame *f, uint32_t state)
{
    if (state & MAP_READONLY) {
        frame_put(f);
        return;
    }
    frame_outside_remove(f);
    frame_put_writable(f);
}

/* What the parts of the mapping hold of @f, or nothing at all. */
static int16_t hold(struct domain *from, struct frame *f,
                    const struct gnttab_map_grant_ref *op, uint32_t state)
{
    if (!device_get(from, f, state))
        return GNTST_general_error;
    if ((state & MAP_CPU) &&
        arch_grant_map(from, f, op->host_addr, op->flags)) {
        if (state & MAP_DEVICE)
            device_put(f, state);
        return GNTST_general_error;
    }
    return GNTST_okay;
}

/* With a handle and T1's reference on @from. */
static int16_t map_with(struct gnttab_map_grant_ref *op, struct domain *from,
                        uint32_t state)
{
    unsigned int uses = maptrack_uses(state, state & MAP_LIVE);
    struct frame *f;
    int16_t status = grant_pin(from, op->ref, current->domain->id, uses, &f);

    if (status)
        return status;
    status = hold(from, f, op, state);
    if (status) {
        grant_unpin(from, op->ref, uses);
        return status;
    }
    maptrack_publish(current->domain, op->handle, from, op->ref, state);
    op->dev_bus_addr = mfn_to_paddr(frame_mfn(f));
    return GNTST_okay;
}

void grant_map(struct gnttab_map_grant_ref *op, struct lookup *l)
{
    struct domain *d = current->domain, *from;
    grant_handle_t handle;

    op->status = GNTST_bad_gntref;
    if (!(op->flags & (GNTMAP_device_map | GNTMAP_host_map)))
        return;
    op->status = GNTST_bad_domain;
    from = grant_lookup(l, op->dom);
    if (!from || !domain_get(from))
        return;
    op->status = GNTST_no_device_space;
    handle = maptrack_alloc(d);
    if (handle != NO_HANDLE) {
        grant_handle_t before = op->handle;

        op->handle = handle;
        op->status = map_with(op, from, state_for(op->flags));
        if (!op->status)
            return;
        op->handle = before;
        maptrack_free(d, handle);
    }
    domain_put(from);
}

/* --- unmap --- */

static uint32_t flags_for(uint32_t state)
{
    return GNTMAP_host_map | (state & MAP_READONLY ? GNTMAP_readonly : 0) |
           (state & MAP_BY_ENTRY ? GNTMAP_contains_pte : 0);
}

/* What is to be unmapped: addresses, 0 where nothing is. */
struct target {
    uint64_t host_addr, dev_bus_addr;
    uint64_t new_addr;              /* where to take another entry from */
};

static int16_t take_entry(const struct frame *f, const struct target *t,
                          uint32_t state)
{
    uint32_t flags = flags_for(state);
    int rc = t->new_addr
                 ? arch_grant_replace(f, t->host_addr, t->new_addr, flags)
                 : arch_grant_unmap(f, t->host_addr, flags);

    return rc ? GNTST_general_error : GNTST_okay;
}

/* The parts are claimed: T2 has granter and reference stay. */
static int16_t begin_parts(const struct grant_map *m, const struct target *t,
                           const struct unmapping *u)
{
    mfn_t frame = grant_pinned_frame(m->granter, m->ref);

    if ((u->parts & MAP_DEVICE) && t->dev_bus_addr != mfn_to_paddr(frame))
        return GNTST_bad_dev_addr;
    if (u->parts & MAP_CPU)
        return take_entry(frame_of(frame), t, u->state);
    return GNTST_okay;
}

static int16_t begin(grant_handle_t handle, const struct target *t,
                     struct unmapping *u)
{
    struct grant_map *m = maptrack_find(current->domain, handle);
    uint32_t wanted = (t->host_addr ? MAP_CPU : 0) |
                      (t->dev_bus_addr ? MAP_DEVICE : 0);
    int16_t status = GNTST_okay;

    *u = (struct unmapping){ .handle = handle };
    if (!m || !maptrack_claim(m, wanted, &u->state))
        return GNTST_bad_handle;
    u->parts = u->state & wanted;
    if (u->parts)
        status = begin_parts(m, t, u);
    if (status) {
        maptrack_unclaim(m, u->parts);
        u->parts = 0;
    }
    return status;
}

int16_t grant_unmap_begin(const struct gnttab_unmap_grant_ref *op,
                          struct unmapping *u)
{
    const struct target t = { .host_addr = op->host_addr,
                              .dev_bus_addr = op->dev_bus_addr };

    return begin(op->handle, &t, u);
}

int16_t grant_replace_begin(const struct gnttab_unmap_and_replace *op,
                            struct unmapping *u)
{
    const struct target t = { .host_addr = op->host_addr,
                              .new_addr = op->new_addr };

    return begin(op->handle, &t, u);
}

void grant_unmap_end(struct domain *d, const struct unmapping *u)
{
    struct grant_map *m;

    if (!u->parts)
        return;
    m = maptrack_find(d, u->handle);
    if (u->parts & MAP_DEVICE)
        device_put(frame_of(grant_pinned_frame(m->granter, m->ref)),
                   u->state);
    grant_unpin(m->granter, m->ref, maptrack_uses(u->state, u->parts));
    maptrack_end(d, u->handle, u->parts);
}
