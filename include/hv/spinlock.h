/* SPDX-License-Identifier: MIT */
/*
 * spinlock.h - ticket locks: first come, first served. A lock that is also
 * taken in interrupt handlers must always be taken by the _irqsave form.
 * Debug builds check the level order at every acquire (sync/lock_order.c).
 */
#ifndef HV_SPINLOCK_H
#define HV_SPINLOCK_H

#include <hv/compiler.h>
#include <hv/lock_level.h>
#include <hv/types.h>

typedef struct spinlock {
    uint16_t next;          /* ticket the next comer draws */
    uint16_t serving;       /* ticket that holds the lock */
    uint8_t  level;         /* enum lock_level */
    uint8_t  pad[3];
} spinlock_t;

#define SPINLOCK_INIT(lvl)  { .level = (lvl) }

static inline void spin_lock_init(spinlock_t *lock, enum lock_level level)
{
    *lock = (spinlock_t){ .level = (uint8_t)level };
}

void spin_lock(spinlock_t *lock);
void spin_unlock(spinlock_t *lock);
bool spin_trylock(spinlock_t *lock);
bool spin_is_locked(const spinlock_t *lock);

/* Also hold interrupts off; the return value goes to the matching restore. */
unsigned long spin_lock_irqsave(spinlock_t *lock);
void spin_unlock_irqrestore(spinlock_t *lock, unsigned long flags);

/* Two locks of one level, or the same one twice; all callers take the two in
 * the same order, that of their addresses. */
void spin_lock_pair(spinlock_t *a, spinlock_t *b);
void spin_unlock_pair(spinlock_t *a, spinlock_t *b);

#endif
