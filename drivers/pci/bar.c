/* SPDX-License-Identifier: MIT */
/*
 * bar.c - the ports and memory at which a device's registers answer: where, and
 * how much (PCI 3.0 6.2.5.1). A register is asked for its size by a write of
 * ones, which moves what it decodes: decoding is off meanwhile, so nobody may
 * use the function.
 */
#include <hv/pci.h>

#define ONES            0xffffffffu
#define PORT_FLAGS      0x3u
#define PORT_MASK       0xffffu

/* What remains of ones says which address bits it compares: the lowest of them
 * is its size. */
static uint32_t ask(struct pci_function f, unsigned int reg, uint32_t *value)
{
    uint32_t compared;

    *value = pci_read(f, reg, 4);
    pci_write(f, reg, 4, ONES);
    compared = pci_read(f, reg, 4);
    pci_write(f, reg, 4, *value);
    return compared;
}

static uint64_t lowest_bit(uint64_t mask)
{
    return mask & -mask;
}

/* Returns how many registers it was. */
static unsigned int read_one(struct pci_function f, unsigned int bar,
                             struct pci_bar *out)
{
    uint32_t low, high, compared = ask(f, PCI_BAR(bar), &low);
    uint64_t mask;

    *out = (struct pci_bar){ .is_io = low & PCI_BAR_IS_IO };
    if (out->is_io) {
        out->base = low & PORT_MASK & ~PORT_FLAGS;
        out->size = lowest_bit(compared & PORT_MASK & ~PORT_FLAGS);
        return 1;
    }
    out->base = low & ~PCI_BAR_FLAGS;
    mask = compared & ~PCI_BAR_FLAGS;
    if ((low & PCI_BAR_TYPE) != PCI_BAR_64BIT || bar + 1 == PCI_BARS) {
        out->size = lowest_bit(mask);
        return 1;
    }
    mask |= (uint64_t)ask(f, PCI_BAR(bar + 1), &high) << 32;
    out->base |= (uint64_t)high << 32;
    out->size = lowest_bit(mask);
    return 2;
}

void pci_read_bars(struct pci_function f, struct pci_bar bars[PCI_BARS])
{
    uint32_t command = pci_read(f, PCI_COMMAND, 2);
    unsigned int bar = 0;

    pci_write(f, PCI_COMMAND, 2,
              command & ~(PCI_COMMAND_IO | PCI_COMMAND_MEMORY));
    for (unsigned int i = 0; i < PCI_BARS; i++)
        bars[i] = (struct pci_bar){ .size = 0 };
    while (bar < PCI_BARS)
        bar += read_one(f, bar, &bars[bar]);
    pci_write(f, PCI_COMMAND, 2, command);
}

uint16_t pci_quiet(struct pci_function f, bool keeps_dma)
{
    uint32_t old = pci_read(f, PCI_COMMAND, 2);
    uint32_t command = old | PCI_COMMAND_NO_LINE;

    if (!keeps_dma)
        command &= ~PCI_COMMAND_MASTER;
    pci_write(f, PCI_COMMAND, 2, command);
    return (uint16_t)old;
}
