/* SPDX-License-Identifier: MIT */
/*
 * fadt.c - the FADT: power management ports, reset, and what a PC lacks. The
 * table grew with every revision, so each field is asked for by its offset
 * and reads as zero when the table ends before it. Pure.
 */
#include <hv/acpi.h>
#include <hv/errno.h>
#include "table.h"

#define FADT_DSDT           40u     /* u32; ACPI 6.5 table 5.9 */
#define FADT_SCI_IRQ        46u     /* u16 */
#define FADT_SMI_COMMAND    48u     /* u32 */
#define FADT_ACPI_ENABLE    52u     /* u8 */
#define FADT_PM1A_EVENT     56u     /* u32 */
#define FADT_PM1B_EVENT     60u
#define FADT_PM1A_CONTROL   64u
#define FADT_PM1B_CONTROL   68u
#define FADT_PM_TIMER       76u
#define FADT_PM_TIMER_LEN   91u     /* u8: 4 when it exists */
#define FADT_CENTURY        108u    /* u8 */
#define FADT_BOOT_ARCH      109u    /* u16 */
#define   BOOT_ARCH_NO_VGA  (1u << 2)
#define   BOOT_ARCH_NO_CMOS (1u << 5)
#define FADT_FLAGS          112u    /* u32 */
#define   FADT_TIMER_32BIT  (1u << 8)
#define   FADT_HAS_RESET    (1u << 10)
#define FADT_RESET          116u    /* struct acpi_address */
#define FADT_RESET_VALUE    128u    /* u8 */
#define FADT_DSDT_64        140u    /* u64 */
#define FADT_PM1A_EVENT_X   148u    /* struct acpi_address */
#define FADT_PM1B_EVENT_X   160u
#define FADT_PM1A_CONTROL_X 172u
#define FADT_PM1B_CONTROL_X 184u
#define FADT_PM_TIMER_X     208u
#define FADT_V1_SIZE        116u

#define ADDRESS_SPACE       0u      /* offsets in struct acpi_address */
#define ADDRESS_VALUE       4u

/* One table and how long it is. */
struct fadt {
    const void *table;
    size_t length;
};

static uint64_t field(const struct fadt *f, size_t offset, size_t size)
{
    return acpi_field(f->table, f->length, offset, size);
}

/* A register block as a port: from the extended field when that names one,
 * else from the old one. 0: absent, or not in I/O space. */
static uint16_t port(const struct fadt *f, size_t old, size_t extended)
{
    uint64_t address = field(f, extended + ADDRESS_VALUE, 8);

    if (!address)
        address = field(f, old, 4);
    else if (field(f, extended + ADDRESS_SPACE, 1) != ACPI_SPACE_IO)
        return 0;
    return address <= 0xffff ? (uint16_t)address : 0;
}

static void read_reset(const struct fadt *f, struct acpi_fadt_info *out)
{
    out->reset_space = (uint8_t)field(f, FADT_RESET + ADDRESS_SPACE, 1);
    out->reset_address = field(f, FADT_RESET + ADDRESS_VALUE, 8);
    out->reset_value = (uint8_t)field(f, FADT_RESET_VALUE, 1);
    out->has_reset = (field(f, FADT_FLAGS, 4) & FADT_HAS_RESET) &&
                     out->reset_address;
}

static void read_timer(const struct fadt *f, struct acpi_fadt_info *out)
{
    out->pm_timer = port(f, FADT_PM_TIMER, FADT_PM_TIMER_X);
    if (field(f, FADT_PM_TIMER_LEN, 1) != 4)
        out->pm_timer = 0;
    out->pm_timer_is_32bit = field(f, FADT_FLAGS, 4) & FADT_TIMER_32BIT;
}

static void read_legacy(const struct fadt *f, struct acpi_fadt_info *out)
{
    uint16_t arch = (uint16_t)field(f, FADT_BOOT_ARCH, 2);
    uint8_t century = (uint8_t)field(f, FADT_CENTURY, 1);

    out->has_no_vga = arch & BOOT_ARCH_NO_VGA;
    out->has_no_cmos = arch & BOOT_ARCH_NO_CMOS;
    out->century_index = century < 0x80 ? century : 0;
}

int fadt_parse(const void *table, size_t length, struct acpi_fadt_info *out)
{
    struct fadt f = { table, length };
    uint64_t smi;

    *out = (struct acpi_fadt_info){ 0 };
    if (length < FADT_V1_SIZE)
        return -EINVAL;
    out->pm1a_event = port(&f, FADT_PM1A_EVENT, FADT_PM1A_EVENT_X);
    out->pm1b_event = port(&f, FADT_PM1B_EVENT, FADT_PM1B_EVENT_X);
    out->pm1a_control = port(&f, FADT_PM1A_CONTROL, FADT_PM1A_CONTROL_X);
    out->pm1b_control = port(&f, FADT_PM1B_CONTROL, FADT_PM1B_CONTROL_X);
    read_timer(&f, out);
    read_reset(&f, out);
    read_legacy(&f, out);
    out->sci_irq = (uint16_t)field(&f, FADT_SCI_IRQ, 2);
    smi = field(&f, FADT_SMI_COMMAND, 4);
    out->smi_command = smi <= 0xffff ? (uint16_t)smi : 0;
    out->acpi_enable = (uint8_t)field(&f, FADT_ACPI_ENABLE, 1);
    out->dsdt = (uint32_t)field(&f, FADT_DSDT, 4);
    if (!out->dsdt && field(&f, FADT_DSDT_64, 8) <= 0xffffffff)
        out->dsdt = (uint32_t)field(&f, FADT_DSDT_64, 8);
    return 0;
}
