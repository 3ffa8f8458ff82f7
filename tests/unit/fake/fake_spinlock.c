/* SPDX-License-Identifier: MIT */
/*
 * fake_spinlock.c - locks of a test with one thread. Nobody else can hold one,
 * so a lock found taken is a deadlock; order and pairing are checked as in the
 * debug build.
 */
#include <stdio.h>
#include <stdlib.h>
#include <hv/irqflags.h>
#include <hv/spinlock.h>
#include "fake_spinlock.h"

#define HELD_MAX    16

unsigned int fake_locks_held;
bool fake_irqs_off;

static spinlock_t *held[HELD_MAX];

void (*fake_wait_hook)(void);

/* There is no other CPU to wait for, but for what a test has it do. */
void arch_wait_briefly(void)
{
    if (fake_wait_hook)
        fake_wait_hook();
}

static void fail(const char *why, const spinlock_t *lock)
{
    fprintf(stderr, "lock of level %u: %s\n", lock->level, why);
    abort();
}

static void take(spinlock_t *lock)
{
    if (lock->next != lock->serving)
        fail("taken twice", lock);
    if (fake_locks_held == HELD_MAX)
        fail("one lock too many", lock);
    held[fake_locks_held++] = lock;
    lock->next++;
}

void spin_lock(spinlock_t *lock)
{
    if (fake_locks_held && held[fake_locks_held - 1]->level >= lock->level)
        fail("taken out of order", lock);
    take(lock);
}

void spin_lock_pair(spinlock_t *a, spinlock_t *b)
{
    spin_lock(a);
    if (a != b && a->level != b->level)
        fail("paired with one of another level", b);
    if (a != b)
        take(b);
}

void spin_unlock_pair(spinlock_t *a, spinlock_t *b)
{
    if (a != b)
        spin_unlock(b);
    spin_unlock(a);
}

void spin_unlock(spinlock_t *lock)
{
    if (!fake_locks_held || held[fake_locks_held - 1] != lock)
        fail("released out of order, or not held", lock);
    fake_locks_held--;
    lock->serving++;
}

bool spin_trylock(spinlock_t *lock)
{
    if (spin_is_locked(lock))
        return false;
    spin_lock(lock);
    return true;
}

bool spin_is_locked(const spinlock_t *lock)
{
    return lock->next != lock->serving;
}

unsigned long spin_lock_irqsave(spinlock_t *lock)
{
    unsigned long flags = fake_irqs_off;

    fake_irqs_off = true;
    spin_lock(lock);
    return flags;
}

void spin_unlock_irqrestore(spinlock_t *lock, unsigned long flags)
{
    if (!fake_irqs_off)
        fail("interrupts came on under it", lock);
    spin_unlock(lock);
    fake_irqs_off = flags;
}
