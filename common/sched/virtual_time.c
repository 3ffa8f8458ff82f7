/* SPDX-License-Identifier: MIT */
/*
 * virtual_time.c - a CPU's queue in the order of virtual time.
 *
 * All CPUs measure on one scale, so that who moves from one to another keeps
 * what it is owed, and a CPU that is further on than another one has less to
 * share. Where that cannot even out (few vcpus may use a CPU, or few are
 * there), the queues drift apart; who comes is then fitted to the queue.
 * Invariants:
 *   VT1 The heap has the items that wait; the least key is next.
 *   VT2 clock never goes back. Nobody that waits or runs has a key or a time
 *       before it, but those who were let in behind it by vt_fit().
 *   VT3 front is the furthest clock, less VT_FRONT_STEP at most. An empty
 *       queue starts from there.
 * Times wrap around; they are only compared when within 2^63 of each other.
 */
#include <hv/compiler.h>
#include <hv/cpu.h>
#include <hv/vcpu.h>
#include "virtual_time.h"

#define VT_FRONT_STEP   MILLISECS(10)
/* How far ahead CPUs are compared. */
#define VT_HORIZON      MILLISECS(100)
/* Longer than any turn; bounds what is multiplied. */
#define VT_FAR          (MILLISECS(1000) * 1000)

static int64_t front;       /* VT3: read by all, seldom written */

static int64_t add(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

static int64_t earlier(int64_t a, int64_t b)
{
    return leftist_is_before(a, b) ? a : b;
}

static int64_t later(int64_t a, int64_t b)
{
    return leftist_is_before(a, b) ? b : a;
}

/* What @ns cost at @rate, rounded up: to be charged often saves nothing. */
static int64_t cost(s_time_t ns, uint64_t rate)
{
    unsigned __int128 scaled = (unsigned __int128)(uint64_t)ns * rate;

    return (int64_t)((scaled + VT_RATE_ONE - 1) >> 16);
}

static struct vt_item *item_of(struct leftist *node)
{
    return container_of(node, struct vt_item, node);
}

/* -- who waits ------------------------------------------------------------- */

static uint64_t share_of(const struct vt_item *item)
{
    return (uint64_t)VT_RATE_ONE * VT_RATE_ONE / READ_ONCE(item->rate);
}

static void publish_first(struct vt_queue *q)
{
    if (q->root)
        WRITE_ONCE(q->first, item_of(q->root)->time);
}

void vt_fit(struct vt_queue *q, struct vt_item *item, unsigned int cpu,
            int64_t back, int64_t ahead)
{
    if (!q->running && !q->root)
        WRITE_ONCE(q->clock, later(q->clock, READ_ONCE(front)));
    item->time = later(item->time, add(q->clock, -back));
    item->time = earlier(item->time, add(q->clock, ahead));
    item->cpu = (uint16_t)cpu;
}

void vt_keep_lag(const struct vt_queue *q, struct vt_item *item,
                 const struct vt_queue *old)
{
    int64_t lag = vt_difference(item->time, READ_ONCE(old->clock));

    item->time = earlier(item->time, add(q->clock, lag));
}

void vt_insert(struct vt_queue *q, struct vt_item *item, int64_t key)
{
    item->node.key = key;
    leftist_insert(&q->root, &item->node);
    item->share = share_of(item);
    WRITE_ONCE(q->load, q->load + item->share);
    WRITE_ONCE(q->count, q->count + 1);
    publish_first(q);
}

void vt_remove(struct vt_queue *q, struct vt_item *item)
{
    leftist_remove(&q->root, &item->node);
    WRITE_ONCE(q->load, q->load - item->share);
    WRITE_ONCE(q->count, q->count - 1);
    publish_first(q);
}

struct vt_item *vt_first(const struct vt_queue *q)
{
    return q->root ? item_of(q->root) : NULL;
}

/* Parents come before their children, so what is met early is early; who
 * likes it on @thief is taken before who only may run there. */
static struct vt_item *find(const struct vt_queue *q, unsigned int thief)
{
    struct leftist *n = q->root;
    struct vt_item *found = NULL;

    for (unsigned int i = 0; n && i < VT_STEAL_DEPTH; i++) {
        struct vt_item *item = item_of(n);

        if (cpu_set_has(&item->v->affinity, thief)) {
            if (cpu_set_has(&item->v->affinity_soft, thief))
                return item;
            if (!found)
                found = item;
        }
        n = leftist_next(n);
    }
    return found;
}

struct vcpu *vt_steal(struct vt_queue *q, unsigned int thief)
{
    struct vt_item *item = find(q, thief);

    if (!item)
        return NULL;
    vt_remove(q, item);
    return item->v;
}

/* -- who runs -------------------------------------------------------------- */

/* VT2 and VT3, when who runs has been charged. */
static void advance_clock(struct vt_queue *q)
{
    int64_t least = q->running->time;

    if (q->root)
        least = earlier(least, q->root->key);
    WRITE_ONCE(q->clock, later(q->clock, least));
    if (vt_difference(q->clock, READ_ONCE(front)) > VT_FRONT_STEP)
        WRITE_ONCE(front, q->clock);
}

s_time_t vt_charge(struct vt_queue *q, s_time_t now)
{
    struct vt_item *item = q->running;
    s_time_t ran;

    if (!item)
        return 0;
    ran = MAX(now - q->charged, 0);
    item->time = add(item->time, cost(ran, READ_ONCE(item->rate)));
    WRITE_ONCE(q->run_time, item->time);
    WRITE_ONCE(q->charged, now);
    advance_clock(q);
    return ran;
}

void vt_start(struct vt_queue *q, struct vt_item *item, s_time_t now)
{
    uint64_t load = q->load;

    if (q->running)
        load -= q->run_share;
    q->run_share = item ? item->share : 0;
    WRITE_ONCE(q->load, load + q->run_share);
    q->running = item;
    q->since = now;
    WRITE_ONCE(q->charged, now);
    if (!item)
        return;
    item->is_woken = false;
    WRITE_ONCE(q->run_time, item->time);
    WRITE_ONCE(q->run_rate, READ_ONCE(item->rate));
}

s_time_t vt_until(const struct vt_queue *q, int64_t ahead)
{
    int64_t bounded = MIN(MAX(ahead, -VT_FAR), VT_FAR);
    int64_t rate = (int64_t)q->run_rate;
    int64_t scaled = bounded * (int64_t)VT_RATE_ONE;

    return scaled > 0 ? (scaled + rate - 1) / rate : scaled / rate;
}

/* -- of another CPU -------------------------------------------------------- */

/* Where the clock of @q must be about now. */
static int64_t position(const struct vt_queue *q, s_time_t now)
{
    s_time_t ran = MAX(now - READ_ONCE(q->charged), 0);
    int64_t at = add(READ_ONCE(q->run_time),
                     cost(ran, READ_ONCE(q->run_rate)));

    return READ_ONCE(q->count) ? earlier(at, READ_ONCE(q->first)) : at;
}

/* How far the clock of @q moves within the horizon with @item there too. */
static int64_t advance_with(const struct vt_queue *q,
                            const struct vt_item *item)
{
    return VT_HORIZON * VT_RATE_ONE /
           (int64_t)(READ_ONCE(q->load) + share_of(item));
}

/* Where the clocks are says who was served too little; how fast they move,
 * that the CPU which is ahead is not too full already to help. */
bool vt_is_better(const struct vt_queue *other, const struct vt_queue *q,
                  const struct vt_item *item, int64_t margin, s_time_t now)
{
    int64_t ahead = vt_difference(position(other, now), position(q, now));

    return ahead + advance_with(other, item) - advance_with(q, item) > margin;
}
