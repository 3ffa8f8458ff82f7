/* SPDX-License-Identifier: MIT */
/*
 * bvt.c - borrowed virtual time, as the interface manual of 2004 describes it
 * (Duda and Cheriton, SOSP 1999).
 *
 * Running for an MCU (minimum charging unit, 100 us) advances a vcpu's actual
 * virtual time by its domain's mcu_advance: the larger, the smaller its share.
 * The one with the least effective virtual time runs:
 *
 *   effective = actual - warp_value while it warps, else actual
 *
 *   warp    a domain that may (`warps`) borrows virtual time and so is served
 *           soon after it wakes, without a larger share in the long run. It
 *           warps until it has run for warp_limit meanwhile (0: no limit), and
 *           then not before unwarp_limit has passed.
 *   turn    context-switch allowance: who runs keeps the CPU for ctx_allow
 *           beyond the point where another is due. A vcpu that wakes with less
 *           effective virtual time is served at once.
 *   wake    who has slept starts from the queue's virtual time if it is behind.
 * With one vcpu alone no timer is armed. Parameters are a domain's, and hold
 * for each of its vcpus. Locks: the run queue's.
 */
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/heap.h>
#include <hv/log_level.h>
#include <hv/percpu.h>
#include <hv/vcpu.h>
#include <public/dom0_ops.h>
#include "policy.h"
#include "virtual_time.h"

#define ADVANCE_DEFAULT 10u     /* mcu_advance at which virtual is real time */
#define ADVANCE_MAX     100000u
#define MCU             MICROSECS(100)
#define CTX_ALLOW_MIN   MICROSECS(100)
#define CTX_ALLOW_MAX   MILLISECS(1000)
#define LIMIT_MAX       (MILLISECS(1000) * 3600)
#define MOVED_MAX       MILLISECS(100)  /* what who comes keeps; virtual */

/* [a]: set by control operations */
struct bvt_domain {
    struct sched_domain_params params;
    unsigned int vcpus;         /* [I] while its domain is made and freed */
};

/* Under the lock of its run queue */
struct bvt_vcpu {
    struct vt_item item;
    struct bvt_domain *d;       /* [I] */
    bool is_warped;
    s_time_t warp_ran;          /* what it has run since it warps */
    s_time_t unwarped;          /* since when it does not; 0: never has */
};

struct bvt_queue {
    struct vt_queue vt;
    bool has_yielded;           /* who runs */
};
static DEFINE_PER_CPU(struct bvt_queue, bvt_queue);

static s_time_t ctx_allow = MILLISECS(5);   /* [a] */

static struct bvt_vcpu *bvt_of(const struct vcpu *v)
{
    return v->policy_data;
}

static struct bvt_vcpu *of_item(struct vt_item *item)
{
    return container_of(item, struct bvt_vcpu, item);
}

static uint64_t rate_of(uint32_t mcu_advance)
{
    return (uint64_t)mcu_advance * VT_RATE_ONE / ADVANCE_DEFAULT;
}

/* -- vcpus that come and go ------------------------------------------------ */

static struct bvt_domain *create_domain(void)
{
    struct bvt_domain *bd = heap_alloc(sizeof(*bd), 64);

    if (bd)
        bd->params = (struct sched_domain_params){
            .mcu_advance = ADVANCE_DEFAULT,
            .warp_limit = MILLISECS(2000),
            .unwarp_limit = MILLISECS(1000),
        };
    return bd;
}

static int bvt_add(struct vcpu *v)
{
    struct bvt_vcpu *b = heap_alloc(sizeof(*b), 64);
    struct domain *d = v->domain;

    if (!b)
        return -ENOMEM;
    if (!d->policy_data)
        d->policy_data = create_domain();
    if (!d->policy_data) {
        heap_free(b);
        return -ENOMEM;
    }
    b->d = d->policy_data;
    b->d->vcpus++;
    b->item.v = v;
    b->item.rate = rate_of(b->d->params.mcu_advance);
    v->policy_data = b;
    return 0;
}

static void bvt_remove(struct vcpu *v)
{
    struct bvt_vcpu *b = bvt_of(v);

    if (--b->d->vcpus == 0) {
        v->domain->policy_data = NULL;
        heap_free(b->d);
    }
    heap_free(b);
}

/* -- warping --------------------------------------------------------------- */

static int64_t borrowed(const struct bvt_vcpu *b)
{
    int32_t value = READ_ONCE(b->d->params.warp_value);

    return b->is_warped ? value * (MCU / ADVANCE_DEFAULT) : 0;
}

static int64_t effective(const struct bvt_vcpu *b)
{
    return b->item.time - borrowed(b);
}

/* Begin or end to warp, as the limits want it. */
static void update_warp(struct bvt_vcpu *b, s_time_t now)
{
    const struct sched_domain_params *p = &b->d->params;
    uint64_t limit = READ_ONCE(p->warp_limit);
    bool may = READ_ONCE(p->warps);

    if (b->is_warped) {
        if (may && (!limit || (uint64_t)b->warp_ran < limit))
            return;
        b->is_warped = false;
        b->unwarped = now;
    } else if (may && (!b->unwarped || (uint64_t)(now - b->unwarped) >=
                                           READ_ONCE(p->unwarp_limit))) {
        b->is_warped = true;
        b->warp_ran = 0;
    }
}

/* When the running one may not warp any longer; 0: no limit comes. */
static s_time_t end_of_warp(const struct bvt_queue *q)
{
    const struct bvt_vcpu *b = of_item(q->vt.running);
    uint64_t limit = READ_ONCE(b->d->params.warp_limit);

    if (!b->is_warped || !limit)
        return 0;
    return q->vt.charged + MAX((s_time_t)limit - b->warp_ran, 0);
}

static void charge(struct bvt_queue *q, s_time_t now)
{
    struct vt_item *item = q->vt.running;
    s_time_t ran = vt_charge(&q->vt, now);

    if (!item)
        return;
    of_item(item)->warp_ran += ran;
    update_warp(of_item(item), now);
}

/* -- waiting --------------------------------------------------------------- */

static void bvt_enqueue(struct vcpu *v, bool woken, s_time_t now)
{
    struct vt_queue *q = &per_cpu(bvt_queue, v->cpu).vt;
    struct bvt_vcpu *b = bvt_of(v);

    if (woken || b->item.cpu != v->cpu)
        charge(&per_cpu(bvt_queue, v->cpu), now);       /* for the clock */
    if (woken)
        vt_fit(q, &b->item, v->cpu, 0, MOVED_MAX);
    else if (b->item.cpu != v->cpu)
        vt_fit(q, &b->item, v->cpu, MOVED_MAX, MOVED_MAX);
    b->item.is_woken = woken;
    update_warp(b, now);
    vt_insert(q, &b->item, effective(b));
}

static void bvt_dequeue(struct vcpu *v)
{
    vt_remove(&per_cpu(bvt_queue, v->cpu).vt, &bvt_of(v)->item);
}

/* -- choosing -------------------------------------------------------------- */

/* When the running one makes room for the first; 0: nobody waits. */
static s_time_t end_of_turn(const struct bvt_queue *q)
{
    const struct vt_item *first = vt_first(&q->vt);
    s_time_t allow = READ_ONCE(ctx_allow), even;

    if (!first)
        return 0;
    even = q->vt.charged +
           vt_until(&q->vt,
                    first->node.key - effective(of_item(q->vt.running)));
    if (first->is_woken)
        return MAX(even, q->vt.charged);
    return MAX(q->vt.since, even) + allow;
}

static s_time_t next_look(const struct bvt_queue *q)
{
    s_time_t turn = end_of_turn(q), warp = turn ? end_of_warp(q) : 0;

    return warp ? MIN(turn, warp) : turn;
}

static struct vt_item *take_first(struct bvt_queue *q,
                                  const struct vcpu *running)
{
    struct vt_item *first = vt_first(&q->vt);

    if (!first)
        return NULL;
    if (running && !q->has_yielded &&
        leftist_is_before(effective(of_item(q->vt.running)), first->node.key))
        return NULL;
    vt_remove(&q->vt, first);
    return first;
}

static struct vcpu *bvt_choose(unsigned int cpu, struct vcpu *running,
                               s_time_t now, s_time_t *until)
{
    struct bvt_queue *q = &per_cpu(bvt_queue, cpu);
    struct vt_item *next = NULL;

    charge(q, now);
    if (!running || q->has_yielded || now >= end_of_turn(q)) {
        next = take_first(q, running);
        if (!next && running)
            next = q->vt.running;           /* another turn */
        vt_start(&q->vt, next, now);
    }
    q->has_yielded = false;
    if (!q->vt.running)
        return NULL;
    *until = next_look(q);
    return q->vt.running->v;
}

static s_time_t bvt_until(unsigned int cpu)
{
    const struct bvt_queue *q = &per_cpu(bvt_queue, cpu);

    return q->vt.running ? next_look(q) : 0;
}

static void bvt_yield(unsigned int cpu)
{
    per_cpu(bvt_queue, cpu).has_yielded = true;
}

/* -- several CPUs ---------------------------------------------------------- */

static bool bvt_prefers(const struct vcpu *v, unsigned int cpu,
                        unsigned int other, s_time_t now)
{
    return vt_is_better(&per_cpu(bvt_queue, other).vt,
                        &per_cpu(bvt_queue, cpu).vt, &bvt_of(v)->item,
                        READ_ONCE(ctx_allow), now);
}

static struct vcpu *bvt_steal(unsigned int cpu, unsigned int thief)
{
    return vt_steal(&per_cpu(bvt_queue, cpu).vt, thief);
}

/* -- parameters ------------------------------------------------------------ */

static void bvt_init_cpu(unsigned int cpu)
{
    per_cpu(bvt_queue, cpu) = (struct bvt_queue){ .vt.count = 0 };
}

static int bvt_get(struct sched_params *p)
{
    p->slice = (uint64_t)READ_ONCE(ctx_allow);
    return 0;
}

static int bvt_set(const struct sched_params *p)
{
    if (!sched_is_between("ctx_allow (ns)", (int64_t)p->slice, CTX_ALLOW_MIN,
                          CTX_ALLOW_MAX))
        return -EINVAL;
    WRITE_ONCE(ctx_allow, (s_time_t)p->slice);
    return 0;
}

static int bvt_get_domain(struct domain *d, struct sched_domain_params *p)
{
    *p = ((struct bvt_domain *)d->policy_data)->params;
    return 0;
}

static int bvt_set_domain(struct domain *d, const struct sched_domain_params *p)
{
    struct bvt_domain *bd = d->policy_data;
    struct vcpu *v;

    if (!sched_is_between("mcu_advance", p->mcu_advance, 1, ADVANCE_MAX) ||
        !sched_is_between("warp_value", p->warp_value, 0, INT32_MAX) ||
        !sched_is_between("warp_limit (ns)", (int64_t)p->warp_limit, 0,
                          LIMIT_MAX) ||
        !sched_is_between("unwarp_limit (ns)", (int64_t)p->unwarp_limit, 0,
                          LIMIT_MAX))
        return -EINVAL;
    bd->params = *p;
    for_each_vcpu(d, v)
        WRITE_ONCE(bvt_of(v)->item.rate, rate_of(p->mcu_advance));
    return 0;
}

static void bvt_dump(unsigned int cpu)
{
    const struct vt_queue *q = &per_cpu(bvt_queue, cpu).vt;
    struct leftist *n = q->root;

    for (unsigned int i = 0; n && i < VT_STEAL_DEPTH; i++) {
        const struct bvt_vcpu *b =
            of_item(container_of(n, struct vt_item, node));

        printk_always("  d%uv%u: actual %lld us, effective %lld us%s\n",
                      b->item.v->domain->id, b->item.v->id,
                      (long long)((b->item.time - q->clock) / 1000),
                      (long long)((n->key - q->clock) / 1000),
                      b->is_warped ? ", warped" : "");
        n = leftist_next(n);
    }
}

const struct sched_policy sched_bvt = {
    .name = "bvt",
    .id = SCHED_BVT,
    .init_cpu = bvt_init_cpu,
    .add = bvt_add,
    .remove = bvt_remove,
    .enqueue = bvt_enqueue,
    .dequeue = bvt_dequeue,
    .choose = bvt_choose,
    .until = bvt_until,
    .yield = bvt_yield,
    .prefers = bvt_prefers,
    .steal = bvt_steal,
    .get = bvt_get,
    .set = bvt_set,
    .get_domain = bvt_get_domain,
    .set_domain = bvt_set_domain,
    .dump = bvt_dump,
};
