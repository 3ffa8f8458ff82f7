/* SPDX-License-Identifier: MIT */
/*
 * timer.c - armed timers of each CPU, the earliest first.
 *
 * A queue is a leftist heap: a binary tree whose every node expires no later
 * than those below it, and whose right spines are short, so that two heaps are
 * merged along them in O(log n). All else is a merge: arming merges with a heap
 * of one, disarming puts the merge of a node's children in its place.
 * Invariants, with rank(none) = 0:
 *   T1  A node expires no later than its children; they name it as parent.
 *   T2  node.rank is rank(right) + 1, and rank(left) >= rank(right).
 *   T3  A timer is in the heap of its cpu's queue iff its state is armed.
 *   T4  queue.running is the timer whose function runs on that CPU now.
 *   T5  Whoever gives a queue an earlier root raises its CPU's softirq, or that
 *       CPU is in timer_run_expired() and has yet to program the clock.
 * Locks: a timer is guarded by the lock of its cpu's queue, and changes its cpu
 * under that of the old queue; interrupts are off under it. The function is
 * called without it, and may do anything to its timer.
 */
#include <hv/assert.h>
#include <hv/cpu.h>
#include <hv/irqflags.h>
#include <hv/softirq.h>
#include <hv/spinlock.h>
#include <hv/time.h>
#include <hv/timer.h>

/* [Q] holder of lock */
struct timer_queue {
    spinlock_t    lock;
    bool          is_serving;   /* [Q] T5: in timer_run_expired() */
    struct timer *root;         /* [Q] */
    struct timer *running;      /* [Q] T4; wait_until_returned() only reads */
} ALIGNED(64);

static struct timer_queue queues[NR_CPUS] = {
    [0 ... NR_CPUS - 1] = { .lock = SPINLOCK_INIT(LOCK_LEVEL_TIMER) },
};

/* -- the leftist heap ------------------------------------------------------ */

static unsigned int rank_of(const struct timer *t)
{
    return t ? t->rank : 0;
}

/* Restore T2 at @t; false when it held already. */
static bool fix_rank(struct timer *t)
{
    struct timer *left = t->left;
    unsigned int rank;

    if (rank_of(left) < rank_of(t->right)) {
        t->left = t->right;
        t->right = left;
    }
    rank = rank_of(t->right) + 1;
    if (t->rank == rank)
        return false;
    t->rank = (uint8_t)rank;
    return true;
}

/* Merge two heaps, either of them none, whose roots have no parent: down the right spines choosing
 * the earlier node each time, then up again restoring ranks. */
static struct timer *merge(struct timer *a, struct timer *b)
{
    struct timer *root = NULL, *parent = NULL, **place = &root, *other;

    while (a && b) {
        if (b->expires < a->expires) {
            other = a;
            a = b;
            b = other;
        }
        *place = a;
        a->parent = parent;
        parent = a;
        place = &a->right;
        a = a->right;
    }
    *place = a ? a : b;
    if (*place)
        (*place)->parent = parent;
    for (; parent; parent = parent->parent)
        fix_rank(parent);
    return root;
}

static void heap_insert(struct timer_queue *q, struct timer *t)
{
    t->parent = t->left = t->right = NULL;
    t->rank = 1;
    q->root = merge(q->root, t);
}

static void heap_remove(struct timer_queue *q, struct timer *t)
{
    struct timer *parent = t->parent, *below;

    if (t->left)
        t->left->parent = NULL;
    if (t->right)
        t->right->parent = NULL;
    below = merge(t->left, t->right);
    if (below)
        below->parent = parent;
    if (!parent)
        q->root = below;
    else if (parent->left == t)
        parent->left = below;
    else
        parent->right = below;
    /* Ranks further up change only as long as each one does. */
    while (parent && fix_rank(parent))
        parent = parent->parent;
}

/* -- arming ---------------------------------------------------------------- */

/* Lock the queue that @t belongs to, which may change until it is locked. */
static struct timer_queue *lock_queue_of(const struct timer *t,
                                         unsigned long *flags)
{
    for (;;) {
        unsigned int cpu = READ_ONCE(t->cpu);
        struct timer_queue *q = &queues[cpu];

        *flags = spin_lock_irqsave(&q->lock);
        /* pairs with timer_migrate(), which may hold another lock */
        if (__atomic_load_n(&t->cpu, __ATOMIC_ACQUIRE) == cpu)
            return q;
        spin_unlock_irqrestore(&q->lock, *flags);
    }
}

static void disarm_locked(struct timer_queue *q, struct timer *t)
{
    if (t->state == TIMER_ARMED)
        heap_remove(q, t);
    if (t->state != TIMER_DEAD)
        t->state = TIMER_IDLE;
}

static void arm_locked(struct timer_queue *q, struct timer *t)
{
    t->state = TIMER_ARMED;
    heap_insert(q, t);
    if (q->root == t && !q->is_serving)     /* T5 */
        softirq_raise_cpu((unsigned int)(q - queues), SOFTIRQ_TIMER);
}

void timer_init(struct timer *t, void (*fn)(void *data), void *data,
                unsigned int cpu)
{
    ASSERT(cpu < NR_CPUS);
    *t = (struct timer){
        .fn = fn, .data = data, .cpu = (uint16_t)cpu, .state = TIMER_IDLE,
    };
}

void timer_set(struct timer *t, s_time_t expires)
{
    unsigned long flags;
    struct timer_queue *q = lock_queue_of(t, &flags);

    if (t->state != TIMER_DEAD) {
        disarm_locked(q, t);
        t->expires = expires;
        arm_locked(q, t);
    }
    spin_unlock_irqrestore(&q->lock, flags);
}

void timer_stop(struct timer *t)
{
    unsigned long flags;
    struct timer_queue *q = lock_queue_of(t, &flags);

    disarm_locked(q, t);
    spin_unlock_irqrestore(&q->lock, flags);
}

bool timer_is_armed(const struct timer *t)
{
    return READ_ONCE(t->state) >= TIMER_ARMED;
}

/* Wait until no other CPU is in @t's function. After a migration that may be
 * a CPU which is not t->cpu, so all are asked. */
static void wait_until_returned(const struct timer *t)
{
    unsigned int cpu, self = cpu_id();

    for (cpu = 0; cpu < NR_CPUS; cpu++) {
        if (cpu == self)
            continue;
        /* pairs with serve_locked(): what the function did is seen */
        while (__atomic_load_n(&queues[cpu].running, __ATOMIC_ACQUIRE) == t)
            cpu_relax();
    }
}

void timer_kill(struct timer *t)
{
    unsigned long flags;
    struct timer_queue *q = lock_queue_of(t, &flags);

    disarm_locked(q, t);
    t->state = TIMER_DEAD;
    spin_unlock_irqrestore(&q->lock, flags);
    wait_until_returned(t);
}

/* One lock at a time: in between the timer is moving, so that whoever stops,
 * sets, kills or migrates it meanwhile is not undone by our second half. */
void timer_migrate(struct timer *t, unsigned int cpu)
{
    unsigned long flags;
    struct timer_queue *q;

    ASSERT(cpu < NR_CPUS);
    q = lock_queue_of(t, &flags);
    if (t->state == TIMER_ARMED && t->cpu != cpu) {
        heap_remove(q, t);
        t->state = TIMER_MOVING;
    }
    /* Last under this lock, and pairs with lock_queue_of(): whoever finds the
     * new queue here holds its lock, not ours. */
    __atomic_store_n(&t->cpu, (uint16_t)cpu, __ATOMIC_RELEASE);
    spin_unlock_irqrestore(&q->lock, flags);

    q = lock_queue_of(t, &flags);
    if (t->state == TIMER_MOVING)
        arm_locked(q, t);
    spin_unlock_irqrestore(&q->lock, flags);
}

/* Breadth first: what is found is the queue of what is yet to be looked at. */
unsigned int timer_snapshot(unsigned int cpu, struct timer *out,
                            unsigned int max)
{
    struct timer_queue *q = &queues[cpu];
    unsigned long flags = spin_lock_irqsave(&q->lock);
    unsigned int count = 0;

    if (q->root && max)
        out[count++] = *q->root;
    for (unsigned int i = 0; i < count; i++) {
        if (out[i].left && count < max)
            out[count++] = *out[i].left;
        if (out[i].right && count < max)
            out[count++] = *out[i].right;
    }
    spin_unlock_irqrestore(&q->lock, flags);
    return count;
}

/* -- serving --------------------------------------------------------------- */

/* Call the function of @t, which has expired, without the lock. Afterwards @t
 * may be armed again, or be no more. */
static void serve_locked(struct timer_queue *q, struct timer *t,
                         unsigned long *flags)
{
    void (*fn)(void *data) = t->fn;
    void *data = t->data;

    disarm_locked(q, t);
    WRITE_ONCE(q->running, t);
    spin_unlock_irqrestore(&q->lock, *flags);
    fn(data);
    *flags = spin_lock_irqsave(&q->lock);
    /* pairs with wait_until_returned() */
    __atomic_store_n(&q->running, NULL, __ATOMIC_RELEASE);
}

void timer_run_expired(unsigned int cpu)
{
    struct timer_queue *q = &queues[cpu];
    s_time_t now = system_time(), deadline;
    unsigned long flags;

    ASSERT(cpu == cpu_id());
    flags = spin_lock_irqsave(&q->lock);
    q->is_serving = true;
    while (q->root && q->root->expires <= now)
        serve_locked(q, q->root, &flags);
    deadline = q->root ? q->root->expires : 0;
    q->is_serving = false;
    spin_unlock_irqrestore(&q->lock, flags);
    /* Whoever arms an earlier one from here on raises the softirq: T5. */
    if (!arch_timer_program(deadline))
        softirq_raise(SOFTIRQ_TIMER);
}

static void run_own(void)
{
    timer_run_expired(cpu_id());
}

void timer_open(void)
{
    softirq_open(SOFTIRQ_TIMER, run_own);
}
