/* SPDX-License-Identifier: MIT */
/*
 * spinlock.c - ticket locks: draw a number, wait until it is served.
 *
 * Invariants:
 *   L1  next - serving, modulo 2^16, is the number of CPUs that hold the lock
 *       or wait for it; fewer than 2^16, so tickets never meet.
 *   L2  Only the holder changes serving.
 * Who waits does what other CPUs need of this one before they can go on, even
 * with interrupts off (arch_wait_briefly): one of them may be the holder.
 * A CPU whose per-CPU area is not there yet may take locks: nothing here needs
 * one but the debug build's check, and that needs only what a boot stack has.
 */
#include <hv/irqflags.h>
#include <hv/lock_order.h>

static void wait_for_turn(spinlock_t *lock)
{
    uint16_t ticket = __atomic_fetch_add(&lock->next, 1, __ATOMIC_RELAXED);

    /* pairs with spin_unlock() */
    while (__atomic_load_n(&lock->serving, __ATOMIC_ACQUIRE) != ticket)
        arch_wait_briefly();
    lock_order_push(lock);
}

void spin_lock(spinlock_t *lock)
{
    lock_order_check(lock, false);
    wait_for_turn(lock);
}

void spin_unlock(spinlock_t *lock)
{
    lock_order_pop(lock);
    __atomic_store_n(&lock->serving, (uint16_t)(lock->serving + 1),
                     __ATOMIC_RELEASE);     /* L2 */
}

/* Read in this order, equal numbers mean that the ticket was still to be had;
 * if it still is when we take it, it is served. */
bool spin_trylock(spinlock_t *lock)
{
    uint16_t serving = __atomic_load_n(&lock->serving, __ATOMIC_ACQUIRE);
    uint16_t next = serving;

    if (!__atomic_compare_exchange_n(&lock->next, &next,
                                     (uint16_t)(serving + 1), false,
                                     __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        return false;
    lock_order_push(lock);
    return true;
}

bool spin_is_locked(const spinlock_t *lock)
{
    uint16_t serving = READ_ONCE(lock->serving);

    return READ_ONCE(lock->next) != serving;
}

unsigned long spin_lock_irqsave(spinlock_t *lock)
{
    unsigned long flags;

    lock_order_check(lock, false);
    flags = local_irq_save();
    wait_for_turn(lock);
    return flags;
}

void spin_unlock_irqrestore(spinlock_t *lock, unsigned long flags)
{
    spin_unlock(lock);
    local_irq_restore(flags);
}

void spin_lock_pair(spinlock_t *a, spinlock_t *b)
{
    spinlock_t *first = a < b ? a : b, *second = a < b ? b : a;

    spin_lock(first);
    if (first == second)
        return;
    lock_order_check(second, true);
    wait_for_turn(second);
}

void spin_unlock_pair(spinlock_t *a, spinlock_t *b)
{
    spin_unlock(a < b ? b : a);
    if (a != b)
        spin_unlock(a < b ? a : b);
}
