/* SPDX-License-Identifier: MIT */
/*
 * check_vcpus.c - every vcpu is queued, running or asleep, as S1 of
 * sched/core.c has it, and its timers stand right in the heap (T1, T2 of
 * sync/timer.c).
 */
#include "check.h"
#include <hv/domain.h>
#include <hv/vcpu.h>

static void vcpu_expect(const char *what, const struct vcpu *v,
                        uint64_t expected, uint64_t found)
{
    if (expected != found)
        check_fail(what, v->id, v->domain->id, expected, found);
}

static void check_state(const struct vcpu *v)
{
    bool may_run = !v->pause_flags && !v->pause_count &&
                   !v->domain->pause_count;
    bool runs = arch_check_runs(v);

    vcpu_expect("a vcpu that runs", v, runs, v->is_running);
    if (runs) {
        vcpu_expect("a vcpu that runs and is queued", v, 0, v->is_queued);
        vcpu_expect("the run state of a vcpu that runs", v, RUNSTATE_running,
                    (uint64_t)v->runstate.state);
    } else {
        vcpu_expect("a vcpu that may run is queued", v, may_run,
                    v->is_queued);
        vcpu_expect("the run state of a vcpu that is queued", v, may_run,
                    v->runstate.state == RUNSTATE_runnable);
    }
    if (may_run)
        vcpu_expect("a vcpu that may run has registers", v, 1,
                    v->is_initialised);
    vcpu_expect("a vcpu that polls is in its domain's mask", v,
                v->pause_flags >> VCPU_PAUSE_POLLING & 1,
                test_bit(v->id, v->domain->poll_mask));
}

static unsigned int rank_of(const struct leftist *n)
{
    return n ? n->rank : 0;
}

static const struct timer *timer_of(const struct leftist *n)
{
    return container_of(n, const struct timer, node);
}

/* @child hangs below @n. */
static bool is_below(const struct leftist *n, const struct leftist *child)
{
    return !child || (child->parent == n && child->key >= n->key &&
                      timer_of(child)->state == TIMER_ARMED &&
                      timer_of(child)->cpu == timer_of(n)->cpu);
}

static void check_timer(const struct vcpu *v, const struct timer *t)
{
    const struct leftist *n = &t->node;

    if (t->state > TIMER_MOVING)
        vcpu_expect("the state of a timer", v, TIMER_MOVING, t->state);
    if (t->state != TIMER_ARMED)
        return;
    vcpu_expect("the order of timers", v, 1,                    /* L1 */
                is_below(n, n->left) && is_below(n, n->right) &&
                    (!n->parent || (is_below(n->parent, n) &&
                                    (n->parent->left == n ||
                                     n->parent->right == n))));
    vcpu_expect("the rank of a timer", v, rank_of(n->right) + 1, n->rank);
    vcpu_expect("the balance of timers", v, 1,                  /* L2 */
                rank_of(n->left) >= rank_of(n->right));
}

void check_vcpus(void)
{
    const struct domain *d;
    const struct vcpu *v;

    list_for_each(d, &domain_list, list)
        for_each_vcpu(d, v) {
            check_state(v);
            check_timer(v, &v->singleshot_timer);
            check_timer(v, &v->periodic_timer);
            check_timer(v, &v->poll_timer);
        }
}
