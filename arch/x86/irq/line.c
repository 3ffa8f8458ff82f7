/* SPDX-License-Identifier: MIT */
/*
 * line.c - an interrupt line: whose it is, its vector, how it is ended.
 *
 * Level lines are ended after their handler, so that the IO-APIC holds the
 * next one back until then; a guest's is masked by event/pirq.c first and
 * stays so until the guest is done. Edges are ended before their handler: one
 * that comes in meanwhile is latched, not lost.
 * Locks: lines of the hypervisor are set at boot; a guest's line is opened,
 * closed and changed under event/pirq.c's map_lock.
 */
#include <hv/acpi.h>
#include <hv/errno.h>
#include <hv/pirq.h>
#include <asm/ioapic.h>
#include <asm/lapic.h>
#include <asm/line.h>
#include <asm/vector.h>

static struct line lines[IRQ_COUNT];

/* PCI lines are level and low, ISA lines edge and high, unless the MADT or a
 * guest's ACPI interpreter says otherwise. */
void line_init(void)
{
    for (unsigned int gsi = ISA_IRQ_COUNT; gsi < ioapic_gsi_count(); gsi++)
        lines[gsi].is_level = lines[gsi].is_low = true;
    for (unsigned int i = 0; i < ISA_IRQ_COUNT; i++) {
        const struct acpi_isa_irq *isa = &acpi_madt.isa[i];
        if (isa->gsi >= IRQ_COUNT)
            continue;
        lines[isa->gsi].is_level = isa->is_level;
        lines[isa->gsi].is_low = isa->is_low;
    }
}

static void route(unsigned int irq)
{
    const struct line *l = &lines[irq];

    ioapic_route(irq, ioapic_rte(l->vector, lapic_id_of_cpu(0), l->is_level,
                                 l->is_low));
}

static int take(unsigned int irq, enum line_owner owner)
{
    struct line *l = &lines[irq];
    int vector;

    if (!ioapic_has_gsi(irq))
        return -EINVAL;
    if (l->owner != LINE_FREE)
        return -EBUSY;
    vector = vector_alloc(irq);
    if (vector < 0)
        return vector;
    l->owner = (uint8_t)owner;
    l->vector = (uint8_t)vector;
    route(irq);
    return 0;
}

int irq_request(unsigned int gsi, void (*fn)(void *data), void *data)
{
    int rc;

    if (gsi < ISA_IRQ_COUNT)
        gsi = acpi_madt.isa[gsi].gsi;
    if (gsi >= arch_irq_gsi_count())
        return -EINVAL;
    rc = take(gsi, LINE_HV);
    if (rc)
        return rc;
    lines[gsi].fn = fn;
    lines[gsi].data = data;
    ioapic_unmask(gsi);
    return 0;
}

unsigned int arch_irq_gsi_count(void)
{
    return ioapic_gsi_count();
}

int arch_irq_open(unsigned int irq)
{
    if (irq >= arch_irq_gsi_count())
        return -EINVAL;
    return take(irq, LINE_GUEST);
}

int arch_irq_set_mode(unsigned int irq, bool is_level, bool is_low)
{
    struct line *l = &lines[irq];

    if (irq >= arch_irq_gsi_count() || !ioapic_has_gsi(irq))
        return -EINVAL;
    if (l->is_level == is_level && l->is_low == is_low) {
        l->has_mode = true;
        return 0;
    }
    if (l->has_mode || l->owner == LINE_HV)
        return -EEXIST;
    l->is_level = is_level;
    l->is_low = is_low;
    l->has_mode = true;
    if (l->owner == LINE_GUEST)
        route(irq);
    return 0;
}

bool arch_irq_is_level(unsigned int irq)
{
    return irq < arch_irq_gsi_count() && lines[irq].is_level;
}

void arch_irq_close(unsigned int irq)
{
    struct line *l = &lines[irq];

    if (irq >= arch_irq_gsi_count()) {
        msi_close(irq);
        return;
    }
    ioapic_mask(irq);
    vector_free(l->vector);
    l->owner = LINE_FREE;
    l->vector = 0;
}

void arch_irq_mask(unsigned int irq)
{
    if (irq < arch_irq_gsi_count())
        ioapic_mask(irq);
    else
        msi_mask(irq);
}

void arch_irq_unmask(unsigned int irq)
{
    if (irq < arch_irq_gsi_count())
        ioapic_unmask(irq);
    else
        msi_unmask(irq);
}

bool line_is_own(unsigned int irq)
{
    return irq < IRQ_COUNT && lines[irq].owner == LINE_HV;
}

void line_raise(unsigned int irq)
{
    const struct line *l = &lines[irq];
    bool is_level = arch_irq_is_level(irq);

    if (!is_level)
        lapic_eoi();
    if (l->owner == LINE_HV)
        l->fn(l->data);
    else
        pirq_raise(irq);
    if (is_level)
        lapic_eoi();
}
