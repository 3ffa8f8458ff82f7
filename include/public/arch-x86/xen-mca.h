/* SPDX-License-Identifier: MIT */
/*
 * arch-x86/xen-mca.h - machine checks, as domain 0 collects them.
 *
 * mca(xen_mc_t *), hypercall 48: domain 0 (-EPERM). interface_version selects
 * this layout, -EACCES otherwise; -EINVAL, -EFAULT; -ENOSYS no such command.
 * VIRQ_MCA says that there is something to fetch. Only what domain 0 asks for
 * is defined: commands 1 and 3.
 *
 * Source: Xen 4.17; banks and status bits SDM vol. 3B, chapter 16.
 */
#ifndef PUBLIC_ARCH_X86_XEN_MCA_H
#define PUBLIC_ARCH_X86_XEN_MCA_H

#include "../xen.h"

#define __HYPERVISOR_mca            __HYPERVISOR_arch_0
#define VIRQ_MCA                    VIRQ_ARCH_0
#define XEN_MCA_INTERFACE_VERSION   0x01ecc003

#define XEN_MC_fetch        1
#define XEN_MC_physcpuinfo  3

/* xen_mc_fetch.flags, in: which queue to take from; or that the report taken
 * before, fetch_id, has been dealt with. */
#define XEN_MC_NONURGENT    0x0001
#define XEN_MC_URGENT       0x0002
#define XEN_MC_ACK          0x0004
/* out */
#define XEN_MC_OK           0x0
#define XEN_MC_FETCHFAILED  0x1
#define XEN_MC_NODATA       0x2
#define XEN_MC_NOMATCH      0x4

#ifndef __ASSEMBLY__

/* A report is a row of records; each begins with its type and its size. */
struct mcinfo_common {
    uint16_t type;                  /* MC_TYPE_* */
    uint16_t size;                  /* bytes, this included */
};
typedef struct mcinfo_common xen_mcinfo_common_t;
#define MC_TYPE_GLOBAL      0
#define MC_TYPE_BANK        1
#define MC_TYPE_EXTENDED    2
#define MC_TYPE_RECOVERY    3

/* mc_flags: what it was, and how it was found. */
#define MC_FLAG_CORRECTABLE     (1 << 0)
#define MC_FLAG_UNCORRECTABLE   (1 << 1)
#define MC_FLAG_RECOVERABLE     (1 << 2)
#define MC_FLAG_POLLED          (1 << 3)
#define MC_FLAG_RESET           (1 << 4)
#define MC_FLAG_CMCI            (1 << 5)
#define MC_FLAG_MCE             (1 << 6)

struct mcinfo_global {
    xen_mcinfo_common_t common;
    uint16_t mc_domid;              /* who was running */
    uint16_t mc_vcpuid;
    uint32_t mc_socketid;
    uint16_t mc_coreid;
    uint16_t mc_core_threadid;
    uint32_t mc_apicid;
    uint32_t mc_flags;              /* MC_FLAG_* */
    uint64_t mc_gstatus;            /* IA32_MCG_STATUS */
};

struct mcinfo_bank {
    xen_mcinfo_common_t common;
    uint16_t mc_bank;
    uint16_t mc_domid;
    uint64_t mc_status;             /* IA32_MCi_STATUS and so on */
    uint64_t mc_addr;
    uint64_t mc_misc;
    uint64_t mc_ctrl2;
    uint64_t mc_tsc;
};

struct mcinfo_msr {
    uint64_t reg;
    uint64_t value;
};
typedef struct mcinfo_msr xen_mcinfo_msr_t;

#define MCINFO_MAXSIZE  768
struct mc_info {
    uint32_t mi_nentries;           /* records in mi_data */
    uint32_t flags;
    uint64_t mi_data[(MCINFO_MAXSIZE - 1) / 8];
};
typedef struct mc_info mc_info_t;
DEFINE_XEN_GUEST_HANDLE(mc_info_t);

/* Walk a report. */
#define x86_mcinfo_nentries(mi) ((mi)->mi_nentries)
#define x86_mcinfo_first(mi)    ((struct mcinfo_common *)(mi)->mi_data)
#define x86_mcinfo_next(rec) \
    ((struct mcinfo_common *)((uint8_t *)(rec) + (rec)->size))

#define __MC_MSR_ARRAYSIZE  8
#define MC_NCAPS            7
#define MC_CAPS_STD_EDX     0       /* CPUID 1 edx */
#define MC_CAPS_AMD_EDX     1       /* CPUID 80000001 edx */
#define MC_CAPS_TM          2
#define MC_CAPS_LINUX       3
#define MC_CAPS_STD_ECX     4       /* CPUID 1 ecx */
#define MC_CAPS_VIA         5
#define MC_CAPS_AMD_ECX     6       /* CPUID 80000001 ecx */
struct mcinfo_logical_cpu {
    uint32_t mc_cpunr;
    uint32_t mc_chipid;
    uint16_t mc_coreid;
    uint16_t mc_threadid;
    uint32_t mc_apicid;
    uint32_t mc_clusterid;
    uint32_t mc_ncores;
    uint32_t mc_ncores_active;
    uint32_t mc_nthreads;
    int32_t  mc_cpuid_level;
    uint32_t mc_family;
    uint32_t mc_vendor;
    uint32_t mc_model;
    uint32_t mc_step;
    char     mc_vendorid[16];
    char     mc_brandid[64];
    uint32_t mc_cpu_caps[MC_NCAPS];
    uint32_t mc_cache_size;
    uint32_t mc_cache_alignment;
    int32_t  mc_nmsrvals;
    xen_mcinfo_msr_t mc_msrvalues[__MC_MSR_ARRAYSIZE];
};
typedef struct mcinfo_logical_cpu xen_mc_logical_cpu_t;
DEFINE_XEN_GUEST_HANDLE(xen_mc_logical_cpu_t);

/* Take the oldest report of a queue. */
struct xen_mc_fetch {
    uint32_t flags;                 /* in, out */
    uint32_t _pad0;
    uint64_t fetch_id;              /* out; in with XEN_MC_ACK */
    XEN_GUEST_HANDLE(mc_info_t) data;
};
typedef struct xen_mc_fetch xen_mc_fetch_t;
DEFINE_XEN_GUEST_HANDLE(xen_mc_fetch_t);

/* Describe the machine's CPUs; with no @info, count them. */
struct xen_mc_physcpuinfo {
    uint32_t ncpus;                 /* in: room; out: there are */
    uint32_t _pad0;
    XEN_GUEST_HANDLE(xen_mc_logical_cpu_t) info;
};
typedef struct xen_mc_physcpuinfo xen_mc_physcpuinfo_t;

struct xen_mc {
    uint32_t cmd;                   /* 0: XEN_MC_* */
    uint32_t interface_version;     /* 4: XEN_MCA_INTERFACE_VERSION */
    union {
        xen_mc_fetch_t       mc_fetch;
        xen_mc_physcpuinfo_t mc_physcpuinfo;
        uint64_t             pad[18];
    } u;                            /* 8 */
};
typedef struct xen_mc xen_mc_t;
DEFINE_XEN_GUEST_HANDLE(xen_mc_t);

#endif /* !__ASSEMBLY__ */
#endif
