/* SPDX-License-Identifier: MIT */
/*
 * frame_type.c - what a frame is used as: the safety argument.
 *
 * A frame has one type at a time, with a count of its uses. A guest can make
 * hardware believe in a page table or a descriptor only through a type
 * reference, and can write to a frame only through a FRAME_WRITABLE one, so no
 * guest ever writes what the hardware believes in.
 *
 * Invariants:
 *   F3  A checked type (L1-L4, SEGDESC) with type references is VALIDATED or
 *       PARTIAL, never both; no other type is either.
 *   F4  The type changes only while the count of type references is 0, and
 *       is used only after no TLB can hold a translation made under the old:
 *       until then it is UNFLUSHED, or PARTIAL with no entry looked at. Whoever
 *       wants an UNFLUSHED type flushes himself, and waits for nobody.
 *   F5  Each type reference goes with a reference of the same holder.
 *   F6  A PARTIAL table has exactly one type reference and one holder: the pin,
 *       the parent table's entry below its cursor (parent->child_partial), or
 *       a vcpu's pending slot. Entries below ->cursor hold what they name,
 *       those from ->cursor on hold nothing. Only the holder goes on with it.
 *   F7  PINNED implies a table type with a type reference that is the pin's.
 *
 * Locks: every change of a checked type happens under arch_lock_tables(owner),
 * so its state stands still while the lock is held, except for the
 * reference count. Other types change by compare-and-swap alone.
 */
#include <hv/assert.h>
#include <hv/compiler.h>
#include <hv/errno.h>
#include <hv/frame.h>
#include <hv/log_dirty.h>

static uint64_t state_of(const struct frame *f)
{
    return __atomic_load_n(&f->state, __ATOMIC_ACQUIRE);
}

static bool swap(struct frame *f, uint64_t *old, uint64_t new)
{
    return __atomic_compare_exchange_n(&f->state, old, new, false,
                                       __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

static void set_flags(struct frame *f, uint64_t clear, uint64_t set)
{
    uint64_t old = state_of(f);

    while (!swap(f, &old, (old & ~clear) | set))
        ;
}

/* Whoever copies the domain copies a table in another way than memory, and
 * has to pin the copy, so what has changed is more than the content. */
static void mark(struct frame *f)
{
    log_dirty_mark(f->owner, frame_mfn(f));
}

/* Take the table @f apart from its cursor down; when that is done its type
 * reference is gone. The reference stays the caller's. */
static int take_apart(struct frame *f)
{
    int rc = arch_invalidate(f, frame_state_type(state_of(f)));

    if (rc)
        return rc;
    ASSERT(f->cursor == 0);
    f->child_partial = f->doomed = false;
    frame_stamp(f);
    set_flags(f, FRAME_PARTIAL | FRAME_TYPE_REF_MASK, 0);
    mark(f);
    return 0;
}

int frame_type_resume(struct frame *f)
{
    int rc = 0;

    ASSERT(state_of(f) & FRAME_PARTIAL);
    if (!f->doomed) {
        rc = arch_validate(f, frame_state_type(state_of(f)));
        if (rc == -ERESTART)
            return rc;
        if (rc == 0) {
            set_flags(f, FRAME_PARTIAL, FRAME_VALIDATED);
            return 0;
        }
        f->doomed = true;
    } else {
        rc = -EINVAL;   /* it was found out in an earlier turn */
    }
    return take_apart(f) ? -ERESTART : rc;
}

/* The state of a frame that @old describes, without uses, with one as @type. */
static uint64_t begun(uint64_t old, enum frame_type type)
{
    uint64_t new = (old & ~FRAME_TYPE_MASK) | FRAME_TYPE_REF_ONE |
                   (uint64_t)type << FRAME_TYPE_SHIFT;

    if (frame_type_is_checked(type))
        return new | FRAME_PARTIAL;                             /* F3 */
    return frame_state_type(old) == type ? new : new | FRAME_UNFLUSHED;
}

/* F4 for a type that needs no check. All who come while the flag is set hold a
 * type reference when they clear it, so it is this use's flag, no later one's. */
static void flush_unchecked(struct frame *f)
{
    arch_flush_for_type(f);
    set_flags(f, FRAME_UNFLUSHED, 0);
}

int frame_type_get(struct frame *f, enum frame_type type)
{
    uint64_t old = state_of(f), new;

    do {
        if (frame_type_refs(old) == 0) {
            new = begun(old, type);
        } else {
            if (frame_state_type(old) != type || (old & FRAME_PARTIAL))
                return -EINVAL;                             /* F4, F6 */
            if ((old & FRAME_TYPE_REF_MASK) == FRAME_TYPE_REF_MASK)
                return -EINVAL;
            new = old + FRAME_TYPE_REF_ONE;
        }
    } while (!swap(f, &old, new));

    if (new & FRAME_UNFLUSHED)
        flush_unchecked(f);
    if (frame_type_refs(old) != 0 || !frame_type_is_checked(type))
        return 0;
    if (frame_state_type(old) != type)
        arch_flush_for_type(f);                                 /* F4 */
    f->cursor = 0;
    f->child_partial = f->doomed = false;
    mark(f);
    return frame_type_resume(f);
}

/* Drop one reference of several, or of a type that needs no taking apart. */
static bool put_simple(struct frame *f)
{
    uint64_t old = state_of(f);

    do {
        if (frame_type_refs(old) == 1) {
            if (frame_type_is_checked(frame_state_type(old)))
                return false;
            frame_stamp(f);
        }
    } while (!swap(f, &old, old - FRAME_TYPE_REF_ONE));
    return true;
}

int frame_type_put(struct frame *f)
{
    ASSERT(frame_type_refs(state_of(f)) != 0);
    if (put_simple(f))
        return 0;
    if (state_of(f) & FRAME_VALIDATED) {
        f->cursor = FRAME_CURSOR_END;
        f->child_partial = false;
        set_flags(f, FRAME_VALIDATED, FRAME_PARTIAL);
    }
    f->doomed = true;
    return take_apart(f);
}

bool frame_add_use(struct frame *f, const struct domain *d,
                   enum frame_type type)
{
    uint64_t old = frame_validated_state(f, d);

    /* It stays validated and @d's while tables stay what they are. */
    do {
        if (!old || frame_state_type(old) != type ||
            (old & FRAME_TYPE_REF_MASK) == FRAME_TYPE_REF_MASK ||
            (old & FRAME_REF_MASK) == FRAME_REF_MASK)
            return false;
    } while (!swap(f, &old, old + FRAME_REF_ONE + FRAME_TYPE_REF_ONE));
    return true;
}

bool frame_drop_use(struct frame *f)
{
    uint64_t old = state_of(f);

    do {
        if (frame_type_refs(old) == 1)
            return false;
    } while (!swap(f, &old, old - FRAME_REF_ONE - FRAME_TYPE_REF_ONE));
    return true;
}

int frame_get_with_type(struct frame *f, const struct domain *d,
                        enum frame_type type)
{
    int rc;

    if (likely(frame_add_use(f, d, type)))
        return 0;
    if (!frame_get(f, d))
        return -EINVAL;
    rc = frame_type_get(f, type);
    if (rc && rc != -ERESTART)
        frame_put(f);
    return rc;
}

int frame_put_with_type(struct frame *f)
{
    int rc;

    if (likely(frame_drop_use(f)))
        return 0;
    rc = frame_type_put(f);
    if (!rc)
        frame_put(f);
    return rc;
}

/* The pin's own reference keeps @f. */
static int go_on_pinning(struct frame *f)
{
    int rc = frame_type_resume(f);

    if (rc && rc != -ERESTART) {
        set_flags(f, FRAME_PINNED, 0);
        frame_put(f);
    }
    return rc;
}

int frame_pin(struct frame *f, const struct domain *d, enum frame_type type)
{
    uint64_t state;
    int rc;

    if (!(state_of(f) & FRAME_PINNED)) {
        rc = frame_get_with_type(f, d, type);
        if (rc == 0 || rc == -ERESTART) {
            set_flags(f, 0, FRAME_PINNED);
            mark(f);
        }
        return rc;
    }
    /* What was seen may have been another owner's pin. */
    if (!frame_get(f, d))
        return -EINVAL;
    state = state_of(f);
    if (!(state & FRAME_PINNED) || !(state & FRAME_PARTIAL) ||
        frame_state_type(state) != type)
        rc = -EINVAL;
    else
        rc = go_on_pinning(f);
    frame_put(f);
    return rc;
}

int frame_unpin(struct frame *f)
{
    int rc;

    if (!(state_of(f) & FRAME_PINNED))
        return -EINVAL;
    rc = frame_type_put(f);
    if (rc)
        return rc;
    set_flags(f, FRAME_PINNED, 0);
    mark(f);
    frame_put(f);
    return 0;
}
