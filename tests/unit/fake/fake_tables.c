/* SPDX-License-Identifier: MIT */
/* fake_tables.c - see fake_tables.h. */
#include <string.h>
#include <hv/assert.h>
#include <hv/errno.h>
#include "../frame_model.h"
#include "fake_tables.h"
#include "unit.h"

unsigned int fake_restart_one_in, fake_refuse_one_in;
uint64_t fake_tables_seed;

static bool one_in(unsigned int n)
{
    return n && unit_random_below(&fake_tables_seed, n) == 0;
}

static uint64_t *entries_of(const struct frame *f)
{
    return fake_memory[frame_mfn(f).n];
}

static int take(struct frame *f, enum frame_type type, uint64_t e)
{
    struct frame *child = frame_of(mfn(entry_frame(e)));

    if ((e & ENTRY_BAD) || !frame_is_ram(child) || one_in(fake_refuse_one_in))
        return -EINVAL;
    if (type > FRAME_L1)
        return frame_get_with_type(child, f->owner, type - 1);
    if (e & ENTRY_WRITABLE)
        return frame_get_with_type(child, f->owner, FRAME_WRITABLE);
    return frame_get(child, f->owner) ? 0 : -EINVAL;
}

static int drop(enum frame_type type, uint64_t e)
{
    struct frame *child = frame_of(mfn(entry_frame(e)));

    if (type > FRAME_L1)
        return frame_put_with_type(child);
    if (e & ENTRY_WRITABLE)
        frame_put_writable(child);
    else
        frame_put(child);
    return 0;
}

/* The child at cursor - 1 was left half done. */
static int go_on_with_child(struct frame *f)
{
    struct frame *child = frame_of(mfn(entry_frame(
        entries_of(f)[f->cursor - 1])));
    int rc = frame_type_resume(child);

    if (rc == -ERESTART)
        return rc;
    f->child_partial = false;
    if (rc) {
        f->cursor--;
        frame_put(child);
    }
    return rc;
}

static int check_descriptors(struct frame *f)
{
    for (; f->cursor < TABLE_ENTRIES; f->cursor++)
        if (entries_of(f)[f->cursor] & ENTRY_BAD)
            return -EINVAL;
    return 0;
}

int arch_validate(struct frame *f, enum frame_type type)
{
    int rc = 0;

    if (type == FRAME_SEGDESC)
        return check_descriptors(f);
    ASSERT(type >= FRAME_L1 && type <= FRAME_L4);
    if (f->child_partial)
        rc = go_on_with_child(f);
    while (!rc && f->cursor < TABLE_ENTRIES) {
        uint64_t e = entries_of(f)[f->cursor];

        if (e)
            rc = take(f, type, e);
        if (rc == -ERESTART)
            f->child_partial = true;
        if (!rc || rc == -ERESTART)
            f->cursor++;
        if (!rc && f->cursor < TABLE_ENTRIES && one_in(fake_restart_one_in))
            rc = -ERESTART;
    }
    return rc;
}

int arch_invalidate(struct frame *f, enum frame_type type)
{
    if (f->cursor == FRAME_CURSOR_END)
        f->cursor = TABLE_ENTRIES;
    if (type == FRAME_SEGDESC)
        f->cursor = 0;
    while (f->cursor > 0) {
        unsigned int i = f->cursor - 1u;
        uint64_t e = entries_of(f)[i];

        if (e && drop(type, e)) {
            f->child_partial = true;
            return -ERESTART;
        }
        f->child_partial = false;
        f->cursor = i & FRAME_CURSOR_END;
        if (i && one_in(fake_restart_one_in))
            return -ERESTART;
    }
    return 0;
}

/* A CPU that still reaches the frame might write to it after this. */
void arch_scrub_frame(mfn_t m)
{
    ASSERT((int32_t)(fake_tlb_flushed_at - frame_of(m)->tlb_stamp) > 0);
    memset(fake_memory[m.n], 0, PAGE_SIZE);
}

/* How many entries of @f are held. */
static unsigned int entries_held(const struct frame *f)
{
    if (f->state & FRAME_VALIDATED)
        return TABLE_ENTRIES;
    return f->state & FRAME_PARTIAL ? MIN(f->cursor, TABLE_ENTRIES) : 0;
}

void model_for_each_entry(entry_fn fn)
{
    for (unsigned int n = 1; n < FAKE_FRAMES; n++) {
        struct frame *f = fake_frame(n);
        enum frame_type type = frame_state_type(f->state);

        if (type < FRAME_L1 || type > FRAME_L4)
            continue;
        for (unsigned int i = 0; i < entries_held(f); i++) {
            uint64_t e = fake_memory[n][i];

            if (e)
                fn(fake_frame(entry_frame(e)),
                   type > FRAME_L1 ? type - 1 :
                   e & ENTRY_WRITABLE ? FRAME_WRITABLE : FRAME_NONE);
        }
    }
}
