/* SPDX-License-Identifier: MIT */
/* hpet.c - the HPET description table (IA-PC HPET 1.0a 3.2.4). Pure. */
#include <hv/acpi.h>
#include <hv/errno.h>
#include "table.h"

struct acpi_hpet {
    struct acpi_header  header;         /*  0 */
    uint32_t            block_id;       /* 36 */
    struct acpi_address base;           /* 40 */
    uint8_t             number;         /* 52 */
    uint16_t            min_tick;       /* 53 */
    uint8_t             protection;     /* 55 */
} PACKED;
_Static_assert(sizeof(struct acpi_hpet) == 56, "IA-PC HPET 1.0a 3.2.4");

int acpi_hpet_parse(const void *table, size_t length, paddr_t *paddr)
{
    const struct acpi_hpet *hpet = table;

    *paddr = 0;
    if (length < sizeof(*hpet))
        return -EINVAL;
    if (hpet->base.space != ACPI_SPACE_MEMORY || !hpet->base.address ||
        hpet->base.address % sizeof(uint64_t))
        return -EINVAL;
    *paddr = hpet->base.address;
    return 0;
}
