/* SPDX-License-Identifier: MIT */
/*
 * decompress_test.c - what the libraries pack our front ends unpack, within the
 * heap they asked for; damaged input is refused and stays harmless.
 */
#include <check.h>
#include <hv/decompress.h>
#include <hv/errno.h>

#include "kernel_file.h"
#include "packed.h"

#define SMALL   6000
#define LARGE   (9 << 20)       /* more than one lz4 block */

static uint8_t *data;

/* Text with repeats, some noise, and a long run. */
static void setup(void)
{
    uint64_t state = 0x123456789abcdef1;

    data = malloc(LARGE);
    for (size_t i = 0; i < LARGE; i++) {
        uint64_t r = next_random(&state);

        data[i] = i % 64 < 40 && i > 64 ? data[i - 64] : r % 32 + 64;
    }
    memset(data + SMALL / 2, 0xe8, SMALL / 8);
}

static void teardown(void)
{
    free(data);
}

/* Unpack with exactly the memory that is due, each part guarded. */
static int unpack(const uint8_t *in, size_t in_len, uint8_t *out,
                  size_t out_len, size_t *produced, const char **why)
{
    uint8_t *guarded_in = guarded_alloc(in_len);
    uint8_t *guarded_out = guarded_alloc(out_len), *heap;
    size_t heap_size;
    int rc;

    memcpy(guarded_in, in, in_len);
    rc = decompress_measure(guarded_in, in_len, &heap_size, why);
    if (rc == 0) {
        heap = guarded_alloc(heap_size);
        decompress_heap_init(heap, heap_size);
        rc = decompress(guarded_in, in_len, guarded_out, out_len, produced,
                        why);
        decompress_heap_init(NULL, 0);
        guarded_free(heap, heap_size);
    }
    if (rc == 0)
        memcpy(out, guarded_out, *produced);
    guarded_free(guarded_out, out_len);
    guarded_free(guarded_in, in_len);
    return rc;
}

static void round_trip(enum packing how, size_t len)
{
    size_t packed_len, produced = 0;
    uint8_t *packed = pack(how, data, len, &packed_len);
    uint8_t *out = malloc(len);
    const char *why = NULL;

    ck_assert_msg(unpack(packed, packed_len, out, len, &produced, &why) == 0,
                  "codec %d: %s", how, why);
    ck_assert_uint_eq(produced, len);
    ck_assert(memcmp(out, data, len) == 0);
    free(out);
    free(packed);
}

START_TEST(what_was_packed_comes_out_again)
{
    round_trip(_i, 1);
    round_trip(_i, SMALL);
    round_trip(_i, LARGE);
}
END_TEST

START_TEST(bytes_after_the_stream_are_ignored)
{
    size_t packed_len, produced = 0;
    uint8_t *packed, out[SMALL];
    const char *why;

    if (_i == PACK_LZ4)     /* has no end mark: three bytes at most */
        return;
    packed = pack(_i, data, SMALL, &packed_len);
    packed = realloc(packed, packed_len + 9);
    memset(packed + packed_len, 0x5a, 9);
    ck_assert_int_eq(unpack(packed, packed_len + 9, out, SMALL, &produced,
                            &why), 0);
    ck_assert_uint_eq(produced, SMALL);
    free(packed);
}
END_TEST

START_TEST(too_small_an_output_is_an_error)
{
    static const size_t rooms[] = { 0, 1, SMALL / 2, SMALL - 1 };
    size_t packed_len, produced;
    uint8_t *packed = pack(_i, data, SMALL, &packed_len);

    for (size_t i = 0; i < 4; i++) {
        uint8_t *out = malloc(rooms[i]);
        const char *why = NULL;
        int rc = unpack(packed, packed_len, out, rooms[i], &produced, &why);

        ck_assert_int_eq(rc, _i == PACK_LZ4 ? -EINVAL : -ENOSPC);
        ck_assert_ptr_nonnull(strstr(why, "more than it says"));
        free(out);
    }
    free(packed);
}
END_TEST

START_TEST(too_small_a_heap_is_an_error)
{
    size_t packed_len, produced;
    uint8_t *packed, out[SMALL];
    char heap[1000];
    const char *why = NULL;

    if (_i == PACK_LZ4)
        return;
    packed = pack(_i, data, SMALL, &packed_len);
    decompress_heap_init(heap, sizeof(heap));
    ck_assert_int_eq(decompress(packed, packed_len, out, SMALL, &produced,
                                &why), -ENOMEM);
    ck_assert_ptr_nonnull(strstr(why, "memory"));
    decompress_heap_init(NULL, 0);
    ck_assert_int_eq(decompress(packed, packed_len, out, SMALL, &produced,
                                &why), -ENOMEM);
    free(packed);
}
END_TEST

/* Some part of what is due, down to nothing, for input whole and cut. */
START_TEST(a_heap_of_any_size_is_enough_or_an_error)
{
    size_t packed_len, produced, need;
    uint8_t *packed = pack(_i, data, SMALL, &packed_len), out[SMALL];
    const char *why = NULL;

    ck_assert_int_eq(decompress_measure(packed, packed_len, &need, &why), 0);
    for (size_t part = 0; part <= 64; part++) {
        size_t size = need / 64 * part;
        uint8_t *heap = guarded_alloc(size);
        int whole, cut;

        decompress_heap_init(heap, size);
        whole = decompress(packed, packed_len, out, SMALL, &produced, &why);
        ck_assert(whole == -ENOMEM || (!whole && produced == SMALL));
        if (whole)
            ck_assert_ptr_nonnull(strstr(why, "memory"));
        decompress_heap_init(heap, size);
        cut = decompress(packed, packed_len / 2, out, SMALL, &produced, &why);
        ck_assert(cut == -ENOMEM || cut == -EINVAL);
        ck_assert_ptr_nonnull(strstr(why, cut == -ENOMEM ? "memory"
                                                         : "truncated"));
        ck_assert(part < 64 || (!whole && cut == -EINVAL));
        decompress_heap_init(NULL, 0);
        guarded_free(heap, size);
    }
    free(packed);
}
END_TEST

START_TEST(every_truncation_is_noticed)
{
    size_t packed_len, produced;
    uint8_t *packed = pack(_i, data, SMALL, &packed_len);

    for (size_t n = 0; n < packed_len; n++) {
        const char *why = NULL;
        uint8_t out[SMALL];
        int rc = unpack(packed, n, out, SMALL, &produced, &why);

        /* The lz4 frame has no end mark: size tells, which the caller checks */
        if (_i == PACK_LZ4 && rc == 0) {
            ck_assert_uint_lt(produced, SMALL);
        } else {
            ck_assert_int_lt(rc, 0);
            ck_assert_ptr_nonnull(why);
        }
        if (n > 100 && _i != PACK_LZ4)
            ck_assert_msg(strstr(why, "truncated"), "%zu of %zu: %s", n,
                          packed_len, why);
    }
    free(packed);
}
END_TEST

START_TEST(mutations_stay_inside_their_buffers)
{
    uint64_t state = 0xfeedface00000001 + _i;
    size_t packed_len, produced;
    uint8_t *packed = pack(_i, data, SMALL, &packed_len);
    uint8_t *copy = guarded_alloc(packed_len), *out = guarded_alloc(SMALL);
    size_t heap_size = 4 << 20;
    uint8_t *heap = guarded_alloc(heap_size);

    for (int i = 0; i < 4000; i++) {
        const char *why = NULL;
        size_t need;
        int rc;

        memcpy(copy, packed, packed_len);
        mutate(copy, i % 2 ? 64 : packed_len, &state);
        decompress_heap_init(heap, heap_size);
        decompress_measure(copy, packed_len, &need, &why);
        rc = decompress(copy, packed_len, out, SMALL, &produced, &why);
        if (rc == 0)
            ck_assert_uint_le(produced, SMALL);
        else
            ck_assert_ptr_nonnull(why);
    }
    guarded_free(heap, heap_size);
    guarded_free(out, SMALL);
    guarded_free(copy, packed_len);
    free(packed);
}
END_TEST

START_TEST(unsupported_compression_is_named)
{
    static const struct {
        const char *magic, *name;
    } kinds[] = {
        { "BZh91AY", "bzip2" }, { "\x5d\0\0\0\x02", "lzma" },
        { "\x89LZO\0", "lzo" },
    };

    for (size_t i = 0; i < 3; i++) {
        uint8_t in[8] = { 0 }, out[8];
        const char *why = NULL;
        size_t n;

        memcpy(in, kinds[i].magic, 5);
        ck_assert_int_eq(decompress(in, 8, out, 8, &n, &why), -EOPNOTSUPP);
        ck_assert_ptr_nonnull(strstr(why, kinds[i].name));
        ck_assert_int_eq(decompress_measure(in, 8, &n, &why), -EOPNOTSUPP);
    }
}
END_TEST

START_TEST(anything_else_is_not_compressed)
{
    const char *why = NULL;
    uint8_t out[8];
    size_t n;

    ck_assert_int_eq(decompress("\x7f" "ELF", 4, out, 8, &n, &why), -ENOEXEC);
    ck_assert_int_eq(decompress("\x1f", 1, out, 8, &n, &why), -ENOEXEC);
    ck_assert_ptr_nonnull(why);
}
END_TEST

START_TEST(the_xz_heap_follows_the_dictionary)
{
    size_t packed_len, need;
    uint8_t *packed = pack(PACK_XZ, data, SMALL, &packed_len);
    const char *why;

    ck_assert_int_eq(decompress_measure(packed, packed_len, &need, &why), 0);
    ck_assert_uint_ge(need, PACK_XZ_DICT);
    ck_assert_uint_le(need, PACK_XZ_DICT + (256 << 10));
    free(packed);
}
END_TEST

START_TEST(other_xz_checks_are_verified_too)
{
    static const lzma_check checks[] = { LZMA_CHECK_NONE, LZMA_CHECK_CRC64,
                                         LZMA_CHECK_SHA256 };
    uint8_t packed[SMALL * 2], out[SMALL];
    size_t produced = 0, n;
    const char *why;

    n = pack_xz(packed, sizeof(packed), data, SMALL, checks[_i]);
    ck_assert_int_eq(unpack(packed, n, out, SMALL, &produced, &why), 0);
    ck_assert_mem_eq(out, data, SMALL);
    packed[n - 36] ^= 1;        /* last byte of the check, before the index */
    if (checks[_i] != LZMA_CHECK_NONE)
        ck_assert_int_eq(unpack(packed, n, out, SMALL, &produced, &why),
                         -EINVAL);
}
END_TEST

/* A block whose only filter is delta, which has to have another behind it. */
START_TEST(an_xz_filter_that_cannot_stand_alone_is_refused)
{
    static const uint8_t header[] = { 2, 0, LZMA_FILTER_DELTA, 1, 0, 0, 0, 0 };
    uint8_t packed[SMALL * 2], out[SMALL];
    size_t n = pack_xz(packed, sizeof(packed), data, SMALL, LZMA_CHECK_CRC32);
    uint8_t *block = packed + LZMA_STREAM_HEADER_SIZE;
    uint32_t sum = lzma_crc32(header, sizeof(header), 0);
    size_t heap_size = 77, produced;
    static uint8_t heap[1 << 17];
    const char *why = NULL;

    memcpy(block, header, sizeof(header));
    memcpy(block + sizeof(header), &sum, sizeof(sum));
    ck_assert_int_eq(decompress_measure(packed, n, &heap_size, &why), -EINVAL);
    ck_assert_ptr_nonnull(strstr(why, "filter that is not supported"));
    ck_assert_uint_eq(heap_size, 77);
    decompress_heap_init(heap, sizeof(heap));
    ck_assert_int_eq(decompress(packed, n, out, SMALL, &produced, &why),
                     -EINVAL);
    ck_assert_ptr_nonnull(strstr(why, "options that are not supported"));
}
END_TEST

/* Its reason is not the room then. */
START_TEST(an_lz4_block_that_is_corrupt_is_named_where_there_is_room)
{
    static const uint8_t packed[] = {
        2, 0x21, 0x4c, 0x18, 4, 0, 0, 0, 0x0f, 0xff, 0xff, 0,
    };
    uint8_t *out = malloc(LARGE);
    size_t produced;
    const char *why = NULL;

    ck_assert_int_eq(decompress(packed, sizeof(packed), out, LARGE, &produced,
                                &why), -EINVAL);
    ck_assert_str_eq(why, "is damaged: its lz4 data is corrupt");
    ck_assert_int_eq(decompress(packed, sizeof(packed), out, SMALL, &produced,
                                &why), -EINVAL);
    ck_assert_ptr_nonnull(strstr(why, "or unpacks to more than it says"));
    free(out);
}
END_TEST

START_TEST(frames_in_a_row_are_all_unpacked)
{
    uint8_t packed[SMALL * 2], out[SMALL];
    enum packing how = _i ? PACK_ZSTD : PACK_LZ4;
    size_t n, total = 0, produced = 0;
    const char *why;

    for (int i = 0; i < 3; i++) {
        uint8_t *part = pack(how, data + i * 2000, 2000, &n);

        memcpy(packed + total, part, n);
        total += n;
        free(part);
    }
    ck_assert_int_eq(unpack(packed, total, out, SMALL, &produced, &why), 0);
    ck_assert_uint_eq(produced, SMALL);
    ck_assert_mem_eq(out, data, SMALL);
    for (size_t room = 0; room < SMALL; room += 99)
        ck_assert_int_ne(unpack(packed, total, out, room, &produced, &why), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("decompress");
    TCase *c = tcase_create("decompress");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 120);
    tcase_add_loop_test(c, what_was_packed_comes_out_again, 0, PACKINGS);
    tcase_add_loop_test(c, bytes_after_the_stream_are_ignored, 0, PACKINGS);
    tcase_add_loop_test(c, too_small_an_output_is_an_error, 0, PACKINGS);
    tcase_add_loop_test(c, too_small_a_heap_is_an_error, 0, PACKINGS);
    tcase_add_loop_test(c, a_heap_of_any_size_is_enough_or_an_error, 0,
                        PACKINGS);
    tcase_add_loop_test(c, every_truncation_is_noticed, 0, PACKINGS);
    tcase_add_loop_test(c, mutations_stay_inside_their_buffers, 0, PACKINGS);
    tcase_add_test(c, unsupported_compression_is_named);
    tcase_add_test(c, anything_else_is_not_compressed);
    tcase_add_test(c, the_xz_heap_follows_the_dictionary);
    tcase_add_loop_test(c, other_xz_checks_are_verified_too, 0, 3);
    tcase_add_test(c, an_xz_filter_that_cannot_stand_alone_is_refused);
    tcase_add_test(c, an_lz4_block_that_is_corrupt_is_named_where_there_is_room);
    tcase_add_loop_test(c, frames_in_a_row_are_all_unpacked, 0, 2);
    suite_add_tcase(s, c);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
