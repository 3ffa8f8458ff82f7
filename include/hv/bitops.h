/* SPDX-License-Identifier: MIT */
/*
 * bitops.h - single bits in arrays of unsigned long. The plain names are
 * atomic and order memory; those with two underscores are neither.
 */
#ifndef HV_BITOPS_H
#define HV_BITOPS_H

#include <hv/compiler.h>
#include <hv/types.h>

#define BITS_PER_LONG   64u
#define BITS_TO_LONGS(n) (((n) + BITS_PER_LONG - 1) / BITS_PER_LONG)

static inline unsigned long bit_mask(unsigned int nr)
{
    return 1ul << (nr % BITS_PER_LONG);
}

static inline bool test_bit(unsigned int nr, const unsigned long *map)
{
    return (READ_ONCE(map[nr / BITS_PER_LONG]) & bit_mask(nr)) != 0;
}

static inline void __set_bit(unsigned int nr, unsigned long *map)
{
    map[nr / BITS_PER_LONG] |= bit_mask(nr);
}

static inline void __clear_bit(unsigned int nr, unsigned long *map)
{
    map[nr / BITS_PER_LONG] &= ~bit_mask(nr);
}

static inline bool test_and_set_bit(unsigned int nr, unsigned long *map)
{
    unsigned long m = bit_mask(nr);
    return (__atomic_fetch_or(&map[nr / BITS_PER_LONG], m, __ATOMIC_SEQ_CST)
            & m) != 0;
}

static inline bool test_and_clear_bit(unsigned int nr, unsigned long *map)
{
    unsigned long m = bit_mask(nr);
    return (__atomic_fetch_and(&map[nr / BITS_PER_LONG], ~m, __ATOMIC_SEQ_CST)
            & m) != 0;
}

static inline void set_bit(unsigned int nr, unsigned long *map)
{
    __atomic_or_fetch(&map[nr / BITS_PER_LONG], bit_mask(nr),
                      __ATOMIC_SEQ_CST);
}

static inline void clear_bit(unsigned int nr, unsigned long *map)
{
    __atomic_and_fetch(&map[nr / BITS_PER_LONG], ~bit_mask(nr),
                       __ATOMIC_SEQ_CST);
}

/* First set bit at or after @from, or @size when there is none. */
unsigned int find_next_bit(const unsigned long *map, unsigned int size,
                           unsigned int from);
/* First clear bit at or after @from, or @size when there is none. */
unsigned int find_next_zero_bit(const unsigned long *map, unsigned int size,
                                unsigned int from);
/* How many bits of the first @size are set. */
unsigned int bitmap_weight(const unsigned long *map, unsigned int size);

#define for_each_set_bit(bit, map, size)                    \
    for (bit = find_next_bit(map, size, 0); bit < (size);   \
         bit = find_next_bit(map, size, bit + 1))

#endif
