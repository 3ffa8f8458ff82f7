/* SPDX-License-Identifier: MIT */
/*
 * copy.c - copy bytes between two pages, each granted to the caller or its own.
 *
 * Both ends are pinned while it lasts, as if they were mapped, and the one that
 * is written is held as WRITABLE: no table and no descriptor page is ever
 * written so. Their owners may use the pages meanwhile.
 */
#include "grant.h"
#include <hv/direct_map.h>
#include <hv/frame.h>
#include <hv/log_dirty.h>
#include <hv/string.h>
#include <hv/vcpu.h>

struct end {
    struct domain *d;
    const struct gnttab_copy_ptr *at;
    bool is_grant, is_written;
    struct frame *f;
};

static unsigned int uses_of(const struct end *e)
{
    return GRANT_USE(e->is_written ? GRANT_CPU_WRITE : GRANT_CPU_READ);
}

/* Frames by their number are the caller's only, and only as DOMID_SELF. */
static int16_t find_domain_of(struct end *e, struct lookup *l)
{
    e->d = e->at->domid == DOMAIN_SELF ? current->domain
                                       : grant_lookup(l, e->at->domid);
    if (!e->d)
        return GNTST_bad_domain;
    if (e->at->domid != DOMAIN_SELF && !e->is_grant)
        return GNTST_permission_denied;
    return GNTST_okay;
}

static int16_t hold_own(struct end *e)
{
    e->f = frame_of(mfn(e->at->u.gmfn));
    if (!frame_is_ram(e->f) || !frame_get(e->f, e->d))
        return GNTST_bad_page;
    return GNTST_okay;
}

static void let_go(const struct end *e)
{
    if (e->is_grant)
        grant_unpin(e->d, e->at->u.ref, uses_of(e));
    else
        frame_put(e->f);
}

static int16_t claim(struct end *e)
{
    int16_t status = e->is_grant
                         ? grant_pin(e->d, e->at->u.ref, current->domain->id,
                                     uses_of(e), &e->f)
                         : hold_own(e);

    if (!status && e->is_written && frame_get_writable(e->f, e->d)) {
        let_go(e);
        return GNTST_general_error;
    }
    return status;
}

static void release(const struct end *e)
{
    if (e->is_written)
        frame_put_writable(e->f);
    let_go(e);
}

static int16_t copy_bytes(const struct end *from, const struct end *to,
                          unsigned int length)
{
    unsigned int source = from->at->offset, dest = to->at->offset;
    char *a, *b;

    if (source + length > PAGE_SIZE || dest + length > PAGE_SIZE)
        return GNTST_bad_copy_arg;
    a = map_frame(frame_mfn(from->f));
    b = map_frame(frame_mfn(to->f));
    memmove(b + dest, a + source, length);
    unmap_frame(b);
    unmap_frame(a);
    log_dirty_mark(to->d, frame_mfn(to->f));
    return GNTST_okay;
}

static int16_t copy(struct end *from, struct end *to, unsigned int length)
{
    int16_t status = claim(from);

    if (status)
        return status;
    status = claim(to);
    if (!status) {
        status = copy_bytes(from, to, length);
        release(to);
    }
    release(from);
    return status;
}

void grant_copy(struct gnttab_copy *op, struct lookup *from_l,
                struct lookup *to_l)
{
    struct end from = { .at = &op->source,
                        .is_grant = op->flags & GNTCOPY_source_gref };
    struct end to = { .at = &op->dest, .is_written = true,
                      .is_grant = op->flags & GNTCOPY_dest_gref };

    op->status = find_domain_of(&from, from_l);
    if (!op->status)
        op->status = find_domain_of(&to, to_l);
    if (!op->status)
        op->status = copy(&from, &to, op->len);
}
