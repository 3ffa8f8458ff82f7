/* SPDX-License-Identifier: MIT */
/*
 * round_robin.c - everyone in turn, 10 ms at a time.
 *
 *   woken:   those that have slept       waiting: those whose turn was over
 *
 * Who has slept is likely to want little, so a running vcpu makes room for it
 * after 1 ms, and for the others after a slice (10 ms). The two lists are
 * served in alternation while both have somebody: neither can starve the other.
 */
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/log_level.h>
#include <hv/percpu.h>
#include <hv/vcpu.h>
#include <public/dom0_ops.h>
#include "policy.h"

#define SLICE_DEFAULT   MILLISECS(10)
#define SLICE_MIN       MILLISECS(1)
#define SLICE_MAX       MILLISECS(1000)
#define STEAL_DEPTH     64u     /* how many of a list a thief looks at */

static s_time_t slice = SLICE_DEFAULT;  /* [a] */

/* Under the lock of the CPU's run queue. */
struct turns {
    struct list_head woken, waiting;
    s_time_t since;             /* when the running one was chosen */
    unsigned int count;         /* on both lists; others read it */
    bool has_yielded;           /* the running one */
    bool waiting_is_next;       /* when both lists have somebody */
};
static DEFINE_PER_CPU(struct turns, turns);

static void rr_init_cpu(unsigned int cpu)
{
    struct turns *t = &per_cpu(turns, cpu);

    list_init(&t->woken);
    list_init(&t->waiting);
}

static void rr_enqueue(struct vcpu *v, bool woken, s_time_t now)
{
    struct turns *t = &per_cpu(turns, v->cpu);

    (void)now;
    list_add_tail(&v->run_list, woken ? &t->woken : &t->waiting);
    WRITE_ONCE(t->count, t->count + 1);
}

static void rr_dequeue(struct vcpu *v)
{
    struct turns *t = &per_cpu(turns, v->cpu);

    list_del(&v->run_list);
    WRITE_ONCE(t->count, t->count - 1);
}

/* When the running vcpu has had its turn; 0: nobody waits for that. */
static s_time_t end_of_turn(const struct turns *t)
{
    if (!list_is_empty(&t->woken))
        return t->since + SLICE_MIN;
    if (!list_is_empty(&t->waiting))
        return t->since + READ_ONCE(slice);
    return 0;
}

static struct vcpu *take_first(struct turns *t)
{
    struct list_head *from = &t->woken;
    struct vcpu *v;

    if (list_is_empty(from) ||
        (t->waiting_is_next && !list_is_empty(&t->waiting)))
        from = &t->waiting;
    if (list_is_empty(from))
        return NULL;
    t->waiting_is_next = from == &t->woken;
    v = list_first(from, struct vcpu, run_list);
    rr_dequeue(v);
    return v;
}

static struct vcpu *rr_choose(unsigned int cpu, struct vcpu *running,
                              s_time_t now, s_time_t *until)
{
    struct turns *t = &per_cpu(turns, cpu);
    struct vcpu *next = NULL;

    if (!running || t->has_yielded || now >= end_of_turn(t))
        next = take_first(t);
    t->has_yielded = false;
    if (next)
        t->since = now;
    else
        next = running;
    *until = end_of_turn(t);
    return next;
}

static s_time_t rr_until(unsigned int cpu)
{
    return end_of_turn(&per_cpu(turns, cpu));
}

static void rr_yield(unsigned int cpu)
{
    per_cpu(turns, cpu).has_yielded = true;
}

/* Fewer wait there. */
static bool rr_prefers(const struct vcpu *v, unsigned int cpu,
                       unsigned int other, s_time_t now)
{
    (void)v;
    (void)now;
    return READ_ONCE(per_cpu(turns, other).count) <
           READ_ONCE(per_cpu(turns, cpu).count);
}

static struct vcpu *find_for(const struct list_head *list, unsigned int thief)
{
    unsigned int looked_at = 0;
    struct vcpu *v;

    list_for_each(v, list, run_list) {
        if (cpu_set_has(&v->affinity, thief))
            return v;
        if (++looked_at == STEAL_DEPTH)
            break;
    }
    return NULL;
}

static struct vcpu *rr_steal(unsigned int cpu, unsigned int thief)
{
    struct turns *t = &per_cpu(turns, cpu);
    struct vcpu *v = find_for(&t->woken, thief);

    if (!v)
        v = find_for(&t->waiting, thief);
    if (v)
        rr_dequeue(v);
    return v;
}

static int rr_get(struct sched_params *p)
{
    p->slice = (uint64_t)READ_ONCE(slice);
    return 0;
}

static int rr_set(const struct sched_params *p)
{
    if (!sched_is_between("slice", p->slice, SLICE_MIN, SLICE_MAX))
        return -EINVAL;
    WRITE_ONCE(slice, (s_time_t)p->slice);
    return 0;
}

static void dump_list(const char *name, const struct list_head *list)
{
    const struct vcpu *v;

    list_for_each(v, list, run_list)
        printk_always("  %s: d%uv%u\n", name, v->domain->id, v->id);
}

static void rr_dump(unsigned int cpu)
{
    dump_list("woken", &per_cpu(turns, cpu).woken);
    dump_list("waiting", &per_cpu(turns, cpu).waiting);
}

const struct sched_policy sched_round_robin = {
    .name = "rr",
    .id = SCHED_RROBIN,
    .init_cpu = rr_init_cpu,
    .enqueue = rr_enqueue,
    .dequeue = rr_dequeue,
    .choose = rr_choose,
    .until = rr_until,
    .yield = rr_yield,
    .prefers = rr_prefers,
    .steal = rr_steal,
    .get = rr_get,
    .set = rr_set,
    .dump = rr_dump,
};
