/* SPDX-License-Identifier: MIT */
/*
 * msi_test.c - messages programmed into made-up devices: one with MSI (64-bit,
 * maskable, 8 messages), one with plain MSI, one with MSI-X.
 */
#include <string.h>
#include <hv/acpi.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/irq.h>
#include <hv/pci.h>
#include <hv/phys_map.h>
#include <asm/io.h>
#include <asm/line.h>
#include <asm/msi.h>
#include <asm/vector.h>
#include "unit.h"

#define GSIS        24u
#define BAR         0xfeb00000ul
#define RAM         0x00200000ul
#define TABLE       0x1000u
#define CAP         0x40u
#define RICH_MSI    0x08u       /* devfn */
#define PLAIN_MSI   0x10u
#define MSIX        0x18u

struct acpi_mcfg_window acpi_mcfg[ACPI_MAX_MCFG];
unsigned int acpi_mcfg_count;
static uint8_t config[256][256];
static uint8_t bar[0x2000];
static uint8_t ram[0x2000];     /* at RAM: mappable, and not to be written */
static uint32_t address;
static struct range frames[4];
static struct domain dom;
static unsigned int maps;

static uint32_t port_in(uint16_t port, unsigned int bytes)
{
    const uint8_t *reg = &config[address >> 8 & 0xff]
                                [(address & 0xfc) + port % 4];
    uint32_t value = 0;

    ck_assert_uint_ge(port, 0xcfc);
    if (address >> 16 & 0xff)
        return 0xffffffff;
    memcpy(&value, reg, bytes);
    return value;
}

static void port_out(uint16_t port, unsigned int bytes, uint32_t value)
{
    if (port == 0xcf8)
        address = value;
    else
        memcpy(&config[address >> 8 & 0xff][(address & 0xfc) + port % 4],
               &value, bytes);
}

uint8_t inb(uint16_t port) { return (uint8_t)port_in(port, 1); }
uint16_t inw(uint16_t port) { return (uint16_t)port_in(port, 2); }
uint32_t inl(uint16_t port) { return port_in(port, 4); }
void outb(uint16_t port, uint8_t value) { port_out(port, 1, value); }
void outw(uint16_t port, uint16_t value) { port_out(port, 2, value); }
void outl(uint16_t port, uint32_t value) { port_out(port, 4, value); }

void *ioremap(paddr_t paddr, size_t size)
{
    maps++;
    if (paddr >= RAM && paddr + size <= RAM + sizeof(ram))
        return ram + (paddr - RAM);
    ck_assert(paddr >= BAR && paddr + size <= BAR + sizeof(bar));
    return bar + (paddr - BAR);
}

void iounmap(void *va, size_t size)
{
    (void)va;
    (void)size;
    maps--;
}

unsigned int arch_irq_gsi_count(void) { return GSIS; }
uint32_t lapic_id_of_cpu(unsigned int cpu);
uint32_t lapic_id_of_cpu(unsigned int cpu) { return cpu + 2; }

static void put(uint8_t devfn, unsigned int reg, uint32_t value,
                unsigned int bytes)
{
    memcpy(&config[devfn][reg], &value, bytes);
}

static uint32_t get(uint8_t devfn, unsigned int reg, unsigned int bytes)
{
    uint32_t value = 0;

    memcpy(&value, &config[devfn][reg], bytes);
    return value;
}

static void add_device(uint8_t devfn, uint32_t cap, uint32_t control)
{
    put(devfn, PCI_VENDOR, 0x8086, 2);
    put(devfn, PCI_COMMAND, PCI_COMMAND_MEMORY, 2);
    put(devfn, PCI_STATUS, PCI_STATUS_CAPS, 2);
    put(devfn, PCI_CAP_FIRST, CAP, 1);
    put(devfn, CAP, cap, 2);
    put(devfn, CAP + 2, control, 2);
}

static void start(void)
{
    memset(config, 0xff, sizeof(config));
    for (unsigned int devfn = RICH_MSI; devfn <= MSIX; devfn += 8)
        memset(config[devfn], 0, 256);
    add_device(RICH_MSI, PCI_CAP_MSI, MSI_64BIT | MSI_MASKABLE | 3 << 1);
    add_device(PLAIN_MSI, PCI_CAP_MSI, 0);
    add_device(MSIX, PCI_CAP_MSIX, 3);      /* four entries */
    put(MSIX, PCI_BAR(1), BAR, 4);
    put(MSIX, CAP + MSIX_TABLE, TABLE | 1, 4);
    rangeset_init(&dom.iomem, frames, 4);
    ck_assert_int_eq(rangeset_add(&dom.iomem, BAR >> 12, (BAR >> 12) + 1), 0);
}

static struct msi_request request(uint8_t devfn, unsigned int count)
{
    return (struct msi_request){ .devfn = devfn, .count = count, .d = &dom };
}

static uint32_t entry(unsigned int nr, unsigned int word)
{
    uint32_t value;

    memcpy(&value, bar + TABLE + nr * MSIX_ENTRY_SIZE + word * 4, 4);
    return value;
}

START_TEST(a_message_names_vector_and_target)
{
    struct msi_message m = msi_compose(0x41, 5);

    ck_assert_uint_eq(m.address, 0xfee05000);
    ck_assert_uint_eq(m.data, 0x41);
}
END_TEST

START_TEST(several_messages_are_consecutive_and_masked_at_first)
{
    struct msi_request r = request(RICH_MSI, 4);
    unsigned int irq;
    uint32_t vector;

    start();
    ck_assert_int_eq(arch_msi_open(&r, &irq), 0);
    ck_assert_uint_ge(irq, GSIS);
    ck_assert_uint_eq(get(RICH_MSI, CAP + MSI_ADDRESS, 4), 0xfee02000);
    ck_assert_uint_eq(get(RICH_MSI, CAP + MSI_ADDRESS_HIGH, 4), 0);
    vector = get(RICH_MSI, CAP + 0x0c, 2);
    ck_assert_uint_eq(vector % 4, 0);
    for (unsigned int i = 0; i < 4; i++)
        ck_assert_uint_eq(vector_owner_of(vector + i).irq, irq + i);
    ck_assert_uint_eq(get(RICH_MSI, CAP + MSI_CONTROL, 2) >> 4 & 7, 2);
    ck_assert_uint_eq(get(RICH_MSI, CAP + MSI_CONTROL, 2) & MSI_ENABLE, 0);
    ck_assert_uint_eq(get(RICH_MSI, CAP + 0x10, 4), 0xf);
    msi_unmask(irq + 1);
    ck_assert_uint_eq(get(RICH_MSI, CAP + 0x10, 4), 0xd);
    msi_mask(irq + 1);
    ck_assert_uint_eq(get(RICH_MSI, CAP + 0x10, 4), 0xf);
}
END_TEST

START_TEST(a_plain_device_sends_one_message_only)
{
    struct msi_request r = request(PLAIN_MSI, 2);
    unsigned int irq;

    start();
    ck_assert_int_eq(arch_msi_open(&r, &irq), -EINVAL);
    r.count = 1;
    ck_assert_int_eq(arch_msi_open(&r, &irq), 0);
    ck_assert_uint_eq(vector_owner_of(get(PLAIN_MSI, CAP + 8, 2)).irq, irq);
    ck_assert_int_eq(arch_msi_open(&r, &irq), -EBUSY);
}
END_TEST

START_TEST(a_table_entry_is_written_and_masked_at_first)
{
    struct msi_request r = request(MSIX, 1);
    unsigned int irq;

    start();
    r.is_msix = true;
    r.entry = 3;
    ck_assert_int_eq(arch_msi_open(&r, &irq), 0);
    ck_assert_uint_eq(entry(3, 0), 0xfee02000);
    ck_assert_uint_eq(entry(3, 1), 0);
    ck_assert_uint_eq(vector_owner_of(entry(3, 2)).irq, irq);
    ck_assert_uint_eq(entry(3, 3) & 1, 1);
    msi_unmask(irq);
    ck_assert_uint_eq(entry(3, 3) & 1, 0);
    ck_assert_int_eq(arch_msi_open(&r, &irq), -EBUSY);
    r.entry = 4;
    ck_assert_int_eq(arch_msi_open(&r, &irq), -EINVAL);
}
END_TEST

START_TEST(what_is_closed_is_masked_and_free_again)
{
    struct msi_request r = request(MSIX, 1);
    unsigned int irq, again;

    start();
    r.is_msix = true;
    ck_assert_int_eq(arch_msi_open(&r, &irq), 0);
    msi_unmask(irq);
    msi_close(irq);
    ck_assert_uint_eq(entry(0, 3) & 1, 1);
    ck_assert_uint_eq(maps, 0);
    ck_assert_uint_eq(vector_owner_of(entry(0, 2)).irq, VECTOR_NO_IRQ);
    ck_assert_int_eq(arch_msi_open(&r, &again), 0);
    ck_assert_uint_eq(again, irq);
}
END_TEST

START_TEST(a_table_in_ram_is_not_written)
{
    struct msi_request r = request(MSIX, 1);
    unsigned int irq;

    start();
    r.is_msix = true;
    put(MSIX, PCI_BAR(1), RAM, 4);
    ck_assert_int_eq(arch_msi_open(&r, &irq), -ENXIO);
    for (size_t i = 0; i < sizeof(ram); i++)
        ck_assert_uint_eq(ram[i], 0);
    put(MSIX, PCI_BAR(1), BAR, 4);
    put(MSIX, PCI_COMMAND, 0, 2);
    ck_assert_int_eq(arch_msi_open(&r, &irq), -ENXIO);
}
END_TEST

START_TEST(a_table_of_a_virtual_function_is_where_the_guest_says)
{
    struct msi_request r = request(MSIX, 1);
    unsigned int irq;

    start();
    r.is_msix = true;
    put(MSIX, PCI_BAR(1), 0, 4);
    ck_assert_int_eq(arch_msi_open(&r, &irq), -ENXIO);
    r.table_bar = BAR;
    ck_assert_int_eq(arch_msi_open(&r, &irq), 0);
}
END_TEST

START_TEST(bad_requests_are_refused)
{
    static const unsigned int counts[] = { 0, 3, 33, 64, ~0u };
    struct msi_request r = request(0x20, 1);
    unsigned int irq;

    start();
    ck_assert_int_eq(arch_msi_open(&r, &irq), -ENODEV);
    for (size_t i = 0; i < 5; i++) {
        r = request(RICH_MSI, counts[i]);
        ck_assert_int_eq(arch_msi_open(&r, &irq), -EINVAL);
    }
    r = request(MSIX, 1);       /* it has no MSI */
    ck_assert_int_eq(arch_msi_open(&r, &irq), -EINVAL);
    r = request(RICH_MSI, 1);
    r.is_msix = true;
    ck_assert_int_eq(arch_msi_open(&r, &irq), -EINVAL);
}
END_TEST

START_TEST(a_capability_list_that_loops_ends)
{
    struct pci_function f = { .devfn = PLAIN_MSI };

    start();
    put(PLAIN_MSI, CAP, 0x0009 | CAP << 8, 2);
    ck_assert_uint_eq(pci_find_capability(f, PCI_CAP_MSI), 0);
    put(PLAIN_MSI, CAP, 0x0009 | 0x10 << 8, 2);
    ck_assert_uint_eq(pci_find_capability(f, PCI_CAP_MSI), 0);
    put(PLAIN_MSI, CAP, 0x0009 | 0x80 << 8, 2);
    put(PLAIN_MSI, 0x80, PCI_CAP_MSI, 2);
    ck_assert_uint_eq(pci_find_capability(f, PCI_CAP_MSI), 0x80);
}
END_TEST

START_TEST(a_bar_is_read_as_its_type_says)
{
    struct pci_function f = { .devfn = MSIX };

    start();
    put(MSIX, PCI_BAR(2), 0xc0000000 | PCI_BAR_64BIT | 8, 4);
    put(MSIX, PCI_BAR(3), 0x12, 4);
    ck_assert_uint_eq(pci_bar_address(f, 2), 0x12c0000000);
    put(MSIX, PCI_BAR(0), 0xc001, 4);
    ck_assert_uint_eq(pci_bar_address(f, 0), 0);
    put(MSIX, PCI_BAR(5), 0xc0000000 | PCI_BAR_64BIT, 4);
    ck_assert_uint_eq(pci_bar_address(f, 5), 0);
    ck_assert_uint_eq(pci_bar_address(f, 6), 0);
}
END_TEST

int main(void)
{
    return UNIT_RUN("msi", a_message_names_vector_and_target,
                    several_messages_are_consecutive_and_masked_at_first,
                    a_plain_device_sends_one_message_only,
                    a_table_entry_is_written_and_masked_at_first,
                    what_is_closed_is_masked_and_free_again,
                    a_table_in_ram_is_not_written,
                    a_table_of_a_virtual_function_is_where_the_guest_says,
                    bad_requests_are_refused,
                    a_capability_list_that_loops_ends,
                    a_bar_is_read_as_its_type_says);
}
