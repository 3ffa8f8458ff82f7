/* SPDX-License-Identifier: MIT */
/* fake_spinlock.h - which locks the code under test holds. */
#ifndef FAKE_SPINLOCK_H
#define FAKE_SPINLOCK_H

#include <stdbool.h>

/* Locks held now; 0 whenever the code under test has returned. */
extern unsigned int fake_locks_held;
/* Interrupts are off: some lock was taken by the _irqsave form. */
extern bool fake_irqs_off;
/* What another CPU does while this one waits; NULL: nothing. */
extern void (*fake_wait_hook)(void);

#endif
