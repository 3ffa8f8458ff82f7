/* SPDX-License-Identifier: MIT */
/*
 * ioapic.c - IO-APICs: where a GSI is routed, and whether it is masked.
 *
 * Every register is reached through an index and a data word, so each access
 * takes ioapic_lock (IRQs off). rte_low[] mirrors the low words, which makes
 * masking one write.
 */
#include <hv/acpi.h>
#include <hv/errno.h>
#include <hv/irq.h>
#include <hv/phys_map.h>
#include <hv/printk.h>
#include <hv/spinlock.h>
#include <asm/io.h>
#include <asm/ioapic.h>
#include <asm/ioapic_regs.h>

struct ioapic {                 /* [I] all, after ioapic_init */
    uint8_t *window;
    paddr_t paddr;
    unsigned int gsi_base;
    unsigned int pins;
};

static struct ioapic ioapics[ACPI_MAX_IOAPICS];
static unsigned int ioapic_count;
static unsigned int gsi_count = ISA_IRQ_COUNT;
static uint32_t rte_low[IRQ_COUNT];         /* under ioapic_lock */
static spinlock_t ioapic_lock = SPINLOCK_INIT(LOCK_LEVEL_IOAPIC);

static uint32_t reg_read(const struct ioapic *a, unsigned int reg)
{
    mmio_write32(a->window + IOAPIC_INDEX, reg);
    return mmio_read32(a->window + IOAPIC_DATA);
}

static void reg_write(const struct ioapic *a, unsigned int reg, uint32_t value)
{
    mmio_write32(a->window + IOAPIC_INDEX, reg);
    mmio_write32(a->window + IOAPIC_DATA, value);
}

static const struct ioapic *ioapic_of(unsigned int gsi)
{
    for (unsigned int i = 0; i < ioapic_count; i++)
        if (gsi >= ioapics[i].gsi_base &&
            gsi - ioapics[i].gsi_base < ioapics[i].pins)
            return &ioapics[i];
    return NULL;
}

static void mask_all(const struct ioapic *a)
{
    for (unsigned int pin = 0; pin < a->pins; pin++) {
        rte_low[a->gsi_base + pin] = (uint32_t)RTE_MASKED;
        reg_write(a, IOAPIC_REG_RTE(pin), (uint32_t)RTE_MASKED);
        reg_write(a, IOAPIC_REG_RTE(pin) + 1, 0);
    }
}

static bool overlaps(unsigned int base, unsigned int pins)
{
    for (unsigned int i = 0; i < ioapic_count; i++)
        if (base < ioapics[i].gsi_base + ioapics[i].pins &&
            ioapics[i].gsi_base < base + pins)
            return true;
    return false;
}

static bool ioapic_add(const struct acpi_ioapic *info)
{
    struct ioapic *a = &ioapics[ioapic_count];
    uint32_t version;

    *a = (struct ioapic){ .paddr = info->paddr, .gsi_base = info->gsi_base };
    a->window = ioremap(info->paddr, IOAPIC_WINDOW_SIZE);
    if (!a->window)
        return false;
    version = reg_read(a, IOAPIC_REG_VERSION);
    a->pins = IOAPIC_VERSION_LAST_PIN(version) + 1;
    if (version == ~0u || a->gsi_base >= IRQ_COUNT / 2 ||
        a->pins > IRQ_COUNT / 2 - a->gsi_base ||
        overlaps(a->gsi_base, a->pins)) {
        iounmap(a->window, IOAPIC_WINDOW_SIZE);
        return false;
    }
    mask_all(a);
    ioapic_count++;
    gsi_count = MAX(gsi_count, a->gsi_base + a->pins);
    return true;
}

void ioapic_init(void)
{
    for (unsigned int i = 0; i < acpi_madt.ioapic_count; i++)
        if (!ioapic_add(&acpi_madt.ioapic[i]))
            printk(LOG_WARNING, "IO-APIC at 0x%lx (GSI %u) is unusable\n",
                   (unsigned long)acpi_madt.ioapic[i].paddr,
                   acpi_madt.ioapic[i].gsi_base);
    if (!ioapic_count)
        printk(LOG_WARNING, "No IO-APIC: devices have no interrupt lines\n");
}

bool ioapic_has_gsi(unsigned int gsi)
{
    return ioapic_of(gsi) != NULL;
}

unsigned int ioapic_gsi_count(void)
{
    return gsi_count;
}

void ioapic_route(unsigned int gsi, uint64_t rte)
{
    const struct ioapic *a = ioapic_of(gsi);
    unsigned long flags;
    unsigned int reg;

    if (!a)
        return;
    reg = IOAPIC_REG_RTE(gsi - a->gsi_base);
    flags = spin_lock_irqsave(&ioapic_lock);
    rte_low[gsi] = (uint32_t)(rte | RTE_MASKED);
    reg_write(a, reg, rte_low[gsi]);    /* masked before its target moves */
    reg_write(a, reg + 1, (uint32_t)(rte >> 32));
    spin_unlock_irqrestore(&ioapic_lock, flags);
}

static void set_mask(unsigned int gsi, uint32_t clear, uint32_t set)
{
    const struct ioapic *a = ioapic_of(gsi);
    unsigned long flags;

    if (!a)
        return;
    flags = spin_lock_irqsave(&ioapic_lock);
    rte_low[gsi] = (rte_low[gsi] & ~clear) | set;
    reg_write(a, IOAPIC_REG_RTE(gsi - a->gsi_base), rte_low[gsi]);
    spin_unlock_irqrestore(&ioapic_lock, flags);
}

void ioapic_mask(unsigned int gsi)
{
    set_mask(gsi, 0, (uint32_t)RTE_MASKED);
}

void ioapic_unmask(unsigned int gsi)
{
    set_mask(gsi, (uint32_t)RTE_MASKED, 0);
}

int arch_irq_chip_read(paddr_t paddr, unsigned int reg, uint32_t *value)
{
    unsigned long flags;

    for (unsigned int i = 0; i < ioapic_count; i++) {
        if (ioapics[i].paddr != paddr || reg > IOAPIC_REG_VERSION)
            continue;
        flags = spin_lock_irqsave(&ioapic_lock);
        *value = reg_read(&ioapics[i], reg);
        spin_unlock_irqrestore(&ioapic_lock, flags);
        return 0;
    }
    return -EINVAL;
}

uint64_t ioapic_rte(unsigned int vector, uint32_t apic_id, bool is_level,
                    bool is_low)
{
    return (vector & RTE_VECTOR) | RTE_FIXED |
           (is_level ? RTE_LEVEL : 0) | (is_low ? RTE_ACTIVE_LOW : 0) |
           (uint64_t)apic_id << RTE_DEST_SHIFT;
}
