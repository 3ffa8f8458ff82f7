/* SPDX-License-Identifier: MIT */
/* events.h - what is to happen in the simulated machine, in order of time. */
#ifndef SIM_EVENTS_H
#define SIM_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

enum event_kind {
    EVENT_CLOCK,            /* the clock of CPU @number interrupts */
    EVENT_BLOCK,            /* a vcpu's burst is over, if @number is right */
    EVENT_WAKE,             /* a vcpu has slept enough */
};

struct event {
    int64_t time;
    uint64_t order;         /* of two at the same time, as they were added */
    enum event_kind kind;
    uint32_t number;
    void *vcpu;
};

void events_add(int64_t time, enum event_kind kind, void *vcpu,
                uint32_t number);
/* Take the first, if it is not after @until. */
bool events_take(int64_t until, struct event *out);

#endif
