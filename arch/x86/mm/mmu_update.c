/* SPDX-License-Identifier: MIT */
/*
 * mmu_update.c - hypercall 1: a list of 8-byte stores to machine addresses,
 * each checked by what the frame there is: an entry of a page table, a word of
 * ordinary memory, or a row of the machine-to-pseudophysical table.
 *
 * *done tells how many were made before the first that failed, also when none
 * was tried: kernels go on behind what they are told, and would count what they
 * were told by an earlier call. The list runs under the lock of the tables it
 * changes and lets go of it now and then. For L1 entries and plain memory of
 * its own domain a vcpu shares the tables with others; it keeps them out for
 * what is above.
 */
#include <asm/guest_word.h>
#include <asm/hypercall.h>
#include <asm/hypercalls.h>
#include <asm/paging.h>
#include <asm/pt.h>
#include <asm/table_lock.h>
#include <hv/direct_map.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <hv/softirq.h>
#include <hv/vcpu.h>

#define RESTARTED       (1u << 31)  /* in count: ours, *done is valid */
#define COMMAND_MASK    7ul
#define NEEDS_LOCK      1           /* of an update: only with others kept out */

struct context {
    struct vcpu *v;
    struct domain *table_owner;     /* whose tables and m2p rows */
    struct domain *target;          /* whose frames L1 entries may name */
    bool is_exclusive;              /* others are kept out */
};

/* A store to memory that is no table: as the guest itself could do it. */
static int store_plain(struct frame *f, struct domain *d, unsigned long offset,
                       uint64_t value)
{
    char *page;
    int rc = frame_get_writable(f, d);

    if (rc)
        return rc;
    page = map_frame(frame_mfn(f));
    __atomic_store_n((uint64_t *)(page + offset), value, __ATOMIC_RELAXED);
    unmap_frame(page);
    log_dirty_mark(d, frame_mfn(f));
    frame_put_writable(f);
    return 0;
}

static NOINLINE int update_upper(struct vcpu *v, struct domain *d,
                                 enum frame_type type, pte_t *slot, pte_t e,
                                 bool preserve_ad)
{
    bool done;
    int rc = pt_upper_update(v, d, (unsigned int)type, slot, e, preserve_ad,
                             &done);

    /* Made: the rest waits in the pending slot. */
    return rc == -ERESTART && done ? 0 : rc;
}

static ALWAYS_INLINE int update_entry(const struct context c, uint64_t ptr,
                                      uint64_t value, bool preserve_ad)
{
    struct domain *d = c.table_owner;
    struct frame *f = frame_of(paddr_to_mfn(ptr));
    unsigned long offset = ptr & ~PAGE_MASK & ~COMMAND_MASK;
    enum frame_type type;
    uint64_t state;
    pte_t *table, *slot;
    int rc;

    if (!frame_is_ram(f))
        return -EINVAL;
    state = frame_validated_state(f, d);
    if (!state)
        return store_plain(f, d, offset, value);
    /* A page of descriptors is validated too, but only do_update_descriptor()
     * knows what may stand in it. */
    type = frame_state_type(state);
    if (type > FRAME_L4)
        return -EINVAL;
    table = map_frame(frame_mfn(f));
    slot = (pte_t *)((char *)table + offset);
    if (likely(type == FRAME_L1))
        rc = pt_l1_update(d, c.target, slot, (pte_t){ value }, preserve_ad);
    else if (!c.is_exclusive)
        rc = NEEDS_LOCK;
    else if (c.target == d)
        rc = update_upper(c.v, d, type, slot, (pte_t){ value }, preserve_ad);
    else
        rc = -EINVAL;
    unmap_frame(table);
    return rc;
}

static NOINLINE int update_m2p(struct domain *target, uint64_t ptr,
                               uint64_t value)
{
    mfn_t m = paddr_to_mfn(ptr);
    struct frame *f = frame_of(m);

    if (!frame_is_ram(f) || !frame_get(f, target))
        return -EINVAL;
    m2p_set(m, pfn(value));
    log_dirty_mark(target, m);
    frame_put(f);
    return 0;
}

/* Inline and by value, as is update_entry(): kernels do little else. */
static ALWAYS_INLINE int update_one(const struct context c, uint64_t ptr,
                                    uint64_t value)
{
    unsigned int command = ptr & COMMAND_MASK;

    if (unlikely(command == MMU_MACHPHYS_UPDATE))
        return update_m2p(c.target, ptr, value);
    if (unlikely(command > MMU_PT_UPDATE_NO_TRANSLATE))
        return -ENOSYS;
    return update_entry(c, ptr, value, command == MMU_PT_UPDATE_PRESERVE_AD);
}

#define BATCH   16u

/* A call whose last update left something to do comes back with none left. */
static int finish(const struct context *c)
{
    int rc;

    arch_lock_tables(c->table_owner);
    rc = pending_finish(c->v);
    arch_unlock_tables(c->table_owner);
    return rc;
}

static void keep_others_out(struct context *c)
{
    arch_lock_tables(c->table_owner);
    c->is_exclusive = true;
}

static void enter(struct context *c)
{
    c->is_exclusive = false;
    if (c->table_owner == c->v->domain && !c->v->arch.pending_table)
        tables_share(c->v);
    else
        keep_others_out(c);
}

static void leave(struct context *c)
{
    if (c->is_exclusive)
        arch_unlock_tables(c->table_owner);
    else
        tables_unshare(c->v);
}

/* An update that cannot be made beside others. */
static NOINLINE int update_exclusively(struct context *c, uint64_t ptr,
                                       uint64_t value)
{
    int rc;

    tables_unshare(c->v);
    keep_others_out(c);
    rc = pending_finish(c->v);
    return rc ? rc : update_one(*c, ptr, value);
}

/* Make updates from *i on. 0, an error, or -ERESTART. */
static int update_all(struct context *c, unsigned long updates,
                      unsigned int count, unsigned int *i)
{
    struct mmu_update batch[BATCH] UNINITIALISED;

    if (!count)
        return finish(c);
    while (*i < count) {
        unsigned int n = MIN(count - *i, BATCH);
        int rc = 0;

        if (copy_from_guest(batch, guest_va(updates + *i * sizeof(batch[0])),
                            n * sizeof(batch[0])))
            return -EFAULT;
        enter(c);
        rc = pending_finish(c->v);
        for (unsigned int k = 0; !rc && k < n; k++) {
            rc = update_one(*c, batch[k].ptr, batch[k].val);
            if (unlikely(rc == NEEDS_LOCK))
                rc = update_exclusively(c, batch[k].ptr, batch[k].val);
            if (rc)
                break;
            ++*i;
            if (c->v->arch.pending_table)
                rc = pending_finish(c->v);
        }
        leave(c);
        if (rc)
            return rc;
        if (*i < count && softirq_is_pending())
            return -ERESTART;
    }
    return 0;
}

static void put_domains(const struct context *c)
{
    if (c->target != c->v->domain)
        domain_put(c->target);
    if (c->table_owner != c->v->domain)
        domain_put(c->table_owner);
}

/* The two domains that @foreign names: low half the frames', high half, if
 * not 0, the tables' + 1. References are taken on others than the caller's,
 * which runs. */
static int find_domains(struct context *c, unsigned int foreign)
{
    unsigned int owner = foreign >> 16;

    c->v = current;
    c->target = c->table_owner = c->v->domain;
    if (likely(foreign == DOMAIN_SELF))
        return 0;
    if ((domid_t)foreign != DOMAIN_SELF &&
        (domid_t)foreign != c->v->domain->id)
        c->target = find_frame_owner((domid_t)foreign);
    if (!c->target)
        return -ESRCH;
    if (owner && owner - 1 != c->v->domain->id)
        c->table_owner = find_domain((domid_t)(owner - 1));
    if (!c->table_owner) {
        c->table_owner = c->v->domain;
        put_domains(c);
        return -ESRCH;
    }
    if (!c->v->domain->is_privileged &&
        (c->table_owner != c->v->domain ||
         (c->target != c->v->domain && c->target != dom_io))) {
        put_domains(c);
        return -EPERM;
    }
    return 0;
}

/* Have the guest come again for all but the first @made of @count. */
static long restart(unsigned long updates, unsigned int count,
                    unsigned int made, unsigned long done_va,
                    unsigned int foreign)
{
    return hypercall_restart(__HYPERVISOR_mmu_update, 4,
                             updates + made * sizeof(struct mmu_update),
                             (unsigned long)((count - made) | RESTARTED),
                             done_va, (unsigned long)foreign);
}

static NOINLINE long update_list(unsigned long updates, unsigned int count,
                                 unsigned long done_va, unsigned int foreign)
{
    struct context c;
    unsigned int done = 0, i = 0;
    int rc;

    if (count & RESTARTED) {
        count &= ~RESTARTED;
        if (done_va && read_guest(done, done_va))
            return -EFAULT;
    }
    rc = find_domains(&c, foreign);
    if (!rc) {
        rc = pending_settle(c.v, c.table_owner);
        if (!rc)
            rc = update_all(&c, updates, count, &i);
        put_domains(&c);
    }

    done += i;
    if (done_va && write_guest(done_va, done) && !rc)
        return -EFAULT;
    if (rc == -ERESTART)
        return restart(updates, count, i, done_va, foreign);
    return rc;
}

/* A lone update of an upper level. */
static NOINLINE long update_lone_upper(struct context c, unsigned long updates,
                                       uint64_t ptr, uint64_t value)
{
    bool is_made;
    int rc;

    keep_others_out(&c);
    rc = update_one(c, ptr, value);
    is_made = !rc;
    if (is_made)
        rc = pending_finish(c.v);
    arch_unlock_tables(c.table_owner);
    if (rc != -ERESTART)
        return rc;
    return restart(updates, 1, is_made, 0, DOMAIN_SELF);
}

/* The call that kernels make most: one entry of their own. What is unusual
 * about it is left to update_list(). */
static ALWAYS_INLINE long update_lone(unsigned long updates)
{
    struct vcpu *v = current;
    struct domain *d = v->domain;
    const struct context c = { v, d, d, false };
    uint64_t ptr, value;
    bool ok;
    int rc;

    if (v->arch.pending_table || is_hypervisor_address(updates) ||
        is_hypervisor_address(updates + sizeof(struct mmu_update) - 1))
        return update_list(updates, 1, 0, DOMAIN_SELF);
    guest_words_open();
    ok = guest_word_get(updates, &ptr) && guest_word_get(updates + 8, &value);
    guest_words_close();
    if (!ok)
        return -EFAULT;
    tables_share(v);
    rc = update_one(c, ptr, value);
    tables_unshare(v);
    if (unlikely(rc == NEEDS_LOCK))
        return update_lone_upper(c, updates, ptr, value);
    return rc;
}

long do_mmu_update(unsigned long updates, unsigned int count,
                   unsigned long done_va, unsigned int foreign)
{
    if (count == 1 && foreign == DOMAIN_SELF && !done_va)
        return update_lone(updates);
    return update_list(updates, count, done_va, foreign);
}
