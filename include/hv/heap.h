/* SPDX-License-Identifier: MIT */
/*
 * heap.h - memory of the hypervisor's own, zeroed when given. Not for interrupt
 * handlers; levels HEAP and PAGE_ALLOC are taken inside. NULL: out of memory.
 */
#ifndef HV_HEAP_H
#define HV_HEAP_H

#include <hv/compiler.h>
#include <hv/types.h>

/* @align is a power of two up to a page, or 0 for what any C object needs
 * (16). Sizes above half a page cost whole frames, a power of two of them. */
void *heap_alloc(size_t size, size_t align) MUST_CHECK;
/* @n elements of @size bytes; NULL also when their product overflows. */
void *heap_alloc_array(size_t n, size_t size) MUST_CHECK;
char *heap_strdup(const char *s) MUST_CHECK;
/* @object is NULL or came from one of the above. */
void heap_free(void *object);

struct heap_usage {
    unsigned long objects;      /* alive, of all sizes */
    unsigned long slab_frames;  /* frames cut into small objects */
    unsigned long slab_bytes;   /* of them given out, rounded up to classes */
    unsigned long large_frames; /* frames given out whole */
};
void heap_get_usage(struct heap_usage *usage);

#endif
