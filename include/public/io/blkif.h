/* SPDX-License-Identifier: MIT */
/*
 * io/blkif.h - block devices: requests and responses in the ring of ring.h.
 *
 * A frontend and a backend find each other and agree on features through the
 * store. Layout: a backend must ask the key "protocol" (protocols.h), since
 * requests of 32-bit and 64-bit frontends differ in their alignment. Sectors in
 * requests are always 512 bytes.
 *
 * Source: Xen 4.17.
 */
#ifndef PUBLIC_IO_BLKIF_H
#define PUBLIC_IO_BLKIF_H

#include "ring.h"
#include "../grant_table.h"

/* The number by which the toolstack knows the device. */
#ifndef blkif_vdev_t
#define blkif_vdev_t    uint16_t
#endif
#define blkif_sector_t  uint64_t

/* Operations; those from 2 on only if the backend's key says so. */
#define BLKIF_OP_READ               0
#define BLKIF_OP_WRITE              1
#define BLKIF_OP_WRITE_BARRIER      2   /* feature-barrier: nothing passes it */
#define BLKIF_OP_FLUSH_DISKCACHE    3   /* feature-flush-cache */
#define BLKIF_OP_RESERVED_1         4
#define BLKIF_OP_DISCARD            5   /* feature-discard */
#define BLKIF_OP_INDIRECT           6   /* feature-max-indirect-segments */

#define BLKIF_MAX_SEGMENTS_PER_REQUEST          11
#define BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST    8

/* Part of a granted page: from first_sect to last_sect, both included. */
struct blkif_request_segment {
    grant_ref_t gref;                   /* 0 */
    uint8_t first_sect, last_sect;      /* 4 */
};

struct blkif_request {
    uint8_t        operation;           /*  0: BLKIF_OP_* */
    uint8_t        nr_segments;         /*  1 */
    blkif_vdev_t   handle;              /*  2 */
    uint64_t       id;                  /*  4, 8: comes back */
    blkif_sector_t sector_number;       /* 12, 16 */
    struct blkif_request_segment seg[BLKIF_MAX_SEGMENTS_PER_REQUEST];
};
typedef struct blkif_request blkif_request_t;

/* BLKIF_OP_DISCARD */
struct blkif_request_discard {
    uint8_t        operation;
    uint8_t        flag;
#define BLKIF_DISCARD_SECURE    (1 << 0)
    blkif_vdev_t   handle;
    uint64_t       id;
    blkif_sector_t sector_number;
    uint64_t       nr_sectors;
};
typedef struct blkif_request_discard blkif_request_discard_t;

/* BLKIF_OP_INDIRECT: the segments stand in granted pages, 512 in each. */
struct blkif_request_indirect {
    uint8_t        operation;
    uint8_t        indirect_op;         /* BLKIF_OP_READ or BLKIF_OP_WRITE */
    uint16_t       nr_segments;
    uint64_t       id;
    blkif_sector_t sector_number;
    blkif_vdev_t   handle;
    grant_ref_t    indirect_grefs[BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST];
#ifdef __i386__
    uint64_t       pad;                 /* to the size of blkif_request */
#endif
};
typedef struct blkif_request_indirect blkif_request_indirect_t;

struct blkif_response {
    uint64_t id;                        /*  0 */
    uint8_t  operation;                 /*  8 */
    int16_t  status;                    /* 10: BLKIF_RSP_* */
};
typedef struct blkif_response blkif_response_t;
#define BLKIF_RSP_OKAY          0
#define BLKIF_RSP_ERROR         -1
#define BLKIF_RSP_EOPNOTSUPP    -2

DEFINE_RING_TYPES(blkif, struct blkif_request, struct blkif_response);

/* The backend's key "info". */
#define VDISK_CDROM     0x1
#define VDISK_REMOVABLE 0x2
#define VDISK_READONLY  0x4

#endif
