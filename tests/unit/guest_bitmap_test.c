/* SPDX-License-Identifier: MIT */
/* guest_bitmap_test.c - masks in guest memory, of any length on either side. */
#include <string.h>
#include <hv/bitops.h>
#include <hv/errno.h>
#include <hv/sysctl.h>
#include <public/xen.h>
#include "fake_guest.h"
#include "unit.h"

#define AT      (FAKE_GUEST_VA + 0x100)
#define END     (FAKE_GUEST_VA + FAKE_GUEST_SIZE)
#define WILD    0xffff800000000000ul
#define BITS    256u

static struct xenctl_bitmap mask(unsigned long va, uint32_t bits)
{
    return (struct xenctl_bitmap){ .bitmap.p = (uint8_t *)va,
                                   .nr_bits = bits };
}

START_TEST(each_bit_comes_where_it_belongs)
{
    unsigned long map[BITS_TO_LONGS(BITS)];
    uint64_t seed = 7;

    for (unsigned int n = 0; n < 400; n++) {
        struct xenctl_bitmap m = mask(AT, n);
        uint8_t *bytes = fake_guest_at(AT);

        fake_guest_reset();
        for (unsigned int i = 0; i < 64; i++)
            bytes[i] = (uint8_t)unit_random(&seed);
        ck_assert_int_eq(guest_bitmap_read(map, BITS, &m), 0);
        for (unsigned int i = 0; i < BITS; i++)
            ck_assert_int_eq(test_bit(i, map),
                             i < n && (bytes[i / 8] >> i % 8 & 1));
    }
}
END_TEST

START_TEST(the_guests_room_is_filled_and_no_more)
{
    for (unsigned int bits = 0; bits <= BITS; bits += 5)
        for (unsigned int n = 0; n < 600; n += 7) {
            unsigned long map[BITS_TO_LONGS(BITS)];
            struct xenctl_bitmap m = mask(AT, n);
            const uint8_t *bytes = fake_guest_at(AT);

            memset(map, 0xff, sizeof(map));
            fake_guest_reset();
            ck_assert_int_eq(guest_bitmap_write(&m, map, bits), 0);
            for (unsigned int i = 0; i < (n + 7) / 8 * 8; i++)
                UNIT_REQUIRE((bytes[i / 8] >> i % 8 & 1) ==
                             (i < bits && i < n));
            ck_assert_uint_eq(bytes[(n + 7) / 8], 0xcc);
        }
}
END_TEST

START_TEST(addresses_and_lengths_that_are_wrong_are_errors)
{
    unsigned long map[BITS_TO_LONGS(BITS)] = { 1 };
    struct xenctl_bitmap m = mask(WILD, 8);

    ck_assert_int_eq(guest_bitmap_read(map, BITS, &m), -EFAULT);
    ck_assert_int_eq(guest_bitmap_write(&m, map, BITS), -EFAULT);
    m = mask(END - 1, 9);
    ck_assert_int_eq(guest_bitmap_read(map, BITS, &m), -EFAULT);
    ck_assert_int_eq(guest_bitmap_write(&m, map, BITS), -EFAULT);
    m = mask(END - 32, 65536);
    ck_assert_int_eq(guest_bitmap_read(map, BITS, &m), 0);
    ck_assert_int_eq(guest_bitmap_write(&m, map, BITS), -EFAULT);
    m = mask(AT, ~0u);
    ck_assert_int_eq(guest_bitmap_read(map, BITS, &m), 0);
    ck_assert_int_eq(guest_bitmap_write(&m, map, BITS), -E2BIG);
    m = mask(AT, 65536);
    ck_assert_int_eq(guest_bitmap_write(&m, map, BITS), 0);
    m = mask(WILD, 0);
    ck_assert_int_eq(guest_bitmap_read(map, BITS, &m), 0);
    ck_assert_int_eq(guest_bitmap_write(&m, map, BITS), 0);
}
END_TEST

int main(void)
{
    return UNIT_RUN("guest_bitmap", each_bit_comes_where_it_belongs,
                    the_guests_room_is_filled_and_no_more,
                    addresses_and_lengths_that_are_wrong_are_errors);
}
