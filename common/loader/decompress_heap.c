/* SPDX-License-Identifier: MIT */
/*
 * decompress_heap.c - a bump allocator. Nothing is freed singly: a decoder
 * makes about ten allocations, and they all go when the next one starts.
 */
#include "decompress_heap.h"

void heap_init(struct decompress_heap *heap, void *arena, size_t size)
{
    size_t skip = -(uintptr_t)arena % HEAP_ALIGN;

    heap->base = size < skip ? arena : (uint8_t *)arena + skip;
    heap->size = size < skip ? 0 : (size - skip) & ~(size_t)(HEAP_ALIGN - 1);
    heap->used = 0;
}

void heap_reset(struct decompress_heap *heap)
{
    heap->used = 0;
}

void *heap_alloc(struct decompress_heap *heap, size_t count, size_t size)
{
    size_t bytes;
    void *block;

    if (__builtin_mul_overflow(count, size, &bytes) ||
        bytes > heap->size - heap->used)
        return NULL;
    block = heap->base + heap->used;
    /* size is a multiple of HEAP_ALIGN, so rounding up stays within it. */
    heap->used += (bytes + HEAP_ALIGN - 1) & ~(size_t)(HEAP_ALIGN - 1);
    return block;
}
