/* SPDX-License-Identifier: MIT */
/*
 * domctl.h - make, run, watch and end domains, as the tools of Xen 4.17 do.
 *
 * domctl(struct xen_domctl *), hypercall 36: control domains (-EPERM). Only
 * what it takes to start a PV guest is described. Parapet does not answer this
 * call (-ENOSYS); its own door is dom0_ops.h. It is here for programs that run
 * on either, like the builder of the guest tests.
 *
 * @domain names whom a command is about. Errors of all: -EACCES the interface
 * version is another one, -ESRCH no such domain, -EFAULT, -EINVAL, -ENOSYS.
 * A command that says "not self" gives -EINVAL for the caller's own domain.
 * Fields marked out are written back on success.
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
    uint32_t flags;                     /* 0: PV, no IOMMU */
    uint32_t iommu_opts;
    uint32_t max_vcpus;
    uint32_t max_evtchn_port;           /* highest port it may use */
    int32_t  max_grant_frames;          /* below 0: the default */
    int32_t  max_maptrack_frames;
    uint32_t grant_opts;                /* XEN_DOMCTL_GRANT_version() */
    uint32_t vmtrace_size;
    uint32_t cpupool_id;
    struct xen_arch_domainconfig arch;
};
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
#define XEN_DOMINF_shutdownmask     255         /* SHUTDOWN_*, from this bit */
#define XEN_DOMINF_shutdownshift    16

/* How much memory it may have, from now on. */
#define XEN_DOMCTL_max_mem          11
struct xen_domctl_max_mem {
    uint64_aligned_t max_memkb;
};

/*
 * All registers of a vcpu. set: the first time makes it ready to run; it must
 * not run meanwhile. -EINVAL no such vcpu, or the tables in it are not valid.
 * get: -ENODATA it was never set. Not self.
 */
#define XEN_DOMCTL_setvcpucontext   12
#define XEN_DOMCTL_getvcpucontext   13
struct xen_domctl_vcpucontext {
    uint32_t vcpu;
    XEN_GUEST_HANDLE_64(vcpu_guest_context_t) ctxt;
};

#define XEN_DOMCTL_getvcpuinfo      14
struct xen_domctl_getvcpuinfo {
    uint32_t vcpu;
    uint8_t  online;                        /* out */
    uint8_t  blocked;                       /* out: waits for an event */
    uint8_t  running;                       /* out: has a CPU */
    uint64_aligned_t cpu_time;              /* out: ns */
    uint32_t cpu;                           /* out: the CPU, or the last */
};

/* Make the vcpus; as many as createdomain was told. */
#define XEN_DOMCTL_max_vcpus        15
struct xen_domctl_max_vcpus {
    uint32_t max;
};

/* Write a hypercall page to a frame of it. */
#define XEN_DOMCTL_hypercall_init   22
struct xen_domctl_hypercall_init {
    uint64_aligned_t gmfn;
};

/* Give a domain that ended for SHUTDOWN_suspend its vcpus back. No argument. */
#define XEN_DOMCTL_resumedomain     27

/* 64 or 32 bits; before it has memory. */
#define XEN_DOMCTL_set_address_size 35
#define XEN_DOMCTL_get_address_size 36
struct xen_domctl_address_size {
    uint32_t size;
};

/* What RDTSC gives: 0 what the hypervisor thinks best, 1 always emulated, 2
 * the processor's own. set: while it is paused. */
#define XEN_DOMCTL_gettscinfo       59
#define XEN_DOMCTL_settscinfo       60
struct xen_domctl_tsc_info {
    uint32_t tsc_mode;
    uint32_t gtsc_khz;
    uint32_t incarnation;
    uint32_t pad;
    uint64_aligned_t elapsed_nsec;
};

struct xen_domctl {
    uint32_t cmd;                           /* XEN_DOMCTL_* */
    uint32_t interface_version;             /* XEN_DOMCTL_INTERFACE_VERSION */
    domid_t  domain;
    uint16_t _pad[3];
    union {
        struct xen_domctl_createdomain      createdomain;
        struct xen_domctl_getdomaininfo     getdomaininfo;
        struct xen_domctl_max_mem           max_mem;
        struct xen_domctl_vcpucontext       vcpucontext;
        struct xen_domctl_getvcpuinfo       getvcpuinfo;
        struct xen_domctl_max_vcpus         max_vcpus;
        struct xen_domctl_hypercall_init    hypercall_init;
        struct xen_domctl_tsc_info          tsc_info;
        struct xen_domctl_address_size      address_size;
        uint8_t                             pad[128];
    } u;
};
typedef struct xen_domctl xen_domctl_t;
DEFINE_XEN_GUEST_HANDLE(xen_domctl_t);

#endif
