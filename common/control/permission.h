/* SPDX-License-Identifier: MIT */
/* permission.h - the sets of ports and frames that domains may use. */
#ifndef CONTROL_PERMISSION_H
#define CONTROL_PERMISSION_H

#include <hv/compiler.h>
#include <hv/types.h>

struct domain;
struct rangeset;

/* Does the caller's domain have all of it? @set is its ioports or iomem. */
bool permission_is_callers(const struct rangeset *set, unsigned long first,
                           unsigned long last);
/* @set is @d's ioports or iomem. -EINVAL @d ends; -ENOMEM. */
int permission_change(struct domain *d, struct rangeset *set,
                      unsigned long first, unsigned long last,
                      bool is_allowed) MUST_CHECK;

#endif
