/* SPDX-License-Identifier: MIT */
/*
 * runtime.c - the firmware's runtime services: which there are, and one call at
 * a time.
 *
 * The firmware is part of what the machine's owner trusts: it ran before us and
 * runs in ring 0 here. It is not trusted to be free of defects: when one of its
 * functions raises an exception, all services are off from then on, since what
 * the function left half done is its own secret.
 * SetVirtualAddressMap is never called, so the firmware works with machine
 * addresses as it did before.
 *
 * Locks: runtime_lock guards the firmware, whose services are not reentrant
 * (UEFI 2.10 8.1), and is_on. Interrupts are off in it.
 */
#include <hv/boot_info.h>
#include <hv/efi.h>
#include <hv/errno.h>
#include <hv/phys_map.h>
#include <hv/printk.h>
#include <hv/spinlock.h>
#include <hv/string.h>
#include "table.h"

#define RUNTIME_SIGNATURE   0x56524553544e5552ull   /* "RUNTSERV" */

struct efi_runtime_table {      /* UEFI 2.10 4.5.1 */
    struct efi_table_header header;         /*  0 */
    uint64_t function[EFI_SERVICES];        /* 24 */
};
_Static_assert(sizeof(struct efi_runtime_table) == 136, "UEFI 2.10 4.5.1");

static spinlock_t runtime_lock = SPINLOCK_INIT(LOCK_LEVEL_FIRMWARE);
static bool is_on;
static uint64_t function[EFI_SERVICES];     /* [I] */

static bool __init is_runtime_code(uint64_t address)
{
    const struct efi_map *map = &boot_info.efi_map;

    for (unsigned int i = 0; i < map->count; i++) {
        const struct efi_range *r = &map->range[i];

        if (r->start <= address && address < r->end)
            return r->type == EFI_TYPE_RUNTIME_CODE &&
                   (r->attributes & EFI_MEMORY_RUNTIME);
    }
    return false;
}

static bool __init read_table(paddr_t paddr)
{
    const struct efi_runtime_table *table =
        paddr ? map_phys(paddr, sizeof(*table)) : NULL;
    bool is_good;

    if (!table)
        return false;
    is_good = table->header.signature == RUNTIME_SIGNATURE &&
              table->header.header_size >= sizeof(table->header);
    if (is_good) {
        efi_info.runtime_version = table->header.revision;
        memcpy(function, table->function, sizeof(function));
    }
    unmap_phys((void *)table, sizeof(*table));
    return is_good;
}

/* Why the services cannot be used, or NULL. */
static const char *__init find_obstacle(paddr_t table)
{
    if (!efi_option.runtime_services)
        return "efi=no-rs";
    if (!boot_info.efi_map.count || boot_info.efi_map.is_cut)
        return "the loader gave no memory map of UEFI, or too long a one";
    if (boot_info.efi_boot_services)
        return "the loader has not left boot services";
    if (!read_table(table))
        return "their table is damaged";
    return NULL;
}

void __init efi_runtime_init(paddr_t table)
{
    const char *obstacle = find_obstacle(table);

    if (!obstacle && arch_efi_init())
        obstacle = "their memory cannot be mapped";
    if (obstacle) {
        efi_info.runtime_version = 0;
        printk(LOG_WARNING, "UEFI: no runtime services: %s\n", obstacle);
        return;
    }
    for (unsigned int i = 0; i < EFI_SERVICES; i++)
        if (!is_runtime_code(function[i]))
            function[i] = 0;
    is_on = true;
}

bool efi_runtime_is_on(void)
{
    return READ_ONCE(is_on);
}

static int call_locked(enum efi_service service,
                       const uint64_t arguments[EFI_ARGUMENTS],
                       uint64_t *status)
{
    if (!is_on || !function[service])
        return -EOPNOTSUPP;
    if (arch_efi_call(function[service], arguments, status))
        return 0;
    WRITE_ONCE(is_on, false);
    printk(LOG_ERROR, "UEFI: runtime service %u has failed; all of them are "
           "off from now on\n", service);
    return -EOPNOTSUPP;
}

int efi_call(enum efi_service service,
             const uint64_t arguments[EFI_ARGUMENTS], uint64_t *status)
{
    unsigned long flags = spin_lock_irqsave(&runtime_lock);
    int rc = call_locked(service, arguments, status);

    spin_unlock_irqrestore(&runtime_lock, flags);
    return rc;
}

void efi_reset(enum efi_reset how)
{
    const uint64_t arguments[EFI_ARGUMENTS] = { how, EFI_SUCCESS };
    uint64_t status;

    if (!spin_trylock(&runtime_lock))
        return;
    (void)call_locked(EFI_RESET_SYSTEM, arguments, &status);
    spin_unlock(&runtime_lock);
}
