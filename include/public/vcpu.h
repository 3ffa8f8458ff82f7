/* SPDX-License-Identifier: MIT */
/*
 * vcpu.h - start, stop and watch the vcpus of one's own domain; their timers.
 *
 * vcpu_op(VCPUOP_*, vcpu, argument *): any domain. -ENOENT: it has no vcpu of
 * that number; -ENOSYS: no such operation. Times are system time in ns.
 *
 * Source: Xen 4.17.
 */
#ifndef PUBLIC_VCPU_H
#define PUBLIC_VCPU_H

#include "xen.h"

/*
 * vcpu_guest_context_t: state in which the vcpu is to start. -EEXIST: it has
 * been initialised before; -EINVAL and the like: the state is not acceptable.
 */
#define VCPUOP_initialise                       0

/* Let it run. -EINVAL: not initialised. */
#define VCPUOP_up                               1

/* Stop it. A vcpu that stops itself goes on from here when it is brought up;
 * the last one running powers the domain off. */
#define VCPUOP_down                             2

/* 1 if it is up, 0 if not. */
#define VCPUOP_is_up                            3

/* vcpu_runstate_info_t, out: what the vcpu has been doing. */
#define VCPUOP_get_runstate_info                4

struct vcpu_runstate_info {
    int      state;                 /* RUNSTATE_* */
    uint64_t state_entry_time;      /* since when, 4 or 8 */
    /* With VMASST_TYPE_runstate_update_flag: set in state_entry_time while the
     * registered area is being written. */
#define XEN_RUNSTATE_UPDATE     (xen_mk_ullong(1) << 63)
    uint64_t time[4];               /* ns spent in each state, 12 or 16 */
};
typedef struct vcpu_runstate_info vcpu_runstate_info_t;
DEFINE_XEN_GUEST_HANDLE(vcpu_runstate_info_t);

#define RUNSTATE_running    0       /* on a CPU */
#define RUNSTATE_runnable   1       /* waits for a CPU */
#define RUNSTATE_blocked    2       /* waits for an event */
#define RUNSTATE_offline    3       /* down, or paused by the tools */

/* Keep the above up to date at an address of the guest, one per vcpu. Written
 * when the vcpu is switched to; a page that is gone is skipped. -EFAULT */
#define VCPUOP_register_runstate_memory_area    5

struct vcpu_register_runstate_memory_area {
    union {
        XEN_GUEST_HANDLE(vcpu_runstate_info_t) h;
        struct vcpu_runstate_info *v;
        uint64_t p;
    } addr;
};
typedef struct vcpu_register_runstate_memory_area
    vcpu_register_runstate_memory_area_t;
DEFINE_XEN_GUEST_HANDLE(vcpu_register_runstate_memory_area_t);

/* VIRQ_TIMER every so often while the vcpu runs. -EINVAL: under 1 ms. */
#define VCPUOP_set_periodic_timer               6
#define VCPUOP_stop_periodic_timer              7

struct vcpu_set_periodic_timer {
    uint64_t period_ns;
};
typedef struct vcpu_set_periodic_timer vcpu_set_periodic_timer_t;
DEFINE_XEN_GUEST_HANDLE(vcpu_set_periodic_timer_t);

/*
 * VIRQ_TIMER once, for the calling vcpu only (-EINVAL). A time that is past
 * fires at once; with VCPU_SSHOTTMR_future it gives -ETIME instead.
 */
#define VCPUOP_set_singleshot_timer             8
#define VCPUOP_stop_singleshot_timer            9

struct vcpu_set_singleshot_timer {
    uint64_t timeout_abs_ns;
    uint32_t flags;
};
typedef struct vcpu_set_singleshot_timer vcpu_set_singleshot_timer_t;
DEFINE_XEN_GUEST_HANDLE(vcpu_set_singleshot_timer_t);

#define _VCPU_SSHOTTMR_future   0
#define VCPU_SSHOTTMR_future    (1U << _VCPU_SSHOTTMR_future)

/*
 * Move vcpu_info to a place of the guest's choice, once per vcpu; its contents
 * go along. -EINVAL: moved before, the frame is not the guest's, or @offset is
 * not aligned; -ENXIO: it would leave the page.
 */
#define VCPUOP_register_vcpu_info              10

struct vcpu_register_vcpu_info {
    uint64_t mfn;
    uint32_t offset;
    uint32_t rsvd;
};
typedef struct vcpu_register_vcpu_info vcpu_register_vcpu_info_t;
DEFINE_XEN_GUEST_HANDLE(vcpu_register_vcpu_info_t);

/* Raise vector 2 in the vcpu. No argument. */
#define VCPUOP_send_nmi                        11

/* The CPU to which the vcpu is bound. -EINVAL: it is not bound to one. */
#define VCPUOP_get_physid                      12

struct vcpu_get_physid {
    uint64_t phys_id;
};
typedef struct vcpu_get_physid vcpu_get_physid_t;
DEFINE_XEN_GUEST_HANDLE(vcpu_get_physid_t);
#define xen_vcpu_physid_to_x86_apicid(physid) ((uint32_t)(physid))
#define xen_vcpu_physid_to_x86_acpiid(physid) ((uint32_t)((physid) >> 32))

/* Keep a copy of vcpu_time_info at an address of the guest, which may be one
 * that applications can read. Address 0 ends it. -EFAULT */
#define VCPUOP_register_vcpu_time_memory_area  13

DEFINE_XEN_GUEST_HANDLE(vcpu_time_info_t);
struct vcpu_register_time_memory_area {
    union {
        XEN_GUEST_HANDLE(vcpu_time_info_t) h;
        struct vcpu_time_info *v;
        uint64_t p;
    } addr;
};
typedef struct vcpu_register_time_memory_area
    vcpu_register_time_memory_area_t;
DEFINE_XEN_GUEST_HANDLE(vcpu_register_time_memory_area_t);

#endif
