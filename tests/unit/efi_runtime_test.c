/* SPDX-License-Identifier: MIT */
/*
 * efi_runtime_test.c - which runtime services are called at all: the tables in
 * memory, efi=, and a firmware that raises an exception.
 */
#include <string.h>
#include <hv/boot_info.h>
#include <hv/efi.h>
#include <hv/errno.h>
#include <hv/phys_map.h>
#include "fake_options.h"
#include "fake_printk.h"
#include "fake_spinlock.h"
#include "unit.h"

#define SYSTEM_TABLE    0x1000ul
#define RUNTIME_TABLE   0x2000ul
#define CODE            0x100000ul
#define CODE_END        0x110000ul

struct boot_info boot_info;

static uint64_t memory[0x3000 / 8];     /* from address 0 on */
static int init_rc;
static bool raises;
static unsigned int calls;
static uint64_t called;

void *map_phys(paddr_t paddr, size_t size)
{
    ck_assert_uint_le(paddr + size, sizeof(memory));
    return (uint8_t *)memory + paddr;
}

void unmap_phys(void *va, size_t size)
{
    (void)va;
    (void)size;
}

int arch_efi_init(void)
{
    return init_rc;
}

bool arch_efi_call(uint64_t function, const uint64_t arguments[EFI_ARGUMENTS],
                   uint64_t *status)
{
    ck_assert_uint_eq(fake_locks_held, 1);
    calls++;
    called = function;
    *status = arguments[0];
    return !raises;
}

static void add_range(paddr_t start, paddr_t end, uint32_t type,
                      uint64_t attributes)
{
    boot_info.efi_map.range[boot_info.efi_map.count++] = (struct efi_range){
        start, end, attributes, type };
}

static void start(void)
{
    memset(&boot_info, 0, sizeof(boot_info));
    memset(memory, 0, sizeof(memory));
    memory[SYSTEM_TABLE / 8] = 0x5453595320494249;
    memory[SYSTEM_TABLE / 8 + 1] = 2u << 16 | 70;
    memory[(SYSTEM_TABLE + 88) / 8] = RUNTIME_TABLE;
    memory[RUNTIME_TABLE / 8] = 0x56524553544e5552;
    memory[RUNTIME_TABLE / 8 + 1] = 136ull << 32 | 2u << 16 | 60;
    for (unsigned int i = 0; i < EFI_SERVICES; i++)
        memory[(RUNTIME_TABLE + 24) / 8 + i] = CODE + 16 * i;
    add_range(0, CODE, 7, EFI_MEMORY_WB);
    add_range(CODE, CODE_END, EFI_TYPE_RUNTIME_CODE,
              EFI_MEMORY_WB | EFI_MEMORY_RUNTIME);
    init_rc = 0;
    raises = false;
    calls = 0;
    fake_options_parse("efi=rs,attr=no");
    fake_printk_reset();
}

static int call(enum efi_service service)
{
    const uint64_t arguments[EFI_ARGUMENTS] = { 77 };
    uint64_t status = 0;
    int rc = efi_call(service, arguments, &status);

    ck_assert_uint_eq(fake_locks_held, 0);
    if (!rc)
        ck_assert_uint_eq(status, 77);
    return rc;
}

static void expect_off(void)
{
    efi_init(SYSTEM_TABLE);
    ck_assert(!efi_runtime_is_on());
    ck_assert_uint_eq(efi_info.runtime_version, 0);
    ck_assert_int_eq(call(EFI_GET_TIME), -EOPNOTSUPP);
    ck_assert_uint_eq(calls, 0);
    ck_assert_uint_eq(fake_printk_count, 1);
}

START_TEST(a_service_is_called)
{
    start();
    efi_init(SYSTEM_TABLE);
    ck_assert(efi_runtime_is_on());
    ck_assert_uint_eq(efi_info.version, 2u << 16 | 70);
    ck_assert_uint_eq(efi_info.runtime_version, 2u << 16 | 60);
    ck_assert_int_eq(call(EFI_QUERY_VARIABLE_INFO), 0);
    ck_assert_uint_eq(called, CODE + 16 * 13);
    ck_assert_uint_eq(fake_printk_count, 0);
}
END_TEST

START_TEST(an_exception_switches_all_services_off)
{
    start();
    efi_init(SYSTEM_TABLE);
    raises = true;
    ck_assert_int_eq(call(EFI_GET_VARIABLE), -EOPNOTSUPP);
    ck_assert_uint_eq(fake_printk_count, 1);
    raises = false;
    ck_assert_int_eq(call(EFI_GET_TIME), -EOPNOTSUPP);
    ck_assert(!efi_runtime_is_on());
    ck_assert_uint_eq(calls, 1);
}
END_TEST

START_TEST(a_function_outside_runtime_code_is_not_called)
{
    start();
    memory[(RUNTIME_TABLE + 24) / 8 + EFI_GET_TIME] = CODE - 16;
    memory[(RUNTIME_TABLE + 24) / 8 + EFI_SET_TIME] = CODE_END;
    memory[(RUNTIME_TABLE + 24) / 8 + EFI_GET_VARIABLE] = 0;
    efi_init(SYSTEM_TABLE);
    ck_assert_int_eq(call(EFI_GET_TIME), -EOPNOTSUPP);
    ck_assert_int_eq(call(EFI_SET_TIME), -EOPNOTSUPP);
    ck_assert_int_eq(call(EFI_GET_VARIABLE), -EOPNOTSUPP);
    ck_assert_uint_eq(calls, 0);
    ck_assert_int_eq(call(EFI_SET_VARIABLE), 0);
}
END_TEST

START_TEST(services_are_off_when_the_command_line_says_so)
{
    start();
    fake_options_parse("efi=attr=uc,no-rs");
    expect_off();
    ck_assert(efi_option.unknown_is_uncached);
    start();
    fake_options_parse("efi=rs=0");
    expect_off();
}
END_TEST

START_TEST(an_unknown_word_of_the_option_is_reported)
{
    static const char *const bad[] = { "efi=x", "efi=", "efi=rs,", "efi=rsx",
                                       "efi=,rs", "efi=attr" };

    for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
        start();
        fake_options_parse(bad[i]);
        ck_assert_uint_eq(fake_printk_count, 1);
    }
}
END_TEST

START_TEST(services_are_off_without_a_whole_memory_map)
{
    start();
    boot_info.efi_map.count = 0;
    expect_off();
    start();
    boot_info.efi_map.is_cut = true;
    expect_off();
    start();
    boot_info.efi_boot_services = true;
    expect_off();
    start();
    init_rc = -ENOMEM;
    expect_off();
}
END_TEST

START_TEST(services_are_off_when_their_table_is_damaged)
{
    start();
    memory[RUNTIME_TABLE / 8] ^= 1;
    expect_off();
    start();
    memory[RUNTIME_TABLE / 8 + 1] = 23ull << 32;
    expect_off();
    start();
    memory[(SYSTEM_TABLE + 88) / 8] = 0;
    expect_off();
}
END_TEST

START_TEST(without_a_system_table_nothing_is_called)
{
    start();
    efi_init(0);
    ck_assert(!efi_info.is_present);
    memory[SYSTEM_TABLE / 8] = 0;
    efi_init(SYSTEM_TABLE);
    ck_assert(!efi_info.is_present);
    ck_assert_int_eq(call(EFI_GET_TIME), -EOPNOTSUPP);
}
END_TEST

START_TEST(a_reset_in_the_middle_of_a_call_is_left_out)
{
    start();
    efi_reset(EFI_RESET_COLD);
    ck_assert_uint_eq(calls, 0);
    efi_init(SYSTEM_TABLE);
    efi_reset(EFI_RESET_SHUTDOWN);
    ck_assert_uint_eq(calls, 1);
    ck_assert_uint_eq(called, CODE + 16 * EFI_RESET_SYSTEM);
    ck_assert_uint_eq(fake_locks_held, 0);
}
END_TEST

int main(void)
{
    return UNIT_RUN("efi_runtime",
        a_service_is_called,
        an_exception_switches_all_services_off,
        a_function_outside_runtime_code_is_not_called,
        services_are_off_when_the_command_line_says_so,
        an_unknown_word_of_the_option_is_reported,
        services_are_off_without_a_whole_memory_map,
        services_are_off_when_their_table_is_damaged,
        without_a_system_table_nothing_is_called,
        a_reset_in_the_middle_of_a_call_is_left_out);
}
