/* SPDX-License-Identifier: MIT */
/* scan.c - every function that answers, segment 0. */
#include <hv/pci.h>
#include <hv/printk.h>

#define BUSES       256u
#define DEVICES     32u
#define FUNCTIONS   8u

static unsigned int functions_of(struct pci_function first)
{
    if (!pci_is_present(first))
        return 0;
    return pci_read(first, PCI_HEADER_TYPE, 1) & PCI_HEADER_MULTI ? FUNCTIONS
                                                                  : 1;
}

static bool scan_bus(unsigned int bus,
                     bool (*fn)(struct pci_function f, void *data), void *data)
{
    for (unsigned int device = 0; device < DEVICES; device++) {
        struct pci_function f = {
            .bus = (uint8_t)bus, .devfn = (uint8_t)(device << 3),
        };
        unsigned int count = functions_of(f);

        for (unsigned int i = 0; i < count; i++) {
            f.devfn = (uint8_t)(device << 3 | i);
            if (pci_is_present(f) && !fn(f, data))
                return false;
        }
    }
    return true;
}

void pci_for_each(bool (*fn)(struct pci_function f, void *data), void *data)
{
    for (unsigned int bus = 0; bus < BUSES; bus++)
        if (!scan_bus(bus, fn, data))
            return;
}

static bool print_one(struct pci_function f, void *data)
{
    (void)data;
    printk(LOG_INFO, "%04x:%02x:%02x.%x %04x:%04x class %04x%s%s\n",
           f.segment, f.bus, f.devfn >> 3, f.devfn & 7,
           pci_read(f, PCI_VENDOR, 2), pci_read(f, PCI_DEVICE, 2),
           pci_read(f, PCI_CLASS, 2),
           pci_find_capability(f, PCI_CAP_MSI) ? " MSI" : "",
           pci_find_capability(f, PCI_CAP_MSIX) ? " MSI-X" : "");
    return true;
}

void pci_print_all(void)
{
    pci_for_each(print_one, NULL);
}
