/* SPDX-License-Identifier: MIT */
/*
 * pending.c - a table that a hypercall of this vcpu has begun to build or to
 * take apart, and that the vcpu holds until the hypercall, restarted, goes on
 * with it (F6). There is one at a time: whoever needs the slot finishes what is
 * in it first. A guest that never comes back leaves it to the domain's end.
 *
 * A privileged domain works on others' tables too, so what is pending may be
 * another domain's than the tables that its next hypercall is about.
 * pending_settle() sees to that before their lock is taken; all the rest finds
 * in the slot only what belongs to whose lock is held.
 */
#include <asm/pt.h>
#include <hv/assert.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/vcpu.h>

static int drop(struct vcpu *v)
{
    int rc = frame_put_with_type(v->arch.pending_table);

    if (!rc)
        v->arch.pending_table = NULL;
    v->arch.pending_is_building = false;
    return rc;
}

int pending_settle(struct vcpu *v, const struct domain *d)
{
    struct frame *f = v->arch.pending_table;
    struct domain *owner;
    int rc;

    if (likely(!f) || f->owner == d)
        return 0;
    owner = f->owner;           /* F1: the slot's reference keeps it */
    arch_lock_tables(owner);
    rc = drop(v);
    arch_unlock_tables(owner);
    return rc;
}

int pending_finish(struct vcpu *v)
{
    if (likely(!v->arch.pending_table) || v->arch.pending_is_building)
        return 0;
    return drop(v);
}

int pending_abandon(struct vcpu *v)
{
    return v->arch.pending_table ? drop(v) : 0;
}

/* Is what is pending the build of @f as @type for @d? */
static bool is_build_of(const struct vcpu *v, const struct domain *d,
                        const struct frame *f, enum frame_type type)
{
    return v->arch.pending_table == f && v->arch.pending_is_building &&
           f->owner == d && frame_state_type(f->state) == type;
}

int pending_make_room(struct vcpu *v, const struct domain *d,
                      const struct frame *f, enum frame_type type)
{
    if (likely(!v->arch.pending_table) || is_build_of(v, d, f, type))
        return 0;
    drop(v);
    return -ERESTART;
}

int pending_get(struct vcpu *v, struct domain *d, struct frame *f,
                enum frame_type type)
{
    int rc;

    if (unlikely(v->arch.pending_table)) {
        if (is_build_of(v, d, f, type)) {
            rc = frame_type_resume(f);
            if (rc != -ERESTART) {
                v->arch.pending_table = NULL;
                if (rc)
                    frame_put(f);
            }
            return rc;
        }
        rc = pending_abandon(v);
        if (rc)
            return rc;
    }
    rc = frame_get_with_type(f, d, type);
    if (rc == -ERESTART) {
        v->arch.pending_table = f;
        v->arch.pending_is_building = true;
    }
    return rc;
}

int pending_put(struct vcpu *v, struct frame *f)
{
    int rc;

    ASSERT(!v->arch.pending_table);
    rc = frame_put_with_type(f);
    if (rc) {
        v->arch.pending_table = f;
        v->arch.pending_is_building = false;
    }
    return rc;
}
