/* SPDX-License-Identifier: MIT */
/*
 * io/netif.h - network interfaces: a ring of packets to send, one of packets
 * received, and if both sides like one for control.
 *
 * A packet is a row of slots. In all but its last slot the flag more_data is
 * set. extra_info in its first slot says that netif_extra_info slots follow,
 * each of which says whether there is another.
 *
 * Source: Xen 4.17.
 */
#ifndef PUBLIC_IO_NETIF_H
#define PUBLIC_IO_NETIF_H

#include "ring.h"
#include "../grant_table.h"

/* Slots that a backend must take for one packet at least. */
#define XEN_NETIF_NR_SLOTS_MIN  18

#define XEN_NETIF_MAX_TX_SIZE   0xFFFF      /* bytes of a packet */

/*
 * Sending. The first slot's size is that of the whole packet.
 */
struct netif_tx_request {
    grant_ref_t gref;               /*  0: page */
    uint16_t offset;                /*  4: in the page */
    uint16_t flags;                 /*  6: NETTXF_* */
    uint16_t id;                    /*  8: comes back */
    uint16_t size;                  /* 10 */
};
typedef struct netif_tx_request netif_tx_request_t;

#define _NETTXF_csum_blank      0   /* the checksum is still to be made */
#define NETTXF_csum_blank       (1U << _NETTXF_csum_blank)
#define _NETTXF_data_validated  1   /* the checksum is known to be right */
#define NETTXF_data_validated   (1U << _NETTXF_data_validated)
#define _NETTXF_more_data       2
#define NETTXF_more_data        (1U << _NETTXF_more_data)
#define _NETTXF_extra_info      3
#define NETTXF_extra_info       (1U << _NETTXF_extra_info)

struct netif_tx_response {
    uint16_t id;                    /*  0 */
    int16_t  status;                /*  2: NETIF_RSP_* */
};
typedef struct netif_tx_response netif_tx_response_t;

/*
 * Receiving. The frontend puts in pages; a response says what is in one.
 */
struct netif_rx_request {
    uint16_t id;                    /*  0: comes back */
    uint16_t pad;
    grant_ref_t gref;               /*  4: page, writable */
};
typedef struct netif_rx_request netif_rx_request_t;

struct netif_rx_response {
    uint16_t id;                    /*  0 */
    uint16_t offset;                /*  2: in the page */
    uint16_t flags;                 /*  4: NETRXF_* */
    int16_t  status;                /*  6: NETIF_RSP_*, or bytes in the page */
};
typedef struct netif_rx_response netif_rx_response_t;

#define _NETRXF_data_validated  0   /* the checksum is known to be right */
#define NETRXF_data_validated   (1U << _NETRXF_data_validated)
#define _NETRXF_csum_blank      1   /* the checksum was never made */
#define NETRXF_csum_blank       (1U << _NETRXF_csum_blank)
#define _NETRXF_more_data       2
#define NETRXF_more_data        (1U << _NETRXF_more_data)
#define _NETRXF_extra_info      3
#define NETRXF_extra_info       (1U << _NETRXF_extra_info)
#define _NETRXF_gso_prefix      4   /* an older way of saying gso */
#define NETRXF_gso_prefix       (1U << _NETRXF_gso_prefix)

#define NETIF_RSP_NULL          1   /* answers an extra slot */
#define NETIF_RSP_OKAY          0
#define NETIF_RSP_ERROR         -1
#define NETIF_RSP_DROPPED       -2

/*
 * A slot with more about the packet, in the place of a request or response.
 */
struct netif_extra_info {
    uint8_t type;                   /*  0: XEN_NETIF_EXTRA_TYPE_* */
    uint8_t flags;                  /*  1: XEN_NETIF_EXTRA_FLAG_* */
    union {
        struct {
            uint16_t size;          /* payload of each segment */
            uint8_t  type;          /* XEN_NETIF_GSO_TYPE_* */
            uint8_t  pad;
            uint16_t features;      /* 0 */
        } gso;
        struct {
            uint8_t addr[6];
        } mcast;
        struct {
            uint8_t type;           /* _XEN_NETIF_CTRL_HASH_TYPE_* */
            uint8_t algorithm;      /* XEN_NETIF_CTRL_HASH_ALGORITHM_* */
            uint8_t value[4];
        } hash;
        uint16_t pad[3];
    } u;                            /*  2 */
};
typedef struct netif_extra_info netif_extra_info_t;

#define XEN_NETIF_EXTRA_TYPE_NONE       (0)
#define XEN_NETIF_EXTRA_TYPE_GSO        (1) /* cut it into segments */
#define XEN_NETIF_EXTRA_TYPE_MCAST_ADD  (2) /* listen to addr */
#define XEN_NETIF_EXTRA_TYPE_MCAST_DEL  (3)
#define XEN_NETIF_EXTRA_TYPE_HASH       (4) /* the packet's hash */
#define XEN_NETIF_EXTRA_TYPE_MAX        (5)

#define _XEN_NETIF_EXTRA_FLAG_MORE      (0) /* another extra slot follows */
#define XEN_NETIF_EXTRA_FLAG_MORE       (1U << _XEN_NETIF_EXTRA_FLAG_MORE)

#define XEN_NETIF_GSO_TYPE_NONE         (0)
#define XEN_NETIF_GSO_TYPE_TCPV4        (1)
#define XEN_NETIF_GSO_TYPE_TCPV6        (2)

DEFINE_RING_TYPES(netif_tx, struct netif_tx_request, struct netif_tx_response);
DEFINE_RING_TYPES(netif_rx, struct netif_rx_request, struct netif_rx_response);

/*
 * Control: how the backend spreads received packets over queues, and grants it
 * may keep mapped.
 */
#define _XEN_NETIF_CTRL_HASH_TYPE_IPV4      0
#define XEN_NETIF_CTRL_HASH_TYPE_IPV4 \
    (1 << _XEN_NETIF_CTRL_HASH_TYPE_IPV4)
#define _XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP  1
#define XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP \
    (1 << _XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP)
#define _XEN_NETIF_CTRL_HASH_TYPE_IPV6      2
#define XEN_NETIF_CTRL_HASH_TYPE_IPV6 \
    (1 << _XEN_NETIF_CTRL_HASH_TYPE_IPV6)
#define _XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP  3
#define XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP \
    (1 << _XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP)

#define XEN_NETIF_CTRL_HASH_ALGORITHM_NONE      0
#define XEN_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ  1

#define XEN_NETIF_CTRL_TYPE_INVALID                 0
#define XEN_NETIF_CTRL_TYPE_GET_HASH_FLAGS          1
#define XEN_NETIF_CTRL_TYPE_SET_HASH_FLAGS          2
#define XEN_NETIF_CTRL_TYPE_SET_HASH_KEY            3
#define XEN_NETIF_CTRL_TYPE_GET_HASH_MAPPING_SIZE   4
#define XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING_SIZE   5
#define XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING        6
#define XEN_NETIF_CTRL_TYPE_SET_HASH_ALGORITHM      7
#define XEN_NETIF_CTRL_TYPE_GET_GREF_MAPPING_SIZE   8
#define XEN_NETIF_CTRL_TYPE_ADD_GREF_MAPPING        9
#define XEN_NETIF_CTRL_TYPE_DEL_GREF_MAPPING       10
struct xen_netif_ctrl_request {
    uint16_t id;                    /*  0: comes back */
    uint16_t type;                  /*  2: XEN_NETIF_CTRL_TYPE_* */
    uint32_t data[3];               /*  4: by type */
};

#define XEN_NETIF_CTRL_STATUS_SUCCESS               0
#define XEN_NETIF_CTRL_STATUS_NOT_SUPPORTED         1
#define XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER     2
#define XEN_NETIF_CTRL_STATUS_BUFFER_OVERFLOW       3
struct xen_netif_ctrl_response {
    uint16_t id;                    /*  0 */
    uint16_t type;                  /*  2 */
    uint32_t status;                /*  4: XEN_NETIF_CTRL_STATUS_* */
    uint32_t data;                  /*  8 */
};

/* Element of the lists of ADD_ and DEL_GREF_MAPPING. */
struct xen_netif_gref {
    grant_ref_t ref;                /*  0 */
    uint16_t flags;                 /*  4 */
#define _XEN_NETIF_CTRLF_GREF_readonly  0
#define XEN_NETIF_CTRLF_GREF_readonly   (1U << _XEN_NETIF_CTRLF_GREF_readonly)
    uint16_t status;                /*  6: out */
};

DEFINE_RING_TYPES(xen_netif_ctrl,
                  struct xen_netif_ctrl_request,
                  struct xen_netif_ctrl_response);

#endif
