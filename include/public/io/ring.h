/* SPDX-License-Identifier: MIT */
/*
 * io/ring.h - requests one way, responses the other, in one shared page.
 *
 * The frontend puts requests in, the backend takes them out and writes each
 * response over a request already taken. The page holds two producer indices
 * and two event indices; each side keeps its other indices to itself. Indices
 * run on without wrapping, and the number of slots is a power of two.
 *   R1  req_prod - rsp_cons  <= slots   (the frontend sees to it)
 *   R2  rsp_prod <= req_cons            (the backend sees to it)
 * The far side may break either at any time: bound what it says by the
 * OVERFLOW checks, and use RING_COPY_* so that a slot cannot change between
 * check and use.
 *
 * A side that has run dry says with its event index from which entry on it
 * wants to be woken. *_CHECK_NOTIFY tells the producer whether it has just put
 * that entry in; RING_FINAL_CHECK_* sets the index and looks once more.
 *
 * The includer provides xen_mb(), xen_rmb(), xen_wmb(), barriers between CPUs.
 * For an interface x:
 *   DEFINE_RING_TYPES(x, struct x_request, struct x_response);
 *   x_sring_t *page; x_front_ring_t front; x_back_ring_t back;
 *
 * Source: Xen 4.17.
 */
#ifndef PUBLIC_IO_RING_H
#define PUBLIC_IO_RING_H

#include <stddef.h>
#include <stdint.h>

#include "../xen-compat.h"
#include "../grant_table.h"

#if __XEN_INTERFACE_VERSION__ < 0x00030208
#define xen_mb()    mb()
#define xen_rmb()   rmb()
#define xen_wmb()   wmb()
#endif

typedef unsigned int RING_IDX;

/*
 * The largest power of two not above a 32-bit constant; each step looks at half
 * of the bits that are left.
 */
#define __RD2(n)    (((n) & 0x00000002) ? 0x2 : ((n) & 0x1))
#define __RD4(n)    (((n) & 0x0000000c) ? __RD2((n) >> 2) << 2 : __RD2(n))
#define __RD8(n)    (((n) & 0x000000f0) ? __RD4((n) >> 4) << 4 : __RD4(n))
#define __RD16(n)   (((n) & 0x0000ff00) ? __RD8((n) >> 8) << 8 : __RD8(n))
#define __RD32(n)   (((n) & 0xffff0000) ? __RD16((n) >> 16) << 16 : __RD16(n))

/* Slots of a shared area of @bytes: as a constant, and by a pointer to it. */
#define __CONST_RING_SIZE(name, bytes)                                  \
    (__RD32(((bytes) - offsetof(struct name ## _sring, ring)) /         \
            sizeof(((struct name ## _sring *)0)->ring[0])))
#define __RING_SIZE(shared, bytes)                                      \
    (__RD32(((bytes) - ((long)(shared)->ring - (long)(shared))) /       \
            sizeof((shared)->ring[0])))

#define DEFINE_RING_TYPES(name, req_t, rsp_t)                           \
union name ## _sring_entry {                                            \
    req_t req;                                                          \
    rsp_t rsp;                                                          \
};                                                                      \
struct name ## _sring {                                                 \
    RING_IDX req_prod, req_event;               /*  0 */                \
    RING_IDX rsp_prod, rsp_event;               /*  8 */                \
    union {                                                             \
        struct {                                                        \
            uint8_t smartpoll_active;                                   \
        } netif;                                                        \
        struct {                                                        \
            uint8_t msg;                                                \
        } tapif_user;                                                   \
        uint8_t pvt_pad[4];                                             \
    } pvt;                                      /* 16 */                \
    uint8_t __pad[44];                                                  \
    union name ## _sring_entry ring[1];         /* 64: in truth more */ \
};                                                                      \
struct name ## _front_ring {                                            \
    RING_IDX req_prod_pvt;                      /* requests put in */   \
    RING_IDX rsp_cons;                          /* responses taken */   \
    unsigned int nr_ents;                                               \
    struct name ## _sring *sring;                                       \
};                                                                      \
struct name ## _back_ring {                                             \
    RING_IDX rsp_prod_pvt;                      /* responses put in */  \
    RING_IDX req_cons;                          /* requests taken */    \
    unsigned int nr_ents;                                               \
    struct name ## _sring *sring;                                       \
};                                                                      \
typedef struct name ## _sring name ## _sring_t;                         \
typedef struct name ## _front_ring name ## _front_ring_t;               \
typedef struct name ## _back_ring name ## _back_ring_t

/* Make the shared page empty; both sides want to hear of the first entry. */
#define SHARED_RING_INIT(shared) do {                                   \
    unsigned int byte_;                                                 \
    (shared)->req_prod = 0;                                             \
    (shared)->rsp_prod = 0;                                             \
    (shared)->req_event = 1;                                            \
    (shared)->rsp_event = 1;                                            \
    for (byte_ = 0; byte_ < sizeof((shared)->pvt.pvt_pad); byte_++)     \
        (shared)->pvt.pvt_pad[byte_] = 0;                               \
    for (byte_ = 0; byte_ < sizeof((shared)->__pad); byte_++)           \
        (shared)->__pad[byte_] = 0;                                     \
} while (0)

/* Begin to use a page at index @at: 0 for a new one. */
#define FRONT_RING_ATTACH(r, shared, at, bytes) do {                    \
    (r)->sring = (shared);                                              \
    (r)->nr_ents = __RING_SIZE(shared, bytes);                          \
    (r)->req_prod_pvt = (at);                                           \
    (r)->rsp_cons = (at);                                               \
} while (0)
#define BACK_RING_ATTACH(r, shared, at, bytes) do {                     \
    (r)->sring = (shared);                                              \
    (r)->nr_ents = __RING_SIZE(shared, bytes);                          \
    (r)->rsp_prod_pvt = (at);                                           \
    (r)->req_cons = (at);                                               \
} while (0)
#define FRONT_RING_INIT(r, shared, bytes) \
    FRONT_RING_ATTACH(r, shared, 0, bytes)
#define BACK_RING_INIT(r, shared, bytes) \
    BACK_RING_ATTACH(r, shared, 0, bytes)
#define XEN_FRONT_RING_INIT(r, shared, bytes) do {                      \
    SHARED_RING_INIT(shared);                                           \
    FRONT_RING_INIT(r, shared, bytes);                                  \
} while (0)

#define RING_SIZE(r)    ((r)->nr_ents)

/* Requests that the frontend may still put in. */
#define RING_FREE_REQUESTS(r) \
    (RING_SIZE(r) - ((r)->req_prod_pvt - (r)->rsp_cons))
#define RING_FULL(r)    (RING_FREE_REQUESTS(r) == 0)

/* Responses to take. May be more than there are slots if the far side lies. */
#define XEN_RING_NR_UNCONSUMED_RESPONSES(r) \
    ((r)->sring->rsp_prod - (r)->rsp_cons)

/* Requests to take, never more than there are slots without a response. */
#ifdef __GNUC__
#define XEN_RING_NR_UNCONSUMED_REQUESTS(r) __extension__ ({             \
    unsigned int put_ = (r)->sring->req_prod - (r)->req_cons;           \
    unsigned int room_ =                                                \
        RING_SIZE(r) - ((r)->req_cons - (r)->rsp_prod_pvt);             \
    put_ < room_ ? put_ : room_;                                        \
})
#else
#define XEN_RING_ROOM_(r) (RING_SIZE(r) - ((r)->req_cons - (r)->rsp_prod_pvt))
#define XEN_RING_NR_UNCONSUMED_REQUESTS(r)                              \
    ((r)->sring->req_prod - (r)->req_cons < XEN_RING_ROOM_(r) ?         \
     (r)->sring->req_prod - (r)->req_cons : XEN_RING_ROOM_(r))
#endif

/* Older sources take the number; newer ones ask for yes or no. */
#ifdef XEN_RING_HAS_UNCONSUMED_IS_BOOL
#define RING_HAS_UNCONSUMED_RESPONSES(r) \
    (!!XEN_RING_NR_UNCONSUMED_RESPONSES(r))
#define RING_HAS_UNCONSUMED_REQUESTS(r) \
    (!!XEN_RING_NR_UNCONSUMED_REQUESTS(r))
#else
#define RING_HAS_UNCONSUMED_RESPONSES(r) XEN_RING_NR_UNCONSUMED_RESPONSES(r)
#define RING_HAS_UNCONSUMED_REQUESTS(r)  XEN_RING_NR_UNCONSUMED_REQUESTS(r)
#endif

/* The slot of an index. */
#define RING_GET_REQUEST(r, idx) \
    (&(r)->sring->ring[(idx) & (RING_SIZE(r) - 1)].req)
#define RING_GET_RESPONSE(r, idx) \
    (&(r)->sring->ring[(idx) & (RING_SIZE(r) - 1)].rsp)

/* Read a slot once, into memory that the far side cannot reach. */
#define RING_COPY_(kind, r, idx, to) do {                               \
    *(to) = *(volatile __typeof__(to))RING_GET_ ## kind(r, idx);        \
} while (0)
#define RING_COPY_REQUEST(r, idx, to)   RING_COPY_(REQUEST, r, idx, to)
#define RING_COPY_RESPONSE(r, idx, to)  RING_COPY_(RESPONSE, r, idx, to)

/* The far side's index breaks R1 or R2. */
#define RING_REQUEST_CONS_OVERFLOW(r, cons) \
    (((cons) - (r)->rsp_prod_pvt) >= RING_SIZE(r))
#define RING_REQUEST_PROD_OVERFLOW(r, prod) \
    (((prod) - (r)->rsp_prod_pvt) > RING_SIZE(r))
#define RING_RESPONSE_PROD_OVERFLOW(r, prod) \
    (((prod) - (r)->rsp_cons) > RING_SIZE(r))

/* Show what was put in, without waking anyone. Pairs with the xen_rmb() that a
 * consumer needs between reading the index and reading the slots. */
#define RING_PUSH_REQUESTS(r) do {                                      \
    xen_wmb();                                                          \
    (r)->sring->req_prod = (r)->req_prod_pvt;                           \
} while (0)
#define RING_PUSH_RESPONSES(r) do {                                     \
    xen_wmb();                                                          \
    (r)->sring->rsp_prod = (r)->rsp_prod_pvt;                           \
} while (0)

/*
 * Show it, and tell whether to send an event: the entry that the far side waits
 * for is among the new ones. The full barrier pairs with RING_FINAL_CHECK_*: of
 * the two, one at least sees what the other wrote.
 */
#define XEN_RING_PUSH_(shared, prod, event, now, notify) do {           \
    RING_IDX before_ = (shared)->prod;                                  \
    RING_IDX after_ = (now);                                            \
    xen_wmb();                                                          \
    (shared)->prod = after_;                                            \
    xen_mb();                                                           \
    (notify) = (RING_IDX)(after_ - (shared)->event) <                   \
               (RING_IDX)(after_ - before_);                            \
} while (0)
#define RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(r, notify)                  \
    XEN_RING_PUSH_((r)->sring, req_prod, req_event,                     \
                   (r)->req_prod_pvt, notify)
#define RING_PUSH_RESPONSES_AND_CHECK_NOTIFY(r, notify)                 \
    XEN_RING_PUSH_((r)->sring, rsp_prod, rsp_event,                     \
                   (r)->rsp_prod_pvt, notify)

/* Nothing left? Ask to be woken by the next entry, and look again. */
#define RING_FINAL_CHECK_FOR_REQUESTS(r, work) do {                     \
    (work) = RING_HAS_UNCONSUMED_REQUESTS(r);                           \
    if (!(work)) {                                                      \
        (r)->sring->req_event = (r)->req_cons + 1;                      \
        xen_mb();                                                       \
        (work) = RING_HAS_UNCONSUMED_REQUESTS(r);                       \
    }                                                                   \
} while (0)
#define RING_FINAL_CHECK_FOR_RESPONSES(r, work) do {                    \
    (work) = RING_HAS_UNCONSUMED_RESPONSES(r);                          \
    if (!(work)) {                                                      \
        (r)->sring->rsp_event = (r)->rsp_cons + 1;                      \
        xen_mb();                                                       \
        (work) = RING_HAS_UNCONSUMED_RESPONSES(r);                      \
    }                                                                   \
} while (0)

/*
 * Rings of bytes, of 2^order pages, half of them for each direction. The
 * includer provides memcpy().
 */
#ifndef XEN_PAGE_SHIFT
#define XEN_PAGE_SHIFT  12
#endif
#define XEN_FLEX_RING_SIZE(order)   (1UL << ((order) + XEN_PAGE_SHIFT - 1))

#define DEFINE_XEN_FLEX_RING(name)                                      \
static inline RING_IDX name ## _mask(RING_IDX idx, RING_IDX ring_size)  \
{                                                                       \
    return idx & (ring_size - 1);                                       \
}                                                                       \
static inline unsigned char *name ## _get_ring_ptr(unsigned char *buf,  \
                                                   RING_IDX idx,        \
                                                   RING_IDX ring_size)  \
{                                                                       \
    return &buf[name ## _mask(idx, ring_size)];                         \
}                                                                       \
/* Take @size bytes out at *cons, which is masked, and move it on. */   \
static inline void name ## _read_packet(void *opaque,                   \
                                        const unsigned char *buf,       \
                                        size_t size,                    \
                                        RING_IDX masked_prod,           \
                                        RING_IDX *masked_cons,          \
                                        RING_IDX ring_size)             \
{                                                                       \
    size_t first = ring_size - *masked_cons;                            \
                                                                        \
    if (size <= first || *masked_cons < masked_prod)                    \
        first = size;                                                   \
    memcpy(opaque, &buf[*masked_cons], first);                          \
    memcpy((unsigned char *)opaque + first, buf, size - first);         \
    *masked_cons = name ## _mask(*masked_cons + size, ring_size);       \
}                                                                       \
/* Put @size bytes in at *prod, which is masked, and move it on. */     \
static inline void name ## _write_packet(unsigned char *buf,            \
                                         const void *opaque,            \
                                         size_t size,                   \
                                         RING_IDX *masked_prod,         \
                                         RING_IDX masked_cons,          \
                                         RING_IDX ring_size)            \
{                                                                       \
    size_t first = ring_size - *masked_prod;                            \
                                                                        \
    if (size <= first || *masked_prod < masked_cons)                    \
        first = size;                                                   \
    memcpy(&buf[*masked_prod], opaque, first);                          \
    memcpy(buf, (const unsigned char *)opaque + first, size - first);   \
    *masked_prod = name ## _mask(*masked_prod + size, ring_size);       \
}                                                                       \
/* Bytes in the ring; indices that differ by its size mean it is full. */ \
static inline RING_IDX name ## _queued(RING_IDX prod, RING_IDX cons,    \
                                       RING_IDX ring_size)              \
{                                                                       \
    RING_IDX used = name ## _mask(prod - cons, ring_size);              \
                                                                        \
    return used == 0 && prod != cons ? ring_size : used;                \
}                                                                       \
struct name ## _data {                                                  \
    unsigned char *in;                                                  \
    unsigned char *out;                                                 \
}

/* The same with the page that holds the indices and the grants of the ring. */
#define DEFINE_XEN_FLEX_RING_AND_INTF(name)                             \
struct name ## _data_intf {                                             \
    RING_IDX in_cons, in_prod;                  /*   0 */               \
    uint8_t pad1[56];                                                   \
    RING_IDX out_cons, out_prod;                /*  64 */               \
    uint8_t pad2[56];                                                   \
    RING_IDX ring_order;                        /* 128 */               \
    grant_ref_t ref[];                          /* 132 */               \
};                                                                      \
DEFINE_XEN_FLEX_RING(name)

#endif
