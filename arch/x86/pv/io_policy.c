/* SPDX-License-Identifier: MIT */
/*
 * io_policy.c - what the domain that drives the devices is given: every port
 * and every frame that is no RAM, less what the hypervisor itself works with.
 * Ports that are shared with it are absent here too; port_policy.c has them.
 */
#include <hv/acpi.h>
#include <hv/console.h>
#include <hv/domain.h>
#include <hv/rangeset.h>
#include <asm/cpuid.h>
#include <asm/io_policy.h>
#include <asm/ioapic_regs.h>
#include <asm/lapic_regs.h>
#include <asm/msi.h>

#define PORT_LAST           0xfffful
#define CPUID_ADDRESS_SIZE  0x80000008  /* EAX bits 7-0: physical address bits */
#define ADDRESS_BITS_MIN    36u

static const struct range kept_ports[] = {
    { 0x20, 0x21 },         /* 8259s */
    { 0xa0, 0xa1 },
    { 0x40, 0x43 },         /* 8254 */
    { 0x61, 0x61 },         /* gate of its channel 2, speaker */
    { 0x70, 0x71 },         /* battery clock */
    { 0xcf8, 0xcf8 },       /* PCI configuration; 0xcf9 is a reset register */
    { 0xcfa, 0xcff },
};

static int keep_uarts(struct rangeset *ports)
{
    int rc = 0;

    for (unsigned long port = 0; !rc && port <= PORT_LAST; port++)
        if (console_owns_port((uint16_t)port))
            rc = rangeset_remove(ports, port, port);
    return rc;
}

static int fill_ports(struct rangeset *ports)
{
    int rc = rangeset_add(ports, 0, PORT_LAST);

    for (size_t i = 0; !rc && i < ARRAY_SIZE(kept_ports); i++)
        rc = rangeset_remove(ports, kept_ports[i].first, kept_ports[i].last);
    if (!rc && acpi_has_fadt && acpi_fadt.pm_timer)
        rc = rangeset_remove(ports, acpi_fadt.pm_timer,
                             acpi_fadt.pm_timer + 3ul);
    return rc ? rc : keep_uarts(ports);
}

#define LOW_MEMORY_END  MIB(1)

static unsigned long frame_last(void)
{
    unsigned int bits = cpuid_if_present(CPUID_ADDRESS_SIZE).eax & 0xff;

    return (1ul << (MAX(bits, ADDRESS_BITS_MIN) - PAGE_SHIFT)) - 1;
}

/* Take the frames that @start to @end (exclusive) touch out of @frames. */
static int keep_memory(struct rangeset *frames, paddr_t start, paddr_t end)
{
    if (start >= end)
        return 0;
    return rangeset_remove(frames, start >> PAGE_SHIFT,
                           (end - 1) >> PAGE_SHIFT);
}

static int keep_ram(struct rangeset *frames, const struct memory_map *map)
{
    int rc = 0;

    for (unsigned int i = 0; !rc && i < map->count; i++)
        if (map->range[i].type == MEMORY_RAM ||
            map->range[i].type == MEMORY_UNUSABLE)
            rc = keep_memory(frames, map->range[i].start, map->range[i].end);
    return rc;
}

/* Code of UEFI's that runs in ring 0. */
static int keep_firmware_code(struct rangeset *frames)
{
    const struct efi_map *map = &boot_info.efi_map;
    int rc = 0;

    for (unsigned int i = 0; !rc && i < map->count; i++)
        if (map->range[i].type == EFI_TYPE_RUNTIME_CODE)
            rc = keep_memory(frames, map->range[i].start, map->range[i].end);
    return rc;
}

static int keep_controllers(struct rangeset *frames)
{
    paddr_t lapic = acpi_madt.lapic_paddr;
    int rc = keep_memory(frames, MSI_ADDRESS_BASE, MSI_ADDRESS_END);

    if (!rc)
        rc = keep_memory(frames, lapic, lapic + LAPIC_WINDOW_SIZE);
    for (unsigned int i = 0; !rc && i < acpi_madt.ioapic_count; i++)
        rc = keep_memory(frames, acpi_madt.ioapic[i].paddr,
                         acpi_madt.ioapic[i].paddr + IOAPIC_WINDOW_SIZE);
    return rc;
}

int io_policy_init(struct domain *d, const struct memory_map *map)
{
    int rc = fill_ports(&d->ioports);

    if (!rc)
        rc = rangeset_add(&d->iomem, 0, frame_last());
    if (!rc)
        rc = keep_ram(&d->iomem, map);
    if (!rc)    /* firmware's, RAM or not: nobody is given any of it */
        rc = rangeset_add(&d->iomem, 0, (LOW_MEMORY_END - 1) >> PAGE_SHIFT);
    if (!rc)
        rc = keep_firmware_code(&d->iomem);
    return rc ? rc : keep_controllers(&d->iomem);
}
