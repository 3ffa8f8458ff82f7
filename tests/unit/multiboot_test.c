/* SPDX-License-Identifier: MIT */
/*
 * multiboot_test.c - what loaders of both protocols leave in memory. Memory is
 * one piece that ends with the table, so that ASan sees who reads past it.
 */
#include <stdlib.h>
#include <string.h>
#include <hv/boot_info.h>
#include <hv/direct_map.h>
#include "fake_printk.h"
#include "unit.h"

#define FIRST   0x100ul         /* mfn of the first byte */

static struct boot_module modules[BOOT_MODULES_MAX];
struct boot_info boot_info;

static uint8_t *memory;
static size_t size;             /* of memory */

void *mfn_to_virt(mfn_t m)
{
    return memory + ((m.n - FIRST) << PAGE_SHIFT);
}

mfn_t virt_to_mfn(const void *va)
{
    return mfn(FIRST + ((size_t)((const uint8_t *)va - memory) >> PAGE_SHIFT));
}

static paddr_t paddr(size_t offset)
{
    return (FIRST << PAGE_SHIFT) + offset;
}

static void start(size_t bytes)
{
    size = bytes;
    if (posix_memalign((void **)&memory, PAGE_SIZE, bytes))
        abort();
    memset(memory, 0, bytes);
    boot_info = (struct boot_info){ .module = modules };
    memset(modules, 0, sizeof(modules));
    fake_printk_reset();
}

static void end(void)
{
    free(memory);
    memory = NULL;
}

static void put32(size_t at, uint32_t value)
{
    ck_assert_uint_le(at + 4, size);
    memcpy(memory + at, &value, 4);
}

static void put64(size_t at, uint64_t value)
{
    ck_assert_uint_le(at + 8, size);
    memcpy(memory + at, &value, 8);
}

static size_t put_text(size_t at, const char *text)
{
    ck_assert_uint_le(at + strlen(text) + 1, size);
    strcpy((char *)memory + at, text);
    return at + strlen(text) + 1;
}

/* --- Multiboot 2: tags from offset 8 on --- */

static size_t tag_end;

static void mb2_start(size_t bytes)
{
    start(bytes);
    tag_end = 8;
}

/* Begin a tag; the offset of its content. */
static size_t tag(uint32_t type, size_t content)
{
    size_t at = tag_end;

    put32(at, type);
    put32(at + 4, (uint32_t)(8 + content));
    tag_end = at + ((8 + content + 7) & ~7ul);
    return at + 8;
}

static void mb2_read(void)
{
    put32(0, (uint32_t)tag_end);
    multiboot2_read(paddr(0));
    ck_assert_str_eq(boot_info.protocol, "multiboot2");
    ck_assert_uint_le(boot_info.module_count, BOOT_MODULES_MAX);
    ck_assert_uint_le(boot_info.memory.count, MEMORY_RANGES_MAX);
    ck_assert_uint_le(boot_info.efi_map.count, EFI_RANGES_MAX);
}

START_TEST(multiboot2_tags_are_read)
{
    size_t at;

    mb2_start(4096);
    put_text(tag(1, 12), "parapet a=b");
    put_text(tag(2, 5), "GRUB");
    at = tag(3, 8 + 6);
    put32(at, 0x1000000);
    put32(at + 4, 0x1200010);
    put_text(at + 8, "linux");
    at = tag(6, 8 + 2 * 24);
    put32(at, 24);
    put64(at + 8, 0x100000);
    put64(at + 16, 0x7f00000);
    put32(at + 24, 1);
    put64(at + 32, 0xfee00000);
    put64(at + 40, 0x1000);
    put32(at + 48, 2);
    at = tag(12, 8);
    put64(at, 0x7f123000);
    tag(15, 36);
    tag(0, 0);
    mb2_read();
    ck_assert_str_eq(boot_info.cmdline, "parapet a=b");
    ck_assert_str_eq(boot_info.loader, "GRUB");
    ck_assert_uint_eq(boot_info.module_count, 1);
    ck_assert_uint_eq(boot_info.module[0].start, 0x1000000);
    ck_assert_uint_eq(boot_info.module[0].size, 0x200010);
    ck_assert_str_eq(boot_info.module[0].cmdline, "linux");
    ck_assert_uint_eq(boot_info.memory.count, 2);
    ck_assert_uint_eq(boot_info.memory.range[0].end, 0x8000000);
    ck_assert_uint_eq(boot_info.memory.range[1].type, 2);
    ck_assert_uint_eq(boot_info.efi_system_table, 0x7f123000);
    ck_assert_uint_ne(boot_info.rsdp, 0);
    end();
}
END_TEST

/* A table that ends in the middle of any tag, with nothing after it. */
START_TEST(multiboot2_tags_that_are_cut_short_are_left_out)
{
    static const uint32_t types[] = { 1, 2, 3, 6, 8, 12, 14, 15, 17, 18,
                                      99 };

    for (unsigned int i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        for (size_t content = 0; content < 40; content++) {
            mb2_start(8 + 8 + ((content + 7) & ~7ul));
            memset(memory, 0xff, size);
            tag(types[i], content);
            if (content >= 4 && (types[i] == 6 || types[i] == 17))
                put32(16, 24);
            mb2_read();
            end();
        }
    }
}
END_TEST

/* One range of UEFI's map, in entries of 48 bytes. */
static void put_efi_range(size_t at, uint64_t from, uint64_t pages)
{
    put32(at, EFI_TYPE_RUNTIME_CODE);
    put64(at + 8, from);
    put64(at + 24, pages);
    put64(at + 32, EFI_MEMORY_RUNTIME);
}

START_TEST(the_memory_map_of_uefi_is_read)
{
    size_t at;

    mb2_start(4096);
    at = tag(17, 8 + 5 * 48);
    put32(at, 48);
    put32(at + 4, 1);
    put_efi_range(at + 8, 0x7e000000, 16);
    put_efi_range(at + 56, 0x1000, 0);
    put_efi_range(at + 104, 0x1000, 1ull << 52);
    put_efi_range(at + 152, ~0xffful, 2);
    put_efi_range(at + 200, 0xffc00000, 1);
    mb2_read();
    ck_assert_uint_eq(boot_info.efi_map.count, 2);
    ck_assert_uint_eq(boot_info.efi_map.range[0].start, 0x7e000000);
    ck_assert_uint_eq(boot_info.efi_map.range[0].end, 0x7e010000);
    ck_assert_uint_eq(boot_info.efi_map.range[0].attributes,
                      EFI_MEMORY_RUNTIME);
    ck_assert_uint_eq(boot_info.efi_map.range[1].start, 0xffc00000);
    ck_assert(!boot_info.efi_map.is_cut);
    ck_assert(!boot_info.efi_boot_services);
    end();
}
END_TEST

START_TEST(boot_services_that_still_run_are_noted)
{
    mb2_start(64);
    tag(18, 0);
    mb2_read();
    ck_assert(boot_info.efi_boot_services);
    end();
}
END_TEST

START_TEST(a_longer_memory_map_of_uefi_than_fits_is_cut)
{
    size_t at, n = EFI_RANGES_MAX + 1;

    mb2_start(8 + 16 + n * 40);
    at = tag(17, 8 + n * 40);
    put32(at, 40);
    for (size_t i = 0; i < n; i++)
        put_efi_range(at + 8 + 40 * i, i << PAGE_SHIFT, 1);
    mb2_read();
    ck_assert_uint_eq(boot_info.efi_map.count, EFI_RANGES_MAX);
    ck_assert(boot_info.efi_map.is_cut);
    end();
}
END_TEST

START_TEST(a_multiboot2_memory_map_with_a_hostile_entry_size_ends)
{
    static const uint32_t sizes[] = { 0, 1, 23, 24, 0x7fffffff, 0xffffffe8,
                                      0xfffffff0, 0xfffffff8, 0xffffffff };

    for (unsigned int i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        for (size_t content = 0; content < 64; content += 8) {
            mb2_start(8 + 8 + content);
            tag(6, content);
            if (content)
                put32(16, sizes[i]);
            mb2_read();
            ck_assert_uint_le(boot_info.memory.count,
                              sizes[i] == 24 && content >= 8
                                  ? (content - 8) / 24 : 0);
            end();
        }
    }
}
END_TEST

START_TEST(a_multiboot2_tag_of_a_hostile_size_ends_the_walk)
{
    static const uint32_t sizes[] = { 0, 1, 7, 25, 0x80000000, 0xfffffff1,
                                      0xfffffff8, 0xffffffff };

    for (unsigned int i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        mb2_start(48);
        tag(99, 8);
        put32(12, sizes[i]);
        put_text(tag(2, 5), "GRUB");
        put32(0, 32);
        tag_end = 32;
        mb2_read();
        ck_assert_str_eq(boot_info.loader, "");
        end();
    }
}
END_TEST

/* The next tag would begin beyond what 32 bits can say. */
START_TEST(a_multiboot2_tag_that_ends_at_4_GiB_is_the_last)
{
    mb2_start(64);
    tag(99, 0);
    put32(12, 0xfffffff7);
    put32(0, 0xffffffff);
    put32(4, 8);                /* a tag at 0 would go on for ever */
    multiboot2_read(paddr(0));
    ck_assert_uint_eq(boot_info.module_count, 0);
    end();
}
END_TEST

START_TEST(too_many_multiboot2_modules_and_ranges_are_cut_off)
{
    size_t at;

    mb2_start(65536);
    for (unsigned int i = 0; i < BOOT_MODULES_MAX + 5; i++) {
        at = tag(3, 12);
        put32(at, i << 12);
        put32(at + 4, (i + 1) << 12);
        put_text(at + 8, "m");
    }
    at = tag(6, 8 + (MEMORY_RANGES_MAX + 9) * 24);
    put32(at, 24);
    mb2_read();
    ck_assert_uint_eq(boot_info.module_count, BOOT_MODULES_MAX);
    ck_assert_uint_eq(boot_info.memory.count, MEMORY_RANGES_MAX);
    ck_assert_uint_eq(fake_printk_count, 5);
    end();
}
END_TEST

START_TEST(a_long_multiboot2_command_line_is_cut_and_ended)
{
    size_t at;

    mb2_start(8 + 8 + 4096);
    at = tag(1, 4096);
    memset(memory + at, 'x', 4096);
    mb2_read();
    ck_assert_uint_eq(strlen(boot_info.cmdline), BOOT_CMDLINE_MAX - 1);
    end();
}
END_TEST

START_TEST(a_multiboot2_module_that_ends_before_it_begins_is_left_out)
{
    size_t at;

    mb2_start(4096);
    at = tag(3, 9);
    put32(at, 0x2000);
    put32(at + 4, 0x1000);
    mb2_read();
    ck_assert_uint_eq(boot_info.module_count, 0);
    end();
}
END_TEST

START_TEST(any_multiboot2_table_is_survived)
{
    uint64_t seed = 21;

    for (int i = 0; i < 20000; i++) {
        size_t bytes = 8 + 8 * unit_random_below(&seed, 40);

        mb2_start(bytes);
        for (size_t k = 8; k < bytes; k++)
            memory[k] = (uint8_t)unit_random(&seed);
        for (size_t at = 8; at + 16 <= bytes;) {
            uint64_t n = 8 + unit_random_below(&seed, 60);

            put32(at, (uint32_t)unit_random_below(&seed, 17));
            put32(at + 4, (uint32_t)n);
            if (unit_random_below(&seed, 2))
                put32(at + 8, 24 + 8 * (uint32_t)unit_random_below(&seed, 2));
            at += (n + 7) & ~7ul;
        }
        tag_end = bytes;
        mb2_read();
        end();
    }
}
END_TEST

/* --- Multiboot 1: one structure of 116 bytes at offset 0 --- */

#define MB1_SIZE    116u

static void mb1_read(uint32_t flags)
{
    put32(0, flags);
    multiboot1_read(paddr(0));
    ck_assert_str_eq(boot_info.protocol, "multiboot");
    ck_assert_uint_le(boot_info.module_count, BOOT_MODULES_MAX);
    ck_assert_uint_le(boot_info.memory.count, MEMORY_RANGES_MAX);
}

static void put_range(size_t at, uint32_t bytes, uint64_t base, uint64_t length)
{
    put32(at, bytes);
    put64(at + 4, base);
    put64(at + 12, length);
    put32(at + 20, 1);
}

START_TEST(multiboot1_tables_are_read)
{
    start(1024);
    put32(16, (uint32_t)paddr(200));
    put_text(200, "parapet loglvl=all");
    put32(20, 2);
    put32(24, (uint32_t)paddr(300));
    put32(300, 0x1000);
    put32(304, 0x3000);
    put32(308, (uint32_t)paddr(400));
    put_text(400, "linux quiet");
    put32(316, 0x5000);
    put32(320, 0x4000);         /* ends before it begins */
    put32(44, 2 * 24);
    put32(48, (uint32_t)paddr(500));
    put_range(500, 20, 0, 0x9f000);
    put_range(524, 20, 0x100000, 0x100000);
    put32(64, (uint32_t)paddr(600));
    put_text(600, "qemu");
    mb1_read(1 << 2 | 1 << 3 | 1 << 6 | 1 << 9);
    ck_assert_str_eq(boot_info.cmdline, "parapet loglvl=all");
    ck_assert_str_eq(boot_info.loader, "qemu");
    ck_assert_uint_eq(boot_info.module_count, 1);
    ck_assert_uint_eq(boot_info.module[0].size, 0x2000);
    ck_assert_str_eq(boot_info.module[0].cmdline, "linux quiet");
    ck_assert_uint_eq(boot_info.memory.count, 2);
    ck_assert_uint_eq(boot_info.memory.range[1].end, 0x200000);
    end();
}
END_TEST

START_TEST(multiboot1_fields_without_their_flag_are_not_read)
{
    start(MB1_SIZE);
    memset(memory, 0xff, size);
    mb1_read(0);
    ck_assert_uint_eq(boot_info.module_count, 0);
    ck_assert_uint_eq(boot_info.memory.count, 0);
    ck_assert_str_eq(boot_info.cmdline, "");
    end();
}
END_TEST

/* Entries may be longer than we know, but never shorter, and the list ends
 * where it says. */
START_TEST(a_multiboot1_memory_map_with_hostile_sizes_ends)
{
    static const uint32_t sizes[] = { 0, 4, 19, 0x7fffffff, 0xfffffff0,
                                      0xfffffffc, 0xffffffff };

    for (unsigned int i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        start(MB1_SIZE + 48);
        put32(44, 48);
        put32(48, (uint32_t)paddr(MB1_SIZE));
        put_range(MB1_SIZE, sizes[i], 0x1000, 0x1000);
        put_range(MB1_SIZE + 24, 20, 0x3000, 0x1000);
        mb1_read(1 << 6);
        ck_assert_uint_le(boot_info.memory.count, 1);
        end();
    }
    start(MB1_SIZE + 28 + 24);
    put32(44, 28 + 24);
    put32(48, (uint32_t)paddr(MB1_SIZE));
    put_range(MB1_SIZE, 24, 0x1000, 0x1000);
    put_range(MB1_SIZE + 28, 20, 0x3000, 0x1000);
    mb1_read(1 << 6);
    ck_assert_uint_eq(boot_info.memory.count, 2);
    ck_assert_uint_eq(boot_info.memory.range[1].start, 0x3000);
    end();
}
END_TEST

START_TEST(too_many_multiboot1_modules_are_cut_off)
{
    start(4096);
    put32(20, 0xffffffff);
    put32(24, (uint32_t)paddr(256));
    mb1_read(1 << 3);
    ck_assert_uint_eq(boot_info.module_count, BOOT_MODULES_MAX);
    ck_assert_uint_eq(fake_printk_count, 1);
    end();
}
END_TEST

/* Nothing is mapped above 4 GiB: ASan or a fault says who reads there. */
START_TEST(multiboot1_lists_that_reach_beyond_4_GiB_end_there)
{
    start(MB1_SIZE);
    put32(20, 2);
    put32(24, 0xfffffff8);
    put32(44, 48);
    put32(48, 0xfffffff0);
    mb1_read(1 << 3 | 1 << 6);
    ck_assert_uint_eq(boot_info.module_count, 0);
    ck_assert_uint_eq(boot_info.memory.count, 0);
    end();
}
END_TEST

START_TEST(lists_at_odd_addresses_are_read_as_well)
{
    size_t at;

    start(MB1_SIZE + 64);
    put32(20, 1);
    put32(24, (uint32_t)paddr(MB1_SIZE + 3));
    put32(MB1_SIZE + 3, 0x1000);
    put32(MB1_SIZE + 7, 0x3000);
    mb1_read(1 << 3);
    ck_assert_uint_eq(boot_info.module_count, 1);
    ck_assert_uint_eq(boot_info.module[0].size, 0x2000);
    end();
    mb2_start(128);
    at = tag(6, 8 + 2 * 25);
    put32(at, 25);
    put64(at + 8 + 25, 0x5000);
    put64(at + 16 + 25, 0x1000);
    mb2_read();
    ck_assert_uint_eq(boot_info.memory.count, 2);
    ck_assert_uint_eq(boot_info.memory.range[1].end, 0x6000);
    end();
}
END_TEST

int main(void)
{
    return UNIT_RUN("multiboot",
        multiboot1_lists_that_reach_beyond_4_GiB_end_there,
        lists_at_odd_addresses_are_read_as_well,
        multiboot2_tags_are_read,
        multiboot2_tags_that_are_cut_short_are_left_out,
        the_memory_map_of_uefi_is_read,
        boot_services_that_still_run_are_noted,
        a_longer_memory_map_of_uefi_than_fits_is_cut,
        a_multiboot2_memory_map_with_a_hostile_entry_size_ends,
        a_multiboot2_tag_of_a_hostile_size_ends_the_walk,
        a_multiboot2_tag_that_ends_at_4_GiB_is_the_last,
        too_many_multiboot2_modules_and_ranges_are_cut_off,
        a_long_multiboot2_command_line_is_cut_and_ended,
        a_multiboot2_module_that_ends_before_it_begins_is_left_out,
        any_multiboot2_table_is_survived,
        multiboot1_tables_are_read,
        multiboot1_fields_without_their_flag_are_not_read,
        a_multiboot1_memory_map_with_hostile_sizes_ends,
        too_many_multiboot1_modules_are_cut_off);
}
