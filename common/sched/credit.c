/* SPDX-License-Identifier: MIT */
/*
 * credit.c - shares by weight, and caps. The default.
 *
 * Credit is CPU time that a vcpu is owed, and so virtual time that it lags
 * behind. Running costs 256 / weight ns of virtual time for each ns, and the
 * one furthest behind is next: of vcpus that always want to run, each gets CPU
 * time in the proportion of its weight. A domain's weight is that of each of
 * its vcpus.
 *
 *   turn   tslice / (how many want the CPU), 1 ms at least; longer, until it
 *          has caught up with the next.
 *   boost  who slept keeps what it is owed, 10 ms at most. Who wakes and is
 *          owed something goes before all that did not sleep, and does not wait
 *          for the end of a turn, only until the running one has had ratelimit.
 *          Running costs it like anybody: nobody gains by sleeping on purpose.
 *   cap    see allowance.c.
 *   CPUs   who waits goes to a CPU that is further on by more than a turn.
 * All that is done for one choice is O(log n). Locks: the run queue's.
 */
#include <hv/cmdline.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/heap.h>
#include <hv/log_level.h>
#include <hv/percpu.h>
#include <hv/printk.h>
#include <hv/time.h>
#include <hv/vcpu.h>
#include <public/dom0_ops.h>
#include "allowance.h"
#include "policy.h"
#include "virtual_time.h"

#define WEIGHT_DEFAULT  256u
#define WEIGHT_MAX      65535u
#define OWED_MAX        MILLISECS(10)   /* of who slept; virtual */
#define MOVED_MAX       MILLISECS(100)  /* of who comes, or is ahead; virtual */
#define BOOST           (MILLISECS(1000) * 1000)    /* before all others */
#define TURN_MIN        MILLISECS(1)
#define TSLICE_MAX_MS   1000u
#define RATELIMIT_MAX_US 500000u

struct credit_domain {
    struct allowance allowance;
    uint32_t weight;            /* [a] */
    unsigned int vcpus;         /* [I] while its domain is made and freed */
};

struct credit_vcpu {
    struct vt_item item;
    struct credit_domain *d;    /* [I] */
};

/* Under the lock of the CPU's run queue; virtual_time.h says what is read
 * without. */
struct credit_queue {
    struct vt_queue vt;
    s_time_t share_end;         /* when a cap wants a look; 0: none */
    bool has_yielded;           /* who runs */
};
static DEFINE_PER_CPU(struct credit_queue, credit_queue);

static unsigned int opt_tslice = 30;        /* ms */
CMDLINE_UINT_OPTION(opt_tslice, "sched_credit_tslice_ms");
static unsigned int opt_ratelimit = 1000;   /* us */
CMDLINE_UINT_OPTION(opt_ratelimit, "sched_ratelimit_us");

static s_time_t tslice = MILLISECS(30);     /* [a] */
static s_time_t ratelimit = MILLISECS(1);   /* [a] */

static struct credit_vcpu *credit_of(const struct vcpu *v)
{
    return v->policy_data;
}

static struct credit_vcpu *of_item(struct vt_item *item)
{
    return container_of(item, struct credit_vcpu, item);
}

static uint64_t rate_of(uint32_t weight)
{
    return (uint64_t)WEIGHT_DEFAULT * VT_RATE_ONE / weight;
}

/* -- vcpus that come and go ------------------------------------------------ */

static struct credit_domain *create_domain(struct vcpu *v)
{
    struct credit_domain *cd = heap_alloc(sizeof(*cd), 64);

    if (!cd)
        return NULL;
    cd->weight = WEIGHT_DEFAULT;
    allowance_init(&cd->allowance, v->domain, v->cpu);
    return cd;
}

static int credit_add(struct vcpu *v)
{
    struct credit_vcpu *c = heap_alloc(sizeof(*c), 64);
    struct domain *d = v->domain;

    if (!c)
        return -ENOMEM;
    if (!d->policy_data)
        d->policy_data = create_domain(v);
    if (!d->policy_data) {
        heap_free(c);
        return -ENOMEM;
    }
    c->d = d->policy_data;
    c->d->vcpus++;
    c->item.v = v;
    c->item.rate = rate_of(c->d->weight);
    v->policy_data = c;
    return 0;
}

/* The allowance looks at all vcpus: it ends with the first. */
static void credit_remove(struct vcpu *v)
{
    struct credit_vcpu *c = credit_of(v);

    allowance_kill(&c->d->allowance);
    if (--c->d->vcpus == 0) {
        v->domain->policy_data = NULL;
        heap_free(c->d);
    }
    heap_free(c);
}

static void charge(struct credit_queue *q, s_time_t now)
{
    struct vt_item *item = q->vt.running;
    s_time_t ran = vt_charge(&q->vt, now);

    if (item)
        allowance_take(&of_item(item)->d->allowance, item->v, ran, now);
}

/* -- waiting --------------------------------------------------------------- */

static void credit_enqueue(struct vcpu *v, bool woken, s_time_t now)
{
    struct vt_queue *q = &per_cpu(credit_queue, v->cpu).vt;
    struct vt_item *item = &credit_of(v)->item;

    if (woken || item->cpu != v->cpu) {
        charge(&per_cpu(credit_queue, v->cpu), now);    /* for the clock */
        if (woken && item->cpu != v->cpu)
            vt_keep_lag(q, item, &per_cpu(credit_queue, item->cpu).vt);
        vt_fit(q, item, v->cpu, woken ? OWED_MAX : MOVED_MAX, MOVED_MAX);
    }
    item->is_woken = woken;
    item->is_boosted = woken && leftist_is_before(item->time, q->clock);
    vt_insert(q, item,
              item->is_boosted ? vt_difference(item->time, BOOST) : item->time);
}

static void credit_dequeue(struct vcpu *v)
{
    vt_remove(&per_cpu(credit_queue, v->cpu).vt, &credit_of(v)->item);
}

/* -- choosing -------------------------------------------------------------- */

static s_time_t turn_for(unsigned int waiting)
{
    return MAX(READ_ONCE(tslice) / (waiting + 1), TURN_MIN);
}

/* How far @first is after the running one; below 0: before it. */
static int64_t lead_over(const struct vt_queue *q, const struct vt_item *first)
{
    if (first->is_boosted && !q->running->is_boosted)
        return -1;
    return vt_difference(first->time, q->run_time);
}

/* When the running one makes room for the first; 0: nobody waits. */
static s_time_t end_of_turn(const struct vt_queue *q)
{
    const struct vt_item *first = vt_first(q);
    s_time_t least;

    if (!first)
        return 0;
    least = first->is_woken ? READ_ONCE(ratelimit) : turn_for(q->count);
    return MAX(q->since + least,
               q->charged + vt_until(q, lead_over(q, first)));
}

/* The earlier of a turn's end and a cap's. */
static s_time_t next_look(const struct credit_queue *q)
{
    s_time_t end = end_of_turn(&q->vt);

    if (!end || !q->share_end)
        return MAX(end, q->share_end);
    return MIN(end, q->share_end);
}

/* The first, unless @running, who may go on, is before it. */
static struct vt_item *take_first(struct credit_queue *q,
                                  const struct vcpu *running)
{
    struct vt_item *first = vt_first(&q->vt);

    if (!first)
        return NULL;
    if (running && !q->has_yielded &&
        lead_over(&q->vt, first) > 0)
        return NULL;
    vt_remove(&q->vt, first);
    return first;
}

static bool is_capped(const struct vcpu *v)
{
    return test_bit(VCPU_PAUSE_CAPPED, &v->pause_flags);
}

static void look_at_cap(struct credit_queue *q, struct credit_vcpu *c,
                        s_time_t now)
{
    struct allowance *a = &c->d->allowance;

    q->share_end = READ_ONCE(a->cap) ? now + allowance_share(a, now) : 0;
}

static struct vcpu *credit_choose(unsigned int cpu, struct vcpu *running,
                                  s_time_t now, s_time_t *until)
{
    struct credit_queue *q = &per_cpu(credit_queue, cpu);
    struct vt_item *next = NULL;

    charge(q, now);
    if (running && is_capped(running))
        running = NULL;
    if (!running || q->has_yielded || now >= end_of_turn(&q->vt)) {
        next = take_first(q, running);
        if (!next && running)
            next = q->vt.running;           /* another turn */
        vt_start(&q->vt, next, now);
    }
    q->has_yielded = false;
    if (!q->vt.running)
        return NULL;
    look_at_cap(q, of_item(q->vt.running), now);
    *until = next_look(q);
    return q->vt.running->v;
}

static s_time_t credit_until(unsigned int cpu)
{
    const struct credit_queue *q = &per_cpu(credit_queue, cpu);

    return q->vt.running ? next_look(q) : 0;
}

static void credit_yield(unsigned int cpu)
{
    per_cpu(credit_queue, cpu).has_yielded = true;
}

/* -- several CPUs ---------------------------------------------------------- */

static bool credit_prefers(const struct vcpu *v, unsigned int cpu,
                           unsigned int other, s_time_t now)
{
    const struct vt_queue *q = &per_cpu(credit_queue, cpu).vt;

    return vt_is_better(&per_cpu(credit_queue, other).vt, q,
                        &credit_of(v)->item, turn_for(READ_ONCE(q->count)),
                        now);
}

static struct vcpu *credit_steal(unsigned int cpu, unsigned int thief)
{
    return vt_steal(&per_cpu(credit_queue, cpu).vt, thief);
}

/* -- parameters ------------------------------------------------------------ */

static void credit_init(void)
{
    if (opt_tslice < 1 || opt_tslice > TSLICE_MAX_MS)
        printk(LOG_WARNING, "sched_credit_tslice_ms=%u is not within 1 to %u\n",
               opt_tslice, TSLICE_MAX_MS);
    else
        tslice = MILLISECS(opt_tslice);
    if (opt_ratelimit > RATELIMIT_MAX_US)
        printk(LOG_WARNING, "sched_ratelimit_us=%u is not within 0 to %u\n",
               opt_ratelimit, RATELIMIT_MAX_US);
    else
        ratelimit = MICROSECS(opt_ratelimit);
}

static void credit_init_cpu(unsigned int cpu)
{
    per_cpu(credit_queue, cpu) = (struct credit_queue){ .vt.count = 0 };
}

static int credit_get(struct sched_params *p)
{
    p->slice = (uint64_t)READ_ONCE(tslice);
    p->ratelimit = (uint64_t)READ_ONCE(ratelimit);
    return 0;
}

static int credit_set(const struct sched_params *p)
{
    if (!sched_is_between("tslice (ns)", (int64_t)p->slice, MILLISECS(1),
                          MILLISECS(TSLICE_MAX_MS)) ||
        !sched_is_between("ratelimit (ns)", (int64_t)p->ratelimit, 0,
                          MICROSECS(RATELIMIT_MAX_US)))
        return -EINVAL;
    WRITE_ONCE(tslice, (s_time_t)p->slice);
    WRITE_ONCE(ratelimit, (s_time_t)p->ratelimit);
    return 0;
}

static int credit_get_domain(struct domain *d, struct sched_domain_params *p)
{
    const struct credit_domain *cd = d->policy_data;

    p->weight = READ_ONCE(cd->weight);
    p->cap = READ_ONCE(cd->allowance.cap);
    return 0;
}

/* Who runs is charged by the new weight since it was last charged. */
static int credit_set_domain(struct domain *d,
                             const struct sched_domain_params *p)
{
    struct credit_domain *cd = d->policy_data;
    struct vcpu *v;

    if (!sched_is_between("weight", p->weight, 1, WEIGHT_MAX) ||
        !sched_is_between("cap", p->cap, 0, 100 * (int64_t)d->max_vcpus))
        return -EINVAL;
    WRITE_ONCE(cd->weight, p->weight);
    for_each_vcpu(d, v)
        WRITE_ONCE(credit_of(v)->item.rate, rate_of(p->weight));
    if (p->cap != READ_ONCE(cd->allowance.cap))
        allowance_set_cap(&cd->allowance, p->cap, system_time());
    return 0;
}

/* Those that a thief would look at. */
static void credit_dump(unsigned int cpu)
{
    const struct vt_queue *q = &per_cpu(credit_queue, cpu).vt;
    struct leftist *n = q->root;

    for (unsigned int i = 0; n && i < VT_STEAL_DEPTH; i++) {
        struct vt_item *item = container_of(n, struct vt_item, node);

        printk_always("  d%uv%u is owed %lld us\n", item->v->domain->id,
                      item->v->id,
                      (long long)((q->run_time - item->time) / 1000));
        n = leftist_next(n);
    }
}

const struct sched_policy sched_credit = {
    .name = "credit",
    .id = SCHED_CREDIT,
    .init = credit_init,
    .init_cpu = credit_init_cpu,
    .add = credit_add,
    .remove = credit_remove,
    .enqueue = credit_enqueue,
    .dequeue = credit_dequeue,
    .choose = credit_choose,
    .until = credit_until,
    .yield = credit_yield,
    .prefers = credit_prefers,
    .steal = credit_steal,
    .get = credit_get,
    .set = credit_set,
    .get_domain = credit_get_domain,
    .set_domain = credit_set_domain,
    .dump = credit_dump,
};
