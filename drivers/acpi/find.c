/* SPDX-License-Identifier: MIT */
/*
 * find.c - from the root pointer to a table that may be read.
 *
 * The list of table addresses is copied at boot; a table is mapped header
 * first, then as a whole, and is handed out only when its length is sane and
 * its bytes sum to zero. Boot only: no lock.
 */
#include <hv/acpi.h>
#include <hv/errno.h>
#include <hv/phys_map.h>
#include <hv/printk.h>
#include <hv/string.h>
#include "table.h"

#define EBDA_SEGMENT_PADDR  0x40eu      /* BIOS data area: segment of EBDA */
#define EBDA_SCAN_SIZE      0x400u      /* ACPI 6.5 5.2.5.1 */
#define BIOS_SCAN_PADDR     0xe0000u
#define BIOS_SCAN_SIZE      0x20000u
#define RSDP_ALIGN          16u
#define TABLE_MAX_SIZE      MIB(4)
#define TABLE_MAX_COUNT     64u

static paddr_t rsdp_paddr;
static paddr_t table_paddr[TABLE_MAX_COUNT];
static unsigned int table_count;

static bool sums_to_zero(const void *data, size_t length)
{
    const uint8_t *at = data;
    uint8_t sum = 0;

    for (size_t i = 0; i < length; i++)
        sum = (uint8_t)(sum + at[i]);
    return sum == 0;
}

static bool rsdp_is_sound(const struct acpi_rsdp *rsdp)
{
    return memcmp(rsdp->signature, "RSD PTR ", 8) == 0 &&
           sums_to_zero(rsdp, RSDP_V1_SIZE);
}

/* Copy the root pointer at @paddr; false when there is none. */
static bool rsdp_read(paddr_t paddr, struct acpi_rsdp *out)
{
    const void *at = map_phys(paddr, sizeof(*out));

    if (!at)
        return false;
    memcpy(out, at, sizeof(*out));
    unmap_phys((void *)at, sizeof(*out));
    return rsdp_is_sound(out);
}

static paddr_t rsdp_scan(paddr_t from, size_t size)
{
    const uint8_t *area = map_phys(from, size);
    paddr_t found = 0;

    if (!area)
        return 0;
    for (size_t at = 0; !found && at + sizeof(struct acpi_rsdp) <= size;
         at += RSDP_ALIGN)
        if (rsdp_is_sound((const struct acpi_rsdp *)(area + at)))
            found = from + at;
    unmap_phys((void *)area, size);
    return found;
}

static paddr_t rsdp_search(void)
{
    const uint8_t *bda = map_phys(EBDA_SEGMENT_PADDR, 2);
    paddr_t ebda = 0, found = 0;

    if (bda) {
        ebda = (paddr_t)(bda[0] | bda[1] << 8) << 4;
        unmap_phys((void *)bda, 2);
    }
    if (ebda)
        found = rsdp_scan(ebda, EBDA_SCAN_SIZE);
    return found ? found : rsdp_scan(BIOS_SCAN_PADDR, BIOS_SCAN_SIZE);
}

/* Map the table at @paddr; -EINVAL when it is not sound. */
static int table_map_at(paddr_t paddr, struct acpi_table *out)
{
    const struct acpi_header *header;
    size_t length;

    header = map_phys(paddr, sizeof(*header));
    if (!header)
        return -ENOMEM;
    length = header->length;
    unmap_phys((void *)header, sizeof(*header));
    if (length < sizeof(*header) || length > TABLE_MAX_SIZE)
        return -EINVAL;

    header = map_phys(paddr, length);
    if (!header)
        return -ENOMEM;
    *out = (struct acpi_table){ header, length };
    if (header->length == length && sums_to_zero(header, length))
        return 0;
    acpi_table_unmap(out);
    return -EINVAL;
}

/* Copy the addresses that a root table with @entry_size bytes each lists. */
static int root_read(paddr_t paddr, const char *signature, size_t entry_size)
{
    struct acpi_table root;
    size_t at = sizeof(struct acpi_header);
    int rc = table_map_at(paddr, &root);

    if (rc)
        return rc;
    if (memcmp(root.data, signature, 4) != 0) {
        acpi_table_unmap(&root);
        return -EINVAL;
    }
    for (table_count = 0; root.length - at >= entry_size; at += entry_size) {
        paddr_t table = acpi_field(root.data, root.length, at, entry_size);
        if (table && table_count < TABLE_MAX_COUNT)
            table_paddr[table_count++] = table;
    }
    acpi_table_unmap(&root);
    return 0;
}

int acpi_init(paddr_t rsdp)
{
    struct acpi_rsdp root;
    int rc = -EINVAL;

    table_count = 0;
    rsdp_paddr = rsdp && rsdp_read(rsdp, &root) ? rsdp : rsdp_search();
    if (!rsdp_paddr || !rsdp_read(rsdp_paddr, &root)) {
        rsdp_paddr = 0;
        return -ENODEV;
    }
    if (root.revision >= 2 && root.xsdt_paddr &&
        sums_to_zero(&root, sizeof(root)))
        rc = root_read(root.xsdt_paddr, "XSDT", sizeof(uint64_t));
    if (rc && root.rsdt_paddr)
        rc = root_read(root.rsdt_paddr, "RSDT", sizeof(uint32_t));
    if (rc) {
        printk(LOG_WARNING, "ACPI: root table is damaged (%d)\n", rc);
        return -ENODEV;
    }
    return 0;
}

int acpi_table_map(const char *signature, struct acpi_table *out)
{
    for (unsigned int i = 0; i < table_count; i++) {
        const void *header = map_phys(table_paddr[i], 4);
        bool match = header && memcmp(header, signature, 4) == 0;

        unmap_phys((void *)header, 4);
        if (!match)
            continue;
        if (table_map_at(table_paddr[i], out) == 0)
            return 0;
        printk(LOG_WARNING, "ACPI: %.4s at 0x%lx is damaged; ignored\n",
               signature, (unsigned long)table_paddr[i]);
    }
    return -ENOENT;
}

int acpi_table_map_at(paddr_t paddr, const char *signature,
                      struct acpi_table *out)
{
    int rc = paddr ? table_map_at(paddr, out) : -ENOENT;

    if (!rc && memcmp(out->data, signature, 4) != 0) {
        acpi_table_unmap(out);
        rc = -EINVAL;
    }
    return rc;
}

void acpi_table_unmap(struct acpi_table *table)
{
    unmap_phys((void *)table->data, table->length);
    *table = (struct acpi_table){ NULL, 0 };
}

paddr_t acpi_rsdp(void)
{
    return rsdp_paddr;
}
