/* SPDX-License-Identifier: MIT */
/* control.h - domctl, and frames of other domains. */
#ifndef CREATOR_CONTROL_H
#define CREATOR_CONTROL_H

#include "types.h"

#include <xen/domctl.h>

/* Fills in the interface version; 0 or a negated error. */
long control(unsigned cmd, domid_t id, struct xen_domctl *op);

/* Windows for frames of others. */
enum window { WINDOW_BUILD, WINDOW_SHARED, WINDOW_CONSOLE };

/* Map a frame of @id there in place of the last one; NULL if it was refused. */
void *foreign_map(enum window where, domid_t id, uint64_t mfn);
void foreign_unmap(enum window where);

#endif
