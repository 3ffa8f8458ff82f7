/* SPDX-License-Identifier: MIT */
/*
 * io/console.h - the console of a guest: one page with a ring each way, and an
 * event channel that says that it changed.
 *
 * Indices run on without wrapping; the one who puts in advances prod, the one
 * who takes out advances cons, after a barrier. start_info.console names the
 * page and the port.
 *
 * Source: Xen 4.17.
 */
#ifndef PUBLIC_IO_CONSOLE_H
#define PUBLIC_IO_CONSOLE_H

#include <stdint.h>

typedef uint32_t XENCONS_RING_IDX;

#define MASK_XENCONS_IDX(idx, ring)     ((idx) & (sizeof(ring) - 1))

struct xencons_interface {
    char in[1024];                          /*    0: to the guest */
    char out[2048];                         /* 1024: from it */
    XENCONS_RING_IDX in_cons, in_prod;      /* 3072 */
    XENCONS_RING_IDX out_cons, out_prod;    /* 3080 */
};

#ifdef XEN_WANT_FLEX_CONSOLE_RING
#include "ring.h"
DEFINE_XEN_FLEX_RING(xencons);
#endif

#endif
