/* SPDX-License-Identifier: MIT */
/*
 * kernel_image_test.c - a kernel file of any accepted kind leads to the same
 * facts; one that is not accepted leads to a sentence that names the cause.
 * With VMLINUZ in the environment, Debian's 6.1 amd64 kernel is opened as well.
 */
#include <check.h>
#include <hv/errno.h>
#include <hv/kernel_image.h>

#include "kernel_file.h"
#include "packed.h"

static struct kernel_file f;
static struct kernel_workspace ws;
static struct kernel_image k;

static void teardown(void)
{
    free(ws.unpacked);
    free(ws.heap);
    memset(&ws, 0, sizeof(ws));
}

/* As boot code does it; the workspace stays for the segments. */
static int open_bytes(const void *bytes, size_t len)
{
    int rc;

    teardown();
    memset(&k, 0, sizeof(k));
    rc = kernel_image_measure(bytes, len, &ws, &k.error);
    if (rc)
        return rc;
    if (ws.unpacked_size > (256u << 20) || ws.heap_size > (256u << 20))
        return -ENOSPC;
    ws.unpacked = malloc(ws.unpacked_size);
    ws.heap = malloc(ws.heap_size);
    return kernel_image_open(bytes, len, &ws, &k);
}

static int open_file(void)
{
    return open_bytes(f.bytes, f.len);
}

static void expect(int rc, int want, const char *word)
{
    ck_assert_msg(rc == want, "%d, not %d: %s", rc, want, k.error);
    ck_assert_ptr_nonnull(k.error);
    ck_assert_msg(strstr(k.error, word), "'%s' not in '%s'", word, k.error);
}

static void expect_linux(void)
{
    ck_assert_uint_eq(k.load_count, 2);
    ck_assert_uint_eq(k.load[1].paddr, DATA_PADDR);
    ck_assert_uint_eq(k.load[1].memsz, 2 * PIECE_SIZE);
    ck_assert_uint_eq(k.load[1].bytes[0], 0xdd);
    ck_assert_uint_eq(k.virt_base, LINUX_BASE);
    ck_assert_uint_eq(k.virt_offset, LINUX_BASE);
    ck_assert_uint_eq(k.virt_start, LINUX_BASE + TEXT_PADDR);
    ck_assert_uint_eq(k.virt_end, LINUX_BASE + DATA_PADDR + 2 * PIECE_SIZE);
    ck_assert_uint_eq(k.virt_entry, LINUX_ENTRY);
    ck_assert(!k.has_hypercall_page);
    ck_assert(k.has_init_p2m && k.init_p2m == 0x8000000000);
    ck_assert(k.has_hv_start_low && k.hv_start_low == 0xffff800000000000);
    ck_assert(k.mod_start_pfn && k.may_be_dom0);
    ck_assert_int_eq(k.pae, KERNEL_PAE_EXTENDED);
    ck_assert_uint_eq(k.features_required, 1);
    ck_assert_uint_eq(k.features_supported, 0x8811);
    ck_assert_str_eq(k.guest_os, "linux");
    ck_assert_str_eq(k.guest_version, "2.6");
    ck_assert_str_eq(k.loader, "generic");
    ck_assert_ptr_null(k.error);
}

START_TEST(a_plain_elf_kernel_is_opened)
{
    file_linux(&f);
    ck_assert_int_eq(open_file(), 0);
    ck_assert_uint_eq(ws.unpacked_size, 0);
    expect_linux();
}
END_TEST

/* The kernel of file_linux(), packed, as the build of Linux wraps it. */
static uint8_t *linux_bzimage(enum packing how, uint32_t says, size_t *len)
{
    size_t packed_len;
    uint8_t *packed, *file;

    file_linux(&f);
    packed = pack(how, f.bytes, f.len, &packed_len);
    if (how != PACK_GZIP) {
        packed = realloc(packed, packed_len + 4);
        memcpy(packed + packed_len, &says, 4);
        packed_len += 4;
    }
    file = bzimage_around(packed, packed_len, len);
    free(packed);
    return file;
}

START_TEST(a_bzimage_of_any_codec_is_opened)
{
    size_t len;
    uint8_t *file = linux_bzimage(_i, FILE_SIZE, &len);

    ck_assert_int_eq(open_bytes(file, len), 0);
    ck_assert_uint_eq(ws.unpacked_size, FILE_SIZE);
    expect_linux();
    free(file);
}
END_TEST

START_TEST(a_gzipped_elf_kernel_is_opened)
{
    size_t len;
    uint8_t *packed;

    file_linux(&f);
    packed = pack(PACK_GZIP, f.bytes, f.len, &len);
    ck_assert_int_eq(open_bytes(packed, len), 0);
    expect_linux();
    free(packed);
}
END_TEST

START_TEST(the_size_that_a_bzimage_gives_must_be_right)
{
    size_t len;
    uint8_t *file = linux_bzimage(_i, FILE_SIZE + 1, &len);

    expect(open_bytes(file, len), -EINVAL, "size");
    free(file);
    file = linux_bzimage(_i, FILE_SIZE - 1, &len);
    expect(open_bytes(file, len), _i == PACK_LZ4 ? -EINVAL : -ENOSPC,
           "more than it says");
    free(file);
}
END_TEST

START_TEST(too_small_a_workspace_is_an_error)
{
    size_t len;
    uint8_t *file = linux_bzimage(PACK_XZ, FILE_SIZE, &len);

    ck_assert_int_eq(open_bytes(file, len), 0);
    ws.heap_size /= 2;
    ck_assert_int_eq(kernel_image_open(file, len, &ws, &k), -ENOMEM);
    ws.heap_size *= 2;
    ws.unpacked_size /= 2;
    ck_assert_int_eq(kernel_image_open(file, len, &ws, &k), -ENOSPC);
    free(file);
}
END_TEST

START_TEST(what_is_unpacked_must_be_elf)
{
    size_t len;
    uint8_t *packed = pack(PACK_GZIP, (const uint8_t *)"nothing at all, really",
                           22, &len);

    expect(open_bytes(packed, len), -ENOEXEC, "unpacks to");
    free(packed);
}
END_TEST

START_TEST(other_files_are_not_kernels)
{
    static const char text[600] = "#!/bin/sh\necho hello\n";

    expect(open_bytes(text, sizeof(text)), -ENOEXEC, "not a kernel");
    expect(open_bytes("", 0), -ENOEXEC, "not a kernel");
    expect(open_bytes("\x1f\x8b\x08", 3), -ENOEXEC, "not a kernel");
}
END_TEST

START_TEST(unsupported_compression_is_named)
{
    uint8_t *file;
    size_t len;

    file = bzimage_around("BZh91AY&SY....", 14, &len);
    expect(open_bytes(file, len), -EOPNOTSUPP, "bzip2");
    free(file);
}
END_TEST

START_TEST(an_ordinary_program_is_not_a_pv_kernel)
{
    file_start(&f, TEXT_PADDR);
    expect(open_file(), -ENOEXEC, "CONFIG_XEN_PV");
}
END_TEST

START_TEST(a_pvh_only_kernel_is_told_apart)
{
    file_start(&f, TEXT_PADDR);
    file_text(&f, XEN_ELFNOTE_GUEST_OS, "linux");
    file_text(&f, XEN_ELFNOTE_XEN_VERSION, "xen-3.0");
    file_number(&f, XEN_ELFNOTE_PHYS32_ENTRY, 0x1000850);
    file_finish(&f, NOTES_IN_SEGMENT);
    expect(open_file(), -ENOEXEC, "PVH");
}
END_TEST

START_TEST(a_32_bit_kernel_is_named_as_such)
{
    file_linux(&f);
    f.bytes[ELF_CLASS] = ELF_CLASS_32;
    expect(open_file(), -EOPNOTSUPP, "32-bit");
}
END_TEST

START_TEST(another_interface_version_is_refused)
{
    file_guest_section(&f, 0x100000, "GUEST_OS=linux,XEN_VER=2.0,"
                       "LOADER=generic");
    expect(open_file(), -EOPNOTSUPP, "xen-3.0");
    file_guest_section(&f, 0x100000, "GUEST_OS=plan9,XEN_VER=xen-3.0");
    expect(open_file(), -EOPNOTSUPP, "generic");
}
END_TEST

START_TEST(a_kernel_without_an_entry_note_uses_the_elf_entry)
{
    file_start(&f, TEXT_PADDR + 4);
    file_text(&f, XEN_ELFNOTE_XEN_VERSION, "xen-3.0");
    file_text(&f, XEN_ELFNOTE_LOADER, "generic");
    file_number(&f, XEN_ELFNOTE_HYPERCALL_PAGE, TEXT_PADDR);
    file_finish(&f, NOTES_IN_SEGMENT);
    ck_assert_int_eq(open_file(), 0);
    ck_assert_uint_eq(k.virt_base, 0);
    ck_assert_uint_eq(k.virt_entry, TEXT_PADDR + 4);
    ck_assert_uint_eq(k.virt_start, TEXT_PADDR);
    ck_assert(k.has_hypercall_page && k.virt_hypercall == TEXT_PADDR);
    ck_assert(!k.has_init_p2m && !k.mod_start_pfn && k.may_be_dom0);
}
END_TEST

/* gnumach: physical addresses in the file are virtual ones. */
START_TEST(the_guest_section_offsets_by_the_virtual_base)
{
    file_guest_section(&f, 0x1000010, "GUEST_OS=GNU Mach,LOADER=generic,"
                       "XEN_VER=xen-3.0,VIRT_BASE=0x800000,HYPERCALL_PAGE=0x2");
    ck_assert_int_eq(open_file(), 0);
    ck_assert_uint_eq(k.virt_offset, 0);
    ck_assert_uint_eq(k.virt_start, 0x1000000);
    ck_assert_uint_eq(k.load[0].paddr, 0x800000);
    ck_assert_uint_eq(k.virt_hypercall, 0x802000);
    ck_assert_str_eq(k.guest_os, "GNU Mach");
}
END_TEST

/* Open a Linux kernel with one more note, which overrides. */
static int open_with(unsigned int id, uint64_t value)
{
    file_start(&f, TEXT_PADDR);
    file_linux_notes(&f);
    file_number(&f, id, value);
    file_finish(&f, NOTES_IN_SEGMENT);
    return open_file();
}

START_TEST(addresses_that_cannot_be_are_refused)
{
    uint64_t end = LINUX_BASE + DATA_PADDR + 2 * PIECE_SIZE;

    expect(open_with(XEN_ELFNOTE_ENTRY, LINUX_BASE + TEXT_PADDR - 1), -EINVAL,
           "entry");
    expect(open_with(XEN_ELFNOTE_ENTRY, end + 1), -EINVAL, "entry");
    ck_assert_int_eq(open_with(XEN_ELFNOTE_ENTRY, end), 0);
    expect(open_with(XEN_ELFNOTE_INIT_P2M, LINUX_BASE + TEXT_PADDR), -EINVAL,
           "p2m");
    expect(open_with(XEN_ELFNOTE_INIT_P2M, 0x8000000001), -EINVAL, "p2m");
    expect(open_with(XEN_ELFNOTE_PADDR_OFFSET, TEXT_PADDR + 0x1000), -EINVAL,
           "outside");
    expect(open_with(XEN_ELFNOTE_VIRT_BASE, -0x1000ul), -EINVAL, "outside");
    expect(open_with(XEN_ELFNOTE_VIRT_BASE, 8), -EINVAL, "page-aligned");
    expect(open_with(XEN_ELFNOTE_HYPERCALL_PAGE, LINUX_BASE - 0x1000), -EINVAL,
           "hypercall");
    expect(open_with(XEN_ELFNOTE_HYPERCALL_PAGE, LINUX_BASE + 8), -EINVAL,
           "hypercall");
}
END_TEST

START_TEST(notes_that_contradict_are_refused)
{
    file_guest_section(&f, TEXT_PADDR, "XEN_VER=xen-3.0,LOADER=generic,"
                       "ELF_PADDR_OFFSET=0x1000");
    expect(open_file(), -EINVAL, "without a virtual base");
    file_guest_section(&f, TEXT_PADDR, "XEN_VER=xen-3.0,LOADER=generic,"
                       "HYPERCALL_PAGE=0x10000000000000");
    expect(open_file(), -EINVAL, "hypercall page");
    file_guest_section(&f, TEXT_PADDR, "XEN_VER=xen-3.0,LOADER=generic,"
                       "HYPERCALL_PAGE=two");
    expect(open_file(), -EINVAL, "not a number");
    file_guest_section(&f, TEXT_PADDR, "XEN_VER=xen-3.0,LOADER=generic,"
                       "FEATURES=!levitation");
    expect(open_file(), -EOPNOTSUPP, "feature");
}
END_TEST

START_TEST(a_kernel_may_say_that_it_cannot_be_domain_0)
{
    ck_assert_int_eq(open_with(XEN_ELFNOTE_SUPPORTED_FEATURES, 1), 0);
    ck_assert(!k.may_be_dom0);
}
END_TEST

#define MEMORY_SIZE (DATA_PADDR - TEXT_PADDR + 2 * PIECE_SIZE)

static uint8_t memory[MEMORY_SIZE];

static int write_memory(void *ctx, uint64_t offset, const void *bytes,
                        size_t len)
{
    ck_assert_ptr_eq(ctx, &k);
    ck_assert_uint_le(offset, MEMORY_SIZE);
    ck_assert_uint_le(len, MEMORY_SIZE - offset);
    memcpy(memory + offset, bytes, len);
    return 0;
}

static int zero_memory(void *ctx, uint64_t offset, uint64_t len)
{
    ck_assert_ptr_eq(ctx, &k);
    ck_assert_uint_le(offset, MEMORY_SIZE);
    ck_assert_uint_le(len, MEMORY_SIZE - offset);
    memset(memory + offset, 0, len);
    return 0;
}

static int refuse(void *ctx, uint64_t offset, uint64_t len)
{
    (void)ctx, (void)offset, (void)len;
    return -ENOMEM;
}

START_TEST(loading_puts_each_piece_in_its_place)
{
    struct kernel_sink sink = { write_memory, zero_memory, &k };

    memset(memory, 0xaa, sizeof(memory));
    file_linux(&f);
    ck_assert_int_eq(open_file(), 0);
    ck_assert_int_eq(kernel_image_load(&k, &sink), 0);
    ck_assert_mem_eq(memory, f.bytes + FILE_TEXT, PIECE_SIZE);
    ck_assert_uint_eq(memory[PIECE_SIZE], 0xaa);    /* between the pieces */
    ck_assert_mem_eq(memory + 0x1000, f.bytes + FILE_DATA, PIECE_SIZE);
    for (size_t i = 0x1000 + PIECE_SIZE; i < MEMORY_SIZE; i++)
        ck_assert_uint_eq(memory[i], 0);
    sink.zero = refuse;
    ck_assert_int_eq(kernel_image_load(&k, &sink), -ENOMEM);
}
END_TEST

/* K1 and K2 for whatever was accepted, and every byte is there to be read. */
static void check_accepted(void)
{
    static volatile unsigned int seen;

    ck_assert_uint_le(k.virt_base, k.virt_start);
    ck_assert_uint_le(k.virt_start, k.virt_entry);
    ck_assert_uint_le(k.virt_entry, k.virt_end);
    for (unsigned int i = 0; i < k.load_count; i++) {
        uint64_t start = k.virt_base + k.load[i].paddr;

        ck_assert_uint_ge(start, k.virt_start);
        ck_assert_uint_le(k.load[i].memsz, k.virt_end - start);
        ck_assert_uint_le(k.load[i].filesz, k.load[i].memsz);
        for (uint64_t n = 0; n < k.load[i].filesz; n++)
            seen += k.load[i].bytes[n];
    }
}

START_TEST(every_truncation_is_noticed)
{
    size_t len;
    uint8_t *file = linux_bzimage(_i, FILE_SIZE, &len);

    len -= 16;                  /* padding */
    for (size_t n = 0; n < len; n++) {
        uint8_t *copy = exact_copy(file, n);

        ck_assert_int_lt(open_bytes(copy, n), 0);
        ck_assert_ptr_nonnull(k.error);
        free(copy);
    }
    ck_assert_int_eq(open_bytes(file, len), 0);
    free(file);
}
END_TEST

START_TEST(mutated_kernels_are_refused_or_whole)
{
    static const uint16_t from[] = { 0, FILE_SEGMENTS, FILE_NOTES,
                                     FILE_SECTIONS };
    uint64_t state = 0x5eed5eed5eed5eed;
    unsigned int accepted = 0;

    for (int i = 0; i < 100000; i++) {
        file_linux(&f);
        if (i & 1)
            file_guest_section(&f, 0x1000010, "GUEST_OS=GNU,LOADER=generic,"
                               "XEN_VER=xen-3.0,VIRT_BASE=0x800000,PAE=yes");
        mutate(f.bytes + from[i / 2 % 4], 0xc0, &state);
        if (open_file() == 0) {
            check_accepted();
            accepted++;
        } else {
            ck_assert_ptr_nonnull(k.error);
        }
    }
    ck_assert_uint_gt(accepted, 1000);
    ck_assert_uint_lt(accepted, 99000);
}
END_TEST

START_TEST(mutated_bzimages_are_refused_or_whole)
{
    uint64_t state = 0xb2ba5eed00000001 + _i;
    size_t len;
    uint8_t *file = linux_bzimage(_i, FILE_SIZE, &len);
    uint8_t *copy = malloc(len);

    for (int i = 0; i < 3000; i++) {
        memcpy(copy, file, len);
        mutate(copy + (i & 1 ? 0x1f0 : 5 * 512), i & 1 ? 0x60 : len - 5 * 512,
               &state);
        if (open_bytes(copy, len) == 0)
            check_accepted();
        else if (ws.unpacked_size <= (256u << 20))
            ck_assert_ptr_nonnull(k.error);
    }
    free(copy);
    free(file);
}
END_TEST

static uint8_t *read_file(const char *name, size_t *len)
{
    FILE *file = fopen(name, "rb");
    uint8_t *bytes;

    ck_assert_msg(file != NULL, "cannot open %s", name);
    fseek(file, 0, SEEK_END);
    *len = ftell(file);
    rewind(file);
    bytes = malloc(*len);
    ck_assert_uint_eq(fread(bytes, 1, *len, file), *len);
    fclose(file);
    return bytes;
}

START_TEST(the_stock_debian_kernel_is_opened)
{
    size_t len;
    uint8_t *file = read_file(getenv("VMLINUZ"), &len);

    ck_assert_msg(open_bytes(file, len) == 0, "%s", k.error);
    check_accepted();
    ck_assert_uint_eq(ws.unpacked_size, 65906612);
    ck_assert_uint_eq(k.virt_base, 0xffffffff80000000);
    ck_assert_uint_eq(k.virt_offset, 0xffffffff80000000);
    ck_assert_uint_eq(k.virt_entry, 0xffffffff830791c0);
    ck_assert_uint_eq(k.virt_start, 0xffffffff81000000);
    ck_assert_uint_eq(k.virt_end, 0xffffffff84a00000);
    ck_assert_uint_eq(k.load_count, 4);
    ck_assert(!k.has_hypercall_page);
    ck_assert(k.has_init_p2m && k.init_p2m == 0x8000000000);
    ck_assert(k.has_hv_start_low && k.hv_start_low == 0xffff800000000000);
    ck_assert(k.mod_start_pfn && k.may_be_dom0);
    ck_assert_int_eq(k.pae, KERNEL_PAE_EXTENDED);
    ck_assert_uint_eq(k.features_required, 1);
    ck_assert_uint_eq(k.features_supported, 0x8811);
    ck_assert_str_eq(k.guest_os, "linux");
    ck_assert_str_eq(k.guest_version, "2.6");
    ck_assert_str_eq(k.loader, "generic");

    ck_assert_int_eq(open_bytes(file, len / 2), -EINVAL);
    ck_assert_ptr_nonnull(strstr(k.error, "truncated"));
    file[len / 2] ^= 1;
    ck_assert_int_eq(open_bytes(file, len), -EINVAL);
    ck_assert_ptr_nonnull(strstr(k.error, "damaged"));
    free(file);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("kernel_image");
    TCase *c = tcase_create("kernel_image");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_checked_fixture(c, NULL, teardown);
    tcase_set_timeout(c, 120);
    tcase_add_test(c, a_plain_elf_kernel_is_opened);
    tcase_add_loop_test(c, a_bzimage_of_any_codec_is_opened, 0, PACKINGS);
    tcase_add_test(c, a_gzipped_elf_kernel_is_opened);
    tcase_add_loop_test(c, the_size_that_a_bzimage_gives_must_be_right,
                        PACK_XZ, PACKINGS);
    tcase_add_test(c, too_small_a_workspace_is_an_error);
    tcase_add_test(c, what_is_unpacked_must_be_elf);
    tcase_add_test(c, other_files_are_not_kernels);
    tcase_add_test(c, unsupported_compression_is_named);
    tcase_add_test(c, an_ordinary_program_is_not_a_pv_kernel);
    tcase_add_test(c, a_pvh_only_kernel_is_told_apart);
    tcase_add_test(c, a_32_bit_kernel_is_named_as_such);
    tcase_add_test(c, another_interface_version_is_refused);
    tcase_add_test(c, a_kernel_without_an_entry_note_uses_the_elf_entry);
    tcase_add_test(c, the_guest_section_offsets_by_the_virtual_base);
    tcase_add_test(c, addresses_that_cannot_be_are_refused);
    tcase_add_test(c, notes_that_contradict_are_refused);
    tcase_add_test(c, a_kernel_may_say_that_it_cannot_be_domain_0);
    tcase_add_test(c, loading_puts_each_piece_in_its_place);
    tcase_add_loop_test(c, every_truncation_is_noticed, 0, PACKINGS);
    tcase_add_test(c, mutated_kernels_are_refused_or_whole);
    tcase_add_loop_test(c, mutated_bzimages_are_refused_or_whole, 0, PACKINGS);
    if (getenv("VMLINUZ"))
        tcase_add_test(c, the_stock_debian_kernel_is_opened);
    suite_add_tcase(s, c);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
