/* SPDX-License-Identifier: MIT */
/*
 * virtual_time.h - those who wait for a CPU, by how much they have had.
 *
 * Who runs gains virtual time, @rate / 65536 ns for each ns: the slower, the
 * larger its share, since the one with the least is next. virtual_time.c has
 * the invariants. All with the CPU's run queue locked, if not said otherwise.
 */
#ifndef SCHED_VIRTUAL_TIME_H
#define SCHED_VIRTUAL_TIME_H

#include <hv/leftist.h>
#include <hv/types.h>

#define VT_RATE_ONE     65536u
#define VT_STEAL_DEPTH  64u         /* how many a thief looks at */

struct vcpu;

struct vt_item {
    struct leftist node;            /* its key: when its turn is */
    struct vcpu *v;                 /* [I] */
    int64_t  time;                  /* what it has had, virtual ns */
    uint64_t rate;                  /* [a] */
    uint64_t share;                 /* 1 / rate, as counted in a load */
    uint16_t cpu;                   /* whose queue @time was last fitted to */
    bool     is_woken;              /* waits after having slept */
    bool     is_boosted;            /* the policy's: its key is not its time */
};

/* [S] holder of the run queue's lock   [s] the same, and read by anybody */
struct vt_queue {
    struct leftist *root;           /* [S] who waits */
    unsigned int count;             /* [s] how many */
    int64_t clock;                  /* [s] VT2 */
    uint64_t load;                  /* [s] shares of who waits and who runs */
    struct vt_item *running;        /* [S] NULL: idle */
    s_time_t since;                 /* [S] when its turn began */
    s_time_t charged;               /* [s] up to when it has been charged */
    int64_t run_time;               /* [s] its time then */
    uint64_t run_rate;              /* [s] its rate */
    uint64_t run_share;             /* [S] its part of the load */
    int64_t first;                  /* [s] time of the root, if there is one */
};

/* By how much @a is after @b. */
static inline int64_t vt_difference(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a - (uint64_t)b);
}

/* Bring the time of @item, which has slept or comes from another CPU, to
 * within @back before and @ahead after the clock of @q. */
void vt_fit(struct vt_queue *q, struct vt_item *item, unsigned int cpu,
            int64_t back, int64_t ahead);
/* It woke on another CPU than that of @old: let it lag behind no less here than
 * there. Before vt_fit(). */
void vt_keep_lag(const struct vt_queue *q, struct vt_item *item,
                 const struct vt_queue *old);
void vt_insert(struct vt_queue *q, struct vt_item *item, int64_t key);
void vt_remove(struct vt_queue *q, struct vt_item *item);
/* NULL: nobody waits. */
struct vt_item *vt_first(const struct vt_queue *q);
/* Remove the first that may run on @thief, among those that a look finds; NULL:
 * none. */
struct vcpu *vt_steal(struct vt_queue *q, unsigned int thief);

/* Charge who runs; how many ns it has had since the last time. */
s_time_t vt_charge(struct vt_queue *q, s_time_t now);
/* A turn of @item begins, NULL: of nobody. */
void vt_start(struct vt_queue *q, struct vt_item *item, s_time_t now);
/* How many ns who runs takes to gain @ahead, rounded up; below 0 if it is past
 * that. */
s_time_t vt_until(const struct vt_queue *q, int64_t ahead);

/* No lock needed: would @item, in neither queue, soon be further on with @other
 * than with @q, by more than @margin? */
bool vt_is_better(const struct vt_queue *other, const struct vt_queue *q,
                  const struct vt_item *item, int64_t margin, s_time_t now);

#endif
