/* SPDX-License-Identifier: MIT */
/* table.h - the layout of ACPI tables, as ACPI 6.5 chapter 5 gives it. */
#ifndef DRIVERS_ACPI_TABLE_H
#define DRIVERS_ACPI_TABLE_H

#include <hv/compiler.h>
#include <hv/types.h>

struct acpi_rsdp {              /* ACPI 6.5 5.2.5.3 */
    char     signature[8];      /*  0: "RSD PTR " */
    uint8_t  checksum;          /*  8: of the first 20 bytes */
    char     oem_id[6];         /*  9 */
    uint8_t  revision;          /* 15: 2 and up has what follows 20 */
    uint32_t rsdt_paddr;        /* 16 */
    uint32_t length;            /* 20 */
    uint64_t xsdt_paddr;        /* 24 */
    uint8_t  checksum_all;      /* 32 */
    uint8_t  reserved[3];       /* 33 */
} PACKED;
#define RSDP_V1_SIZE    20u
_Static_assert(sizeof(struct acpi_rsdp) == 36, "ACPI 6.5 5.2.5.3");

struct acpi_header {            /* ACPI 6.5 5.2.6 */
    char     signature[4];      /*  0 */
    uint32_t length;            /*  4: of the whole table */
    uint8_t  revision;          /*  8 */
    uint8_t  checksum;          /*  9: all bytes sum to 0 */
    char     oem_id[6];         /* 10 */
    char     oem_table_id[8];   /* 16 */
    uint32_t oem_revision;      /* 24 */
    char     creator_id[4];     /* 28 */
    uint32_t creator_revision;  /* 32 */
} PACKED;
_Static_assert(sizeof(struct acpi_header) == 36, "ACPI 6.5 5.2.6");

struct acpi_address {           /* generic address, ACPI 6.5 5.2.3.2 */
    uint8_t  space;             /* 0: ACPI_SPACE_* */
    uint8_t  bit_width;         /* 1 */
    uint8_t  bit_offset;        /* 2 */
    uint8_t  access_size;       /* 3 */
    uint64_t address;           /* 4 */
} PACKED;
_Static_assert(sizeof(struct acpi_address) == 12, "ACPI 6.5 5.2.3.2");

/* Read one field that may lie unaligned, or past the end (then zero). */
static inline uint64_t acpi_field(const void *table, size_t length,
                                  size_t offset, size_t size)
{
    const uint8_t *at = table;
    uint64_t value = 0;

    if (offset > length || length - offset < size)
        return 0;
    for (size_t i = 0; i < size; i++)
        value |= (uint64_t)at[offset + i] << (8 * i);
    return value;
}

#endif
