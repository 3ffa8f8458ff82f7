/* SPDX-License-Identifier: MIT */
/*
 * phys_map.h - machine addresses that are not the hypervisor's RAM, made
 * readable: firmware tables (cached) and device registers (uncached). arch.
 */
#ifndef HV_PHYS_MAP_H
#define HV_PHYS_MAP_H

#include <hv/frame_num.h>

/* Both return the virtual address of @paddr itself (any alignment), or NULL
 * when no address space is left or the range wraps or is empty. */
void *map_phys(paddr_t paddr, size_t size);
void *ioremap(paddr_t paddr, size_t size);

/* Give a mapping back; takes what the matching call returned, NULL is fine.
 * The rules of cpu_call() apply. */
void unmap_phys(void *va, size_t size);
void iounmap(void *va, size_t size);

#endif
