/* SPDX-License-Identifier: MIT */
/* capability.c - what one function's registers say about it. */
#include <hv/pci.h>

#define CAP_MIN         0x40u   /* below lies the fixed header */
#define CAP_MAX_COUNT   48u     /* as many as fit, four bytes each */
#define BARS_OF_DEVICE  6u
#define BARS_OF_BRIDGE  2u

bool pci_is_present(struct pci_function f)
{
    uint32_t vendor = pci_read(f, PCI_VENDOR, 2);

    return vendor != PCI_VENDOR_NONE && vendor != 0;
}

unsigned int pci_find_capability(struct pci_function f, uint8_t id)
{
    unsigned int reg;

    if (!(pci_read(f, PCI_STATUS, 2) & PCI_STATUS_CAPS))
        return 0;
    reg = pci_read(f, PCI_CAP_FIRST, 1) & 0xfc;
    for (unsigned int i = 0; i < CAP_MAX_COUNT && reg >= CAP_MIN; i++) {
        uint32_t head = pci_read(f, reg, 2);

        if ((head & 0xff) == id)
            return reg;
        reg = head >> 8 & 0xfc;
    }
    return 0;
}

static unsigned int bar_count(struct pci_function f)
{
    uint32_t kind = pci_read(f, PCI_HEADER_TYPE, 1) & PCI_HEADER_KIND;

    if (kind == PCI_KIND_DEVICE)
        return BARS_OF_DEVICE;
    return kind == PCI_KIND_BRIDGE ? BARS_OF_BRIDGE : 0;
}

uint64_t pci_bar_address(struct pci_function f, unsigned int bar)
{
    unsigned int count = bar_count(f);
    uint32_t low;

    if (bar >= count)
        return 0;
    low = pci_read(f, PCI_BAR(bar), 4);
    if (low & PCI_BAR_IS_IO)
        return 0;
    if ((low & PCI_BAR_TYPE) != PCI_BAR_64BIT)
        return low & ~PCI_BAR_FLAGS;
    if (bar + 1 >= count)
        return 0;
    return (uint64_t)pci_read(f, PCI_BAR(bar + 1), 4) << 32 |
           (low & ~PCI_BAR_FLAGS);
}
