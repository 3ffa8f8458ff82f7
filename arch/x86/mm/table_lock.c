/* SPDX-License-Identifier: MIT */
/* table_lock.c - keeping others out: see asm/table_lock.h. */
#include <asm/table_lock.h>
#include <hv/frame.h>
#include <hv/irqflags.h>

void arch_lock_tables(struct domain *d)
{
    struct vcpu *v;

    spin_lock(&d->arch.pt_lock);
    __atomic_store_n(&d->arch.is_exclusive, true, __ATOMIC_SEQ_CST);
    for_each_vcpu(d, v)
        while (__atomic_load_n(&v->arch.shares_tables, __ATOMIC_SEQ_CST))
            arch_wait_briefly();
}

void arch_unlock_tables(struct domain *d)
{
    __atomic_store_n(&d->arch.is_exclusive, false, __ATOMIC_RELEASE);
    spin_unlock(&d->arch.pt_lock);
}

/* In the order of who came first, with those who exclude: while the lock is
 * ours nobody does. */
void tables_share_slowly(struct vcpu *v)
{
    struct arch_domain *d = &v->domain->arch;

    __atomic_store_n(&v->arch.shares_tables, false, __ATOMIC_RELEASE);
    spin_lock(&d->pt_lock);
    __atomic_store_n(&v->arch.shares_tables, true, __ATOMIC_SEQ_CST);
    spin_unlock(&d->pt_lock);
}
