/* SPDX-License-Identifier: MIT */
/*
 * domctl.h - make, run, watch and end domains, as the tools of Xen 4.17 do.
 *
 * domctl(struct xen_domctl *), hypercall 36: control domains (-EPERM).
 *
 * @domain names whom a command is about. Errors of all: -EACCES the interface
 * version is another one, -ESRCH no such domain, -EFAULT, -EINVAL, -ENOSYS.
 * A command that says "not self" gives -EINVAL for the caller's own domain.
 * Fields marked out are written back on success. Commands that are not here
 * give -ENOSYS.
 *
 * Source: Xen 4.17, interface version 0x15.
 */
#ifndef PUBLIC_DOMCTL_H
#define PUBLIC_DOMCTL_H

#include "xen.h"

#define XEN_DOMCTL_INTERFACE_VERSION 0x00000015

/*
 * A new domain, without memory or vcpus, paused once. @domain: its number, or
 * 0 for the next free one; out. -EEXIST the number is taken.
 */
#define XEN_DOMCTL_createdomain     1
struct xen_domctl_createdomain {
    uint32_t ssidref;                   /* security label, 0 */
    xen_domain_handle_t handle;
    uint32_t flags;                     /* XEN_DOMCTL_CDF_* */
    uint32_t iommu_opts;                /* 0: PV domains have none */
    uint32_t max_vcpus;
    uint32_t max_evtchn_port;           /* highest port it may use */
    int32_t  max_grant_frames;          /* below 0: the default */
    int32_t  max_maptrack_frames;
    uint32_t grant_opts;                /* XEN_DOMCTL_GRANT_version() */
    uint32_t vmtrace_size;              /* 0 */
    uint32_t cpupool_id;                /* 0 */
    struct xen_arch_domainconfig arch;
};
/* What a domain is to be; for PV only those marked. */
#define XEN_DOMCTL_CDF_hvm          (1U << 0)
#define XEN_DOMCTL_CDF_hap          (1U << 1)
#define XEN_DOMCTL_CDF_s3_integrity (1U << 2)   /* PV: no effect */
#define XEN_DOMCTL_CDF_oos_off      (1U << 3)   /* PV: no effect */
#define XEN_DOMCTL_CDF_xs_domain    (1U << 4)   /* PV: it is the store's */
#define XEN_DOMCTL_CDF_iommu        (1U << 5)
#define XEN_DOMCTL_CDF_nested_virt  (1U << 6)
#define XEN_DOMCTL_CDF_vpmu         (1U << 7)
/* The highest version of grant tables that it may ask for: 1 or 2. */
#define XEN_DOMCTL_GRANT_version_mask   0xf
#define XEN_DOMCTL_GRANT_version(v)     ((v) & XEN_DOMCTL_GRANT_version_mask)

/* End it and take everything back. Not self. Frames that others still map
 * stay until they no longer do. No argument. */
#define XEN_DOMCTL_destroydomain    2

/* Stop all vcpus, or let them go on, each as often as the other. Not self.
 * unpause: -EINVAL if it was not paused. No argument. */
#define XEN_DOMCTL_pausedomain      3
#define XEN_DOMCTL_unpausedomain    4

/* @domain, or the next higher number that exists: look at what comes back. */
#define XEN_DOMCTL_getdomaininfo    5
struct xen_domctl_getdomaininfo {
    domid_t  domain;                        /* out */
    uint16_t pad1;
    uint32_t flags;                         /* out: XEN_DOMINF_* */
    uint64_aligned_t tot_pages;             /* out: that it has */
    uint64_aligned_t max_pages;             /* out: that it may have */
    uint64_aligned_t outstanding_pages;
    uint64_aligned_t shr_pages;
    uint64_aligned_t paged_pages;
    uint64_aligned_t shared_info_frame;     /* out: mfn */
    uint64_aligned_t cpu_time;              /* out: ns, of all vcpus */
    uint32_t nr_online_vcpus;               /* out */
    uint32_t max_vcpu_id;                   /* out; ~0: there is none */
    uint32_t ssidref;
    xen_domain_handle_t handle;
    uint32_t cpupool;
    uint8_t  gpaddr_bits;
    uint8_t  pad2[7];
    struct xen_arch_domainconfig arch_config;
};
typedef struct xen_domctl_getdomaininfo xen_domctl_getdomaininfo_t;
DEFINE_XEN_GUEST_HANDLE(xen_domctl_getdomaininfo_t);
#define XEN_INVALID_MAX_VCPU_ID     (~0U)

#define XEN_DOMINF_dying            (1U << 0)   /* being destroyed */
#define XEN_DOMINF_hvm_guest        (1U << 1)
#define XEN_DOMINF_shutdown         (1U << 2)   /* ended; why: see below */
#define XEN_DOMINF_paused           (1U << 3)
#define XEN_DOMINF_blocked          (1U << 4)   /* all vcpus wait */
#define XEN_DOMINF_running          (1U << 5)   /* a vcpu has a CPU */
#define XEN_DOMINF_debugged         (1U << 6)
#define XEN_DOMINF_xs_domain        (1U << 7)   /* the store's */
#define XEN_DOMINF_shutdownmask     255         /* SHUTDOWN_*, from this bit */
#define XEN_DOMINF_shutdownshift    16

/*
 * Where the vcpus may run (hard) and run best (soft). -EINVAL no such vcpu, or no
 * flags. set: -EINVAL none of the CPUs is there, -EBUSY a pin override is in
 * force; what is in force comes back. get: what was asked for.
 */
#define XEN_DOMCTL_setvcpuaffinity  9
#define XEN_DOMCTL_getvcpuaffinity  25
struct xen_domctl_vcpuaffinity {
    uint32_t vcpu;
    uint32_t flags;                         /* XEN_VCPUAFFINITY_* */
    struct xenctl_bitmap cpumap_hard;       /* out */
    struct xenctl_bitmap cpumap_soft;       /* out */
};
#define XEN_VCPUAFFINITY_HARD       (1U << 0)
#define XEN_VCPUAFFINITY_SOFT       (1U << 1)
#define XEN_VCPUAFFINITY_FORCE      (1U << 2)   /* ends a pin override */

/*
 * Watch which frames it writes to: for a domain that moves while it runs.
 * ENABLE_LOGDIRTY starts, OFF ends it; CLEAN and PEEK give the frames written
 * since the last CLEAN, by their number in the domain.
 */
#define XEN_DOMCTL_shadow_op        10
struct xen_domctl_shadow_op_stats {
    uint32_t fault_count;
    uint32_t dirty_count;
};
struct xen_domctl_shadow_op {
    uint32_t op;                            /* XEN_DOMCTL_SHADOW_OP_* */
    uint32_t mode;
    uint32_t mb;
    XEN_GUEST_HANDLE_64(uint8) dirty_bitmap;
    uint64_aligned_t pages;                 /* out: bits that were written */
    struct xen_domctl_shadow_op_stats stats;    /* out */
};
#define XEN_DOMCTL_SHADOW_OP_OFF                0
#define XEN_DOMCTL_SHADOW_OP_ENABLE_LOGDIRTY    2
#define XEN_DOMCTL_SHADOW_OP_CLEAN              11
#define XEN_DOMCTL_SHADOW_OP_PEEK               12
#define XEN_DOMCTL_SHADOW_OP_ENABLE             32
#define XEN_DOMCTL_SHADOW_ENABLE_LOG_DIRTY      (1 << 2)
#define XEN_DOMCTL_SHADOW_LOGDIRTY_FINAL        (1 << 0)

/* How much memory it may have, from now on; what it has beyond that stays. */
#define XEN_DOMCTL_max_mem          11
struct xen_domctl_max_mem {
    uint64_aligned_t max_memkb;
};

/*
 * All registers of a vcpu. -EINVAL no such vcpu. Not self.
 * set: the first time makes it ready to run; -EINVAL the tables in it are not
 * valid. Later the tables must be those that it has: -EOPNOTSUPP. A null
 * address takes everything from it, as if it had never been set.
 * get: -ENODATA it was never set.
 */
#define XEN_DOMCTL_setvcpucontext   12
#define XEN_DOMCTL_getvcpucontext   13
struct xen_domctl_vcpucontext {
    uint32_t vcpu;
    XEN_GUEST_HANDLE_64(vcpu_guest_context_t) ctxt;
};

/* -EINVAL no such vcpu. */
#define XEN_DOMCTL_getvcpuinfo      14
struct xen_domctl_getvcpuinfo {
    uint32_t vcpu;
    uint8_t  online;                        /* out */
    uint8_t  blocked;                       /* out: waits for an event */
    uint8_t  running;                       /* out: has a CPU */
    uint64_aligned_t cpu_time;              /* out: ns */
    uint32_t cpu;                           /* out: the CPU, or the last */
};

/* Make the vcpus; as many as createdomain was told (-EINVAL). Not self. */
#define XEN_DOMCTL_max_vcpus        15
struct xen_domctl_max_vcpus {
    uint32_t max;
};

/* Parameters that the scheduler has for a domain. -EINVAL: @sched_id is not the
 * one that runs, or a value makes no sense. */
#define XEN_DOMCTL_scheduler_op     16
#define XEN_SCHEDULER_CREDIT        5
#define XEN_SCHEDULER_CREDIT2       6
#define XEN_SCHEDULER_ARINC653      7
#define XEN_SCHEDULER_RTDS          8
#define XEN_SCHEDULER_NULL          9
struct xen_domctl_sched_credit {
    uint16_t weight;
    uint16_t cap;
};
struct xen_domctl_sched_credit2 {
    uint16_t weight;
    uint16_t cap;
};
struct xen_domctl_sched_rtds {
    uint32_t period;
    uint32_t budget;
    uint32_t flags;
};
typedef struct xen_domctl_schedparam_vcpu {
    union {
        struct xen_domctl_sched_credit credit;
        struct xen_domctl_sched_credit2 credit2;
        struct xen_domctl_sched_rtds rtds;
    } u;
    uint32_t vcpuid;
} xen_domctl_schedparam_vcpu_t;
DEFINE_XEN_GUEST_HANDLE(xen_domctl_schedparam_vcpu_t);
#define XEN_DOMCTL_SCHEDOP_putinfo      0
#define XEN_DOMCTL_SCHEDOP_getinfo      1
#define XEN_DOMCTL_SCHEDOP_putvcpuinfo  2
#define XEN_DOMCTL_SCHEDOP_getvcpuinfo  3
struct xen_domctl_scheduler_op {
    uint32_t sched_id;                      /* XEN_SCHEDULER_* */
    uint32_t cmd;                           /* XEN_DOMCTL_SCHEDOP_* */
    union {
        struct xen_domctl_sched_credit credit;      /* out */
        struct xen_domctl_sched_credit2 credit2;
        struct xen_domctl_sched_rtds rtds;
        struct {
            XEN_GUEST_HANDLE_64(xen_domctl_schedparam_vcpu_t) vcpus;
            uint32_t nr_vcpus;
            uint32_t padding;
        } v;
    } u;
};

/* The tools' name for it. */
#define XEN_DOMCTL_setdomainhandle  17
struct xen_domctl_setdomainhandle {
    xen_domain_handle_t handle;
};

/* What of the machine it may use; only what the caller may itself (-EPERM).
 * -EINVAL the range is empty or too high. An interrupt can be bound when it is
 * mapped as well (PHYSDEVOP_map_pirq, which permits it). */
#define XEN_DOMCTL_irq_permission    19
struct xen_domctl_irq_permission {
    uint32_t pirq;
    uint8_t  allow_access;                  /* 0: no longer */
    uint8_t  pad[3];
};
#define XEN_DOMCTL_iomem_permission  20
struct xen_domctl_iomem_permission {
    uint64_aligned_t first_mfn;
    uint64_aligned_t nr_mfns;
    uint8_t allow_access;                   /* 0: no longer */
};
#define XEN_DOMCTL_ioport_permission 21
struct xen_domctl_ioport_permission {
    uint32_t first_port;
    uint32_t nr_ports;
    uint8_t  allow_access;
};

/* Write a hypercall page to a frame of it. -EINVAL not its frame, -EPERM one
 * that holds tables. */
#define XEN_DOMCTL_hypercall_init   22
struct xen_domctl_hypercall_init {
    uint64_aligned_t gmfn;
};

/* Its wall clock is that much ahead of the machine's. */
#define XEN_DOMCTL_settimeoffset    24
struct xen_domctl_settimeoffset {
    int64_aligned_t time_offset_seconds;
};

/* A domain that has shut down goes on: for one that was suspended. No argument.
 * Not self. */
#define XEN_DOMCTL_resumedomain     27

/* Press a button. -ESRCH no such vcpu, -EINVAL not for PV, -ENOSYS no such. */
#define XEN_DOMCTL_sendtrigger      28
#define XEN_DOMCTL_SENDTRIGGER_NMI      0
#define XEN_DOMCTL_SENDTRIGGER_RESET    1
#define XEN_DOMCTL_SENDTRIGGER_INIT     2
#define XEN_DOMCTL_SENDTRIGGER_POWER    3
#define XEN_DOMCTL_SENDTRIGGER_SLEEP    4
struct xen_domctl_sendtrigger {
    uint32_t trigger;
    uint32_t vcpu;
};

/* 64 or 32 bits; before it has memory. -EINVAL another size, -EOPNOTSUPP not
 * this one. */
#define XEN_DOMCTL_set_address_size 35
#define XEN_DOMCTL_get_address_size 36
struct xen_domctl_address_size {
    uint32_t size;
};

/*
 * Callbacks that are not in the context: system calls of 32-bit programs. set:
 * -EINVAL an address is not canonical, or @size is too small; not self. get:
 * @size is out. -ESRCH no such vcpu.
 */
#define XEN_DOMCTL_set_ext_vcpucontext 42
#define XEN_DOMCTL_get_ext_vcpucontext 43
struct xen_domctl_ext_vcpucontext {
    uint32_t vcpu;
    uint32_t size;
    uint64_aligned_t syscall32_callback_eip;
    uint64_aligned_t sysenter_callback_eip;
    uint16_t syscall32_callback_cs;
    uint16_t sysenter_callback_cs;
    uint8_t  syscall32_disables_events;
    uint8_t  sysenter_disables_events;
    uint64_aligned_t mcg_cap;               /* of machine checks: 0 */
    uint64_aligned_t mce_pad[3];
};

/* What RDTSC gives: 0 what the hypervisor thinks best, 1 always emulated, 2
 * the processor's own. -ENOSYS 1; -EINVAL beyond 2. Not self. */
#define XEN_DOMCTL_gettscinfo       59
#define XEN_DOMCTL_settscinfo       60
struct xen_domctl_tsc_info {
    uint32_t tsc_mode;
    uint32_t gtsc_khz;
    uint32_t incarnation;
    uint32_t pad;
    uint64_aligned_t elapsed_nsec;
};

/* For each frame in @array, up to 1024: what it is, in its place. */
#define XEN_DOMCTL_getpageframeinfo3 61
struct xen_domctl_getpageframeinfo3 {
    uint64_aligned_t num;
    XEN_GUEST_HANDLE_64(xen_pfn_t) array;
};
#define XEN_DOMCTL_PFINFO_LTAB_SHIFT    28
#define XEN_DOMCTL_PFINFO_NOTAB         (0x0U << 28)
#define XEN_DOMCTL_PFINFO_L1TAB         (0x1U << 28)
#define XEN_DOMCTL_PFINFO_L2TAB         (0x2U << 28)
#define XEN_DOMCTL_PFINFO_L3TAB         (0x3U << 28)
#define XEN_DOMCTL_PFINFO_L4TAB         (0x4U << 28)
#define XEN_DOMCTL_PFINFO_LTABTYPE_MASK (0x7U << 28)
#define XEN_DOMCTL_PFINFO_LPINTAB       (0x1U << 31)
#define XEN_DOMCTL_PFINFO_XTAB          (0xfU << 28)    /* not its frame */
#define XEN_DOMCTL_PFINFO_XALLOC        (0xeU << 28)
#define XEN_DOMCTL_PFINFO_BROKEN        (0xdU << 28)
#define XEN_DOMCTL_PFINFO_LTAB_MASK     (0xfU << 28)

/*
 * Vector registers: xcr0, xcr0 as it ever was, then the XSAVE image in its
 * standard format. get with a null @buffer: how many bytes, 0 without XSAVE.
 * -ESRCH no such vcpu; -EINVAL the sizes differ, or the image makes no sense.
 * Not self.
 */
#define XEN_DOMCTL_setvcpuextstate  62
#define XEN_DOMCTL_getvcpuextstate  63
struct xen_domctl_vcpuextstate {
    uint32_t vcpu;
    uint64_aligned_t xfeature_mask;         /* get: out */
    uint64_aligned_t size;                  /* get: out */
    XEN_GUEST_HANDLE_64(uint64) buffer;
};

/* The nodes of memory that suit it: there is one, 0. */
#define XEN_DOMCTL_setnodeaffinity  68
#define XEN_DOMCTL_getnodeaffinity  69
struct xen_domctl_nodeaffinity {
    struct xenctl_bitmap nodemap;           /* get: out */
};

/*
 * MSRs that are not in the context and not 0. get with a null @msrs: how many
 * there are at most; -ENOBUFS more than @msr_count. -ESRCH no such vcpu; set:
 * -EINVAL one that is not known, or its value. Not self.
 */
#define XEN_DOMCTL_get_vcpu_msrs    72
#define XEN_DOMCTL_set_vcpu_msrs    73
struct xen_domctl_vcpu_msr {
    uint32_t index;
    uint32_t reserved;                      /* 0 */
    uint64_aligned_t value;
};
typedef struct xen_domctl_vcpu_msr xen_domctl_vcpu_msr_t;
DEFINE_XEN_GUEST_HANDLE(xen_domctl_vcpu_msr_t);
struct xen_domctl_vcpu_msrs {
    uint32_t vcpu;
    uint32_t msr_count;                     /* out */
    XEN_GUEST_HANDLE_64(xen_domctl_vcpu_msr_t) msrs;
};

/*
 * What CPUID and RDMSR show it. get: -ENOBUFS too little room; null addresses
 * ask how much. set: -EINVAL not what the machine can do; err_* then name the
 * leaf or MSR, on any error.
 */
#define XEN_DOMCTL_get_cpu_policy   82
#define XEN_DOMCTL_set_cpu_policy   83
struct xen_domctl_cpu_policy {
    uint32_t nr_leaves;                     /* out */
    uint32_t nr_msrs;                       /* out */
    XEN_GUEST_HANDLE_64(xen_cpuid_leaf_t) leaves;
    XEN_GUEST_HANDLE_64(xen_msr_entry_t)  msrs;
    uint32_t err_leaf, err_subleaf, err_msr;    /* out */
};
typedef struct xen_domctl_cpu_policy xen_domctl_cpu_policy_t;
DEFINE_XEN_GUEST_HANDLE(xen_domctl_cpu_policy_t);

struct xen_domctl {
    uint32_t cmd;                           /* XEN_DOMCTL_* */
    uint32_t interface_version;             /* XEN_DOMCTL_INTERFACE_VERSION */
    domid_t  domain;
    uint16_t _pad[3];
    union {
        struct xen_domctl_createdomain      createdomain;
        struct xen_domctl_getdomaininfo     getdomaininfo;
        struct xen_domctl_getpageframeinfo3 getpageframeinfo3;
        struct xen_domctl_nodeaffinity      nodeaffinity;
        struct xen_domctl_vcpuaffinity      vcpuaffinity;
        struct xen_domctl_shadow_op         shadow_op;
        struct xen_domctl_max_mem           max_mem;
        struct xen_domctl_vcpucontext       vcpucontext;
        struct xen_domctl_getvcpuinfo       getvcpuinfo;
        struct xen_domctl_max_vcpus         max_vcpus;
        struct xen_domctl_scheduler_op      scheduler_op;
        struct xen_domctl_setdomainhandle   setdomainhandle;
        struct xen_domctl_irq_permission    irq_permission;
        struct xen_domctl_iomem_permission  iomem_permission;
        struct xen_domctl_ioport_permission ioport_permission;
        struct xen_domctl_hypercall_init    hypercall_init;
        struct xen_domctl_settimeoffset     settimeoffset;
        struct xen_domctl_tsc_info          tsc_info;
        struct xen_domctl_address_size      address_size;
        struct xen_domctl_sendtrigger       sendtrigger;
        struct xen_domctl_ext_vcpucontext   ext_vcpucontext;
        struct xen_domctl_vcpuextstate      vcpuextstate;
        struct xen_domctl_vcpu_msrs         vcpu_msrs;
        struct xen_domctl_cpu_policy        cpu_policy;
        uint8_t                             pad[128];
    } u;
};
typedef struct xen_domctl xen_domctl_t;
DEFINE_XEN_GUEST_HANDLE(xen_domctl_t);

#endif
