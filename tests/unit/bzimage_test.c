/* SPDX-License-Identifier: MIT */
/* bzimage_test.c - the payload of a bzImage is found, and nothing beyond it. */
#include <check.h>
#include <hv/bzimage.h>
#include <hv/errno.h>

#include "kernel_file.h"

static const uint8_t xz_like[] = { 0xfd, '7', 'z', 1, 2, 3, 0x78, 0x56, 0x34,
                                   0x12 };
static uint8_t *file;
static size_t len;

static void setup(void)
{
    file = bzimage_around(xz_like, sizeof(xz_like), &len);
}

static void teardown(void)
{
    free(file);
}

START_TEST(the_payload_comes_without_its_size)
{
    struct bzimage bz;

    ck_assert_int_eq(bzimage_payload(file, len, &bz), 0);
    ck_assert_uint_eq(bz.payload_len, sizeof(xz_like) - 4);
    ck_assert_mem_eq(bz.payload, xz_like, sizeof(xz_like) - 4);
    ck_assert_uint_eq(bz.unpacked_size, 0x12345678);
}
END_TEST

START_TEST(a_gzip_payload_keeps_its_size_field)
{
    struct bzimage bz;

    file[5 * 512 + 0x30] = 0x1f;
    file[5 * 512 + 0x31] = 0x8b;
    ck_assert_int_eq(bzimage_payload(file, len, &bz), 0);
    ck_assert_uint_eq(bz.payload_len, sizeof(xz_like));
    ck_assert_uint_eq(bz.unpacked_size, 0x12345678);
}
END_TEST

START_TEST(zero_setup_sectors_stand_for_four)
{
    struct bzimage bz;

    file[0x1f1] = 0;
    ck_assert_int_eq(bzimage_payload(file, len, &bz), 0);
    ck_assert_mem_eq(bz.payload, xz_like, sizeof(xz_like) - 4);
}
END_TEST

START_TEST(every_truncation_is_noticed)
{
    size_t end = len - 16;      /* padding may go */

    for (size_t n = 0; n < end; n++) {
        uint8_t *copy = exact_copy(file, n);
        struct bzimage bz;
        int rc = bzimage_payload(copy, n, &bz);

        ck_assert_int_eq(rc, n < 0x206 ? -ENOEXEC : -EINVAL);
        ck_assert_int_eq(rc == -EINVAL, bz.why != NULL);
        free(copy);
    }
}
END_TEST

START_TEST(other_files_are_not_bzimages)
{
    struct bzimage bz;

    file[0x202] = 'h';
    ck_assert_int_eq(bzimage_payload(file, len, &bz), -ENOEXEC);
}
END_TEST

START_TEST(an_old_protocol_is_refused)
{
    struct bzimage bz;

    file[0x206] = 0x07;
    ck_assert_int_eq(bzimage_payload(file, len, &bz), -EINVAL);
    ck_assert_ptr_nonnull(strstr(bz.why, "2.6.26"));
}
END_TEST

START_TEST(hostile_offsets_stay_inside)
{
    static const uint32_t hostile[] = { 0xffffffff, 0x80000000, 0x7fffffff,
                                        0xfffff5d0 };

    for (size_t i = 0; i < 4; i++) {
        struct bzimage bz;

        memcpy(file + 0x248, &hostile[i], 4);
        ck_assert_int_eq(bzimage_payload(file, len, &bz), -EINVAL);
        memcpy(file + 0x24c, &hostile[3 - i], 4);
        ck_assert_int_eq(bzimage_payload(file, len, &bz), -EINVAL);
    }
}
END_TEST

START_TEST(an_empty_payload_is_refused)
{
    for (uint32_t n = 0; n <= 4; n++) {
        struct bzimage bz;

        memcpy(file + 0x24c, &n, 4);
        ck_assert_int_eq(bzimage_payload(file, len, &bz), -EINVAL);
    }
}
END_TEST

START_TEST(mutations_never_lead_outside)
{
    uint64_t state = 0x9e3779b97f4a7c15;

    for (int i = 0; i < 200000; i++) {
        uint8_t header[0x60];
        struct bzimage bz;

        memcpy(header, file + 0x1f0, sizeof(header));
        mutate(file + 0x1f0, sizeof(header), &state);
        if (bzimage_payload(file, len, &bz) == 0) {
            ck_assert(bz.payload >= file);
            ck_assert_uint_le(bz.payload - file + bz.payload_len, len);
        }
        memcpy(file + 0x1f0, header, sizeof(header));
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("bzimage");
    TCase *c = tcase_create("bzimage");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 60);
    tcase_add_test(c, the_payload_comes_without_its_size);
    tcase_add_test(c, a_gzip_payload_keeps_its_size_field);
    tcase_add_test(c, zero_setup_sectors_stand_for_four);
    tcase_add_test(c, every_truncation_is_noticed);
    tcase_add_test(c, other_files_are_not_bzimages);
    tcase_add_test(c, an_old_protocol_is_refused);
    tcase_add_test(c, hostile_offsets_stay_inside);
    tcase_add_test(c, an_empty_payload_is_refused);
    tcase_add_test(c, mutations_never_lead_outside);
    suite_add_tcase(s, c);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
