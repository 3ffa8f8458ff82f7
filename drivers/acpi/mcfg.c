/* SPDX-License-Identifier: MIT */
/* mcfg.c - windows of PCI configuration space (PCI Firmware 3.0 4.1.2). Pure. */
#include <hv/acpi.h>
#include <hv/errno.h>
#include "table.h"

struct acpi_mcfg_table {
    struct acpi_header header;          /*  0 */
    uint8_t            reserved[8];     /* 36 */
} PACKED;
_Static_assert(sizeof(struct acpi_mcfg_table) == 44, "PCI Firmware 3.0 4.1.2");

struct mcfg_record {
    uint64_t paddr;         /*  0 */
    uint16_t segment;       /*  8 */
    uint8_t  bus_first;     /* 10 */
    uint8_t  bus_last;      /* 11 */
    uint8_t  reserved[4];   /* 12 */
} PACKED;
_Static_assert(sizeof(struct mcfg_record) == 16, "PCI Firmware 3.0 4.1.2");

#define WINDOW_ALIGN    MIB(1)          /* one bus */

int mcfg_parse(const void *table, size_t length,
               struct acpi_mcfg_window *out, unsigned int *count)
{
    size_t at = sizeof(struct acpi_mcfg_table);

    *count = 0;
    if (length < at)
        return -EINVAL;
    for (; length - at >= sizeof(struct mcfg_record) && *count < ACPI_MAX_MCFG;
         at += sizeof(struct mcfg_record)) {
        const struct mcfg_record *r =
            (const void *)((const uint8_t *)table + at);

        if (!r->paddr || r->paddr % WINDOW_ALIGN ||
            r->paddr >> 52 || r->bus_first > r->bus_last)
            return -EINVAL;
        out[(*count)++] = (struct acpi_mcfg_window){
            r->paddr, r->segment, r->bus_first, r->bus_last,
        };
    }
    return 0;
}
