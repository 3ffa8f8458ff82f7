/* SPDX-License-Identifier: MIT */
/*
 * irq.h - interrupt lines, by number: the inputs of IO-APICs (GSIs) from 0,
 * then messages (MSI). A line belongs to nobody, to the hypervisor, or to a
 * guest, in which case event/pirq.c handles it. All of this is arch.
 */
#ifndef HV_IRQ_H
#define HV_IRQ_H

#include <hv/compiler.h>
#include <hv/frame_num.h>
#include <hv/types.h>

struct domain;

#define IRQ_COUNT   1024u       /* as PIRQ_COUNT: one numbering for both */

/* Call @fn(@data) with interrupts off whenever line @gsi is raised; one CPU at
 * a time. A number below 16 is an ISA interrupt, wherever that comes in.
 * -EINVAL no such line; -EBUSY it belongs to somebody else. */
int irq_request(unsigned int gsi, void (*fn)(void *data), void *data) MUST_CHECK;

/* GSIs are below this, messages are not. */
unsigned int arch_irq_gsi_count(void);

/* Make GSI @irq a guest's: it has a vector and is masked from now on.
 * -EINVAL no such line; -EBUSY not free; -ENOSPC no vector left. */
int arch_irq_open(unsigned int irq) MUST_CHECK;
/* How its device signals. -EEXIST set before, differently. */
int arch_irq_set_mode(unsigned int irq, bool is_level, bool is_low) MUST_CHECK;
bool arch_irq_is_level(unsigned int irq);

/* The messages of one device that a guest wants. */
struct msi_request {
    uint16_t segment;
    uint8_t bus, devfn;
    bool is_msix;
    unsigned int entry;         /* of the MSI-X table */
    unsigned int count;         /* of MSI messages: 1, 2, 4, .. 32 */
    paddr_t table_bar;          /* MSI-X: where @d says the table's BAR is */
    const struct domain *d;     /* who may map the table */
};
/* Make @count messages in a row a guest's, masked where the device can.
 * -ENODEV no such device; -EINVAL it has no such message; -EBUSY taken;
 * -ENXIO its table cannot be reached; -ENOSPC no number or vector left. */
int arch_msi_open(const struct msi_request *request, unsigned int *first)
    MUST_CHECK;

/* Give a guest's line or message back, masked. */
void arch_irq_close(unsigned int irq);

/* Of a guest's line; both may run in interrupt context. A message of a device
 * that cannot mask is always unmasked. */
void arch_irq_mask(unsigned int irq);
void arch_irq_unmask(unsigned int irq);

/* Key i: vectors in use, whose they are, how often they came. */
void arch_irq_dump(void);

/* A register of the interrupt controller at @paddr that is harmless to know.
 * -EINVAL there is none. */
int arch_irq_chip_read(paddr_t paddr, unsigned int reg, uint32_t *value)
    MUST_CHECK;

#endif
