/* SPDX-License-Identifier: MIT */
/*
 * sched.h - give up the CPU, wait, shut down.
 *
 * sched_op(SCHEDOP_*, argument *): any domain about itself, unless said
 * otherwise. -ENOSYS: no such operation.
 * sched_op_compat(op, value) has operations 0 to 2 only and takes the reason of
 * a shutdown by value.
 *
 * Source: Xen 4.17; operations 0-2 as in the Xen 2.0 interface manual.
 */
#ifndef PUBLIC_SCHED_H
#define PUBLIC_SCHED_H

#include "event_channel.h"

/* Let others run first. No argument; 0. */
#define SCHEDOP_yield               0

/*
 * Clear the event mask and sleep until an event is delivered; at once if one is
 * pending. No argument; 0.
 */
#define SCHEDOP_block               1

/*
 * struct sched_shutdown: stop the domain. The tools see the reason. Does not
 * return, but for SHUTDOWN_suspend, whose third argument is the frame of
 * start_info: 0 after a restore, 1 if it was called off.
 * In domain 0 SHUTDOWN_poweroff and SHUTDOWN_reboot act on the machine.
 */
#define SCHEDOP_shutdown            2

/*
 * struct sched_poll: sleep until one of the ports is pending, masked or not, or
 * the time has come. The event mask is left as it is. May wake without cause.
 * -EINVAL  more than 128 ports, or no such port
 * -EFAULT  the list cannot be read
 */
#define SCHEDOP_poll                3

/* struct sched_remote_shutdown: as shutdown, of another domain; control.
 * -ESRCH, -EPERM */
#define SCHEDOP_remote_shutdown     4

/* struct sched_shutdown: note a reason for a shutdown still to come. */
#define SCHEDOP_shutdown_code       5

/*
 * struct sched_watchdog: shut the domain down as SHUTDOWN_watchdog unless set
 * again in time.
 * @id 0: a new one is made, its number (1 or 2) is the result. @timeout 0: it
 * is deleted. -ENOSPC both are in use, -EEXIST no such timer, -EINVAL
 */
#define SCHEDOP_watchdog            6

/* struct sched_pin_override: keep the calling vcpu on one CPU, until -1; domain
 * 0. -EPERM, -EINVAL, -EBUSY */
#define SCHEDOP_pin_override        7

struct sched_shutdown {
    unsigned int reason;                /* SHUTDOWN_* */
};
typedef struct sched_shutdown sched_shutdown_t;
DEFINE_XEN_GUEST_HANDLE(sched_shutdown_t);

struct sched_poll {
    XEN_GUEST_HANDLE(evtchn_port_t) ports;
    unsigned int nr_ports;
    uint64_t timeout;                   /* system time in ns, 0: none */
};
typedef struct sched_poll sched_poll_t;
DEFINE_XEN_GUEST_HANDLE(sched_poll_t);

struct sched_remote_shutdown {
    domid_t domain_id;
    unsigned int reason;
};
typedef struct sched_remote_shutdown sched_remote_shutdown_t;
DEFINE_XEN_GUEST_HANDLE(sched_remote_shutdown_t);

struct sched_watchdog {
    uint32_t id;
    uint32_t timeout;                   /* seconds */
};
typedef struct sched_watchdog sched_watchdog_t;
DEFINE_XEN_GUEST_HANDLE(sched_watchdog_t);

struct sched_pin_override {
    int32_t pcpu;
};
typedef struct sched_pin_override sched_pin_override_t;
DEFINE_XEN_GUEST_HANDLE(sched_pin_override_t);

/* Why a domain stopped; what happens then is for the tools to say. */
#define SHUTDOWN_poweroff   0
#define SHUTDOWN_reboot     1
#define SHUTDOWN_suspend    2   /* saved, to be restored */
#define SHUTDOWN_crash      3
#define SHUTDOWN_watchdog   4
#define SHUTDOWN_soft_reset 5   /* keep the memory, start afresh */
#define SHUTDOWN_MAX        5

#endif
