/* SPDX-License-Identifier: MIT */
/*
 * trampoline_page_test.c - where a CPU may start, as memory maps of firmware
 * leave room for it.
 */
#include <string.h>
#include <asm/smp.h>
#include "unit.h"

static struct boot_module modules[BOOT_MODULES_MAX];
static struct boot_info info = { .module = modules };

static void range(paddr_t start, paddr_t end, uint32_t type)
{
    info.memory.range[info.memory.count++] =
        (struct memory_range){ start, end, type };
}

static void pc(void)
{
    range(0, 0x9fc00, MEMORY_RAM);
    range(0x9fc00, 0xa0000, MEMORY_RESERVED);
    range(0xf0000, 0x100000, MEMORY_RESERVED);
    range(0x100000, 0x40000000, MEMORY_RAM);
}

START_TEST(the_highest_whole_page_is_taken)
{
    pc();
    ck_assert_uint_eq(trampoline_page_choose(&info), 0x9e000);
}
END_TEST

START_TEST(what_another_range_reserves_is_not_taken)
{
    pc();
    range(0x9e800, 0x9e801, MEMORY_NVS);    /* over RAM: firmware does that */
    ck_assert_uint_eq(trampoline_page_choose(&info), 0x9d000);
}
END_TEST

START_TEST(modules_and_the_root_table_are_left_alone)
{
    pc();
    info.module[0].start = 0x9d010;
    info.module[0].size = 0x1000;
    info.module_count = 1;
    info.rsdp = 0x9cff8;                    /* reaches into the next page */
    ck_assert_uint_eq(trampoline_page_choose(&info), 0x9b000);
}
END_TEST

START_TEST(what_uefi_goes_on_using_is_left_alone)
{
    pc();
    info.efi_map.range[0] = (struct efi_range){
        .start = 0x2000, .end = 0x9f000, .attributes = EFI_MEMORY_RUNTIME };
    info.efi_map.count = 1;
    ck_assert_uint_eq(trampoline_page_choose(&info), 0x1000);
}
END_TEST

START_TEST(page_0_and_what_lies_above_640_kib_are_never_taken)
{
    range(0, 0x1000, MEMORY_RAM);
    range(0xa0000, 0x10000000, MEMORY_RAM);
    ck_assert_uint_eq(trampoline_page_choose(&info), 0);
}
END_TEST

START_TEST(two_halves_are_no_page)
{
    range(0x1000, 0x1800, MEMORY_RAM);
    range(0x1800, 0x2000, MEMORY_RAM);
    ck_assert_uint_eq(trampoline_page_choose(&info), 0);
}
END_TEST

START_TEST(a_machine_without_low_memory_has_none)
{
    range(0x100000, 0x40000000, MEMORY_RAM);
    ck_assert_uint_eq(trampoline_page_choose(&info), 0);
    info.memory.count = 0;
    ck_assert_uint_eq(trampoline_page_choose(&info), 0);
}
END_TEST

int main(void)
{
    return UNIT_RUN("trampoline_page",
                    the_highest_whole_page_is_taken,
                    what_another_range_reserves_is_not_taken,
                    modules_and_the_root_table_are_left_alone,
                    what_uefi_goes_on_using_is_left_alone,
                    page_0_and_what_lies_above_640_kib_are_never_taken,
                    two_halves_are_no_page,
                    a_machine_without_low_memory_has_none);
}
