/* SPDX-License-Identifier: MIT */
/*
 * system_table.c - what UEFI said of itself, for domain 0. The loader has left
 * boot services; the table stays where it is, in physical addresses, because
 * nobody has called SetVirtualAddressMap.
 */
#include <hv/efi.h>
#include <hv/phys_map.h>
#include <hv/printk.h>
#include "table.h"

struct efi_system_table {       /* UEFI 2.10 4.3.1, 64-bit firmware */
    struct efi_table_header header;     /*   0 */
    uint64_t vendor;                    /*  24: UTF-16 */
    uint32_t firmware_revision;         /*  32 */
    uint32_t pad;                       /*  36 */
    uint64_t console[6];                /*  40 */
    uint64_t runtime_services;          /*  88 */
    uint64_t boot_services;             /*  96 */
    uint64_t config_count;              /* 104 */
    uint64_t config_table;              /* 112 */
};
_Static_assert(sizeof(struct efi_system_table) == 120, "UEFI 2.10 4.3.1");

#define SYSTEM_SIGNATURE    0x5453595320494249ull   /* "IBI SYST" */
#define CONFIG_COUNT_MAX    1024u

struct efi_info efi_info;

static void read_vendor(paddr_t paddr)
{
    const size_t size = sizeof(efi_info.vendor) - sizeof(uint16_t);
    const uint16_t *name = paddr ? map_phys(paddr, size) : NULL;

    if (!name)
        return;
    for (unsigned int i = 0; i < EFI_VENDOR_MAX - 1 && name[i]; i++)
        efi_info.vendor[i] = name[i];
    unmap_phys((void *)name, size);
}

void efi_init(paddr_t system_table)
{
    const struct efi_system_table *mapped;
    struct efi_system_table table;

    mapped = system_table ? map_phys(system_table, sizeof(table)) : NULL;
    if (!mapped)
        return;
    table = *mapped;
    unmap_phys((void *)mapped, sizeof(table));
    if (table.header.signature != SYSTEM_SIGNATURE ||
        table.config_count > CONFIG_COUNT_MAX) {
        printk(LOG_WARNING, "UEFI: the system table is damaged; ignored\n");
        return;
    }
    efi_info = (struct efi_info){
        .is_present = true,
        .version = table.header.revision,
        .firmware_revision = table.firmware_revision,
        .config_table = table.config_table,
        .config_count = (uint32_t)table.config_count,
    };
    read_vendor(table.vendor);
    efi_runtime_init(table.runtime_services);
}
