/* SPDX-License-Identifier: MIT */
/*
 * vcpu.h - a virtual CPU: what the scheduler switches between.
 *
 * Invariants:
 *   V1  A vcpu is put on a run queue and chosen to run only while its
 *       pause_flags, its pause_count and its domain's pause_count are 0.
 *   V2  is_running is set while some CPU executes it or still holds its
 *       registers; whoever changes its state from outside waits for it.
 * [I] nobody, once created   [S] holder of its CPU's run-queue lock
 * [E] its domain's event_lock   [o] only the vcpu itself   [a] atomically
 */
#ifndef HV_VCPU_H
#define HV_VCPU_H

#include <hv/cpu.h>
#include <hv/list.h>
#include <hv/spinlock.h>
#include <hv/timer.h>
#include <asm/vcpu.h>
#include <public/vcpu.h>
#include <public/xen.h>

struct domain;

/* Why a vcpu may not run: pause_flags */
#define VCPU_PAUSE_DOWN     0   /* not brought up, or taken down */
#define VCPU_PAUSE_BLOCKED  1   /* waits for an event */
#define VCPU_PAUSE_POLLING  2   /* waits for one of some ports */
#define VCPU_PAUSE_CAPPED   3   /* its domain has had what its cap allows */

struct vcpu {
    struct domain *domain;              /* [I] NULL for an idle vcpu */
    uint16_t id;                        /* [I] */
    bool is_initialised;                /* [I once set] has registers */
    bool is_being_initialised;          /* [a] by the one who set this */
    bool is_idle;                       /* [I] */

    /* scheduling: sched/core.c */
    uint16_t cpu;                       /* [S] the run queue it belongs to */
    uint16_t last_cpu;                  /* [S] where it ran last */
    bool is_running;                    /* [S] V2 */
    bool is_queued;                     /* [S] the policy has it */
    uint8_t movers;                     /* [S] CPUs about to wake it elsewhere */
    bool is_pinned_over;                /* [S] affinity is an override */
    unsigned long pause_flags;          /* [a] VCPU_PAUSE_*, V1 */
    unsigned int pause_count;           /* [a] somebody looks at it, V1 */
    cpu_set_t affinity;                 /* [S] where it may run */
    cpu_set_t affinity_soft;            /* [S] where it runs best */
    cpu_set_t affinity_saved;           /* [S] what the override replaced */
    struct list_head run_list;          /* [S] the policy's */
    void *policy_data;                  /* [I] the policy's */
    struct vcpu_runstate_info runstate; /* [S] */
    guest_va_t runstate_area;           /* [a] 0: none */
    guest_va_t time_area;               /* [a] 0: none */
    bool in_multicall;                  /* [o] */
    unsigned long control_done;         /* [o] how far its control call came */

    /* events */
    struct vcpu_info *info;             /* [I after registration], or NULL */
    mfn_t info_mfn;                     /* INVALID_MFN: in shared_info */
    evtchn_port_t virq_port[NR_VIRQS];  /* [E] 0: not bound */
    evtchn_port_t poll_port;            /* [a] polled port, 0: several */

    /* timers: they fire VIRQ_TIMER */
    struct timer singleshot_timer;
    struct timer periodic_timer;
    struct timer poll_timer;
    s_time_t periodic_period;           /* [a] 0: off */
    s_time_t periodic_last;             /* [a] when it fired last */

    struct arch_vcpu arch;
};

/* All vcpus of a domain that exist. */
#define for_each_vcpu(d, v)                                             \
    for (unsigned int v##_i = 0; v##_i < (d)->max_vcpus; v##_i++)       \
        if (((v) = (d)->vcpu[v##_i]) != NULL)

/* The vcpu that somebody named, or NULL. */
struct vcpu *domain_vcpu(const struct domain *d, uint32_t id);
struct vcpu *vcpu_create(struct domain *d, unsigned int id);
void vcpu_destroy(struct vcpu *v);
/* It has its first registers: end VCPU_PAUSE_DOWN. */
void vcpu_bring_up(struct vcpu *v);
void vcpu_pause(struct vcpu *v);        /* waits until it does not run */
void vcpu_pause_nosync(struct vcpu *v);
void vcpu_unpause(struct vcpu *v);

/* sched/vcpu_timer.c */
void vcpu_timers_create(struct vcpu *v);
void vcpu_timers_kill(struct vcpu *v);
void vcpu_timers_migrate(struct vcpu *v, unsigned int cpu);

/* arch hooks */
int arch_vcpu_create(struct vcpu *v);
void arch_vcpu_destroy(struct vcpu *v);
/* Leave @prev (current) for @next, which differs: goes on in the exit path to
 * the guest, or in idle_loop() on an empty stack. Interrupts are off. Calls
 * sched_switch_finished(prev) once @prev's registers are saved and @next is
 * current, and publishes @next's runstate. */
void arch_vcpu_switch(struct vcpu *prev, struct vcpu *next) NORETURN;
/* Make @v, wherever it runs, look at its events. */
void arch_vcpu_kick(struct vcpu *v);
/* First registers of a vcpu that is brought up by its domain; checked. 0,
 * -EFAULT, -EINVAL, -ERESTART: call again. *is_online: it is to run at once.
 * One caller at a time. On failure nothing has changed. */
int arch_vcpu_initialise(struct vcpu *v, guest_va_t context, bool *is_online);
/* The same for one that has registers and stands still: -EOPNOTSUPP when the
 * tables are others than it has. */
int arch_vcpu_change(struct vcpu *v, guest_va_t context, bool *is_online);
/* Write the registers of @v, which stands still, to a guest. -EFAULT, -ENOMEM. */
int arch_vcpu_context(struct vcpu *v, guest_va_t context);
/* Take all of that from @v, which stands still. 0 or -ERESTART: call again. */
int arch_vcpu_reset(struct vcpu *v);
/* Move vcpu_info there. -ENXIO not inside the frame; -EINVAL moved before, or
 * no frame to write to. */
int arch_vcpu_register_info(struct vcpu *v, mfn_t m, uint32_t offset);
/* Give the registered frame back: the domain is dying. */
void arch_vcpu_release_info(struct vcpu *v);
/* Any context. It is lost if @v has no handler; who sleeps sleeps on. */
void arch_vcpu_send_nmi(struct vcpu *v);
bool arch_vcpu_has_nmi(const struct vcpu *v);   /* sent, not delivered yet */
/* Where @v's records go from now on, 0: nowhere. They are filled in at once,
 * through the caller's tables, whoever @v is; it does not matter whether they
 * can be reached. -EFAULT: it is no address of a guest's. */
int arch_vcpu_register_time_area(struct vcpu *v, unsigned long va);
int arch_vcpu_register_runstate_area(struct vcpu *v, unsigned long va);
/* Print its registers. It is current, or does not run. */
void arch_vcpu_dump(struct vcpu *v);
/* Where vcpu_info of vcpu @id lies in a fresh shared page; NULL: there is no
 * room, the vcpu must register a place before it can run. */
struct vcpu_info *arch_vcpu_info_in_shared(struct domain *d, unsigned int id);
/* Put the record where the guest registered it, if it can be reached now. */
void arch_runstate_publish(struct vcpu *v);

#endif
