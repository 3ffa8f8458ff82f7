/* SPDX-License-Identifier: MIT */
/*
 * grant_table.h - let another domain use one of our frames, and use one of its.
 *
 * A grant reference is an index into the table of the domain that grants. That
 * domain writes the entry: frame and domid first, flags last. The hypervisor
 * sets the reading and writing bits in flags while the grant is used; to end a
 * grant the owner clears flags by compare-and-swap from a value without them.
 *
 * grant_table_op(GNTTABOP_*, array, count): any domain. Each element has its
 * own status, GNTST_*; the call gives 0 unless the array cannot be read
 * (-EFAULT), the operation does not exist (-ENOSYS) or an argument for all of
 * them is bad (-EINVAL).
 *
 * Source: operations 0-2 as in the Xen 2.0 sources, layouts Xen 4.17.
 */
#ifndef PUBLIC_GRANT_TABLE_H
#define PUBLIC_GRANT_TABLE_H

#include "xen.h"

typedef uint32_t grant_ref_t;
typedef uint32_t grant_handle_t;    /* one mapping, to its holder */

/* What the table of version 1 consists of. */
#if __XEN_INTERFACE_VERSION__ < 0x0003020a
#define grant_entry_v1      grant_entry
#define grant_entry_v1_t    grant_entry_t
#endif
struct grant_entry_v1 {
    uint16_t flags;             /* 0: GTF_* */
    domid_t  domid;             /* 2: who may use it */
    uint32_t frame;             /* 4: mfn; transfer: out, the frame received */
};
typedef struct grant_entry_v1 grant_entry_v1_t;

/* References below 8 belong to the builder of the domain. */
#define GNTTAB_NR_RESERVED_ENTRIES  8
#define GNTTAB_RESERVED_CONSOLE     0
#define GNTTAB_RESERVED_XENSTORE    1

/* flags, bits 0-1: what the entry is. */
#define GTF_invalid             (0U << 0)
#define GTF_permit_access       (1U << 0)   /* @domid may map or copy frame */
#define GTF_accept_transfer     (2U << 0)   /* @domid may give us a frame */
#define GTF_transitive          (3U << 0)   /* version 2: a grant passed on */
#define GTF_type_mask           (3U << 0)

/* flags with permit_access; reading and writing are the hypervisor's. */
#define _GTF_readonly           2
#define GTF_readonly            (1U << _GTF_readonly)
#define _GTF_reading            3
#define GTF_reading             (1U << _GTF_reading)
#define _GTF_writing            4
#define GTF_writing             (1U << _GTF_writing)
#define _GTF_PWT                5           /* cache attributes of mappings */
#define GTF_PWT                 (1U << _GTF_PWT)
#define _GTF_PCD                6
#define GTF_PCD                 (1U << _GTF_PCD)
#define _GTF_PAT                7
#define GTF_PAT                 (1U << _GTF_PAT)
#define _GTF_sub_page           8           /* version 2: may only be copied */
#define GTF_sub_page            (1U << _GTF_sub_page)

/* flags with accept_transfer, the hypervisor's: the frame is ours; and is in
 * @frame. */
#define _GTF_transfer_committed 2
#define GTF_transfer_committed  (1U << _GTF_transfer_committed)
#define _GTF_transfer_completed 3
#define GTF_transfer_completed  (1U << _GTF_transfer_completed)

#if __XEN_INTERFACE_VERSION__ >= 0x0003020a
/* Version 2: 16 bytes an entry, reading and writing in a table of their own. */
struct grant_entry_header {
    uint16_t flags;
    domid_t domid;
};
typedef struct grant_entry_header grant_entry_header_t;

union grant_entry_v2 {
    grant_entry_header_t hdr;
    struct {
        grant_entry_header_t hdr;
        uint32_t pad0;
        uint64_t frame;
    } full_page;
    struct {
        grant_entry_header_t hdr;
        uint16_t page_off;
        uint16_t length;
        uint64_t frame;
    } sub_page;
    struct {
        grant_entry_header_t hdr;
        domid_t trans_domid;
        uint16_t pad0;
        grant_ref_t gref;
    } transitive;
    uint32_t __spacer[4];
};
typedef union grant_entry_v2 grant_entry_v2_t;

typedef uint16_t grant_status_t;
#endif

#define GNTTABOP_map_grant_ref       0
#define GNTTABOP_unmap_grant_ref     1
#define GNTTABOP_setup_table         2
#define GNTTABOP_dump_table          3
#define GNTTABOP_transfer            4
#define GNTTABOP_copy                5
#define GNTTABOP_query_size          6
#define GNTTABOP_unmap_and_replace   7
#if __XEN_INTERFACE_VERSION__ >= 0x0003020a
#define GNTTABOP_set_version         8
#define GNTTABOP_get_status_frames   9
#define GNTTABOP_get_version        10
#define GNTTABOP_swap_grant_ref     11
#define GNTTABOP_cache_flush        12
#endif

/* Flags of map_grant_ref. */
#define _GNTMAP_device_map          0   /* devices of the caller reach it */
#define GNTMAP_device_map           (1 << _GNTMAP_device_map)
#define _GNTMAP_host_map            1   /* the caller's CPUs reach it */
#define GNTMAP_host_map             (1 << _GNTMAP_host_map)
#define _GNTMAP_readonly            2
#define GNTMAP_readonly             (1 << _GNTMAP_readonly)
#define _GNTMAP_application_map     3   /* so do its applications */
#define GNTMAP_application_map      (1 << _GNTMAP_application_map)
#define _GNTMAP_contains_pte        4   /* host_addr is where the entry lies */
#define GNTMAP_contains_pte         (1 << _GNTMAP_contains_pte)
#define _GNTMAP_guest_avail0        16  /* for the entry's available bits */
#define GNTMAP_guest_avail_mask     ((uint32_t)~0 << _GNTMAP_guest_avail0)

/*
 * Map a frame that @dom grants. host_addr is an address whose page table must
 * exist, or with contains_pte the machine address of the entry to write. There
 * may be several mappings; each has a handle.
 */
struct gnttab_map_grant_ref {
    uint64_t host_addr;             /* in */
    uint32_t flags;                 /* in: GNTMAP_* */
    grant_ref_t ref;                /* in */
    domid_t dom;                    /* in */
    int16_t status;                 /* out */
    grant_handle_t handle;          /* out */
    uint64_t dev_bus_addr;          /* out: machine address */
};
typedef struct gnttab_map_grant_ref gnttab_map_grant_ref_t;
DEFINE_XEN_GUEST_HANDLE(gnttab_map_grant_ref_t);

/* Undo a mapping, or the half of it whose address is not 0. The entry must be
 * the one that was written. TLBs are flushed before the call returns. */
struct gnttab_unmap_grant_ref {
    uint64_t host_addr;             /* in: as it was mapped */
    uint64_t dev_bus_addr;          /* in */
    grant_handle_t handle;          /* in */
    int16_t status;                 /* out */
};
typedef struct gnttab_unmap_grant_ref gnttab_unmap_grant_ref_t;
DEFINE_XEN_GUEST_HANDLE(gnttab_unmap_grant_ref_t);

/* Make @dom's table at least @nr_frames long and list the frames. One element
 * only. Another @dom: control. */
struct gnttab_setup_table {
    domid_t dom;                    /* in */
    uint32_t nr_frames;             /* in */
    int16_t status;                 /* out */
#if __XEN_INTERFACE_VERSION__ < 0x00040300
    XEN_GUEST_HANDLE(ulong) frame_list;
#else
    XEN_GUEST_HANDLE(xen_pfn_t) frame_list; /* out: mfns */
#endif
};
typedef struct gnttab_setup_table gnttab_setup_table_t;
DEFINE_XEN_GUEST_HANDLE(gnttab_setup_table_t);

/* Print the table on the console. */
struct gnttab_dump_table {
    domid_t dom;                    /* in */
    int16_t status;                 /* out */
};
typedef struct gnttab_dump_table gnttab_dump_table_t;
DEFINE_XEN_GUEST_HANDLE(gnttab_dump_table_t);

/* Give a frame of ours, mapped nowhere, to @domid, which accepts it by @ref. */
struct gnttab_transfer {
    xen_pfn_t mfn;                  /* in */
    domid_t domid;                  /* in */
    grant_ref_t ref;                /* in */
    int16_t status;                 /* out */
};
typedef struct gnttab_transfer gnttab_transfer_t;
DEFINE_XEN_GUEST_HANDLE(gnttab_transfer_t);

/*
 * Copy @len bytes, inside one page on either side. Each side is a grant if its
 * flag is set, else a frame of the caller.
 */
#define _GNTCOPY_source_gref    0
#define GNTCOPY_source_gref     (1 << _GNTCOPY_source_gref)
#define _GNTCOPY_dest_gref      1
#define GNTCOPY_dest_gref       (1 << _GNTCOPY_dest_gref)
struct gnttab_copy {
    struct gnttab_copy_ptr {
        union {
            grant_ref_t ref;
            xen_pfn_t gmfn;
        } u;
        domid_t domid;
        uint16_t offset;
    } source, dest;                 /* in */
    uint16_t len;                   /* in */
    uint16_t flags;                 /* in: GNTCOPY_* */
    int16_t status;                 /* out */
};
typedef struct gnttab_copy gnttab_copy_t;
DEFINE_XEN_GUEST_HANDLE(gnttab_copy_t);

/* How long @dom's table is, and may become. */
struct gnttab_query_size {
    domid_t dom;                    /* in */
    uint32_t nr_frames;             /* out */
    uint32_t max_nr_frames;         /* out */
    int16_t status;                 /* out */
};
typedef struct gnttab_query_size gnttab_query_size_t;
DEFINE_XEN_GUEST_HANDLE(gnttab_query_size_t);

/* Unmap, and move the entry that maps new_addr to host_addr in its place. */
struct gnttab_unmap_and_replace {
    uint64_t host_addr;             /* in */
    uint64_t new_addr;              /* in */
    grant_handle_t handle;          /* in */
    int16_t status;                 /* out */
};
typedef struct gnttab_unmap_and_replace gnttab_unmap_and_replace_t;
DEFINE_XEN_GUEST_HANDLE(gnttab_unmap_and_replace_t);

#if __XEN_INTERFACE_VERSION__ >= 0x0003020a
/* Choose the caller's table format. -EINVAL not 1 or 2; -ENOSYS not here;
 * -EBUSY grants are in use. The version that holds is stored. */
struct gnttab_set_version {
    uint32_t version;               /* in, out */
};
typedef struct gnttab_set_version gnttab_set_version_t;
DEFINE_XEN_GUEST_HANDLE(gnttab_set_version_t);

/* Version 2: frames of the table with the reading and writing bits. */
struct gnttab_get_status_frames {
    uint32_t nr_frames;                     /* in */
    domid_t dom;                            /* in */
    int16_t status;                         /* out */
    XEN_GUEST_HANDLE(uint64_t) frame_list;  /* out */
};
typedef struct gnttab_get_status_frames gnttab_get_status_frames_t;
DEFINE_XEN_GUEST_HANDLE(gnttab_get_status_frames_t);

/* Which format @dom uses. */
struct gnttab_get_version {
    domid_t dom;                    /* in */
    uint16_t pad;
    uint32_t version;               /* out */
};
typedef struct gnttab_get_version gnttab_get_version_t;
DEFINE_XEN_GUEST_HANDLE(gnttab_get_version_t);

/* Exchange two of the caller's entries, neither in use. */
struct gnttab_swap_grant_ref {
    grant_ref_t ref_a;              /* in */
    grant_ref_t ref_b;              /* in */
    int16_t status;                 /* out */
};
typedef struct gnttab_swap_grant_ref gnttab_swap_grant_ref_t;
DEFINE_XEN_GUEST_HANDLE(gnttab_swap_grant_ref_t);

/* Caches of machines that are not coherent with their devices: -ENOSYS here. */
struct gnttab_cache_flush {
    union {
        uint64_t dev_bus_addr;
        grant_ref_t ref;
    } a;
    uint16_t offset;
    uint16_t length;
#define GNTTAB_CACHE_CLEAN          (1u << 0)
#define GNTTAB_CACHE_INVAL          (1u << 1)
#define GNTTAB_CACHE_SOURCE_GREF    (1u << 31)
    uint32_t op;
};
typedef struct gnttab_cache_flush gnttab_cache_flush_t;
DEFINE_XEN_GUEST_HANDLE(gnttab_cache_flush_t);
#endif

/* Status of one element. */
#define GNTST_okay               (0)
#define GNTST_general_error     (-1)    /* anything that has no other */
#define GNTST_bad_domain        (-2)
#define GNTST_bad_gntref        (-3)
#define GNTST_bad_handle        (-4)
#define GNTST_bad_virt_addr     (-5)    /* host_addr */
#define GNTST_bad_dev_addr      (-6)    /* dev_bus_addr */
#define GNTST_no_device_space   (-7)    /* IOMMU tables are full */
#define GNTST_permission_denied (-8)    /* the entry says no */
#define GNTST_bad_page          (-9)    /* the frame cannot be used so */
#define GNTST_bad_copy_arg     (-10)    /* crosses a page */
#define GNTST_address_too_big  (-11)
#define GNTST_eagain           (-12)    /* later it may work */
#define GNTST_no_space         (-13)

/* Initialiser of an array of texts, indexed by -status. */
#define GNTTABOP_error_msgs {           \
    "no error",                         \
    "failed",                           \
    "no such domain",                   \
    "no such grant reference",          \
    "no such mapping handle",           \
    "unusable virtual address",         \
    "unusable device address",          \
    "I/O MMU tables are full",          \
    "not permitted",                    \
    "unusable page",                    \
    "copy crosses a page boundary",     \
    "page address too large",           \
    "not done, try again",              \
    "no space left",                    \
}

#endif
