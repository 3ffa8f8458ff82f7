/* SPDX-License-Identifier: MIT */
/*
 * block.c - a vcpu waits for an event.
 *
 * Blocked, it waits until an upcall is due; polling, until one of some ports is
 * pending, masked or not. No wake-up is lost: the waiter first says that it
 * waits and then looks whether it need not; the sender first marks the event
 * and then looks who waits. Both are atomic operations that order memory, so at
 * least one of the two sees the other.
 */
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/event.h>
#include <hv/sched.h>
#include <hv/softirq.h>
#include <hv/vcpu.h>

void vcpu_block(void)
{
    struct vcpu *v = current;

    set_bit(VCPU_PAUSE_BLOCKED, &v->pause_flags);   /* pairs with unblock */
    if (event_is_due(v) || arch_vcpu_has_nmi(v))
        clear_bit(VCPU_PAUSE_BLOCKED, &v->pause_flags);
    else
        softirq_raise(SOFTIRQ_SCHEDULE);
}

void vcpu_unblock(struct vcpu *v)
{
    if (!READ_ONCE(v->pause_flags))
        return;
    vcpu_end_poll(v);
    if (test_and_clear_bit(VCPU_PAUSE_BLOCKED, &v->pause_flags))
        vcpu_wake(v);
}

/* Whoever takes the bit out of poll_mask ends the poll. */
static bool stop_polling(struct vcpu *v)
{
    if (!test_and_clear_bit(v->id, v->domain->poll_mask))
        return false;
    clear_bit(VCPU_PAUSE_POLLING, &v->pause_flags);
    return true;
}

void vcpu_end_poll(struct vcpu *v)
{
    if (stop_polling(v))
        vcpu_wake(v);
}

/* 1 there is no need to wait, 0 there is, or -EINVAL. */
static int look_at_ports(const struct vcpu *v, const evtchn_port_t *ports,
                         unsigned int count)
{
    const struct domain *d = v->domain;

    if (event_is_due(v))
        return 1;
    for (unsigned int i = 0; i < count; i++) {
        if (ports[i] >= d->port_max)
            return -EINVAL;
        if (d->event_abi->is_pending(d, ports[i]))
            return 1;
    }
    return 0;
}

int vcpu_poll(const evtchn_port_t *ports, unsigned int count,
              s_time_t deadline)
{
    struct vcpu *v = current;
    int rc;

    timer_stop(&v->poll_timer);     /* of a poll that ended early */
    WRITE_ONCE(v->poll_port, 0);
    set_bit(VCPU_PAUSE_POLLING, &v->pause_flags);
    set_bit(v->id, v->domain->poll_mask);   /* pairs with end_polls() */
    rc = look_at_ports(v, ports, count);
    if (rc) {
        stop_polling(v);
        return rc < 0 ? rc : 0;
    }
    if (count == 1)
        WRITE_ONCE(v->poll_port, ports[0]);
    if (deadline)
        timer_set(&v->poll_timer, deadline);
    softirq_raise(SOFTIRQ_SCHEDULE);
    return 0;
}
