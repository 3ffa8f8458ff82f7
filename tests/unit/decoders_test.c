/* SPDX-License-Identifier: MIT */
/*
 * decoders_test.c - the very object that goes into the image, decoders.o, run
 * on the host: its own memory functions, allocator and constructors.
 *
 * It is called as the hypervisor calls it, with a stack aligned to 8 but not to
 * 16. With VMLINUZ in the environment that kernel is unpacked, and timed.
 */
#include <check.h>
#include <hv/bzimage.h>
#include <hv/decompress.h>
#include <stdio.h>
#include <time.h>

#include "packed.h"

#define SIZE    (1 << 20)

/* What decoders.o takes from the hypervisor. */
unsigned long __stack_chk_guard = 0x5bd1e995;

void panic(const char *fmt, ...);
void panic(const char *fmt, ...)
{
    ck_abort_msg("%s", fmt);
}

void decompress_rest(void)
{
}

/* The same six arguments, eight bytes off. */
int decompress_unaligned(const void *in, size_t in_len, void *out,
                         size_t out_len, size_t *produced, const char **why);
__asm__(".text\n"
        "decompress_unaligned:\n"
        "sub $16, %rsp\n"
        "call decompress\n"
        "add $16, %rsp\n"
        "ret\n");

static uint8_t *data;

static void setup(void)
{
    data = malloc(SIZE);
    for (size_t i = 0; i < SIZE; i++)
        data[i] = i * i >> 7 ^ i % 23;
}

static void teardown(void)
{
    free(data);
}

/* Unpack with exactly the heap asked for; how many bytes that was. */
static size_t unpack(const uint8_t *in, size_t in_len, uint8_t *out,
                     size_t out_len)
{
    size_t heap_size, produced = 0;
    const char *why = NULL;
    void *heap;

    ck_assert_int_eq(decompress_measure(in, in_len, &heap_size, &why), 0);
    heap = malloc(heap_size);
    decompress_heap_init(heap, heap_size);
    ck_assert_msg(decompress_unaligned(in, in_len, out, out_len, &produced,
                                       &why) == 0, "%s", why);
    ck_assert_uint_eq(produced, out_len);
    free(heap);
    return heap_size;
}

START_TEST(each_codec_works_without_a_c_library)
{
    uint8_t *out = malloc(SIZE);
    size_t len;
    uint8_t *packed = pack(_i, data, SIZE, &len);

    unpack(packed, len, out, SIZE);
    ck_assert(memcmp(out, data, SIZE) == 0);
    free(packed);
    free(out);
}
END_TEST

START_TEST(a_crc64_check_works_because_constructors_ran)
{
    size_t room = SIZE + 4096, len;
    uint8_t *packed = malloc(room), *out = malloc(SIZE);

    len = pack_xz(packed, room, data, SIZE, LZMA_CHECK_CRC64);
    unpack(packed, len, out, SIZE);
    ck_assert(memcmp(out, data, SIZE) == 0);
    free(packed);
    free(out);
}
END_TEST

START_TEST(damage_is_an_error_and_no_more)
{
    size_t len, produced, heap_size = 4 << 20;
    uint8_t *packed = pack(_i, data, SIZE / 16, &len);
    uint8_t *out = malloc(SIZE / 16);
    void *heap = malloc(heap_size);
    unsigned int refused = 0;
    const char *why;

    for (size_t i = 0; i < 500; i++) {
        size_t at = i * 7919 % len;

        packed[at] ^= 0x41;
        decompress_heap_init(heap, heap_size);
        refused += decompress_unaligned(packed, len, out, SIZE / 16, &produced,
                                        &why) != 0;
        packed[at] ^= 0x41;
    }
    ck_assert_uint_gt(refused, 0);
    free(heap);
    free(out);
    free(packed);
}
END_TEST

static double cpu_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

START_TEST(the_stock_kernel_is_unpacked)
{
    FILE *file = fopen(getenv("VMLINUZ"), "rb");
    size_t room = 64 << 20, len, heap_size;
    uint8_t *bytes = malloc(room), *out;
    struct bzimage bz;
    double start;

    ck_assert_ptr_nonnull(file);
    len = fread(bytes, 1, room, file);
    fclose(file);
    ck_assert_int_eq(bzimage_payload(bytes, len, &bz), 0);
    out = malloc(bz.unpacked_size);
    start = cpu_seconds();
    heap_size = unpack(bz.payload, bz.payload_len, out, bz.unpacked_size);
    printf("unpacked %zu bytes to %u in %.2f s of CPU, heap %zu bytes\n",
           bz.payload_len, bz.unpacked_size, cpu_seconds() - start, heap_size);
    ck_assert_mem_eq(out, "\x7f" "ELF", 4);
    free(out);
    free(bytes);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("decoders");
    TCase *c = tcase_create("decoders");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 120);
    tcase_add_loop_test(c, each_codec_works_without_a_c_library, 0, PACKINGS);
    tcase_add_test(c, a_crc64_check_works_because_constructors_ran);
    tcase_add_loop_test(c, damage_is_an_error_and_no_more, 0, PACKINGS);
    if (getenv("VMLINUZ"))
        tcase_add_test(c, the_stock_kernel_is_unpacked);
    suite_add_tcase(s, c);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
