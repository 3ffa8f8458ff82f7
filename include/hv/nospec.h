/* SPDX-License-Identifier: MIT */
/*
 * nospec.h - an index that a guest chose, kept inside its array also while
 * the CPU guesses past the check.
 */
#ifndef HV_NOSPEC_H
#define HV_NOSPEC_H

#include <hv/types.h>

/* @index when it is below @size, else 0, without a branch. Both below 2^63;
 * the check itself stands before this. */
static inline size_t index_nospec(size_t index, size_t size)
{
    long outside;

    __asm__("" : "+r" (index));     /* forget what the check proved */
    outside = (long)(index | (size - 1 - index)) >> 63;
    return index & ~(size_t)outside;
}

#endif
