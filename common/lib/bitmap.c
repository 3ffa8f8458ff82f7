/* SPDX-License-Identifier: MIT */
/*
 * bitmap.c - searches over bit arrays, a word at a time. Bits at and beyond
 * the given size are never counted or found, whatever they hold. A map that
 * others change meanwhile may be searched: each word is read once.
 */
#include <hv/bitops.h>

static unsigned long word_of(const unsigned long *map, unsigned int word)
{
    return __atomic_load_n(&map[word], __ATOMIC_RELAXED);
}

/* First bit at or after @from that is set in the map xor @flip. */
static unsigned int find_next(const unsigned long *map, unsigned int size,
                              unsigned int from, unsigned long flip)
{
    unsigned int word = from / BITS_PER_LONG, words;
    unsigned long bits;

    if (from >= size)
        return size;
    words = (size - 1) / BITS_PER_LONG + 1;
    bits = (word_of(map, word) ^ flip) & (~0ul << (from % BITS_PER_LONG));
    while (!bits) {
        if (++word == words)
            return size;
        bits = word_of(map, word) ^ flip;
    }
    from = word * BITS_PER_LONG + (unsigned int)__builtin_ctzl(bits);
    return MIN(from, size);
}

unsigned int find_next_bit(const unsigned long *map, unsigned int size,
                           unsigned int from)
{
    return find_next(map, size, from, 0);
}

unsigned int find_next_zero_bit(const unsigned long *map, unsigned int size,
                                unsigned int from)
{
    return find_next(map, size, from, ~0ul);
}

/* Set bits of one word, by adding neighbours of 1, 2, 4 and then 8 bits:
 * not every CPU has an instruction, and libgcc is not linked. */
static unsigned int word_weight(unsigned long w)
{
    w -= (w >> 1) & 0x5555555555555555ul;
    w = (w & 0x3333333333333333ul) + ((w >> 2) & 0x3333333333333333ul);
    w = (w + (w >> 4)) & 0x0f0f0f0f0f0f0f0ful;
    return (unsigned int)((w * 0x0101010101010101ul) >> 56);
}

unsigned int bitmap_weight(const unsigned long *map, unsigned int size)
{
    unsigned int word, rest = size % BITS_PER_LONG, weight = 0;

    for (word = 0; word < size / BITS_PER_LONG; word++)
        weight += word_weight(map[word]);
    if (rest)
        weight += word_weight(map[word] & (bit_mask(rest) - 1));
    return weight;
}
