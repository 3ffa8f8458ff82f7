/* SPDX-License-Identifier: MIT */
/*
 * port_policy_test.c - what domain 0 and others reach through ports. The
 * machine's ports are an array; each access is remembered.
 */
#include <string.h>
#include <hv/acpi.h>
#include <hv/console.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/pci.h>
#include <asm/io.h>
#include <asm/io_policy.h>
#include <asm/rtc.h>
#include "fake_spinlock.h"
#include "unit.h"

struct acpi_madt_info acpi_madt;
struct acpi_fadt_info acpi_fadt;
bool acpi_has_fadt;
static struct domain dom0_domain, guest;
static uint8_t ports[0x10004], cmos[128], pci_space[256];
static unsigned int accesses;
static struct pci_function pci_asked;

static uint32_t port_in(uint16_t port, unsigned int bytes)
{
    uint32_t value = 0;

    accesses++;
    memcpy(&value, ports + port, bytes);
    return value;
}

static void port_out(uint16_t port, unsigned int bytes, uint32_t value)
{
    accesses++;
    memcpy(ports + port, &value, bytes);
}

uint8_t inb(uint16_t port) { return (uint8_t)port_in(port, 1); }
uint16_t inw(uint16_t port) { return (uint16_t)port_in(port, 2); }
uint32_t inl(uint16_t port) { return port_in(port, 4); }
void outb(uint16_t port, uint8_t value) { port_out(port, 1, value); }
void outw(uint16_t port, uint16_t value) { port_out(port, 2, value); }
void outl(uint16_t port, uint32_t value) { port_out(port, 4, value); }

bool console_owns_port(uint16_t port)
{
    return port >= 0x3f8 && port <= 0x3ff;
}

uint8_t rtc_read(uint8_t index)
{
    return cmos[index];
}

void rtc_write(uint8_t index, uint8_t value)
{
    cmos[index] = value;
}

uint32_t pci_read(struct pci_function f, unsigned int reg, unsigned int bytes)
{
    uint32_t value = 0;

    pci_asked = f;
    memcpy(&value, pci_space + reg, bytes);
    return value;
}

void pci_write(struct pci_function f, unsigned int reg, unsigned int bytes,
               uint32_t value)
{
    pci_asked = f;
    memcpy(pci_space + reg, &value, bytes);
}

struct boot_info boot_info;         /* of which UEFI's memory map is used */

static const struct memory_map machine = {
    .range = {
        { 0, 0x9fc00, MEMORY_RAM },
        { 0x9fc00, 0x100000, MEMORY_RESERVED },
        { 0x100000, 0x7fe0000, MEMORY_RAM },
        { 0x7fe0000, 0x8000000, MEMORY_ACPI },
    },
    .count = 4,
};

static void start(void)
{
    rangeset_init_heap(&dom0_domain.ioports);
    rangeset_init_heap(&dom0_domain.iomem);
    rangeset_init_heap(&guest.ioports);
    dom0_domain.is_hardware = true;
    acpi_has_fadt = true;
    acpi_fadt.pm_timer = 0xb008;
    acpi_madt.lapic_paddr = 0xfee00000;
    acpi_madt.ioapic_count = 1;
    acpi_madt.ioapic[0].paddr = 0xfec00000;
    ck_assert_int_eq(io_policy_init(&dom0_domain, &machine), 0);
}

static void end(void)
{
    rangeset_destroy(&dom0_domain.ioports);
    rangeset_destroy(&dom0_domain.iomem);
    ck_assert_uint_eq(fake_locks_held, 0);
}

START_TEST(a_port_of_ones_own_is_reached)
{
    uint32_t value;

    start();
    ck_assert(port_write(&dom0_domain, 0x1f0, 2, 0x1234));
    ck_assert(port_read(&dom0_domain, 0x1f0, 2, &value));
    ck_assert_uint_eq(value, 0x1234);
    ck_assert(port_write(&dom0_domain, 0xcf9, 1, 6));
    ck_assert_uint_eq(ports[0xcf9], 6);
    end();
}
END_TEST

START_TEST(what_the_hypervisor_keeps_reads_as_ones_and_forgets)
{
    static const uint16_t kept[] = { 0x20, 0x21, 0xa0, 0xa1, 0x40, 0x41,
                                     0x3f8, 0x3ff, 0xb008, 0xb00b, 0xcf8 };
    uint32_t value;

    start();
    for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
        ck_assert(!port_read(&dom0_domain, kept[i], 1, &value));
        ck_assert_uint_eq(value, 0xff);
        ck_assert(!port_write(&dom0_domain, kept[i], 1, 0x11));
    }
    ck_assert(!port_read(&dom0_domain, 0x3f7, 2, &value));
    ck_assert(!port_read(&dom0_domain, 0x1d, 4, &value));
    ck_assert_uint_eq(value, 0xffffffff);
    ck_assert(!port_read(&dom0_domain, 0xffff, 2, &value));
    ck_assert_uint_eq(accesses, 0);
    end();
}
END_TEST

START_TEST(another_domain_reaches_nothing)
{
    uint32_t value;

    start();
    for (unsigned int port = 0; port <= 0xffff; port++) {
        ck_assert(!port_read(&guest, (uint16_t)port, 1, &value));
        ck_assert_uint_eq(value, 0xff);
        ck_assert_int_eq(port_write(&guest, (uint16_t)port, 4, 0x80000000),
                         port == 0xcf8);
    }
    ck_assert(port_read(&guest, 0xcf8, 4, &value));     /* its own latch */
    ck_assert_uint_eq(value, 0x80000000);
    ck_assert(!port_read(&guest, 0xcfc, 4, &value));
    ck_assert_uint_eq(accesses, 0);
    end();
}
END_TEST

START_TEST(configuration_space_is_read_through_the_domains_own_latch)
{
    uint32_t value;

    start();
    pci_space[0x3c] = 11;
    ck_assert(!port_read(&dom0_domain, 0xcfc, 4, &value));
    ck_assert(port_write(&dom0_domain, 0xcf8, 4, 0x8001fa3c));
    ck_assert(port_read(&dom0_domain, 0xcf8, 4, &value));
    ck_assert_uint_eq(value, 0x8001fa3c);
    ck_assert(port_read(&dom0_domain, 0xcfc, 1, &value));
    ck_assert_uint_eq(value, 11);
    ck_assert_uint_eq(pci_asked.bus, 1);
    ck_assert_uint_eq(pci_asked.devfn, 0xfa);
    ck_assert(port_write(&dom0_domain, 0xcfe, 2, 0xbeef));
    ck_assert_uint_eq(pci_space[0x3e], 0xef);
    ck_assert_uint_eq(accesses, 0);
    end();
}
END_TEST

START_TEST(the_battery_clock_is_indexed_per_domain)
{
    uint32_t value;

    start();
    cmos[9] = 0x26;
    ck_assert(port_write(&dom0_domain, 0x70, 1, 0x89));
    ck_assert(port_read(&dom0_domain, 0x71, 1, &value));
    ck_assert_uint_eq(value, 0x26);
    ck_assert(port_write(&dom0_domain, 0x71, 1, 0x27));
    ck_assert_uint_eq(cmos[9], 0x27);
    ck_assert(!port_read(&dom0_domain, 0x70, 1, &value));
    ck_assert(!port_read(&dom0_domain, 0x70, 2, &value));
    ck_assert_uint_eq(accesses, 0);
    end();
}
END_TEST

START_TEST(only_channel_2_of_the_pit_and_its_gate_are_shared)
{
    uint32_t value;

    start();
    ck_assert(!port_write(&dom0_domain, 0x43, 1, 0x34));
    ck_assert(!port_write(&dom0_domain, 0x43, 1, 0xc2));
    ck_assert(port_write(&dom0_domain, 0x43, 1, 0xb6));
    ck_assert(port_write(&dom0_domain, 0x42, 1, 0x55));
    ck_assert_uint_eq(ports[0x42], 0x55);
    ports[0x61] = 0xcc;
    ck_assert(port_write(&dom0_domain, 0x61, 1, 0xf3));
    ck_assert_uint_eq(ports[0x61], 0xcf);
    ck_assert(port_read(&dom0_domain, 0x61, 1, &value));
    ck_assert_uint_eq(value, 0x03);
    end();
}
END_TEST

START_TEST(device_memory_is_all_but_ram_and_interrupt_controllers)
{
    const struct rangeset *s = &dom0_domain.iomem;

    start();
    ck_assert(rangeset_contains(s, 0, 0xff));   /* firmware's, RAM or not */
    ck_assert(rangeset_contains(s, 0x7fe0, 0x8000));
    ck_assert(rangeset_contains(s, 0xfeb00, 0xfebff));
    ck_assert(!rangeset_overlaps(s, 0x100, 0x7fdf));
    ck_assert(!rangeset_overlaps(s, 0xfee00, 0xfeeff));
    ck_assert(!rangeset_overlaps(s, 0xfec00, 0xfec00));
    end();
}
END_TEST

START_TEST(code_of_the_firmware_that_still_runs_is_no_device)
{
    boot_info.efi_map.count = 2;
    boot_info.efi_map.range[0] = (struct efi_range){
        0xff000000, 0xff002000, EFI_MEMORY_RUNTIME, EFI_TYPE_RUNTIME_CODE };
    boot_info.efi_map.range[1] = (struct efi_range){
        0xff002000, 0xff004000, EFI_MEMORY_RUNTIME, 6 };
    start();
    ck_assert(rangeset_contains(&dom0_domain.iomem, 0xfefff, 0xfefff));
    ck_assert(!rangeset_contains(&dom0_domain.iomem, 0xff000, 0xff000));
    ck_assert(!rangeset_contains(&dom0_domain.iomem, 0xff001, 0xff001));
    ck_assert(rangeset_contains(&dom0_domain.iomem, 0xff002, 0xff003));
    end();
}
END_TEST

int main(void)
{
    return UNIT_RUN("port_policy",
                    code_of_the_firmware_that_still_runs_is_no_device,
                    a_port_of_ones_own_is_reached,
                    what_the_hypervisor_keeps_reads_as_ones_and_forgets,
                    another_domain_reaches_nothing,
                    configuration_space_is_read_through_the_domains_own_latch,
                    the_battery_clock_is_indexed_per_domain,
                    only_channel_2_of_the_pit_and_its_gate_are_shared,
                    device_memory_is_all_but_ram_and_interrupt_controllers);
}
