/* SPDX-License-Identifier: MIT */
/* random.c - splitmix64: every seed, also 0, is a good one. */
#include "fuzz.h"

static uint64_t state;

void random_seed(uint64_t seed)
{
    state = seed * 0x2545f4914f6cdd1dul;
}

uint64_t rnd(void)
{
    uint64_t z = state += 0x9e3779b97f4a7c15ul;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ul;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebul;
    return z ^ (z >> 31);
}

uint64_t below(uint64_t limit)
{
    return rnd() % limit;
}
