/* SPDX-License-Identifier: MIT */
/*
 * dom0_ops.h - Parapet's own control door: make, watch and end domains.
 *
 * dom0_op(dom0_op_t *), hypercall 7: control domains (-EPERM). The interface
 * version here selects these commands; with XENPF_INTERFACE_VERSION the same
 * call is platform.h, any other version gives -EACCES.
 *
 * Layout: the same bytes for 32-bit and 64-bit callers. Guest addresses are
 * 8 bytes wide, padding has a name and is 0 on input (-EINVAL), so that it can
 * mean something later. Fields marked out are written back on success.
 *
 * Errors of all: -ESRCH no such domain, -EFAULT an address that cannot be read
 * or written, -EINVAL, -ENOSYS no such command. A command that says "not self"
 * gives -EINVAL for the caller's own domain.
 *
 * Source: commands and their numbers are those of the Xen 2.0 interface manual
 * (2004), "Domain 0 operations"; the layouts are Parapet's. Numbers 0, 1, 3-5
 * and 26 were retired before 2.0 and stay so.
 */
#ifndef PUBLIC_DOM0_OPS_H
#define PUBLIC_DOM0_OPS_H

#include "xen.h"

#define DOM0_INTERFACE_VERSION      0x50500001

/* Give up to @max_pfns machine frames of the domain, in any order. */
#define DOM0_GETMEMLIST             2
typedef struct dom0_getmemlist {
    domid_t  domid;                     /*  0: in */
    uint16_t pad[3];
    uint64_aligned_t max_pfns;          /*  8: in */
    uint64_aligned_t buffer;            /* 16: in: array of uint64_t */
    uint64_aligned_t num_pfns;          /* 24: out */
} dom0_getmemlist_t;

/* Schedulers, for the three commands about them. */
#define SCHED_BVT       0
#define SCHED_ATROPOS   2               /* retired: -EINVAL */
#define SCHED_RROBIN    3
#define SCHED_CREDIT    5
#define SCHED_INFO_PUT  0               /* direction: set */
#define SCHED_INFO_GET  1               /* direction: ask */

/* Parameters of the whole scheduler. -EINVAL: @sched_id is not the one that
 * runs, or a value makes no sense. */
#define DOM0_SCHEDCTL               6
typedef struct dom0_schedctl {
    uint32_t sched_id;                  /*  0: in: SCHED_* */
    uint32_t direction;                 /*  4: in: SCHED_INFO_* */
    union {
        struct {
            uint64_aligned_t ctx_allow; /*  8: ns before a switch is made */
        } bvt;
        struct {
            uint64_aligned_t slice;     /*  8: ns */
        } rrobin;
        struct {
            uint32_t tslice_us;         /*  8 */
            uint32_t ratelimit_us;      /* 12: least time on a CPU */
        } credit;
        uint64_aligned_t pad[4];
    } u;                                /*  8: in, out */
} dom0_schedctl_t;

/* Parameters of one domain. -EINVAL as above. */
#define DOM0_ADJUSTDOM              7
typedef struct dom0_adjustdom {
    uint32_t sched_id;                  /*  0: in */
    uint32_t direction;                 /*  4: in */
    domid_t  domid;                     /*  8: in */
    uint16_t pad[3];
    union {
        struct {
            uint32_t mcu_adv;           /* 16: weight, inverse; not 0 */
            uint32_t warpback;          /* 20: 1: may warp */
            int32_t  warpvalue;         /* 24: virtual time ahead */
            uint32_t pad;
            int64_aligned_t warpl;      /* 32: ns it may warp at a time */
            int64_aligned_t warpu;      /* 40: ns before it may again */
        } bvt;
        struct {
            uint16_t weight;            /* 16: 1 to 65535, 256 as a rule */
            uint16_t cap;               /* 18: per cent of a CPU, 0: none */
        } credit;
        uint64_aligned_t pad[8];
    } u;                                /* 16: in, out */
} dom0_adjustdom_t;

/*
 * Make a domain. It is born paused, with its memory, without an image.
 * -EEXIST @domid is taken, -ENOMEM
 */
#define DOM0_CREATEDOMAIN           8
typedef struct dom0_createdomain {
    uint64_aligned_t memory_kb;         /*  0: in: also the most it may have */
    uint32_t cpu;                       /*  8: in: of vcpu 0; ~0: any */
    uint32_t max_vcpus;                 /* 12: in: at least 1 */
    domid_t  domid;                     /* 16: in, 0: choose one; out */
    uint16_t pad[3];
} dom0_createdomain_t;

/* End a domain and free what it has; not self. */
#define DOM0_DESTROYDOMAIN          9
typedef struct dom0_destroydomain {
    domid_t  domid;                     /*  0: in */
    uint16_t pad[3];
} dom0_destroydomain_t;

/* Stop all vcpus, and return when none runs; not self. */
#define DOM0_PAUSEDOMAIN            10
typedef struct dom0_pausedomain {
    domid_t  domid;                     /*  0: in */
    uint16_t pad[3];
} dom0_pausedomain_t;

/* Undo one pause. -EINVAL: not paused, or not built. */
#define DOM0_UNPAUSEDOMAIN          11
typedef struct dom0_unpausedomain {
    domid_t  domid;                     /*  0: in */
    uint16_t pad[3];
} dom0_unpausedomain_t;

/*
 * Describe the first domain whose number is at least @domid; -ESRCH after the
 * last. @ctxt, if not 0, gets the vcpu_guest_context_t of @vcpu, as wide as the
 * described domain is; the domain should be paused.
 */
#define DOM0_GETDOMAININFO          12
typedef struct dom0_getdomaininfo {
    domid_t  domid;                     /*  0: in, out */
    uint16_t vcpu;                      /*  2: in */
    uint32_t flags;                     /*  4: out: DOMFLAGS_* */
    uint64_aligned_t ctxt;              /*  8: in: address, or 0 */
    uint64_aligned_t tot_pages;         /* 16: out */
    uint64_aligned_t max_pages;         /* 24: out */
    uint64_aligned_t shared_info_frame; /* 32: out: mfn */
    uint64_aligned_t cpu_time;          /* 40: out: ns, all vcpus */
    uint32_t max_vcpus;                 /* 48: out */
    uint32_t online_vcpus;              /* 52: out */
} dom0_getdomaininfo_t;
#define DOMFLAGS_DYING          (1 << 0)
#define DOMFLAGS_CRASHED        (1 << 1)    /* shut down as SHUTDOWN_crash */
#define DOMFLAGS_SHUTDOWN       (1 << 2)    /* bits 16-23 say why */
#define DOMFLAGS_PAUSED         (1 << 3)
#define DOMFLAGS_BLOCKED        (1 << 4)    /* every vcpu waits */
#define DOMFLAGS_RUNNING        (1 << 5)    /* some vcpu is on a CPU */
#define DOMFLAGS_CPUMASK        255         /* CPU of @vcpu */
#define DOMFLAGS_CPUSHIFT       8
#define DOMFLAGS_SHUTDOWNMASK   255         /* SHUTDOWN_* */
#define DOMFLAGS_SHUTDOWNSHIFT  16

/* Load a vcpu_guest_context_t; the first makes the domain built. -EBUSY: the
 * domain is not paused; -EEXIST: the vcpu has a context. */
#define DOM0_BUILDDOMAIN            13
typedef struct dom0_builddomain {
    domid_t  domid;                     /*  0: in */
    uint16_t vcpu;                      /*  2: in */
    uint32_t pad;
    uint64_aligned_t ctxt;              /*  8: in: address */
} dom0_builddomain_t;

/* Set the I/O privilege level of every vcpu of a domain, 0 to 3. */
#define DOM0_IOPL                   14
typedef struct dom0_iopl {
    domid_t  domid;                     /*  0: in */
    uint16_t pad;
    uint32_t iopl;                      /*  4: in */
} dom0_iopl_t;

/* Read or write an MSR, on each CPU of the mask; a short list of MSRs is
 * allowed, others give -EPERM. A read gives the value of the last CPU. */
#define DOM0_MSR                    15
typedef struct dom0_msr {
    uint32_t write;                     /*  0: in: 1 to write */
    uint32_t msr;                       /*  4: in */
    uint64_aligned_t cpu_mask;          /*  8: in: CPUs 0-63 */
    uint64_aligned_t in;                /* 16: in */
    uint64_aligned_t out;               /* 24: out */
} dom0_msr_t;

/* Ask the debugger built into the hypervisor; there is none: -ENOSYS. */
#define DOM0_DEBUG                  16
typedef struct dom0_debug {
    domid_t  domid;                     /*  0: in */
    uint8_t  opcode;                    /*  2: in */
    uint8_t  pad;
    uint32_t status;                    /*  4: out */
    uint64_aligned_t in[4];             /*  8: in */
    uint64_aligned_t out[2];            /* 40: out */
} dom0_debug_t;

/* Set the wall clock: it read this when system time was @system_time. */
#define DOM0_SETTIME                17
typedef struct dom0_settime {
    uint64_aligned_t secs;              /*  0: in: since 1970, UTC */
    uint32_t usecs;                     /*  8: in: below 1,000,000 */
    uint32_t pad;
    uint64_aligned_t system_time;       /* 16: in: ns */
} dom0_settime_t;

/* What the domain uses a frame for. -EINVAL: it is not the domain's. */
#define DOM0_GETPAGEFRAMEINFO       18
typedef struct dom0_getpageframeinfo {
    uint64_aligned_t mfn;               /*  0: in */
    domid_t  domid;                     /*  8: in */
    uint16_t pad;
    uint32_t type;                      /* 12: out: one of these */
} dom0_getpageframeinfo_t;
#define DOM0_PFINFO_NOTAB       0           /* no page table */
#define DOM0_PFINFO_L1TAB       (1 << 28)
#define DOM0_PFINFO_L2TAB       (2 << 28)
#define DOM0_PFINFO_L3TAB       (3 << 28)
#define DOM0_PFINFO_L4TAB       (4 << 28)

/* Copy what is in the console ring, oldest first; the result is its length. */
#define DOM0_READCONSOLE            19
typedef struct dom0_readconsole {
    uint64_aligned_t str;               /*  0: in: address */
    uint32_t count;                     /*  8: in: room there */
    uint32_t cmd;                       /* 12: in: 1: then empty the ring */
} dom0_readconsole_t;

/* Keep a vcpu on one CPU, or let it go again; not self. */
#define DOM0_PINCPUDOMAIN           20
typedef struct dom0_pincpudomain {
    domid_t  domid;                     /*  0: in */
    uint16_t vcpu;                      /*  2: in */
    int32_t  cpu;                       /*  4: in: -1: any */
} dom0_pincpudomain_t;

/* Where the trace buffers are. -ENODATA: tracing is not built in, or off. */
#define DOM0_GETTBUFS               21
typedef struct dom0_gettbufs {
    uint64_aligned_t mach_addr;         /*  0: out: of struct t_info */
    uint64_aligned_t size;              /*  8: out: bytes for each CPU */
} dom0_gettbufs_t;

/* Describe the machine. */
#define DOM0_PHYSINFO               22
typedef struct dom0_physinfo {
    uint32_t ht_per_core;               /*  0: out */
    uint32_t cores;                     /*  4: out */
    uint32_t cpu_khz;                   /*  8: out */
    uint32_t pad;
    uint64_aligned_t total_pages;       /* 16: out */
    uint64_aligned_t free_pages;        /* 24: out */
} dom0_physinfo_t;

/* Let a domain drive a PCI device: its ports and whole pages of its memory. It no
 * longer masters the bus, nor interrupts. Not self. -ENODEV none, or not its;
 * -EBUSY another domain has it; -EPERM; -EINVAL a bridge; -ENOMEM. */
#define DOM0_PCIDEV_ACCESS          23
typedef struct dom0_pcidev_access {
    domid_t  domid;                     /*  0: in */
    uint16_t segment;                   /*  2: in */
    uint32_t bus;                       /*  4: in */
    uint32_t dev;                       /*  8: in */
    uint32_t func;                      /* 12: in */
    uint32_t enable;                    /* 16: in: 1; 0 takes it back */
    uint32_t pad;
} dom0_pcidev_access_t;

/* Which scheduler runs. */
#define DOM0_SCHED_ID               24
typedef struct dom0_sched_id {
    uint32_t sched_id;                  /*  0: out: SCHED_* */
    uint32_t pad;
} dom0_sched_id_t;

/*
 * Note which frames of a domain are written, for moving it while it runs; not
 * self. -EINVAL: the bit map is smaller than the domain. -ENOMEM
 */
#define DOM0_SHADOW_CONTROL         25
#define DOM0_SHADOW_CONTROL_OP_OFF              0
#define DOM0_SHADOW_CONTROL_OP_ENABLE_TEST      1   /* -EINVAL */
#define DOM0_SHADOW_CONTROL_OP_ENABLE_LOGDIRTY  2
#define DOM0_SHADOW_CONTROL_OP_ENABLE_TRANSLATE 3   /* -EINVAL */
#define DOM0_SHADOW_CONTROL_OP_FLUSH            10  /* forget the notes */
#define DOM0_SHADOW_CONTROL_OP_CLEAN            11  /* give, and forget */
#define DOM0_SHADOW_CONTROL_OP_PEEK             12  /* give */
typedef struct dom0_shadow_control {
    domid_t  domid;                     /*  0: in */
    uint16_t pad;
    uint32_t op;                        /*  4: in */
    uint64_aligned_t dirty_bitmap;      /*  8: in: address, a bit per pfn */
    uint64_aligned_t pages;             /* 16: in: bits there; out: given */
    uint32_t fault_count;               /* 24: out: since the last CLEAN */
    uint32_t dirty_count;               /* 28: out */
    uint32_t dirty_net_count;           /* 32: out: by network backends */
    uint32_t dirty_block_count;         /* 36: out: by block backends */
} dom0_shadow_control_t;

/* Change the memory of a domain that is not built yet. -EINVAL, -ENOMEM */
#define DOM0_SETDOMAININITIALMEM    27
typedef struct dom0_setdomaininitialmem {
    domid_t  domid;                     /*  0: in */
    uint16_t pad[3];
    uint64_aligned_t initial_memkb;     /*  8: in */
} dom0_setdomaininitialmem_t;

/* Change how much memory a domain may have. */
#define DOM0_SETDOMAINMAXMEM        28
typedef struct dom0_setdomainmaxmem {
    domid_t  domid;                     /*  0: in */
    uint16_t pad[3];
    uint64_aligned_t max_memkb;         /*  8: in */
} dom0_setdomainmaxmem_t;

/*
 * GETPAGEFRAMEINFO for many: bits 60-62 of each element become its level, 0 for
 * no table, bit 63 tells that it is pinned; all four: not the domain's. -E2BIG:
 * more than 1024.
 */
#define DOM0_GETPAGEFRAMEINFO2      29
#define DOM0_PFINFO2_TYPE_SHIFT     60
#define DOM0_PFINFO2_TYPE_MASK      (xen_mk_ullong(0x7) << 60)
#define DOM0_PFINFO2_PINNED         (xen_mk_ullong(0x1) << 63)
#define DOM0_PFINFO2_INVALID        (xen_mk_ullong(0xf) << 60)
typedef struct dom0_getpageframeinfo2 {
    domid_t  domid;                     /*  0: in */
    uint16_t pad[3];
    uint64_aligned_t num;               /*  8: in */
    uint64_aligned_t array;             /* 16: in: address of uint64_t mfns */
} dom0_getpageframeinfo2_t;

/* vm_assist on behalf of a domain that is not built yet; its errors. */
#define DOM0_SETDOMAINVMASSIST      30
typedef struct dom0_setdomainvmassist {
    domid_t  domid;                     /*  0: in */
    uint16_t pad;
    uint32_t cmd;                       /*  4: in: VMASST_CMD_* */
    uint32_t type;                      /*  8: in: VMASST_TYPE_* */
    uint32_t pad2;
} dom0_setdomainvmassist_t;

typedef struct dom0_op {
    uint32_t cmd;                       /*  0: in: DOM0_* */
    uint32_t interface_version;         /*  4: in: DOM0_INTERFACE_VERSION */
    union {
        dom0_getmemlist_t          getmemlist;
        dom0_schedctl_t            schedctl;
        dom0_adjustdom_t           adjustdom;
        dom0_createdomain_t        createdomain;
        dom0_destroydomain_t       destroydomain;
        dom0_pausedomain_t         pausedomain;
        dom0_unpausedomain_t       unpausedomain;
        dom0_getdomaininfo_t       getdomaininfo;
        dom0_builddomain_t         builddomain;
        dom0_iopl_t                iopl;
        dom0_msr_t                 msr;
        dom0_debug_t               debug;
        dom0_settime_t             settime;
        dom0_getpageframeinfo_t    getpageframeinfo;
        dom0_readconsole_t         readconsole;
        dom0_pincpudomain_t        pincpudomain;
        dom0_gettbufs_t            gettbufs;
        dom0_physinfo_t            physinfo;
        dom0_pcidev_access_t       pcidev_access;
        dom0_sched_id_t            sched_id;
        dom0_shadow_control_t      shadow_control;
        dom0_setdomaininitialmem_t setdomaininitialmem;
        dom0_setdomainmaxmem_t     setdomainmaxmem;
        dom0_getpageframeinfo2_t   getpageframeinfo2;
        dom0_setdomainvmassist_t   setdomainvmassist;
        uint64_aligned_t           pad[16];
    } u;                                /*  8 */
} dom0_op_t;                            /* 136 bytes */
DEFINE_XEN_GUEST_HANDLE(dom0_op_t);

#endif
