/* SPDX-License-Identifier: MIT */
/* direct_map.h - frames the hypervisor itself owns, by address (arch). */
#ifndef HV_DIRECT_MAP_H
#define HV_DIRECT_MAP_H

#include <hv/frame_num.h>

void *mfn_to_virt(mfn_t m);
mfn_t virt_to_mfn(const void *va);

/* A frame of any owner, for a short look; unmap on the same CPU. */
void *map_frame(mfn_t m);
void unmap_frame(const void *va);

#endif
