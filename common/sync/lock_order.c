/* SPDX-License-Identifier: MIT */
/*
 * lock_order.c - debug builds: locks are taken in ascending level.
 *
 * Each CPU remembers the locks it holds. A lock may be taken when its level is
 * above that of all held ones; a deadlock needs two CPUs that disagree, and one
 * of them stops here even if the other never comes.
 * An interrupt handler is a story of its own: a lock that was held with
 * interrupts on when it came is never wanted by a handler (spinlock.h), so only
 * what was taken since counts. Trylock never waits and is not checked.
 */
#include <hv/assert.h>
#include <hv/irqflags.h>
#include <hv/percpu.h>
#include <hv/lock_order.h>

#define HELD_MAX    16u

/* Only its own CPU touches it, with interrupts off. */
struct held_locks {
    unsigned int count;
    struct {
        const spinlock_t *lock;
        bool irqs_on;           /* an interrupt may come while it is held */
    } at[HELD_MAX];
};
static DEFINE_PER_CPU(struct held_locks, held);

/* What is printed while the machine stops is not checked. */
static bool is_over;

static const char *const level_name[] = {
    [LOCK_LEVEL_NONE] = "unchecked",
    [LOCK_LEVEL_CONTROL] = "control",
    [LOCK_LEVEL_DOMAIN_LIST] = "domain list",
    [LOCK_LEVEL_DOMAIN] = "domain",
    [LOCK_LEVEL_PCI] = "PCI",
    [LOCK_LEVEL_GRANT] = "grant",
    [LOCK_LEVEL_PAGE_TABLE] = "page table",
    [LOCK_LEVEL_PAGES] = "pages",
    [LOCK_LEVEL_EVENT] = "event",
    [LOCK_LEVEL_VIRQ] = "VIRQ",
    [LOCK_LEVEL_RING] = "ring",
    [LOCK_LEVEL_IRQ] = "IRQ",
    [LOCK_LEVEL_SCHED] = "sched",
    [LOCK_LEVEL_TIMER] = "timer",
    [LOCK_LEVEL_CALL] = "call",
    [LOCK_LEVEL_HEAP] = "heap",
    [LOCK_LEVEL_PAGE_ALLOC] = "page alloc",
    [LOCK_LEVEL_TLB] = "TLB",
    [LOCK_LEVEL_FIRMWARE] = "firmware",
    [LOCK_LEVEL_PCI_CONFIG] = "PCI config",
    [LOCK_LEVEL_IOAPIC] = "IO-APIC",
    [LOCK_LEVEL_RTC] = "RTC",
    [LOCK_LEVEL_TIME] = "time",
    [LOCK_LEVEL_CONSOLE] = "console",
    [LOCK_LEVEL_DEVICE] = "device",
};

static const char *name_of(const spinlock_t *lock)
{
    return lock->level < ARRAY_SIZE(level_name) ? level_name[lock->level]
                                                : "no such level";
}

static void stop(const char *what, const spinlock_t *lock,
                 const spinlock_t *other)
{
    is_over = true;
    panic("lock order: a %s lock %s a %s lock is held", name_of(lock), what,
          name_of(other));
}

static void check_against(const spinlock_t *lock, const spinlock_t *other,
                          bool second)
{
    if (lock == other)
        stop("is taken again by its holder while", lock, other);
    if (other->level > lock->level || (other->level == lock->level && !second))
        stop("is taken while", lock, other);
}

void lock_order_check(const spinlock_t *lock, bool second)
{
    bool irqs_on = local_irq_is_enabled();
    unsigned long flags = local_irq_save();
    struct held_locks *h = &this_cpu(held);

    for (unsigned int i = h->count; i-- > 0 && !is_over;) {
        if (h->at[i].irqs_on && !irqs_on)
            break;      /* that and all below belong to whom we interrupted */
        if (lock->level != LOCK_LEVEL_NONE)
            check_against(lock, h->at[i].lock, second);
    }
    local_irq_restore(flags);
}

void lock_order_push(const spinlock_t *lock)
{
    bool irqs_on = local_irq_is_enabled();
    unsigned long flags = local_irq_save();
    struct held_locks *h = &this_cpu(held);

    if (h->count == HELD_MAX && !is_over)
        stop("is one too many while", lock, h->at[HELD_MAX - 1].lock);
    if (h->count < HELD_MAX) {
        h->at[h->count].lock = lock;
        h->at[h->count++].irqs_on = irqs_on;
    }
    local_irq_restore(flags);
}

void lock_order_pop(const spinlock_t *lock)
{
    unsigned long flags = local_irq_save();
    struct held_locks *h = &this_cpu(held);
    unsigned int i = h->count;

    while (i > 0 && h->at[i - 1].lock != lock)
        i--;
    if (i == 0 && !is_over)
        stop("is released that this CPU does not hold, and", lock, lock);
    for (; i > 0 && i < h->count; i++)
        h->at[i - 1] = h->at[i];
    if (h->count && i)
        h->count--;
    local_irq_restore(flags);
}
