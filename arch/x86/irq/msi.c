/* SPDX-License-Identifier: MIT */
/*
 * msi.c - message-signalled interrupts: the hypervisor chooses what a device
 * writes and where; domain 0 switches the capability on and off.
 *
 * A message is an entry of its device's MSI-X table, or one of the consecutive
 * messages of its MSI capability. Its number lies above all GSIs.
 * Locks: messages are opened and closed under event/pirq.c's map_lock; masked
 * and unmasked under their own line's lock.
 */
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/irq.h>
#include <hv/pci.h>
#include <hv/phys_map.h>
#include <hv/rangeset.h>
#include <asm/io.h>
#include <asm/lapic.h>
#include <asm/line.h>
#include <asm/msi.h>
#include <asm/vector.h>

#define MSI_COUNT_MAX   32u

struct message {
    struct pci_function f;
    uint8_t vector;         /* 0: not in use */
    uint8_t index;          /* MSI: which of the device's messages */
    uint16_t mask_reg;      /* MSI: register of the mask bits, 0: none */
    uint16_t entry;         /* MSI-X: which of the table */
    uint8_t *table_entry;   /* MSI-X: mapped; NULL: MSI */
};

static struct message messages[IRQ_COUNT];

struct msi_message msi_compose(unsigned int vector, uint32_t apic_id)
{
    return (struct msi_message){
        .address = MSI_ADDRESS_BASE |
                   (uint64_t)(apic_id & 0xff) << MSI_DEST_SHIFT,
        .data = vector,
    };
}

/* MSI and MSI-X exclude each other, and so do two users of an entry. */
static bool is_taken(const struct msi_request *r, struct pci_function f)
{
    for (unsigned int irq = arch_irq_gsi_count(); irq < IRQ_COUNT; irq++) {
        const struct message *m = &messages[irq];

        if (!m->vector || !pci_is_same(m->f, f))
            continue;
        if (!r->is_msix || !m->table_entry || m->entry == r->entry)
            return true;
    }
    return false;
}

/* @count free numbers in a row, or 0. */
static unsigned int find_numbers(unsigned int count)
{
    unsigned int run = 0;

    for (unsigned int irq = arch_irq_gsi_count(); irq < IRQ_COUNT; irq++) {
        run = messages[irq].vector ? 0 : run + 1;
        if (run == count)
            return irq + 1 - count;
    }
    return 0;
}

static void program_msi(struct pci_function f, unsigned int cap,
                        uint32_t control, struct msi_message what,
                        unsigned int count)
{
    uint32_t log2 = (uint32_t)__builtin_ctz(count);

    pci_write(f, cap + MSI_ADDRESS, 4, (uint32_t)what.address);
    if (control & MSI_64BIT)
        pci_write(f, cap + MSI_ADDRESS_HIGH, 4,
                  (uint32_t)(what.address >> 32));
    pci_write(f, cap + MSI_DATA(control), 2, what.data);
    control = (control & ~MSI_ENABLED_MASK) | log2 << MSI_ENABLED_SHIFT;
    pci_write(f, cap + MSI_CONTROL, 2, control);
}

static void mask_msi(const struct message *m, bool masked)
{
    uint32_t bits;

    if (!m->mask_reg)
        return;
    bits = pci_read(m->f, m->mask_reg, 4) & ~(1u << m->index);
    pci_write(m->f, m->mask_reg, 4, bits | (uint32_t)masked << m->index);
}

/* Masking happens in interrupt context, where nothing can be mapped: a device
 * that ports do not reach stays unmasked. */
static uint16_t mask_register(struct pci_function f, unsigned int cap,
                              uint32_t control)
{
    if (!(control & MSI_MASKABLE) || f.segment != 0)
        return 0;
    return (uint16_t)(cap + MSI_MASK_BITS(control));
}

static int open_msi(const struct msi_request *r, struct pci_function f,
                    unsigned int irq)
{
    unsigned int cap = pci_find_capability(f, PCI_CAP_MSI);
    uint32_t control;
    int vector;

    if (!cap)
        return -EINVAL;
    control = pci_read(f, cap + MSI_CONTROL, 2);
    if (r->count > 1u << MSI_CAPABLE_LOG2(control))
        return -EINVAL;
    vector = vector_alloc_block(irq, r->count);
    if (vector < 0)
        return vector;
    for (unsigned int i = 0; i < r->count; i++) {
        messages[irq + i] = (struct message){
            .f = f, .vector = (uint8_t)(vector + (int)i), .index = (uint8_t)i,
            .mask_reg = mask_register(f, cap, control),
        };
        mask_msi(&messages[irq + i], true);
    }
    program_msi(f, cap, control, msi_compose((unsigned int)vector,
                                             lapic_id_of_cpu(0)), r->count);
    return 0;
}

/* Where the entry lies, or 0. A virtual function's own BARs read as zero: then
 * domain 0's word is taken. It must be memory that @d may map anyway, or a
 * BAR set to RAM would have us write there. */
static paddr_t entry_address(const struct msi_request *r,
                             struct pci_function f, const struct pci_table *t)
{
    paddr_t paddr = pci_bar_address(f, t->bar);

    if (!paddr)
        paddr = r->table_bar;
    if (!paddr || paddr >> 52)
        return 0;
    paddr += t->offset + r->entry * MSIX_ENTRY_SIZE;
    if (!rangeset_contains(&r->d->iomem, paddr >> PAGE_SHIFT,
                           paddr >> PAGE_SHIFT))
        return 0;
    return paddr;
}

static void mask_msix(const struct message *m, bool masked)
{
    uint8_t *control = m->table_entry + MSIX_ENTRY_CONTROL;

    mmio_write32(control, (mmio_read32(control) & ~MSIX_ENTRY_MASKED) |
                          (masked ? MSIX_ENTRY_MASKED : 0));
    (void)mmio_read32(control);     /* it has reached the device */
}

static void program_msix(const struct message *m, struct msi_message what)
{
    mask_msix(m, true);     /* a masked entry may change: PCI 3.0 6.8.3.5 */
    mmio_write32(m->table_entry + MSIX_ENTRY_ADDRESS, (uint32_t)what.address);
    mmio_write32(m->table_entry + MSIX_ENTRY_ADDRESS_HIGH,
                 (uint32_t)(what.address >> 32));
    mmio_write32(m->table_entry + MSIX_ENTRY_DATA, what.data);
}

static int open_msix(const struct msi_request *r, struct pci_function f,
                     unsigned int irq)
{
    struct pci_table table;
    uint8_t *entry;
    paddr_t paddr;
    int vector;

    if (r->count != 1 || !pci_find_message_table(f, &table) ||
        r->entry >= table.size / MSIX_ENTRY_SIZE)
        return -EINVAL;
    paddr = entry_address(r, f, &table);
    if (!paddr || !(pci_read(f, PCI_COMMAND, 2) & PCI_COMMAND_MEMORY))
        return -ENXIO;
    entry = ioremap(paddr, MSIX_ENTRY_SIZE);
    if (!entry)
        return -ENXIO;
    vector = vector_alloc(irq);
    if (vector < 0) {
        iounmap(entry, MSIX_ENTRY_SIZE);
        return vector;
    }
    messages[irq] = (struct message){
        .f = f, .vector = (uint8_t)vector, .entry = (uint16_t)r->entry,
        .table_entry = entry,
    };
    program_msix(&messages[irq], msi_compose((unsigned int)vector,
                                             lapic_id_of_cpu(0)));
    return 0;
}

int arch_msi_open(const struct msi_request *r, unsigned int *first)
{
    struct pci_function f = { r->segment, r->bus, r->devfn };
    unsigned int irq;
    int rc;

    if (r->count < 1 || r->count > MSI_COUNT_MAX ||
        (r->count & (r->count - 1)))
        return -EINVAL;
    if (!pci_is_present(f))
        return -ENODEV;
    if (is_taken(r, f))
        return -EBUSY;
    irq = find_numbers(r->count);
    if (!irq)
        return -ENOSPC;
    rc = r->is_msix ? open_msix(r, f, irq) : open_msi(r, f, irq);
    if (!rc)
        *first = irq;
    return rc;
}

static void set_mask(const struct message *m, bool masked)
{
    if (m->table_entry)
        mask_msix(m, masked);
    else
        mask_msi(m, masked);
}

void msi_mask(unsigned int irq)
{
    set_mask(&messages[irq], true);
}

void msi_unmask(unsigned int irq)
{
    set_mask(&messages[irq], false);
}

void msi_close(unsigned int irq)
{
    struct message *m = &messages[irq];

    set_mask(m, true);
    vector_free(m->vector);
    if (m->table_entry)
        iounmap(m->table_entry, MSIX_ENTRY_SIZE);
    *m = (struct message){ .vector = 0 };
}
