/* SPDX-License-Identifier: MIT */
/*
 * sched.h - what the rest of the hypervisor asks of the scheduler.
 * common/sched/core.c states the rules, common/sched/policy.h what a policy is.
 */
#ifndef HV_SCHED_H
#define HV_SCHED_H

#include <hv/compiler.h>
#include <hv/cpu.h>
#include <hv/types.h>

struct vcpu;
struct domain;

/* Pick the policy of sched=, and open the softirqs of timers and scheduling. */
void sched_init(void);
/* Make run queue and idle vcpu of @cpu. If that is the caller's own, the idle
 * vcpu becomes current and the CPU online. */
void sched_init_cpu(unsigned int cpu);
struct vcpu *sched_idle_vcpu(unsigned int cpu);
int sched_add_vcpu(struct vcpu *v);     /* 0 or -ENOMEM; it is down */
void sched_remove_vcpu(struct vcpu *v); /* it is paused and does not run */
/* arch_vcpu_switch() has saved the registers of @prev: others may run it. */
void sched_switch_finished(struct vcpu *prev);

/* @v has (or may have) a reason to run. Any context. */
void vcpu_wake(struct vcpu *v);
/* @v has gained a reason not to run: make its CPU choose again. */
void vcpu_sleep_nosync(struct vcpu *v);
/* And wait until it stopped, unless it is current. Interrupts are on. */
void vcpu_sleep_sync(struct vcpu *v);
/* An unmasked event arrived: end its blocking or polling. Any context. */
void vcpu_unblock(struct vcpu *v);
/* A port was raised that it may be polling for, or its time is over. */
void vcpu_end_poll(struct vcpu *v);

/* The current vcpu stops when its hypercall ends, not in here: */
void vcpu_block(void);                  /* until an event is due */
void vcpu_yield(void);                  /* until others have run */
/* Until one of @ports is pending or @deadline (0: none) has come. -EINVAL: no
 * such port. */
int vcpu_poll(const evtchn_port_t *ports, unsigned int count, s_time_t deadline);

/* Where @v may run. -EINVAL: none of @set is online. */
int sched_set_affinity(struct vcpu *v, const cpu_set_t *set) MUST_CHECK;
/* Where @v runs best; what of @set it may not use, or is not online, is as if
 * it were not there. */
void sched_set_soft_affinity(struct vcpu *v, const cpu_set_t *set);
/* Both as they were set, @hard as an override makes it, if there is one. */
struct sched_affinity {
    cpu_set_t hard, soft;
    bool is_override;
};
void sched_get_affinity(struct vcpu *v, struct sched_affinity *a);
/* Keep @v on @cpu until NR_CPUS is given. -EBUSY: overridden already; -EINVAL:
 * @cpu is not online, or nothing is overridden. */
int sched_pin_override(struct vcpu *v, unsigned int cpu) MUST_CHECK;

/* The CPU that @v must run on; NR_CPUS: there are several. */
unsigned int sched_only_cpu(struct vcpu *v);

struct vcpu_runstate_info;
void vcpu_runstate_get(struct vcpu *v, struct vcpu_runstate_info *out);

/* What a policy is told: of a credit tslice and ratelimit, of bvt ctx_allow as
 * slice, of rr the slice. */
struct sched_params {
    uint64_t slice, ratelimit;          /* ns */
};
struct sched_domain_params {
    uint32_t weight;                    /* credit */
    uint32_t cap;                       /* credit: per cent of a CPU, 0: none */
    uint32_t mcu_advance;               /* bvt */
    bool warps;
    int32_t warp_value;                 /* in mcu_advance */
    uint64_t warp_limit, unwarp_limit;  /* ns */
};
/* -EINVAL: out of range, which is printed, or not this policy's to know. */
int sched_get_params(struct sched_params *p);
int sched_set_params(const struct sched_params *p);
int sched_get_domain(struct domain *d, struct sched_domain_params *p);
int sched_set_domain(struct domain *d, const struct sched_domain_params *p);

const char *sched_policy_name(void);
unsigned int sched_policy_id(void);     /* public number, DOM0_SCHED_ID */
void sched_dump(void);                  /* key r: run queues */

/* Hypercalls 29, 6, 24, 15. */
long do_sched_op(int cmd, unsigned long arg);
long do_sched_op_compat(int cmd, unsigned long arg);
long do_vcpu_op(int cmd, unsigned int vcpu_id, unsigned long arg);
long do_set_timer_op(uint64_t deadline);

/* The first thing a CPU runs after boot and never leaves: idle. */
void idle_loop(void) NORETURN;
/* arch: with interrupts off and nothing to do: turn them on and wait for one,
 * such that none can come in between. */
void arch_idle(void);

#endif
