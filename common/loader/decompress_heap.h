/* SPDX-License-Identifier: MIT */
/*
 * decompress_heap.h - memory for the decoders: a bump allocator over an arena
 * that is emptied before each use.
 */
#ifndef LOADER_DECOMPRESS_HEAP_H
#define LOADER_DECOMPRESS_HEAP_H

#include <hv/types.h>

struct decompress_heap {
    uint8_t *base;
    size_t size;
    size_t used;    /* multiple of HEAP_ALIGN, never above size */
};
#define HEAP_ALIGN  16

void heap_init(struct decompress_heap *heap, void *arena, size_t size);
void heap_reset(struct decompress_heap *heap);
/* @count * @size bytes, 16-aligned, not cleared; NULL when they do not fit. */
void *heap_alloc(struct decompress_heap *heap, size_t count, size_t size);

#endif
