/* SPDX-License-Identifier: MIT */
/*
 * timer.c - armed timers of each CPU, the earliest first: a leftist heap whose
 * keys are the times at which they expire.
 *
 * Invariants:
 *   T1  A timer is in the heap of its cpu's queue iff its state is armed.
 *   T2  queue.running is the timer whose function runs on that CPU now.
 *   T3  Whoever gives a queue an earlier root raises its CPU's softirq, or that
 *       CPU is in timer_run_expired() and has yet to program the clock.
 * Locks: a timer is guarded by the lock of its cpu's queue, and changes its cpu
 * under that of the old queue; interrupts are off under it. The function is
 * called without it, and may do anything to its timer.
 */
#include <hv/assert.h>
#include <hv/cpu.h>
#include <hv/irqflags.h>
#include <hv/percpu.h>
#include <hv/softirq.h>
#include <hv/spinlock.h>
#include <hv/time.h>
#include <hv/timer.h>

/* [Q] holder of lock */
struct timer_queue {
    spinlock_t      lock;
    bool            is_serving; /* [Q] T3: in timer_run_expired() */
    struct leftist *root;       /* [Q] */
    struct timer   *running;    /* [Q] T2; wait_until_returned() only reads */
};
static DEFINE_PER_CPU(struct timer_queue, queue);

static struct timer *timer_of(struct leftist *node)
{
    return container_of(node, struct timer, node);
}

/* -- arming ---------------------------------------------------------------- */

/* Lock the queue that @t belongs to, which may change until it is locked. */
static struct timer_queue *lock_queue_of(const struct timer *t,
                                         unsigned long *flags)
{
    for (;;) {
        unsigned int cpu = READ_ONCE(t->cpu);
        struct timer_queue *q = &per_cpu(queue, cpu);

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
        leftist_remove(&q->root, &t->node);
    if (t->state != TIMER_DEAD)
        t->state = TIMER_IDLE;
}

static void arm_locked(struct timer_queue *q, struct timer *t)
{
    t->state = TIMER_ARMED;
    leftist_insert(&q->root, &t->node);
    if (q->root == &t->node && !q->is_serving)     /* T3 */
        softirq_raise_cpu(t->cpu, SOFTIRQ_TIMER);
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
        t->node.key = MAX(expires, 0);
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

    for_each_online_cpu (cpu) {
        if (cpu == self)
            continue;
        /* pairs with serve_locked(): what the function did is seen */
        while (__atomic_load_n(&per_cpu(queue, cpu).running,
                               __ATOMIC_ACQUIRE) == t)
            arch_wait_briefly();
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
        leftist_remove(&q->root, &t->node);
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
    struct timer_queue *q = &per_cpu(queue, cpu);
    unsigned long flags = spin_lock_irqsave(&q->lock);
    unsigned int count = 0;

    if (q->root && max)
        out[count++] = *timer_of(q->root);
    for (unsigned int i = 0; i < count; i++) {
        struct leftist *left = out[i].node.left, *right = out[i].node.right;

        if (left && count < max)
            out[count++] = *timer_of(left);
        if (right && count < max)
            out[count++] = *timer_of(right);
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
    struct timer_queue *q = &per_cpu(queue, cpu);
    s_time_t now = system_time(), deadline;
    unsigned long flags;

    ASSERT(cpu == cpu_id());
    flags = spin_lock_irqsave(&q->lock);
    q->is_serving = true;
    while (q->root && q->root->key <= now)
        serve_locked(q, timer_of(q->root), &flags);
    deadline = q->root ? q->root->key : 0;
    q->is_serving = false;
    spin_unlock_irqrestore(&q->lock, flags);
    /* Whoever arms an earlier one from here on raises the softirq: T3. */
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

void timer_init_cpu(unsigned int cpu)
{
    spin_lock_init(&per_cpu(queue, cpu).lock, LOCK_LEVEL_TIMER);
}
