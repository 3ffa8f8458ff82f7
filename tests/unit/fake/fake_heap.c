/* SPDX-License-Identifier: MIT */
/*
 * fake_heap.c - heap.h over malloc, for tests of code that allocates: ASan sees
 * each object by itself, and the test says when memory runs out.
 */
#include <stdlib.h>
#include <string.h>
#include <hv/heap.h>
#include "fake_heap.h"

#define ALIGN_ANY   16u

long fake_heap_budget = -1;
long fake_heap_live;

static bool may_succeed(void)
{
    if (fake_heap_budget == 0)
        return false;
    if (fake_heap_budget > 0)
        fake_heap_budget--;
    return true;
}

void *heap_alloc(size_t size, size_t align)
{
    void *object;

    if (!may_succeed() || posix_memalign(&object, MAX(align, ALIGN_ANY), size))
        return NULL;
    fake_heap_live++;
    return memset(object, 0, size);
}

void *heap_alloc_array(size_t n, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(n, size, &bytes))
        return NULL;
    return heap_alloc(bytes, 0);
}

char *heap_strdup(const char *s)
{
    size_t bytes = strlen(s) + 1;
    char *copy = heap_alloc(bytes, 1);

    return copy ? memcpy(copy, s, bytes) : NULL;
}

void heap_free(void *object)
{
    if (object)
        fake_heap_live--;
    free(object);
}
