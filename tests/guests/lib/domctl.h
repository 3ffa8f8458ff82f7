/* SPDX-License-Identifier: MIT */
/* domctl.h - for control domains: domctl, and frames of other domains. */
#ifndef GUEST_DOMCTL_H
#define GUEST_DOMCTL_H

#include "types.h"

#include <xen/domctl.h>

/* Fills in the interface version; 0 or a negated error. */
long domctl(unsigned cmd, domid_t id, struct xen_domctl *op);

/* Map a frame of @id at window_page(@window), in place of the last one there,
 * with these flags of pagetable.h. */
long foreign_map_flags(unsigned window, domid_t id, uint64_t mfn,
                       uint64_t flags);
/* To read and write; NULL if it was refused. */
void *foreign_map(unsigned window, domid_t id, uint64_t mfn);
void foreign_unmap(unsigned window);

#endif
