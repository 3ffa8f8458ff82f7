/* SPDX-License-Identifier: MIT */
/* checksum_test.c - the byte sum against sums known. */
#include <hv/checksum.h>
#include "unit.h"

START_TEST(the_byte_sum_wraps_at_256)
{
    static const unsigned char table[] = { 200, 50, 6 };

    ck_assert_uint_eq(checksum_bytes(table, 0), 0);
    ck_assert_uint_eq(checksum_bytes(table, 2), 250);
    ck_assert_uint_eq(checksum_bytes(table, 3), 0);
}
END_TEST

int main(void)
{
    return UNIT_RUN("checksum", the_byte_sum_wraps_at_256);
}
