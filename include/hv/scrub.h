/* SPDX-License-Identifier: MIT */
/* scrub.h - what an idle CPU does for the allocator. */
#ifndef HV_SCRUB_H
#define HV_SCRUB_H

#include <hv/types.h>

/* Clear some free memory, for a few microseconds; interrupts are off. False: all
 * that was given back is cleared. */
bool scrub_some(void);

#endif
