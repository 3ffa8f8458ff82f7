/* SPDX-License-Identifier: MIT */
/*
 * sysctl.h - the machine as the tools of Xen 4.17 see and steer it.
 *
 * sysctl(struct xen_sysctl *), hypercall 35: control domains (-EPERM). Errors of
 * all: -EACCES the interface version is another one, -ENOSYS no such command,
 * -EFAULT, -EINVAL. What is marked out is written back on success.
 *
 * A null address in place of a buffer asks how much there would be, where the
 * command says so.
 *
 * Source: Xen 4.17, interface version 0x15. Commands that Parapet does not
 * answer are left out: trace buffers 2, counters 5 and 15, power 10 and 12, CPU
 * and page removal 11 and 14, coverage 20, cache allocation 21 and 23,
 * patches 27.
 */
#ifndef PUBLIC_SYSCTL_H
#define PUBLIC_SYSCTL_H

#include "xen.h"
#include "domctl.h"
#include "physdev.h"

#define XEN_SYSCTL_INTERFACE_VERSION 0x00000015

/* Text of the console ring, oldest first. */
#define XEN_SYSCTL_readconsole      1
struct xen_sysctl_readconsole {
    uint8_t  clear;                     /* in: forget what was read */
    uint8_t  incremental;               /* in: begin at @index, if it is there */
    uint8_t  pad0, pad1;
    uint32_t index;                     /* in; out: where the next read begins */
    XEN_GUEST_HANDLE_64(char) buffer;   /* in */
    uint32_t count;                     /* in: room there; out: bytes given */
};

#define XEN_SYSCTL_physinfo         3
struct xen_sysctl_physinfo {            /* all of it out */
    uint32_t threads_per_core;
    uint32_t cores_per_socket;
    uint32_t nr_cpus;                   /* online */
    uint32_t max_cpu_id;                /* highest number of a CPU */
    uint32_t nr_nodes;
    uint32_t max_node_id;
    uint32_t cpu_khz;
    uint32_t capabilities;              /* XEN_SYSCTL_PHYSCAP_* */
    uint32_t arch_capabilities;
    uint32_t pad;
    uint64_aligned_t total_pages;
    uint64_aligned_t free_pages;
    uint64_aligned_t scrub_pages;
    uint64_aligned_t outstanding_pages; /* claimed, not yet taken */
    uint64_aligned_t max_mfn;
    uint32_t hw_cap[8];                 /* first words of a feature set */
};
#define XEN_SYSCTL_PHYSCAP_hvm          (1u << 0)
#define XEN_SYSCTL_PHYSCAP_pv           (1u << 1)
#define XEN_SYSCTL_PHYSCAP_directio     (1u << 2)
#define XEN_SYSCTL_PHYSCAP_hap          (1u << 3)
#define XEN_SYSCTL_PHYSCAP_shadow       (1u << 4)
#define XEN_SYSCTL_PHYSCAP_iommu_hap_pt_share (1u << 5)
#define XEN_SYSCTL_PHYSCAP_vmtrace      (1u << 6)
#define XEN_SYSCTL_PHYSCAP_vpmu         (1u << 7)
#define XEN_SYSCTL_PHYSCAP_gnttab_v1    (1u << 8)
#define XEN_SYSCTL_PHYSCAP_gnttab_v2    (1u << 9)

/* Which scheduler runs: XEN_SCHEDULER_*, or SCHED_* of dom0_ops.h. */
#define XEN_SYSCTL_sched_id         4
struct xen_sysctl_sched_id {
    uint32_t sched_id;                  /* out */
};

/* Records of the domains from a number on, in the order of their numbers. */
#define XEN_SYSCTL_getdomaininfolist 6
struct xen_sysctl_getdomaininfolist {
    domid_t  first_domain;              /* in */
    uint32_t max_domains;               /* in: room in @buffer */
    XEN_GUEST_HANDLE_64(xen_domctl_getdomaininfo_t) buffer;
    uint32_t num_domains;               /* out */
};

/* Do what these keys do at the hypervisor's console. */
#define XEN_SYSCTL_debug_keys       7
struct xen_sysctl_debug_keys {
    XEN_GUEST_HANDLE_64(const_char) keys;   /* in */
    uint32_t nr_keys;                   /* in */
};

/* How long each CPU has been idle, in ns, by its number. */
#define XEN_SYSCTL_getcpuinfo       8
struct xen_sysctl_cpuinfo {
    uint64_aligned_t idletime;
};
typedef struct xen_sysctl_cpuinfo xen_sysctl_cpuinfo_t;
DEFINE_XEN_GUEST_HANDLE(xen_sysctl_cpuinfo_t);
struct xen_sysctl_getcpuinfo {
    uint32_t max_cpus;                  /* in: room in @info */
    XEN_GUEST_HANDLE_64(xen_sysctl_cpuinfo_t) info;
    uint32_t nr_cpus;                   /* out */
};

/* Free memory, between two addresses. */
#define XEN_SYSCTL_availheap        9
struct xen_sysctl_availheap {
    uint32_t min_bitwidth;              /* in: not below 1 << it; 0: any */
    uint32_t max_bitwidth;              /* in: below 1 << it; 0: any */
    int32_t  node;                      /* in: -1: all */
    uint64_aligned_t avail_bytes;       /* out */
};

/* Where each CPU lies, by its number; all ~0: there is none of that number.
 * Fewer than there are is no error; null: how many there are. */
#define XEN_SYSCTL_cputopoinfo      16
#define XEN_INVALID_CORE_ID         (~0U)
#define XEN_INVALID_SOCKET_ID       (~0U)
#define XEN_INVALID_NODE_ID         (~0U)
struct xen_sysctl_cputopo {
    uint32_t core;
    uint32_t socket;
    uint32_t node;
};
typedef struct xen_sysctl_cputopo xen_sysctl_cputopo_t;
DEFINE_XEN_GUEST_HANDLE(xen_sysctl_cputopo_t);
struct xen_sysctl_cputopoinfo {
    uint32_t num_cpus;                  /* in: room; out */
    XEN_GUEST_HANDLE_64(xen_sysctl_cputopo_t) cputopo;
};

/* Memory of each node in bytes, and a square of distances, 10 within a node.
 * Each may be null; both: how many nodes there are. */
#define XEN_SYSCTL_numainfo         17
#define XEN_INVALID_MEM_SZ          (~0U)
#define XEN_INVALID_NODE_DIST       (~0U)
struct xen_sysctl_meminfo {
    uint64_t memsize;
    uint64_t memfree;
};
typedef struct xen_sysctl_meminfo xen_sysctl_meminfo_t;
DEFINE_XEN_GUEST_HANDLE(xen_sysctl_meminfo_t);
struct xen_sysctl_numainfo {
    uint32_t num_nodes;                 /* in: room; out */
    XEN_GUEST_HANDLE_64(xen_sysctl_meminfo_t) meminfo;
    XEN_GUEST_HANDLE_64(uint32) distance;
};

/*
 * Pools of CPUs. There is one, 0, which has all.
 * INFO: the first pool from @cpupool_id on; -ENOENT there is none.
 * FREEINFO: CPUs in no pool.
 */
#define XEN_SYSCTL_cpupool_op       18
#define XEN_SYSCTL_CPUPOOL_OP_CREATE        1
#define XEN_SYSCTL_CPUPOOL_OP_DESTROY       2
#define XEN_SYSCTL_CPUPOOL_OP_INFO          3
#define XEN_SYSCTL_CPUPOOL_OP_ADDCPU        4
#define XEN_SYSCTL_CPUPOOL_OP_RMCPU         5
#define XEN_SYSCTL_CPUPOOL_OP_MOVEDOMAIN    6
#define XEN_SYSCTL_CPUPOOL_OP_FREEINFO      7
#define XEN_SYSCTL_CPUPOOL_PAR_ANY  0xFFFFFFFF
struct xen_sysctl_cpupool_op {
    uint32_t op;                        /* in: XEN_SYSCTL_CPUPOOL_OP_* */
    uint32_t cpupool_id;                /* in; INFO: out */
    uint32_t sched_id;                  /* INFO: out */
    uint32_t domid;                     /* MOVEDOMAIN: in */
    uint32_t cpu;                       /* ADDCPU, RMCPU: in */
    uint32_t n_dom;                     /* INFO: out: domains in it */
    struct xenctl_bitmap cpumap;        /* INFO, FREEINFO: out */
};

/* Parameters of the whole scheduler. -ESRCH no such pool; -EINVAL another
 * scheduler runs, or a value makes no sense. */
#define XEN_SYSCTL_scheduler_op     19
#define XEN_SYSCTL_SCHEDOP_putinfo  0
#define XEN_SYSCTL_SCHEDOP_getinfo  1
#define XEN_SYSCTL_SCHED_RATELIMIT_MAX  500000
#define XEN_SYSCTL_SCHED_RATELIMIT_MIN  100
#define XEN_SYSCTL_CSCHED_TSLICE_MAX    1000
#define XEN_SYSCTL_CSCHED_TSLICE_MIN    1
#define XEN_SYSCTL_CSCHED_MGR_DLY_MAX_US (100 * 1000)
struct xen_sysctl_credit_schedule {
    uint32_t tslice_ms;
    uint32_t ratelimit_us;              /* 0: none */
    uint32_t vcpu_migr_delay_us;        /* 0 is all that is taken */
};
struct xen_sysctl_scheduler_op {
    uint32_t cpupool_id;                /* in */
    uint32_t sched_id;                  /* in */
    uint32_t cmd;                       /* in: XEN_SYSCTL_SCHEDOP_* */
    union {
        struct xen_sysctl_credit_schedule sched_credit; /* in, out */
        uint64_aligned_t pad[2];
    } u;
};

/* Nodes of PCI devices; a device that is not known has XEN_INVALID_DEV. May
 * stop early: @num_devs tells. */
#define XEN_SYSCTL_pcitopoinfo      22
#define XEN_INVALID_DEV             (XEN_INVALID_NODE_ID - 1)
struct xen_sysctl_pcitopoinfo {
    uint32_t num_devs;                  /* in; out: how many were done */
    XEN_GUEST_HANDLE_64(physdev_pci_device_t) devs;     /* in */
    XEN_GUEST_HANDLE_64(uint32) nodes;  /* in: where the answers go */
};

/* Which parts of plain CPUID can be made to show what a guest shall see. */
#define XEN_SYSCTL_get_cpu_levelling_caps   25
#define XEN_SYSCTL_CPU_LEVELCAP_faulting    (1ul <<  0)
#define XEN_SYSCTL_CPU_LEVELCAP_ecx         (1ul <<  1)
#define XEN_SYSCTL_CPU_LEVELCAP_edx         (1ul <<  2)
#define XEN_SYSCTL_CPU_LEVELCAP_extd_ecx    (1ul <<  3)
#define XEN_SYSCTL_CPU_LEVELCAP_extd_edx    (1ul <<  4)
#define XEN_SYSCTL_CPU_LEVELCAP_xsave_eax   (1ul <<  5)
#define XEN_SYSCTL_CPU_LEVELCAP_thermal_ecx (1ul <<  6)
#define XEN_SYSCTL_CPU_LEVELCAP_l7s0_eax    (1ul <<  7)
#define XEN_SYSCTL_CPU_LEVELCAP_l7s0_ebx    (1ul <<  8)
struct xen_sysctl_cpu_levelling_caps {
    uint32_t caps;                      /* out */
};

/* Words of feature bits. -EOPNOTSUPP: of guests that cannot be; -ENOBUFS there
 * are more than asked for; null: how many there are. */
#define XEN_SYSCTL_get_cpu_featureset       26
#define XEN_SYSCTL_cpu_featureset_raw       0
#define XEN_SYSCTL_cpu_featureset_host      1
#define XEN_SYSCTL_cpu_featureset_pv        2
#define XEN_SYSCTL_cpu_featureset_hvm       3
#define XEN_SYSCTL_cpu_featureset_pv_max    4
#define XEN_SYSCTL_cpu_featureset_hvm_max   5
struct xen_sysctl_cpu_featureset {
    uint32_t index;                     /* in: XEN_SYSCTL_cpu_featureset_* */
    uint32_t nr_features;               /* in: room; out */
    XEN_GUEST_HANDLE_64(uint32) features;
};

/* CPUID leaves and MSRs as a kind of guest may see them. -EOPNOTSUPP: there is
 * no such kind here; -ENOBUFS too little room; null: how much it takes. */
#define XEN_SYSCTL_get_cpu_policy           29
#define XEN_SYSCTL_cpu_policy_raw           0
#define XEN_SYSCTL_cpu_policy_host          1
#define XEN_SYSCTL_cpu_policy_pv_max        2
#define XEN_SYSCTL_cpu_policy_hvm_max       3
#define XEN_SYSCTL_cpu_policy_pv_default    4
#define XEN_SYSCTL_cpu_policy_hvm_default   5
struct xen_sysctl_cpu_policy {
    uint32_t index;                     /* in: XEN_SYSCTL_cpu_policy_* */
    uint32_t nr_leaves;                 /* in: room; out */
    uint32_t nr_msrs;                   /* in: room; out */
    uint32_t _rsvd;                     /* 0 */
    XEN_GUEST_HANDLE_64(xen_cpuid_leaf_t) leaves;
    XEN_GUEST_HANDLE_64(xen_msr_entry_t) msrs;
};
typedef struct xen_sysctl_cpu_policy xen_sysctl_cpu_policy_t;
DEFINE_XEN_GUEST_HANDLE(xen_sysctl_cpu_policy_t);

struct xen_sysctl {
    uint32_t cmd;                       /* XEN_SYSCTL_* */
    uint32_t interface_version;         /* XEN_SYSCTL_INTERFACE_VERSION */
    union {
        struct xen_sysctl_readconsole       readconsole;
        struct xen_sysctl_physinfo          physinfo;
        struct xen_sysctl_sched_id          sched_id;
        struct xen_sysctl_getdomaininfolist getdomaininfolist;
        struct xen_sysctl_debug_keys        debug_keys;
        struct xen_sysctl_getcpuinfo        getcpuinfo;
        struct xen_sysctl_availheap         availheap;
        struct xen_sysctl_cputopoinfo       cputopoinfo;
        struct xen_sysctl_numainfo          numainfo;
        struct xen_sysctl_cpupool_op        cpupool_op;
        struct xen_sysctl_scheduler_op      scheduler_op;
        struct xen_sysctl_pcitopoinfo       pcitopoinfo;
        struct xen_sysctl_cpu_levelling_caps cpu_levelling_caps;
        struct xen_sysctl_cpu_featureset    cpu_featureset;
        struct xen_sysctl_cpu_policy        cpu_policy;
        uint8_t                             pad[128];
    } u;
};
typedef struct xen_sysctl xen_sysctl_t;
DEFINE_XEN_GUEST_HANDLE(xen_sysctl_t);

#endif
