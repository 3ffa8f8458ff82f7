/* SPDX-License-Identifier: MIT */
/*
 * vector.c - which vector belongs to whom.
 *
 * A vector means the same on every CPU. irq_of[] and handler[] are written
 * whole words at a time before the hardware may use the vector, so that the
 * dispatcher reads them without the lock.
 * Locks: vector_lock guards who is free; nothing is called under it.
 */
#include <hv/assert.h>
#include <hv/errno.h>
#include <hv/spinlock.h>
#include <asm/vector.h>

#define BLOCK_MAX   32u     /* messages one MSI capability can ask for */

static spinlock_t vector_lock = SPINLOCK_INIT(LOCK_LEVEL_IOAPIC);
static uint16_t irq_plus_one[VECTOR_COUNT];     /* 0: free */
static struct { irq_fn fn; void *data; } handler[VECTOR_COUNT];

void vector_set_handler(unsigned int vector, irq_fn fn, void *data)
{
    ASSERT(vector >= VECTOR_HV_FIRST && vector < VECTOR_COUNT);
    handler[vector].data = data;
    __atomic_store_n(&handler[vector].fn, fn, __ATOMIC_RELEASE);
}

static bool is_free(unsigned int vector)
{
    return vector >= VECTOR_DEVICE_FIRST && vector <= VECTOR_DEVICE_LAST &&
           vector != VECTOR_GUEST_SYSCALL && vector != VECTOR_HYPERCALL &&
           irq_plus_one[vector] == 0;
}

static bool are_free(unsigned int first, unsigned int count)
{
    for (unsigned int i = 0; i < count; i++)
        if (!is_free(first + i))
            return false;
    return true;
}

int vector_alloc_block(unsigned int irq, unsigned int count)
{
    unsigned long flags;
    int found = -ENOSPC;

    ASSERT(irq + count < VECTOR_NO_IRQ);
    ASSERT(count && count <= BLOCK_MAX && (count & (count - 1)) == 0);
    flags = spin_lock_irqsave(&vector_lock);
    for (unsigned int first = 0; first < VECTOR_COUNT; first += count) {
        if (!are_free(first, count))
            continue;
        for (unsigned int i = 0; i < count; i++)
            WRITE_ONCE(irq_plus_one[first + i], (uint16_t)(irq + i + 1));
        found = (int)first;
        break;
    }
    spin_unlock_irqrestore(&vector_lock, flags);
    return found;
}

int vector_alloc(unsigned int irq)
{
    return vector_alloc_block(irq, 1);
}

void vector_free(unsigned int vector)
{
    unsigned long flags = spin_lock_irqsave(&vector_lock);

    ASSERT(irq_plus_one[vector] != 0);
    WRITE_ONCE(irq_plus_one[vector], 0);
    spin_unlock_irqrestore(&vector_lock, flags);
}

struct vector_owner vector_owner_of(unsigned int vector)
{
    uint16_t irq = READ_ONCE(irq_plus_one[vector % VECTOR_COUNT]);
    irq_fn fn = __atomic_load_n(&handler[vector % VECTOR_COUNT].fn,
                                __ATOMIC_ACQUIRE);

    return (struct vector_owner){
        .fn = fn, .data = handler[vector % VECTOR_COUNT].data,
        .irq = irq ? (uint16_t)(irq - 1) : VECTOR_NO_IRQ,
    };
}
