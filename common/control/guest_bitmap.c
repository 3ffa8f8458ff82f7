/* SPDX-License-Identifier: MIT */
/* guest_bitmap.c - bit masks that tools pass by address and length. */
#include <hv/bitops.h>
#include <hv/compiler.h>
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <hv/string.h>
#include <hv/sysctl.h>
#include <public/xen.h>

#define ROOM_MOST   65536u      /* bits: bounds our time */
#define CHUNK       64u

static size_t bytes_for(uint64_t bits)
{
    return (size_t)((bits + 7) / 8);
}

int guest_bitmap_read(unsigned long *map, unsigned int bits,
                      const struct xenctl_bitmap *from)
{
    unsigned int count = MIN(bits, from->nr_bits);

    memset(map, 0, BITS_TO_LONGS(bits) * sizeof(*map));
    if (count && copy_from_guest(map, guest_va((unsigned long)from->bitmap.p),
                                 bytes_for(count)))
        return -EFAULT;
    for (unsigned int i = count; i < bytes_for(count) * 8; i++)
        __clear_bit(i, map);
    return 0;
}

/* The rest of the guest's room. */
static int write_zeros(unsigned long va, size_t count)
{
    static const uint8_t zeros[CHUNK];

    while (count) {
        size_t n = MIN(count, CHUNK);

        if (copy_to_guest(guest_va(va), zeros, n))
            return -EFAULT;
        va += n;
        count -= n;
    }
    return 0;
}

/* Bits of @map beyond @bits may be anything; the guest sees none of them. */
int guest_bitmap_write(const struct xenctl_bitmap *to, const unsigned long *map,
                       unsigned int bits)
{
    unsigned long va = (unsigned long)to->bitmap.p;
    unsigned int count = MIN(bits, to->nr_bits);
    const uint8_t *bytes = (const uint8_t *)map;
    size_t whole = count / 8;

    if (to->nr_bits > ROOM_MOST)
        return -E2BIG;
    if (whole && copy_to_guest(guest_va(va), bytes, whole))
        return -EFAULT;
    if (count % 8) {
        uint8_t last = bytes[whole] & ((1u << count % 8) - 1);

        if (write_guest(va + whole, last))
            return -EFAULT;
    }
    return write_zeros(va + bytes_for(count),
                       bytes_for(to->nr_bits) - bytes_for(count));
}
