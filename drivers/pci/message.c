/* SPDX-License-Identifier: MIT */
/* message.c - whether a function sends messages, and where it keeps them. */
#include <hv/pci.h>
#include <asm/msi.h>

bool pci_sends_messages(struct pci_function f)
{
    unsigned int msi = pci_find_capability(f, PCI_CAP_MSI);
    unsigned int msix = pci_find_capability(f, PCI_CAP_MSIX);

    return (msi && pci_read(f, msi + MSI_CONTROL, 2) & MSI_ENABLE) ||
           (msix && pci_read(f, msix + MSIX_CONTROL, 2) & MSIX_ENABLE);
}

bool pci_find_message_table(struct pci_function f, struct pci_table *t)
{
    unsigned int cap = pci_find_capability(f, PCI_CAP_MSIX);
    uint32_t place;

    if (!cap)
        return false;
    place = pci_read(f, cap + MSIX_TABLE, 4);
    t->bar = place & MSIX_TABLE_BAR;
    t->offset = place & ~MSIX_TABLE_BAR;
    t->size = MSIX_TABLE_SIZE(pci_read(f, cap + MSIX_CONTROL, 2)) *
              MSIX_ENTRY_SIZE;
    return true;
}
