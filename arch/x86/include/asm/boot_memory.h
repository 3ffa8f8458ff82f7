/* SPDX-License-Identifier: MIT */
/*
 * boot_memory.h - memory before the buddy allocator: RAM of the memory map
 * minus what the image, the modules and the loader's tables occupy.
 */
#ifndef ASM_BOOT_MEMORY_H
#define ASM_BOOT_MEMORY_H

#include <hv/boot_info.h>

extern struct memory_map ram_map;       /* normalised, clipped by mem= */

void boot_memory_init(void);
/* @size bytes, zeroed, aligned to @align (a power of two), below 4 GiB as long
 * as only that much is mapped. Stops with a message when there is none. */
paddr_t boot_memory_alloc(uint64_t size, uint64_t align);
/* What is left goes to the buddy allocator; no boot_memory_alloc after it. */
void boot_memory_finish(void);
/* The modules are used up: give them, and the image's init part. */
void boot_memory_release_modules(void);
/* All RAM, without holes, in bytes. */
uint64_t boot_memory_total(void);

#endif
