/* SPDX-License-Identifier: MIT */
/*
 * acpi_test.c - tables as firmware writes them, and as it should not: cut off,
 * with wrong sums, with records of length zero. Every mapping is a copy of
 * exactly the size asked for, so that a read past it is caught.
 */
#include <stdlib.h>
#include <string.h>
#include <hv/acpi.h>
#include <hv/errno.h>
#include "fake_phys.h"
#include "unit.h"


static void put_table(paddr_t at, const char *signature, uint32_t length)
{
    memcpy(fake_phys + at, signature, 4);
    fake_phys_put(at + 4, length, 4);
    fake_phys_set_sum(at, length, 9);
}

#define RSDP    0xf1230u
#define XSDT    0x101000u
#define RSDT    0x102000u
#define TABLE   0x103000u

static void put_rsdp(uint8_t revision)
{
    memcpy(fake_phys + RSDP, "RSD PTR ", 8);
    fake_phys[RSDP + 15] = revision;
    fake_phys_put(RSDP + 16, RSDT, 4);
    fake_phys_put(RSDP + 20, 36, 4);
    fake_phys_put(RSDP + 24, XSDT, 8);
    fake_phys_set_sum(RSDP, 20, 8);
    fake_phys_set_sum(RSDP, 36, 32);
}

static void put_roots(void)
{
    fake_phys_put(XSDT + 36, TABLE, 8);
    put_table(XSDT, "XSDT", 44);
    fake_phys_put(RSDT + 36, TABLE, 4);
    put_table(RSDT, "RSDT", 40);
}

START_TEST(a_table_is_found_through_the_extended_root)
{
    struct acpi_table t;

    put_rsdp(2);
    put_roots();
    put_table(TABLE, "APIC", 44);
    ck_assert_int_eq(acpi_init(0), 0);
    ck_assert_uint_eq(acpi_rsdp(), RSDP);
    ck_assert_int_eq(acpi_table_map("APIC", &t), 0);
    ck_assert_uint_eq(t.length, 44);
    acpi_table_unmap(&t);
    ck_assert_int_eq(acpi_table_map("FACP", &t), -ENOENT);
}
END_TEST

START_TEST(a_damaged_extended_root_gives_way_to_the_old_one)
{
    struct acpi_table t;

    put_rsdp(2);
    put_roots();
    fake_phys[XSDT + 20] ^= 1;
    put_table(TABLE, "APIC", 44);
    ck_assert_int_eq(acpi_init(0), 0);
    ck_assert_int_eq(acpi_table_map("APIC", &t), 0);
    acpi_table_unmap(&t);
}
END_TEST

START_TEST(a_root_pointer_in_the_ebda_is_found)
{
    fake_phys_put(0x40e, 0x9fc0, 2);
    put_rsdp(0);
    memcpy(fake_phys + 0x9fc10, fake_phys + RSDP, 36);
    memset(fake_phys + RSDP, 0, 36);
    put_roots();
    ck_assert_int_eq(acpi_init(0), 0);
    ck_assert_uint_eq(acpi_rsdp(), 0x9fc10);
}
END_TEST

START_TEST(the_loaders_word_is_checked_and_otherwise_dropped)
{
    put_rsdp(0);
    put_roots();
    ck_assert_int_eq(acpi_init(0x1000), 0);
    ck_assert_uint_eq(acpi_rsdp(), RSDP);
    ck_assert_int_eq(acpi_init(~0ull - 4), 0);
}
END_TEST

START_TEST(a_machine_without_tables_is_no_error_to_the_caller)
{
    struct acpi_table t;

    ck_assert_int_eq(acpi_init(0), -ENODEV);
    ck_assert_int_eq(acpi_table_map("APIC", &t), -ENOENT);
    ck_assert_uint_eq(acpi_rsdp(), 0);
}
END_TEST

START_TEST(a_table_with_a_wrong_sum_or_length_is_left_out)
{
    static const uint32_t lengths[] = { 0, 35, 0x400001, 0xffffffff };
    struct acpi_table t;

    put_rsdp(0);
    put_roots();
    put_table(TABLE, "APIC", 44);
    fake_phys[TABLE + 40] ^= 0x80;
    ck_assert_int_eq(acpi_init(0), 0);
    ck_assert_int_eq(acpi_table_map("APIC", &t), -ENOENT);
    for (size_t i = 0; i < 4; i++) {
        fake_phys_put(TABLE + 4, lengths[i], 4);
        ck_assert_int_eq(acpi_table_map("APIC", &t), -ENOENT);
    }
}
END_TEST

START_TEST(a_root_that_lists_itself_ends)
{
    struct acpi_table t;

    put_rsdp(2);
    fake_phys_put(XSDT + 36, XSDT, 8);
    put_table(XSDT, "XSDT", 44);
    ck_assert_int_eq(acpi_init(0), 0);
    ck_assert_int_eq(acpi_table_map("APIC", &t), -ENOENT);
}
END_TEST

static struct acpi_madt_info madt;

static size_t append(uint8_t *table, size_t at, const uint8_t *r, size_t n)
{
    memcpy(table + at, r, n);
    return at + n;
}

static size_t qemu_madt(uint8_t *t)
{
    static const uint8_t cpu0[] = { 0, 8, 0, 0, 1, 0, 0, 0 };
    static const uint8_t cpu1[] = { 0, 8, 1, 4, 1, 0, 0, 0 };
    static const uint8_t off[] = { 0, 8, 2, 6, 0, 0, 0, 0 };
    static const uint8_t ioapic[] = { 1, 12, 0, 0, 0, 0, 0xc0, 0xfe, 0, 0, 0, 0 };
    static const uint8_t timer[] = { 2, 10, 0, 0, 2, 0, 0, 0, 0, 0 };
    static const uint8_t irq9[] = { 2, 10, 0, 9, 9, 0, 0, 0, 0x0d, 0 };
    static const uint8_t low[] = { 2, 10, 0, 5, 21, 0, 0, 0, 0x0f, 0 };
    size_t at = 44;

    memset(t, 0, 256);
    t[39] = 0xfe; t[38] = 0xe0; t[40] = 1;
    at = append(t, at, cpu0, 8);
    at = append(t, at, cpu1, 8);
    at = append(t, at, off, 8);
    at = append(t, at, ioapic, 12);
    at = append(t, at, timer, 10);
    at = append(t, at, irq9, 10);
    return append(t, at, low, 10);
}

START_TEST(the_madt_of_a_pc_is_understood)
{
    uint8_t t[256];

    ck_assert_int_eq(madt_parse(t, qemu_madt(t), &madt), 0);
    ck_assert_uint_eq(madt.lapic_paddr, 0xfee00000);
    ck_assert(madt.has_8259);
    ck_assert_uint_eq(madt.cpu_count, 2);
    ck_assert_uint_eq(madt.cpu[1].apic_id, 4);
    ck_assert_uint_eq(madt.cpu[1].acpi_uid, 1);
    ck_assert_uint_eq(madt.ioapic_count, 1);
    ck_assert_uint_eq(madt.ioapic[0].paddr, 0xfec00000);
    ck_assert_uint_eq(madt.isa[0].gsi, 2);
    ck_assert(madt.isa[9].is_level && !madt.isa[9].is_low);
    ck_assert(madt.isa[5].gsi == 21 && madt.isa[5].is_low);
    ck_assert(madt.isa[4].gsi == 4 && !madt.isa[4].is_level);
}
END_TEST

START_TEST(no_madt_means_an_ordinary_pc)
{
    ck_assert_int_eq(madt_parse(NULL, 0, &madt), 0);
    ck_assert_uint_eq(madt.isa[15].gsi, 15);
    ck_assert_uint_eq(madt.lapic_paddr, 0xfee00000);
}
END_TEST

START_TEST(a_madt_record_of_length_zero_ends_the_walk)
{
    uint8_t t[256];
    size_t length = qemu_madt(t);

    t[44 + 8 + 1] = 0;
    ck_assert_int_eq(madt_parse(t, length, &madt), -EINVAL);
    ck_assert_uint_eq(madt.cpu_count, 1);
}
END_TEST

START_TEST(a_madt_cut_off_anywhere_is_read_no_further)
{
    uint8_t whole[256];
    size_t length = qemu_madt(whole);

    for (size_t cut = 0; cut < length; cut++) {
        uint8_t *t = malloc(cut ? cut : 1);
        memcpy(t, whole, cut);
        (void)madt_parse(t, cut, &madt);
        ck_assert_uint_le(madt.cpu_count, 2);
        free(t);
    }
}
END_TEST

START_TEST(a_madt_of_many_cpus_fills_the_table_and_no_more)
{
    static uint8_t t[44 + 1000 * 16];

    memset(t, 0, 44);
    for (unsigned int i = 0; i < 1000; i++) {
        uint8_t r[16] = { 9, 16, 0, 0, (uint8_t)i, (uint8_t)(i >> 8), 0, 0,
                          1, 0, 0, 0, (uint8_t)i, (uint8_t)(i >> 8), 0, 0 };
        memcpy(t + 44 + i * 16, r, 16);
    }
    ck_assert_int_eq(madt_parse(t, sizeof(t), &madt), 0);
    ck_assert_uint_eq(madt.cpu_count, ACPI_MAX_CPUS);
    ck_assert_uint_eq(madt.cpu_excess, 1000 - ACPI_MAX_CPUS);
    ck_assert_uint_eq(madt.cpu[255].apic_id, 255);
}
END_TEST

START_TEST(a_cpu_listed_twice_counts_once)
{
    static const uint8_t again[] = { 0, 8, 7, 4, 1, 0, 0, 0 };
    static const uint8_t x2apic[] = { 9, 16, 0, 0, 4, 0, 0, 0,
                                      1, 0, 0, 0, 7, 0, 0, 0 };
    uint8_t t[256];
    size_t at = qemu_madt(t);

    at = append(t, at, again, sizeof(again));
    at = append(t, at, x2apic, sizeof(x2apic));
    ck_assert_int_eq(madt_parse(t, at, &madt), 0);
    ck_assert_uint_eq(madt.cpu_count, 2);
    ck_assert_uint_eq(madt.cpu[1].acpi_uid, 1);
    ck_assert_uint_eq(madt.cpu_excess, 0);
}
END_TEST

START_TEST(the_broadcast_numbers_are_no_cpus)
{
    static const uint8_t all[] = { 0, 8, 7, 0xff, 1, 0, 0, 0 };
    static const uint8_t all_x2apic[] = { 9, 16, 0, 0, 0xff, 0xff, 0xff, 0xff,
                                          1, 0, 0, 0, 7, 0, 0, 0 };
    static const uint8_t far[] = { 9, 16, 0, 0, 0xff, 0, 0, 0,
                                   1, 0, 0, 0, 7, 0, 0, 0 };
    uint8_t t[256];
    size_t at = qemu_madt(t);

    at = append(t, at, all, sizeof(all));
    at = append(t, at, all_x2apic, sizeof(all_x2apic));
    at = append(t, at, far, sizeof(far));
    ck_assert_int_eq(madt_parse(t, at, &madt), 0);
    ck_assert_uint_eq(madt.cpu_count, 3);
    ck_assert_uint_eq(madt.cpu[2].apic_id, 0xff);
}
END_TEST

static struct acpi_fadt_info fadt;

START_TEST(the_oldest_fadt_gives_its_ports_and_no_reset)
{
    uint8_t t[116] = { 0 };

    t[64] = 0x04; t[65] = 0xb0;         /* PM1a control */
    t[76] = 0x08; t[77] = 0xb0; t[91] = 4;
    t[48] = 0xb2; t[52] = 0xa0; t[46] = 9; t[108] = 0x32;
    ck_assert_int_eq(fadt_parse(t, sizeof(t), &fadt), 0);
    ck_assert_uint_eq(fadt.pm1a_control, 0xb004);
    ck_assert_uint_eq(fadt.pm_timer, 0xb008);
    ck_assert_uint_eq(fadt.smi_command, 0xb2);
    ck_assert_uint_eq(fadt.acpi_enable, 0xa0);
    ck_assert_uint_eq(fadt.sci_irq, 9);
    ck_assert_uint_eq(fadt.century_index, 0x32);
    ck_assert(!fadt.has_reset);
}
END_TEST

START_TEST(an_extended_fadt_field_wins_unless_it_is_no_port)
{
    uint8_t t[276] = { 0 };

    t[64] = 0x04; t[65] = 0xb0;
    t[172] = ACPI_SPACE_IO; t[176] = 0x04; t[177] = 0x06;
    t[113] = 0x04;                      /* has a reset register */
    t[116] = ACPI_SPACE_IO; t[120] = 0xf9; t[121] = 0x0c; t[128] = 0x0f;
    ck_assert_int_eq(fadt_parse(t, sizeof(t), &fadt), 0);
    ck_assert_uint_eq(fadt.pm1a_control, 0x604);
    ck_assert(fadt.has_reset && fadt.reset_address == 0xcf9);
    ck_assert_uint_eq(fadt.reset_value, 0x0f);
    t[172] = ACPI_SPACE_MEMORY;
    ck_assert_int_eq(fadt_parse(t, sizeof(t), &fadt), 0);
    ck_assert_uint_eq(fadt.pm1a_control, 0);
    ck_assert_int_eq(fadt_parse(t, 115, &fadt), -EINVAL);
}
END_TEST

START_TEST(an_hpet_must_be_in_memory)
{
    uint8_t t[56] = { 0 };
    paddr_t paddr;

    t[46] = 0xd0; t[47] = 0xfe;
    ck_assert_int_eq(acpi_hpet_parse(t, sizeof(t), &paddr), 0);
    ck_assert_uint_eq(paddr, 0xfed00000);
    ck_assert_int_eq(acpi_hpet_parse(t, 55, &paddr), -EINVAL);
    t[40] = ACPI_SPACE_IO;
    ck_assert_int_eq(acpi_hpet_parse(t, sizeof(t), &paddr), -EINVAL);
    ck_assert_uint_eq(paddr, 0);
}
END_TEST

START_TEST(mcfg_windows_are_read_up_to_the_first_bad_one)
{
    uint8_t t[44 + 3 * 16 + 5] = { 0 };
    struct acpi_mcfg_window w[ACPI_MAX_MCFG];
    unsigned int count;

    t[44 + 3] = 0xb0; t[44 + 11] = 0xff;
    t[60 + 3] = 0xc0; t[60 + 8] = 1; t[60 + 11] = 0x7f;
    t[76 + 3] = 0xd0; t[76 + 10] = 9; t[76 + 11] = 8;
    ck_assert_int_eq(mcfg_parse(t, sizeof(t), w, &count), -EINVAL);
    ck_assert_uint_eq(count, 2);
    ck_assert_uint_eq(w[0].paddr, 0xb0000000);
    ck_assert_uint_eq(w[1].segment, 1);
    ck_assert_int_eq(mcfg_parse(t, 43, w, &count), -EINVAL);
}
END_TEST

START_TEST(sleep_state_5_is_found_in_byte_code)
{
    static const uint8_t qemu[] = {
        0x10, 0x20, 0x08, '_', 'S', '5', '_', 0x12, 0x06, 0x04, 0, 0, 0, 0,
    };
    static const uint8_t bytes[] = {
        0x08, '\\', '_', 'S', '5', '_', 0x12, 0x0a, 0x04, 0x0a, 5, 0x0a, 7,
        0, 0,
    };
    static const uint8_t method[] = { 0x14, 0x09, '_', 'S', '5', '_', 0 };
    static const uint8_t wide[] = {
        0x08, '_', 'S', '5', '_', 0x12, 0x08, 0x02, 0x0a, 8, 0x0a, 1,
    };
    uint8_t a = 9, b = 9;

    ck_assert(acpi_find_s5(qemu, sizeof(qemu), &a, &b) && a == 0 && b == 0);
    ck_assert(acpi_find_s5(bytes, sizeof(bytes), &a, &b) && a == 5 && b == 7);
    ck_assert(!acpi_find_s5(method, sizeof(method), &a, &b));
    ck_assert(!acpi_find_s5(wide, sizeof(wide), &a, &b));
    for (size_t cut = 0; cut < 13; cut++) {
        uint8_t *t = malloc(cut ? cut : 1);
        memcpy(t, bytes, cut);
        ck_assert(!acpi_find_s5(t, cut, &a, &b));
        free(t);
    }
}
END_TEST

START_TEST(random_bytes_harm_no_parser)
{
    uint64_t seed = 7;
    struct acpi_mcfg_window w[ACPI_MAX_MCFG];
    unsigned int count;
    paddr_t paddr;

    for (int round = 0; round < 20000; round++) {
        size_t size = unit_random_below(&seed, 300);
        uint8_t *t = malloc(size ? size : 1);
        uint8_t a, b;

        for (size_t i = 0; i < size; i++)
            t[i] = (uint8_t)unit_random_below(&seed, round % 2 ? 256 : 13);
        (void)madt_parse(t, size, &madt);
        (void)fadt_parse(t, size, &fadt);
        (void)mcfg_parse(t, size, w, &count);
        (void)acpi_hpet_parse(t, size, &paddr);
        (void)acpi_find_s5(t, size, &a, &b);
        ck_assert_uint_le(madt.ioapic_count, ACPI_MAX_IOAPICS);
        ck_assert_uint_le(count, ACPI_MAX_MCFG);
        free(t);
    }
}
END_TEST

int main(void)
{
    return UNIT_RUN("acpi",
                    a_table_is_found_through_the_extended_root,
                    a_damaged_extended_root_gives_way_to_the_old_one,
                    a_root_pointer_in_the_ebda_is_found,
                    the_loaders_word_is_checked_and_otherwise_dropped,
                    a_machine_without_tables_is_no_error_to_the_caller,
                    a_table_with_a_wrong_sum_or_length_is_left_out,
                    a_root_that_lists_itself_ends,
                    the_madt_of_a_pc_is_understood,
                    no_madt_means_an_ordinary_pc,
                    a_madt_record_of_length_zero_ends_the_walk,
                    a_madt_cut_off_anywhere_is_read_no_further,
                    a_madt_of_many_cpus_fills_the_table_and_no_more,
                    a_cpu_listed_twice_counts_once,
                    the_broadcast_numbers_are_no_cpus,
                    the_oldest_fadt_gives_its_ports_and_no_reset,
                    an_extended_fadt_field_wins_unless_it_is_no_port,
                    an_hpet_must_be_in_memory,
                    mcfg_windows_are_read_up_to_the_first_bad_one,
                    sleep_state_5_is_found_in_byte_code,
                    random_bytes_harm_no_parser);
}
