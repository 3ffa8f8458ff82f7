/* SPDX-License-Identifier: MIT */
/*
 * config.c - access to configuration space: ports 0xcf8 and 0xcfc (PCI 3.0
 * 3.2.2.3.2), and the memory window of the MCFG for what they cannot reach.
 *
 * Locks: config_lock (IRQs off) keeps address and data port together.
 */
#include <hv/acpi.h>
#include <hv/pci.h>
#include <hv/phys_map.h>
#include <hv/spinlock.h>
#include <asm/io.h>

#define PORT_ADDRESS        0xcf8
#define   ADDRESS_ENABLE    (1u << 31)
#define PORT_DATA           0xcfc
#define PORT_REGS           0x100u      /* what the ports can address */
#define WINDOW_REGS         0x1000u

static spinlock_t config_lock = SPINLOCK_INIT(LOCK_LEVEL_PCI_CONFIG);

static uint32_t ones(unsigned int bytes)
{
    return 0xffffffffu >> (32 - 8 * bytes);
}

static bool is_access(unsigned int reg, unsigned int bytes)
{
    return (bytes == 1 || bytes == 2 || bytes == 4) && reg % bytes == 0 &&
           reg < WINDOW_REGS;
}

static bool ports_reach(struct pci_function f, unsigned int reg)
{
    return f.segment == 0 && reg < PORT_REGS;
}

static void select(struct pci_function f, unsigned int reg)
{
    outl(PORT_ADDRESS, ADDRESS_ENABLE | (uint32_t)f.bus << 16 |
                       (uint32_t)f.devfn << 8 | (reg & 0xfc));
}

static uint32_t port_read(struct pci_function f, unsigned int reg,
                          unsigned int bytes)
{
    uint16_t data = (uint16_t)(PORT_DATA + reg % 4);

    select(f, reg);
    if (bytes == 1)
        return inb(data);
    return bytes == 2 ? inw(data) : inl(data);
}

static void port_write(struct pci_function f, unsigned int reg,
                       unsigned int bytes, uint32_t value)
{
    uint16_t data = (uint16_t)(PORT_DATA + reg % 4);

    select(f, reg);
    if (bytes == 1)
        outb(data, (uint8_t)value);
    else if (bytes == 2)
        outw(data, (uint16_t)value);
    else
        outl(data, value);
}

/* Map the page of @f, or NULL when no window holds it. */
static uint8_t *window_map(struct pci_function f)
{
    for (unsigned int i = 0; i < acpi_mcfg_count; i++) {
        const struct acpi_mcfg_window *w = &acpi_mcfg[i];

        if (w->segment == f.segment && f.bus >= w->bus_first &&
            f.bus <= w->bus_last)
            return ioremap(w->paddr + ((paddr_t)f.bus << 20) +
                           ((paddr_t)f.devfn << 12), WINDOW_REGS);
    }
    return NULL;
}

static uint32_t window_read(struct pci_function f, unsigned int reg,
                            unsigned int bytes)
{
    uint8_t *page = window_map(f);
    uint32_t value = ones(bytes);

    if (!page)
        return value;
    if (bytes == 1)
        value = mmio_read8(page + reg);
    else if (bytes == 2)
        value = mmio_read16(page + reg);
    else
        value = mmio_read32(page + reg);
    iounmap(page, WINDOW_REGS);
    return value;
}

static void window_write(struct pci_function f, unsigned int reg,
                         unsigned int bytes, uint32_t value)
{
    uint8_t *page = window_map(f);

    if (!page)
        return;
    if (bytes == 1)
        mmio_write8(page + reg, (uint8_t)value);
    else if (bytes == 2)
        mmio_write16(page + reg, (uint16_t)value);
    else
        mmio_write32(page + reg, value);
    iounmap(page, WINDOW_REGS);
}

uint32_t pci_read(struct pci_function f, unsigned int reg, unsigned int bytes)
{
    unsigned long flags;
    uint32_t value;

    if (!is_access(reg, bytes))
        return 0xffffffff;
    if (!ports_reach(f, reg))
        return window_read(f, reg, bytes);
    flags = spin_lock_irqsave(&config_lock);
    value = port_read(f, reg, bytes);
    spin_unlock_irqrestore(&config_lock, flags);
    return value;
}

void pci_write(struct pci_function f, unsigned int reg, unsigned int bytes,
               uint32_t value)
{
    unsigned long flags;

    if (!is_access(reg, bytes))
        return;
    if (!ports_reach(f, reg)) {
        window_write(f, reg, bytes, value);
        return;
    }
    flags = spin_lock_irqsave(&config_lock);
    port_write(f, reg, bytes, value);
    spin_unlock_irqrestore(&config_lock, flags);
}
