/* SPDX-License-Identifier: MIT */
/* checksum.c - the sum of bytes. */
#include <hv/checksum.h>

uint8_t checksum_bytes(const void *data, size_t n)
{
    const uint8_t *byte = data;
    uint8_t sum = 0;

    while (n--)
        sum += *byte++;
    return sum;
}
