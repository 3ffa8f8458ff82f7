/* SPDX-License-Identifier: MIT */
/*
 * pt.h - guests' page tables: what an entry may say, and changing entries.
 * Everything here wants arch_lock_tables(owner of the table) held; pt_l1_update
 * and pt_l1_replace are content with tables_share().
 */
#ifndef ASM_PT_H
#define ASM_PT_H

#include <asm/pte.h>
#include <hv/compiler.h>
#include <hv/frame.h>
#include <hv/log_dirty.h>

struct domain;
struct vcpu;

/* --- mm/pt_l1.c --- */

/* May @e stand in an L1 table of @owner and name a frame of @target? Takes the
 * references it needs and adjusts its flags to what the hardware shall see.
 * 0; -EINVAL: a bit or device address it may not have; -EBUSY: the frame is not
 * @target's, or in use as something else. An entry without P is always good and holds nothing. */
int pt_l1_get(struct domain *owner, struct domain *target, pte_t *e) MUST_CHECK;
/* Let go of what @e, which stood in a table of @owner, holds. */
void pt_l1_put(const struct domain *owner, pte_t e);
/* Change one entry. On an error nothing has changed. */
int pt_l1_update(struct domain *owner, struct domain *target, pte_t *slot,
                 pte_t e, bool preserve_ad) MUST_CHECK;
/* The same, for an entry that must still be @old; -EBUSY when it is not. */
int pt_l1_replace(struct domain *owner, pte_t *slot, pte_t old, pte_t e)
    MUST_CHECK;

/* --- mm/dirty_entries.c --- */

/* @slot, of a table of @owner, said @old, and says something else now. */
void pt_note_changed(struct domain *owner, const pte_t *slot, pte_t old);
static inline void pt_note(struct domain *owner, const pte_t *slot, pte_t old)
{
    if (unlikely(log_dirty_is_on(owner)))
        pt_note_changed(owner, slot, old);
}
/* The first @count entries of an L1 table of @owner cease to be a table's. */
void pt_note_table_end(struct domain *owner, const pte_t *table,
                       unsigned int count);

/* --- mm/pt_upper.c: levels 2 to 4 --- */

/* Take entry @slot of a table of @level that is being validated. Errors as
 * frame_get_with_type(). */
int pt_upper_get(struct domain *d, unsigned int level, pte_t *slot) MUST_CHECK;

/* Change entry @slot of a validated table of @level. -ERESTART: call again with
 * the same arguments if it still is such a table; or, when *done is set, the
 * change is made and what it replaced is v's pending table now. */
int pt_upper_update(struct vcpu *v, struct domain *owner, unsigned int level,
                    pte_t *slot, pte_t e, bool preserve_ad, bool *done)
    MUST_CHECK;

/* --- mm/pending.c: a table this vcpu is building or taking apart --- */

/* Before the lock of @d's tables is taken, no lock being held: if what is
 * pending is another domain's, go on dropping that. 0 or -ERESTART. */
int pending_settle(struct vcpu *v, const struct domain *d) MUST_CHECK;

/* Take a type reference as frame_get_with_type() does; if that must restart,
 * the half-built table becomes v's, and the next call for it goes on. */
int pending_get(struct vcpu *v, struct domain *d, struct frame *f,
                enum frame_type type) MUST_CHECK;
/* Drop one; if that must restart, the rest is v's to do. 0 or -ERESTART. */
int pending_put(struct vcpu *v, struct frame *f) MUST_CHECK;
/* Go on dropping, if there is anything. Start of every table hypercall. */
int pending_finish(struct vcpu *v) MUST_CHECK;
/* Before a table is changed: 0 when nothing is pending, or the build that
 * pending_get() would go on with. Else goes on dropping it and returns
 * -ERESTART, for that may have been the last use of the table to be changed. */
int pending_make_room(struct vcpu *v, const struct domain *d,
                      const struct frame *f, enum frame_type type) MUST_CHECK;
/* Give up whatever is pending, also what is being built. */
int pending_abandon(struct vcpu *v) MUST_CHECK;

/* --- mm/base.c: the tables a vcpu runs on --- */

/* For the running vcpu, no lock being held: load another L4, 0 for the user's
 * being none. -EINVAL, -ERESTART: call again. */
int base_load_kernel(struct vcpu *v, mfn_t l4) MUST_CHECK;
int base_load_user(struct vcpu *v, mfn_t l4) MUST_CHECK;

int base_set_kernel(struct vcpu *v, mfn_t l4) MUST_CHECK;
int base_set_user(struct vcpu *v, mfn_t l4) MUST_CHECK;     /* 0: none */
int base_drop(struct vcpu *v) MUST_CHECK;   /* at the end; 0 or -ERESTART */

#endif
