/* SPDX-License-Identifier: MIT */
/* fake_phys.c - copies in place of mappings; tables with good checksums. */
#include <stdlib.h>
#include <string.h>
#include "fake_phys.h"

uint8_t fake_phys[FAKE_PHYS_SIZE];

void *map_phys(paddr_t paddr, size_t size)
{
    void *copy;

    if (!size || paddr >= FAKE_PHYS_SIZE || size > FAKE_PHYS_SIZE - paddr)
        return NULL;
    copy = malloc(size);
    memcpy(copy, fake_phys + paddr, size);
    return copy;
}

void unmap_phys(void *va, size_t size)
{
    (void)size;
    free(va);
}

void fake_phys_put(paddr_t at, uint64_t value, unsigned int bytes)
{
    for (unsigned int i = 0; i < bytes; i++)
        fake_phys[at + i] = (uint8_t)(value >> (8 * i));
}

void fake_phys_set_sum(paddr_t at, size_t length, size_t sum_offset)
{
    uint8_t sum = 0;

    fake_phys[at + sum_offset] = 0;
    for (size_t i = 0; i < length; i++)
        sum = (uint8_t)(sum + fake_phys[at + i]);
    fake_phys[at + sum_offset] = (uint8_t)-sum;
}
