/* SPDX-License-Identifier: MIT */
/*
 * io/xs_wire.h - talking to the store: messages, and the page they go through.
 *
 * A message is struct xsd_sockmsg and len bytes of payload. Every request gets
 * one reply with its type and req_id, or XS_ERROR with the name of an error;
 * XS_WATCH_EVENT comes by itself. Paths and other strings end with a 0 byte.
 *
 * Source: Xen 4.17.
 */
#ifndef PUBLIC_IO_XS_WIRE_H
#define PUBLIC_IO_XS_WIRE_H

#include <stdint.h>

/* Types of message                    payload of the request */
enum xsd_sockmsg_type {
    XS_CONTROL              = 0,    /* command, arguments; for tools */
    XS_DIRECTORY            = 1,    /* path */
    XS_READ                 = 2,    /* path */
    XS_GET_PERMS            = 3,    /* path */
    XS_WATCH                = 4,    /* path, token */
    XS_UNWATCH              = 5,    /* path, token */
    XS_TRANSACTION_START    = 6,    /* nothing */
    XS_TRANSACTION_END      = 7,    /* "T" to commit, "F" to forget */
    XS_INTRODUCE            = 8,    /* domid, mfn, port; for tools */
    XS_RELEASE              = 9,    /* domid; for tools */
    XS_GET_DOMAIN_PATH      = 10,   /* domid */
    XS_WRITE                = 11,   /* path, value without a 0 byte */
    XS_MKDIR                = 12,   /* path */
    XS_RM                   = 13,   /* path */
    XS_SET_PERMS            = 14,   /* path, permissions */
    XS_WATCH_EVENT          = 15,   /* reply: path, token */
    XS_ERROR                = 16,   /* reply: name of an error */
    XS_IS_DOMAIN_INTRODUCED = 17,   /* domid */
    XS_RESUME               = 18,   /* domid; for tools */
    XS_SET_TARGET           = 19,   /* domid, domid; for tools */
    XS_RESET_WATCHES        = 21,   /* nothing */
    XS_DIRECTORY_PART       = 22,   /* path, offset */
    XS_TYPE_COUNT           = 23,
    XS_INVALID              = 0xffff
};
#define XS_DEBUG    XS_CONTROL

#define XS_WRITE_NONE           "NONE"
#define XS_WRITE_CREATE         "CREATE"
#define XS_WRITE_CREATE_EXCL    "CREATE|EXCL"

/* The names that XS_ERROR uses, for a reader that has <errno.h>'s numbers. */
struct xsd_errors {
    int errnum;
    const char *errstring;
};
#ifdef EINVAL
#define XSD_ERROR(name)     { name, #name }
#ifdef __GNUC__
__attribute__((unused))
#endif
static const struct xsd_errors xsd_errors[] = {
    XSD_ERROR(EINVAL),      /* first: what an unknown name is taken for */
    XSD_ERROR(EACCES),
    XSD_ERROR(EEXIST),
    XSD_ERROR(EISDIR),
    XSD_ERROR(ENOENT),
    XSD_ERROR(ENOMEM),
    XSD_ERROR(ENOSPC),
    XSD_ERROR(EIO),
    XSD_ERROR(ENOTEMPTY),
    XSD_ERROR(ENOSYS),
    XSD_ERROR(EROFS),
    XSD_ERROR(EBUSY),
    XSD_ERROR(EAGAIN),
    XSD_ERROR(EISCONN),
    XSD_ERROR(E2BIG),
    XSD_ERROR(EPERM),
};
#endif

struct xsd_sockmsg {
    uint32_t type;          /*  0: XS_* */
    uint32_t req_id;        /*  4: comes back in the reply */
    uint32_t tx_id;         /*  8: transaction, 0 for none */
    uint32_t len;           /* 12: of the payload */
};

/* Strings of a watch event, in order. */
enum xs_watch_type {
    XS_WATCH_PATH   = 0,
    XS_WATCH_TOKEN  = 1
};

#define XENSTORE_RING_SIZE      1024
typedef uint32_t XENSTORE_RING_IDX;
#define MASK_XENSTORE_IDX(idx)  ((idx) & (XENSTORE_RING_SIZE - 1))

/* At start_info.store_mfn: a ring each way, indices as in io/console.h. */
struct xenstore_domain_interface {
    char req[XENSTORE_RING_SIZE];           /*    0: from the guest */
    char rsp[XENSTORE_RING_SIZE];           /* 1024: to it */
    XENSTORE_RING_IDX req_cons, req_prod;   /* 2048 */
    XENSTORE_RING_IDX rsp_cons, rsp_prod;   /* 2056 */
    uint32_t server_features;               /* 2064 */
    uint32_t connection;                    /* 2068 */
    uint32_t error;                         /* 2072 */
};

/* Longest payload, and longest paths with their 0 byte. */
#define XENSTORE_PAYLOAD_MAX    4096
#define XENSTORE_ABS_PATH_MAX   3072
#define XENSTORE_REL_PATH_MAX   2048

/* server_features */
#define XENSTORE_SERVER_FEATURE_RECONNECTION    1
#define XENSTORE_SERVER_FEATURE_ERROR           2

/* connection: the guest writes RECONNECT to start over, the server CONNECTED
 * when it has. */
#define XENSTORE_CONNECTED      0
#define XENSTORE_RECONNECT      1

/* error: why the server does not serve the ring any more */
#define XENSTORE_ERROR_NONE     0
#define XENSTORE_ERROR_COMM     1
#define XENSTORE_ERROR_RINGIDX  2
#define XENSTORE_ERROR_PROTO    3

#endif
