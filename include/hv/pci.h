/* SPDX-License-Identifier: MIT */
/*
 * pci.h - configuration space of PCI functions (PCI Local Bus 3.0). Domains
 * drive the devices; we look at their interrupts, and at where their registers
 * are.
 */
#ifndef HV_PCI_H
#define HV_PCI_H

#include <hv/types.h>

struct pci_function {
    uint16_t segment;
    uint8_t bus;
    uint8_t devfn;              /* device << 3 | function */
};

static inline bool pci_is_same(struct pci_function a, struct pci_function b)
{
    return a.segment == b.segment && a.bus == b.bus && a.devfn == b.devfn;
}

#define PCI_VENDOR          0x00u       /* PCI 3.0 6.1 */
#define   PCI_VENDOR_NONE   0xffffu
#define PCI_DEVICE          0x02u
#define PCI_COMMAND         0x04u
#define   PCI_COMMAND_IO    (1u << 0)
#define   PCI_COMMAND_MEMORY (1u << 1)
#define   PCI_COMMAND_MASTER (1u << 2)
#define   PCI_COMMAND_NO_LINE (1u << 10)    /* PCI 2.3 on: raises no INTx */
#define PCI_STATUS          0x06u
#define   PCI_STATUS_CAPS   (1u << 4)
#define PCI_CLASS           0x0au       /* u16 */
#define   PCI_CLASS_BRIDGE  0x06u       /* its upper byte */
#define PCI_HEADER_TYPE     0x0eu
#define   PCI_HEADER_KIND   0x7fu
#define   PCI_HEADER_MULTI  0x80u
#define   PCI_KIND_DEVICE   0u
#define   PCI_KIND_BRIDGE   1u
#define PCI_BAR(n)          (0x10u + 4 * (n))
#define PCI_BARS            6u          /* of a device */
#define   PCI_BAR_IS_IO     (1u << 0)
#define   PCI_BAR_TYPE      (3u << 1)
#define   PCI_BAR_64BIT     (2u << 1)
#define   PCI_BAR_FLAGS     0xfu
#define PCI_CAP_FIRST       0x34u
#define   PCI_CAP_MSI       0x05u       /* PCI 3.0 appendix H */
#define   PCI_CAP_MSIX      0x11u

/* Serialises port access; all ones when nothing answers. @bytes is 1, 2 or 4
 * and @reg a multiple of it. */
uint32_t pci_read(struct pci_function f, unsigned int reg, unsigned int bytes);
void pci_write(struct pci_function f, unsigned int reg, unsigned int bytes,
               uint32_t value);

bool pci_is_present(struct pci_function f);
/* Register of capability @id, or 0. A list that loops ends as well. */
unsigned int pci_find_capability(struct pci_function f, uint8_t id);
/* Machine address of memory BAR @bar, or 0. */
uint64_t pci_bar_address(struct pci_function f, unsigned int bar);

struct pci_bar {
    bool is_io;                 /* ports, not memory */
    uint64_t base, size;        /* 0: not there */
};
/* The BARs of a device (not a bridge) that nobody uses: for a moment it decodes
 * nothing. The second half of a 64-bit BAR has size 0. */
void pci_read_bars(struct pci_function f, struct pci_bar bars[PCI_BARS]);
/* It raises no line and, unless @keeps_dma, masters the bus no more, so that it
 * sends no messages either. Returns PCI_COMMAND as it was. */
uint16_t pci_quiet(struct pci_function f, bool keeps_dma);

/* Is MSI or MSI-X switched on? */
bool pci_sends_messages(struct pci_function f);
struct pci_table {
    unsigned int bar;
    uint64_t offset, size;      /* in the BAR */
};
/* Where the MSI-X table is; false: there is none. */
bool pci_find_message_table(struct pci_function f, struct pci_table *t);

/* Call @fn for every function on every bus; false stops. */
void pci_for_each(bool (*fn)(struct pci_function f, void *data), void *data);
void pci_print_all(void);

#endif
