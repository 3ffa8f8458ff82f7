/* SPDX-License-Identifier: MIT */
/* lock_order.h - what locks tell sync/lock_order.c, in debug builds only. */
#ifndef HV_LOCK_ORDER_H
#define HV_LOCK_ORDER_H

#include <hv/spinlock.h>

#ifdef HV_DEBUG

/* Before @lock is waited for: may it be taken here? Panics if not. @second: it
 * is the other lock of a pair. */
void lock_order_check(const spinlock_t *lock, bool second);
void lock_order_push(const spinlock_t *lock);   /* it was taken */
void lock_order_pop(const spinlock_t *lock);    /* it is about to be released */

#else

static inline void lock_order_check(const spinlock_t *lock, bool second)
{
    (void)lock;
    (void)second;
}

static inline void lock_order_push(const spinlock_t *lock)
{
    (void)lock;
}

static inline void lock_order_pop(const spinlock_t *lock)
{
    (void)lock;
}

#endif
#endif
