/* SPDX-License-Identifier: MIT */
/* sort.h - order an array in place. */
#ifndef HV_SORT_H
#define HV_SORT_H

#include <hv/types.h>

/* Sort @n elements of @size bytes by @cmp, which answers as memcmp does. Equal
 * elements may change places. No recursion, no memory, O(n log n) always. */
void sort(void *base, size_t n, size_t size,
          int (*cmp)(const void *, const void *));

#endif
