/* SPDX-License-Identifier: MIT */
/*
 * timer.h - call a function on a CPU when system time has come. Each CPU has a
 * heap of armed timers; their links are in struct timer, so arming never fails.
 */
#ifndef HV_TIMER_H
#define HV_TIMER_H

#include <hv/leftist.h>
#include <hv/types.h>

enum timer_state {
    TIMER_DEAD,             /* zeroed, or killed: cannot be armed */
    TIMER_IDLE,
    TIMER_ARMED,
    TIMER_MOVING,           /* armed, between the queues of two CPUs */
};

/* [I] nobody, once initialised   [Q] holder of the lock of cpu's queue */
struct timer {
    struct leftist node;        /* [Q] its key is when to call */
    void (*fn)(void *data);     /* [I] */
    void *data;                 /* [I] */
    uint16_t cpu;               /* [Q] read to find the queue */
    uint8_t state;              /* [Q] enum timer_state */
};

/* All but timer_kill() may be called anywhere, in interrupt handlers also; they
 * take level TIMER. A dead timer stays dead until timer_init(). */
void timer_init(struct timer *t, void (*fn)(void *data), void *data,
                unsigned int cpu);
/* Call once, at @expires or soon after; replaces an earlier time. */
void timer_set(struct timer *t, s_time_t expires);
/* Do not call; the function may still be running elsewhere. */
void timer_stop(struct timer *t);
/* Never call again, and wait until the function has returned, unless it is
 * the caller. The timer may then be freed, by the function also. No lock that
 * the function takes may be held. Harmless on a timer that is all zeros. */
void timer_kill(struct timer *t);
/* From now on fire on @cpu. A call under way on the old CPU is not waited for,
 * and a timer armed again could fire on the new one meanwhile. */
void timer_migrate(struct timer *t, unsigned int cpu);
bool timer_is_armed(const struct timer *t);

/* Copy up to @max armed timers of @cpu, the earliest first among parents and
 * children only; how many. */
unsigned int timer_snapshot(unsigned int cpu, struct timer *out,
                            unsigned int max);
void timer_dump(void);                  /* key a */

/* Boot: serve SOFTIRQ_TIMER; and the queue of @cpu, before it has timers. */
void timer_open(void);
void timer_init_cpu(unsigned int cpu);
/* SOFTIRQ_TIMER of @cpu, on that CPU: call what has expired, with interrupts
 * on and no lock held, and program the clock for the next. */
void timer_run_expired(unsigned int cpu);

#endif
