/* SPDX-License-Identifier: MIT */
/*
 * table_lock.h - the page tables of a domain, changed by several CPUs at once.
 *
 * Who changes entries of L1 tables, or takes another use of a table that is in
 * use, needs no more than that tables stay what they are. The domain's vcpus
 * do these side by side, between tables_share() and tables_unshare(). Whoever
 * changes types or upper levels keeps all of them out (arch_lock_tables() in
 * hv/frame.h), and so does who works on another domain's tables.
 *
 * Invariants:
 *   TL1  A vcpu that shares has set shares_tables and found is_exclusive unset
 *        after that. Who excludes holds pt_lock, has set is_exclusive, and has
 *        found shares_tables unset of all vcpus after that.
 *   TL2  Where several share, an entry changes by compare-and-swap against what
 *        its references were counted for.
 */
#ifndef ASM_TABLE_LOCK_H
#define ASM_TABLE_LOCK_H

#include <hv/domain.h>
#include <hv/lock_order.h>
#include <hv/vcpu.h>

/* Somebody excludes us: wait until he is done. */
void tables_share_slowly(struct vcpu *v);

/* @v is the caller's own vcpu, its own domain's tables are meant. */
static ALWAYS_INLINE void tables_share(struct vcpu *v)
{
    struct arch_domain *d = &v->domain->arch;

    lock_order_check(&d->pt_lock, false);
    __atomic_store_n(&v->arch.shares_tables, true, __ATOMIC_SEQ_CST);
    if (unlikely(__atomic_load_n(&d->is_exclusive, __ATOMIC_SEQ_CST)))
        tables_share_slowly(v);
    lock_order_push(&d->pt_lock);
}

static ALWAYS_INLINE void tables_unshare(struct vcpu *v)
{
    lock_order_pop(&v->domain->arch.pt_lock);
    /* pairs with the loop of arch_lock_tables() */
    __atomic_store_n(&v->arch.shares_tables, false, __ATOMIC_RELEASE);
}

#endif
