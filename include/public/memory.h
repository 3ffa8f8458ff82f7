/* SPDX-License-Identifier: MIT */
/*
 * memory.h - how many frames a domain has, and which.
 *
 * memory_op(XENMEM_*, argument *): any domain about itself (DOMID_SELF);
 * about another one with control rights over it.
 *
 * Errors of all: -ESRCH no such domain, -EPERM no right to it, -EFAULT,
 * -EINVAL, -ENOSYS no such operation. mfn is a machine frame, gpfn a frame
 * number of the guest's own; a PV guest keeps the table between them itself.
 *
 * Source: operations 0 and 1 as in the Xen 2.0 interface manual (dom_mem_op),
 * the rest and all layouts Xen 4.17.
 */
#ifndef PUBLIC_MEMORY_H
#define PUBLIC_MEMORY_H

#include "xen.h"
#include "physdev.h"

/*
 * xen_memory_reservation_t. The result is the number of extents done, which is
 * short where the first failure was.
 *   increase   new frames; their mfns are stored at extent_start, if not NULL
 *   decrease   gives the frames at extent_start back; what still maps one keeps
 *              it from being used again
 *   populate   extent_start: gpfns in, mfns out; the machine-to-physical table
 *              is set for each
 * Memory comes cleared.
 */
#define XENMEM_increase_reservation         0
#define XENMEM_decrease_reservation         1
#define XENMEM_populate_physmap             6

#if __XEN_INTERFACE_VERSION__ >= 0x00030209
/* mem_flags. Frames lie below 2^x; 0: anywhere. */
#define XENMEMF_address_bits(x)     (x)
#define XENMEMF_get_address_bits(x) ((x) & 0xffu)
/* On NUMA node @x, if there is room. */
#define XENMEMF_node(x)             (((x) + 1) << 8)
#define XENMEMF_get_node(x)         ((((x) >> 8) - 1) & 0xffu)
#define XENMEMF_populate_on_demand  (1 << 16)   /* -EINVAL for PV guests */
#define XENMEMF_exact_node_request  (1 << 17)   /* not on another node */
#define XENMEMF_exact_node(n) (XENMEMF_node(n) | XENMEMF_exact_node_request)
#define XENMEMF_vnode               (1 << 18)   /* -EINVAL for PV guests */
#endif

struct xen_memory_reservation {
    XEN_GUEST_HANDLE(xen_pfn_t) extent_start;   /* in, out */
    xen_ulong_t nr_extents;
    unsigned int extent_order;                  /* log2 of frames in each */
#if __XEN_INTERFACE_VERSION__ >= 0x00030209
    unsigned int mem_flags;                     /* XENMEMF_* */
#else
    unsigned int address_bits;
#endif
    domid_t domid;
};
typedef struct xen_memory_reservation xen_memory_reservation_t;
DEFINE_XEN_GUEST_HANDLE(xen_memory_reservation_t);

/*
 * xen_memory_exchange_t: give extents back and get others of the same total
 * size, for instance one contiguous extent for single frames. @out.extent_start
 * holds gpfns on entry, mfns on return. Here nothing is exchanged on failure.
 * -EINVAL  the sums differ, or a frame is not the caller's
 * -EPERM   order above what a domain without devices may ask
 * -ENOMEM  there is no such extent
 */
#define XENMEM_exchange                    11
struct xen_memory_exchange {
    struct xen_memory_reservation in;
    struct xen_memory_reservation out;
    xen_ulong_t nr_exchanged;       /* in: 0; out: extents of @in done */
};
typedef struct xen_memory_exchange xen_memory_exchange_t;
DEFINE_XEN_GUEST_HANDLE(xen_memory_exchange_t);

/* No argument; the result is one more than the highest mfn of RAM. */
#define XENMEM_maximum_ram_page             2

/* struct xen_memory_domain; the result is the number of frames the domain has,
 * the number it may have, and the highest gpfn it uses. */
#define XENMEM_current_reservation          3
#define XENMEM_maximum_reservation          4
#define XENMEM_maximum_gpfn                14
struct xen_memory_domain {
    domid_t domid;
};

/*
 * Frames of the machine-to-physical table, one for each 2 MiB of it: for tools
 * that map it (as DOMID_XEN). compat: the table 32-bit guests see. Control.
 */
#define XENMEM_machphys_mfn_list            5
#define XENMEM_machphys_compat_mfn_list    25
struct xen_machphys_mfn_list {
    unsigned int max_extents;                   /* in: room at extent_start */
    XEN_GUEST_HANDLE(xen_pfn_t) extent_start;   /* out */
    unsigned int nr_extents;                    /* out */
};
typedef struct xen_machphys_mfn_list xen_machphys_mfn_list_t;
DEFINE_XEN_GUEST_HANDLE(xen_machphys_mfn_list_t);

/* Where the caller sees the machine-to-physical table. */
#define XENMEM_machphys_mapping            12
struct xen_machphys_mapping {
    xen_ulong_t v_start, v_end;     /* out: addresses */
    xen_ulong_t max_mfn;            /* out: last entry that can mean anything */
};
typedef struct xen_machphys_mapping xen_machphys_mapping_t;
DEFINE_XEN_GUEST_HANDLE(xen_machphys_mapping_t);

/*
 * Placing pages in a translated address space. PV guests have none: -ENOSYS.
 * Defined because sources of guests that can run either way name them.
 */
#define XENMEM_add_to_physmap               7
#define XENMEM_add_to_physmap_batch        23
#define XENMEM_remove_from_physmap         15

#define XENMAPSPACE_shared_info     0
#define XENMAPSPACE_grant_table     1
#define XENMAPSPACE_gmfn            2
#define XENMAPSPACE_gmfn_range      3
#define XENMAPSPACE_gmfn_foreign    4
#define XENMAPSPACE_dev_mmio        5

struct xen_add_to_physmap {
    domid_t domid;
    uint16_t size;              /* pages, for gmfn_range */
    unsigned int space;         /* XENMAPSPACE_* */
#define XENMAPIDX_grant_table_status    0x80000000
    xen_ulong_t idx;
    xen_pfn_t gpfn;
};
typedef struct xen_add_to_physmap xen_add_to_physmap_t;
DEFINE_XEN_GUEST_HANDLE(xen_add_to_physmap_t);

struct xen_add_to_physmap_batch {
    domid_t domid;
    uint16_t space;
    uint16_t size;
#if __XEN_INTERFACE_VERSION__ < 0x00040700
    domid_t foreign_domid;
#else
    union xen_add_to_physmap_batch_extra {
        domid_t foreign_domid;
        uint16_t res0;
    } u;
#endif
    XEN_GUEST_HANDLE(xen_ulong_t) idxs;
    XEN_GUEST_HANDLE(xen_pfn_t) gpfns;
    XEN_GUEST_HANDLE(int) errs;
};
typedef struct xen_add_to_physmap_batch xen_add_to_physmap_batch_t;
DEFINE_XEN_GUEST_HANDLE(xen_add_to_physmap_batch_t);

#if __XEN_INTERFACE_VERSION__ < 0x00040400
#define XENMEM_add_to_physmap_range XENMEM_add_to_physmap_batch
#define xen_add_to_physmap_range    xen_add_to_physmap_batch
typedef struct xen_add_to_physmap_batch xen_add_to_physmap_range_t;
DEFINE_XEN_GUEST_HANDLE(xen_add_to_physmap_range_t);
#endif

struct xen_remove_from_physmap {
    domid_t domid;
    xen_pfn_t gpfn;
};
typedef struct xen_remove_from_physmap xen_remove_from_physmap_t;
DEFINE_XEN_GUEST_HANDLE(xen_remove_from_physmap_t);

/*
 * xen_memory_map_t, filled with entries of 20 bytes as BIOS call e820 gives
 * them (ACPI 6.5, 15.1).
 *   memory_map          what set_memory_map gave the caller; -ENOSYS if nothing
 *   machine_memory_map  the machine's; control
 * -EINVAL  machine_memory_map: there are more than @nr_entries; memory_map
 *          gives as many as there is room for
 */
#define XENMEM_memory_map                   9
#define XENMEM_machine_memory_map          10
struct xen_memory_map {
    unsigned int nr_entries;            /* in: room; out: used */
    XEN_GUEST_HANDLE(void) buffer;
};
typedef struct xen_memory_map xen_memory_map_t;
DEFINE_XEN_GUEST_HANDLE(xen_memory_map_t);

/* Fix what @domid gets from memory_map; control. -EINVAL: over 1024 entries. */
#define XENMEM_set_memory_map              13
struct xen_foreign_memory_map {
    domid_t domid;
    struct xen_memory_map map;
};
typedef struct xen_foreign_memory_map xen_foreign_memory_map_t;
DEFINE_XEN_GUEST_HANDLE(xen_foreign_memory_map_t);

/* Populate on demand, of translated guests: -ENOSYS. */
#define XENMEM_set_pod_target              16
#define XENMEM_get_pod_target              17
struct xen_pod_target {
    uint64_t target_pages;
    uint64_t tot_pages;
    uint64_t pod_cache_pages;
    uint64_t pod_entries;
    domid_t domid;
};
typedef struct xen_pod_target xen_pod_target_t;

/* No argument; pages that sharing has saved, and pages shared: 0 here. */
#define XENMEM_get_sharing_freed_pages     18
#define XENMEM_get_sharing_shared_pages    19

/* Paging out, access rights and sharing of translated guests: -ENOSYS. */
#define XENMEM_paging_op                   20
#define XENMEM_access_op                   21
#define XENMEM_sharing_op                  22

/* xen_memory_reservation_t with no extent_start, order or flags: that domain is
 * to have nr_extents frames; 0 lets them go. Control. -EINVAL it has them, or
 * may not; -ENOMEM so many are not free. Xen keeps them free for it. */
#define XENMEM_claim_pages                 24

/* Memory that a device reaches without being told to. */
#define XENMEM_reserved_device_memory_map  27
struct xen_reserved_device_memory {
    xen_pfn_t start_pfn;
    xen_ulong_t nr_pages;
};
typedef struct xen_reserved_device_memory xen_reserved_device_memory_t;
DEFINE_XEN_GUEST_HANDLE(xen_reserved_device_memory_t);

struct xen_reserved_device_memory_map {
#define XENMEM_RDM_ALL      1           /* of all devices, not of dev.pci */
    uint32_t flags;
    unsigned int nr_entries;            /* in: room; out: there are */
    XEN_GUEST_HANDLE(xen_reserved_device_memory_t) buffer;
    union {
        physdev_pci_device_t pci;
    } dev;
};
typedef struct xen_reserved_device_memory_map
    xen_reserved_device_memory_map_t;
DEFINE_XEN_GUEST_HANDLE(xen_reserved_device_memory_map_t);

/*
 * Frames of something the hypervisor keeps for @domid, so that a tool can map
 * them. With no frame_list nr_frames returns how many there can be. A PV caller
 * gets mfns at frame_list, which it may map as frames of @domid.
 * -EOPNOTSUPP  a type not known here
 */
#define XENMEM_acquire_resource            28
struct xen_mem_acquire_resource {
    domid_t domid;
    uint16_t type;
#define XENMEM_resource_ioreq_server    0
#define XENMEM_resource_grant_table     1
#define XENMEM_resource_vmtrace_buf     2
    uint32_t id;                        /* by type */
#define XENMEM_resource_grant_table_id_shared   0
#define XENMEM_resource_grant_table_id_status   1
    uint32_t nr_frames;                 /* in, out */
    uint32_t pad;                       /* 0 */
    uint64_t frame;                     /* the first one wanted */
#define XENMEM_resource_ioreq_server_frame_bufioreq     0
#define XENMEM_resource_ioreq_server_frame_ioreq(n)     (1 + (n))
    XEN_GUEST_HANDLE(xen_pfn_t) frame_list;
};
typedef struct xen_mem_acquire_resource xen_mem_acquire_resource_t;
DEFINE_XEN_GUEST_HANDLE(xen_mem_acquire_resource_t);

/* The virtual NUMA layout of a domain. -EOPNOTSUPP: it has none. */
#define XENMEM_get_vnumainfo               26
struct xen_vmemrange {
    uint64_t start, end;
    unsigned int flags;
    unsigned int nid;
};
typedef struct xen_vmemrange xen_vmemrange_t;
DEFINE_XEN_GUEST_HANDLE(xen_vmemrange_t);

struct xen_vnuma_topology_info {
    domid_t domid;
    uint16_t pad;
    unsigned int nr_vnodes;             /* in: room; out: there are */
    unsigned int nr_vcpus;
    unsigned int nr_vmemranges;
    union {
        XEN_GUEST_HANDLE(uint) h;
        uint64_t pad;
    } vdistance;
    union {
        XEN_GUEST_HANDLE(uint) h;
        uint64_t pad;
    } vcpu_to_vnode;
    union {
        XEN_GUEST_HANDLE(xen_vmemrange_t) h;
        uint64_t pad;
    } vmemrange;
};
typedef struct xen_vnuma_topology_info xen_vnuma_topology_info_t;
DEFINE_XEN_GUEST_HANDLE(xen_vnuma_topology_info_t);

#endif
