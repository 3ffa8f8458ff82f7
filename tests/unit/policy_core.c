/* SPDX-License-Identifier: MIT */
/*
 * policy_core.c - see policy_core.h. What runs is chosen again when the policy
 * said, when somebody wakes before that, and when who runs sleeps; timers (of
 * allowances) are called when they are due.
 */
#include <hv/time.h>
#include <hv/timer.h>
#include "../../common/sched/runqueue.h"
#include "fake_spinlock.h"
#include "policy_core.h"

#define CPUS        2u
#define TIMERS_MAX  64u

struct vcpu core_vcpu[CORE_VCPUS];
struct domain core_domain[CORE_VCPUS];
int64_t core_ran[CORE_VCPUS];
s_time_t core_now = 1, core_until, core_since;

static struct vcpu *pointers[CORE_VCPUS];
static struct vcpu *running[CPUS];
static s_time_t until[CPUS], since[CPUS];
static unsigned int self;
static struct timer *timers[TIMERS_MAX];
static unsigned int timer_count;

const struct sched_policy *sched_policy;

/* -- what policies ask of others ------------------------------------------- */

s_time_t system_time(void) { return core_now; }
void printk_always(const char *fmt, ...) { (void)fmt; }
unsigned int fake_cpu;
struct vcpu *fake_current;

void timer_init(struct timer *t, void (*fn)(void *data), void *data,
                unsigned int cpu)
{
    *t = (struct timer){ .fn = fn, .data = data, .cpu = (uint16_t)cpu,
                         .state = TIMER_IDLE };
    UNIT_REQUIRE(timer_count < TIMERS_MAX);
    timers[timer_count++] = t;
}

void timer_set(struct timer *t, s_time_t expires)
{
    if (t->state == TIMER_DEAD)
        return;
    t->node.key = expires;
    t->state = TIMER_ARMED;
}

void timer_kill(struct timer *t)
{
    t->state = TIMER_DEAD;
    for (unsigned int i = 0; i < timer_count; i++)
        if (timers[i] == t)
            timers[i] = timers[--timer_count];
}

/* -- choosing -------------------------------------------------------------- */

static void publish(void)
{
    core_until = until[self];
    core_since = since[self];
}

static bool may_run(const struct vcpu *v)
{
    return !v->pause_flags;
}

static void choose(unsigned int cpu)
{
    struct vcpu *prev = running[cpu], *next;

    until[cpu] = 0;
    next = sched_policy->choose(cpu, prev && may_run(prev) ? prev : NULL,
                                core_now, &until[cpu]);
    running[cpu] = next;
    if (next != prev)
        since[cpu] = core_now;
    if (next)
        next->is_queued = false;
    if (prev && prev != next && may_run(prev)) {
        sched_policy->enqueue(prev, false, core_now);
        prev->is_queued = true;
        until[cpu] = sched_policy->until(cpu);
    }
    UNIT_REQUIRE(!until[cpu] || until[cpu] >= core_now);
}

static void enqueue(struct vcpu *v, bool woken)
{
    unsigned int cpu = v->cpu;

    sched_policy->enqueue(v, woken, core_now);
    v->is_queued = true;
    if (running[cpu])
        until[cpu] = sched_policy->until(cpu);
    if (!running[cpu] || until[cpu] <= core_now)
        choose(cpu);
}

/* The core's: somebody may have a reason to run, but was not asleep. */
void vcpu_wake(struct vcpu *v)
{
    bool runs = running[v->cpu] == v;

    if (may_run(v) && !runs && !v->is_queued)
        enqueue(v, false);
    publish();
}

/* -- time ------------------------------------------------------------------ */

static s_time_t next_event(s_time_t end)
{
    for (unsigned int cpu = 0; cpu < CPUS; cpu++)
        if (until[cpu])
            end = MIN(end, MAX(until[cpu], core_now));
    for (unsigned int i = 0; i < timer_count; i++)
        if (timers[i]->state == TIMER_ARMED)
            end = MIN(end, MAX(timers[i]->node.key, core_now));
    return end;
}

static void advance_to(s_time_t at)
{
    for (unsigned int cpu = 0; cpu < CPUS; cpu++)
        if (running[cpu])
            core_ran[running[cpu] - core_vcpu] += at - core_now;
    core_now = at;
}

/* What is due now. */
static bool serve(void)
{
    bool any = false;

    for (unsigned int i = 0; i < timer_count; i++) {
        struct timer *t = timers[i];

        if (t->state != TIMER_ARMED || t->node.key > core_now)
            continue;
        t->state = TIMER_IDLE;
        t->fn(t->data);
        any = true;
    }
    for (unsigned int cpu = 0; cpu < CPUS; cpu++)
        if (until[cpu] && until[cpu] <= core_now) {
            choose(cpu);
            any = true;
        }
    UNIT_REQUIRE(!fake_locks_held);
    return any;
}

void core_pass(s_time_t ns)
{
    s_time_t end = core_now + ns;
    unsigned int at_once = 0;

    for (;;) {
        s_time_t at = next_event(end);

        at_once = at == core_now ? at_once + 1 : 0;
        UNIT_REQUIRE(at_once < 1000);       /* time does pass */
        advance_to(at);
        if (!serve() && core_now == end)
            break;
    }
    publish();
}

/* -- what tests do --------------------------------------------------------- */

void core_init(const struct sched_policy *policy, unsigned int count)
{
    if (!sched_policy) {
        sched_policy = policy;
        for (unsigned int cpu = 0; cpu < CPUS; cpu++)
            policy->init_cpu(cpu);
    }
    for (unsigned int i = 0; i < CORE_VCPUS; i++) {
        struct vcpu *v = pointers[i] = &core_vcpu[i];

        core_domain[i].id = (domid_t)i;
        core_domain[i].max_vcpus = 1;
        core_domain[i].vcpu = &pointers[i];
        v->domain = &core_domain[i];
        if (i >= count)
            continue;
        v->affinity.bits[0] = v->affinity_soft.bits[0] = 3;
        list_init(&v->run_list);
        v->pause_flags = 1ul << VCPU_PAUSE_BLOCKED;
        if (policy->add)
            ck_assert_int_eq(policy->add(v), 0);
    }
}

void core_set_weight(unsigned int i, uint32_t weight)
{
    struct sched_domain_params p;

    ck_assert_int_eq(sched_get_domain(&core_domain[i], &p), 0);
    p.weight = weight;
    p.mcu_advance = 2560 / weight;
    ck_assert_int_eq(sched_set_domain(&core_domain[i], &p), 0);
}

void core_wake(unsigned int i)
{
    struct vcpu *v = &core_vcpu[i];

    v->pause_flags &= ~(1ul << VCPU_PAUSE_BLOCKED);
    if (may_run(v) && !v->is_queued && running[v->cpu] != v)
        enqueue(v, true);
    publish();
}

void core_sleep(unsigned int i)
{
    struct vcpu *v = &core_vcpu[i];

    v->pause_flags |= 1ul << VCPU_PAUSE_BLOCKED;
    if (v->is_queued) {
        sched_policy->dequeue(v);
        v->is_queued = false;
    } else if (running[v->cpu] == v) {
        choose(v->cpu);
    }
    publish();
}

void core_move(unsigned int i, unsigned int cpu)
{
    core_vcpu[i].cpu = (uint16_t)cpu;
}

void core_yield(void)
{
    sched_policy->yield(self);
    choose(self);
    publish();
}

void core_be_cpu(unsigned int cpu)
{
    self = cpu;
    publish();
}

struct vcpu *core_running(void)
{
    return running[self];
}

s_time_t core_turn(void)
{
    return until[self] - since[self];
}
