/* SPDX-License-Identifier: MIT */
/*
 * vcpu_timer.c - the three timers of a vcpu. The single-shot one fires once,
 * whatever the vcpu does; the periodic one only while it runs, and makes up for
 * one missed tick when it runs again; the last ends a poll. They follow the
 * vcpu to another CPU when it first runs there.
 */
#include <hv/event.h>
#include <hv/sched.h>
#include <hv/time.h>
#include "runqueue.h"

static void singleshot_expired(void *data)
{
    event_virq_raise(data, VIRQ_TIMER);
}

static void poll_expired(void *data)
{
    vcpu_end_poll(data);
}

/* One tick, and the next. */
static void tick(struct vcpu *v, s_time_t now, s_time_t period)
{
    WRITE_ONCE(v->periodic_last, now);
    event_virq_raise(v, VIRQ_TIMER);
    timer_set(&v->periodic_timer, now + period);
}

static void periodic_expired(void *data)
{
    struct vcpu *v = data;
    s_time_t period = READ_ONCE(v->periodic_period);

    if (period && READ_ONCE(v->is_running))
        tick(v, system_time(), period);
}

void vcpu_timers_resume(struct vcpu *v)
{
    s_time_t period = READ_ONCE(v->periodic_period);
    s_time_t now, last = READ_ONCE(v->periodic_last);

    if (v->singleshot_timer.cpu != v->cpu)
        vcpu_timers_migrate(v, v->cpu);
    if (!period)
        return;
    now = system_time();
    if (now - last >= period)
        tick(v, now, period);
    else
        timer_set(&v->periodic_timer, last + period);
}

void vcpu_timers_suspend(struct vcpu *v)
{
    if (READ_ONCE(v->periodic_period))
        timer_stop(&v->periodic_timer);
}

void vcpu_timers_create(struct vcpu *v)
{
    timer_init(&v->singleshot_timer, singleshot_expired, v, v->cpu);
    timer_init(&v->periodic_timer, periodic_expired, v, v->cpu);
    timer_init(&v->poll_timer, poll_expired, v, v->cpu);
}

void vcpu_timers_kill(struct vcpu *v)
{
    timer_kill(&v->singleshot_timer);
    timer_kill(&v->periodic_timer);
    timer_kill(&v->poll_timer);
}

void vcpu_timers_migrate(struct vcpu *v, unsigned int cpu)
{
    timer_migrate(&v->singleshot_timer, cpu);
    timer_migrate(&v->periodic_timer, cpu);
    timer_migrate(&v->poll_timer, cpu);
}
