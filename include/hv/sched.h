/* SPDX-License-Identifier: MIT */
/*
 * sched.h - what the rest of the hypervisor asks of the scheduler.
 * common/sched/core.c states the rules, common/sched/policy.h what a policy is.
 */
#ifndef HV_SCHED_H
#define HV_SCHED_H

#include <hv/compiler.h>
#include <hv/types.h>

struct vcpu;
struct domain;

void sched_init(void);                  /* pick the policy of sched= */
void sched_init_cpu(unsigned int cpu);  /* run queue and idle vcpu of @cpu */
int sched_add_vcpu(struct vcpu *v);     /* 0 or -ENOMEM; it is paused */
void sched_remove_vcpu(struct vcpu *v);

/* @v has (or may have) a reason to run. Any context. */
void vcpu_wake(struct vcpu *v);
/* @v has gained a reason not to run: make its CPU choose again. */
void vcpu_sleep_nosync(struct vcpu *v);
void vcpu_sleep_sync(struct vcpu *v);   /* and wait until it stopped */
/* An unmasked event arrived: end its blocking. */
void vcpu_unblock(struct vcpu *v);
/* arch: @prev's registers are saved and @next's are in the CPU. */
void sched_switch_finished(struct vcpu *prev);
/* A port was raised that it may be polling for. */
void vcpu_end_poll(struct vcpu *v);
/* The current vcpu blocks until an event; returns when it runs again. */
void vcpu_block(void);
void vcpu_yield(void);

const char *sched_policy_name(void);
unsigned int sched_policy_id(void);     /* public number, DOM0_SCHED_ID */

/* Hypercalls 29, 24. */
long do_sched_op(int cmd, unsigned long arg);
long do_sched_op_compat(int cmd, unsigned long arg);
long do_vcpu_op(int cmd, unsigned int vcpu_id, unsigned long arg);
long do_set_timer_op(uint64_t deadline);

/* The first thing a CPU runs after boot and never leaves: idle. */
void idle_loop(void) NORETURN;

#endif
