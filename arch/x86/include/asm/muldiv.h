/* SPDX-License-Identifier: MIT */
/* muldiv.h - products and quotients that pass through 128 bits. */
#ifndef ASM_MULDIV_H
#define ASM_MULDIV_H

#include <hv/types.h>

/* a * b / c. The quotient must fit 64 bits: the high half of a * b is less
 * than c, or the CPU raises #DE. */
static inline uint64_t mul_div_u64(uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t low, high, rest;
    __asm__("mulq %3" : "=a" (low), "=d" (high) : "a" (a), "rm" (b) : "cc");
    __asm__("divq %4" : "=a" (low), "=d" (rest)
            : "a" (low), "d" (high), "rm" (c) : "cc");
    return low;
}

/* (a * b) >> 32, low 64 bits. */
static inline uint64_t mul_shift32_u64(uint64_t a, uint32_t b)
{
    return (uint64_t)(((unsigned __int128)a * b) >> 32);
}

#endif
