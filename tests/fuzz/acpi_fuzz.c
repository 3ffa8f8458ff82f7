/* SPDX-License-Identifier: MIT */
/*
 * acpi_fuzz.c - firmware's tables. The input is a list of tables, each with a
 * signature by number and its content; length and checksum are made right, so
 * that content is reached, but for tables that carry their own. Every mapping
 * is a copy of exactly the size asked for.
 */
#include <stdlib.h>
#include <hv/acpi.h>
#include "fake_phys.h"
#include "fuzz.h"

#define RSDP        0xf1230u
#define XSDT        0x10000u
#define TABLES      0x20000u
#define TABLES_MAX  8u
#define HEADER_SIZE 36u

/* One table at @at; its length. */
static uint32_t put_table(struct fuzz *f, paddr_t at)
{
    static const char names[][5] = { "APIC", "FACP", "HPET", "MCFG", "DSDT" };
    unsigned int which = fuzz_u8(f);
    uint32_t length = HEADER_SIZE + fuzz_u8(f);

    fuzz_bytes(f, fake_phys + at, length);
    if (which & 0x80)
        return length;              /* as it is, with any length and sum */
    memcpy(fake_phys + at, names[which % ARRAY_SIZE(names)], 4);
    fake_phys_put(at + 4, length, 4);
    fake_phys_set_sum(at, length, 9);
    return length;
}

/* DSDT is reached through the FADT alone: point all of them at the last. */
static void put_tables(struct fuzz *f)
{
    unsigned int count = fuzz_below(f, TABLES_MAX + 1);
    paddr_t at = TABLES;

    for (unsigned int i = 0; i < count; i++, at += 0x1000) {
        uint32_t length = put_table(f, at);

        fake_phys_put(XSDT + HEADER_SIZE + i * 8, at, 8);
        if (!memcmp(fake_phys + at, "FACP", 4) && length >= 44) {
            fake_phys_put(at + 40, TABLES + (count - 1) * 0x1000, 4);
            fake_phys_set_sum(at, length, 9);
        }
    }
    memcpy(fake_phys + XSDT, "XSDT", 4);
    fake_phys_put(XSDT + 4, HEADER_SIZE + count * 8 + fuzz_below(f, 3), 4);
    fake_phys_set_sum(XSDT, HEADER_SIZE + count * 8, 9);
    memcpy(fake_phys + RSDP, "RSD PTR ", 8);
    fake_phys[RSDP + 15] = 2;
    fake_phys_put(RSDP + 20, 36, 4);
    fake_phys_put(RSDP + 24, XSDT, 8);
    fake_phys_set_sum(RSDP, 20, 8);
    fake_phys_set_sum(RSDP, 36, 32);
}

static void read_sleep(void)
{
    struct acpi_table dsdt;
    uint8_t a, b;

    if (!acpi_has_fadt || !acpi_fadt.dsdt ||
        acpi_table_map_at(acpi_fadt.dsdt, "DSDT", &dsdt))
        return;
    if (acpi_find_s5((const uint8_t *)dsdt.data + HEADER_SIZE,
                     dsdt.length - HEADER_SIZE, &a, &b))
        ck_assert(a <= 7 && b <= 7);
    acpi_table_unmap(&dsdt);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz f = { data, size };

    memset(fake_phys, 0, TABLES + TABLES_MAX * 0x1000);
    put_tables(&f);
    acpi_has_fadt = false;
    if (acpi_init(0))
        return 0;
    acpi_read_tables();
    ck_assert(acpi_madt.cpu_count <= ACPI_MAX_CPUS);
    ck_assert(acpi_madt.ioapic_count <= ACPI_MAX_IOAPICS);
    ck_assert(acpi_mcfg_count <= ACPI_MAX_MCFG);
    read_sleep();
    return 0;
}
