/* SPDX-License-Identifier: MIT */
/* line.h - for dispatch.c and msi.c: an interrupt line on x86. */
#ifndef ASM_LINE_H
#define ASM_LINE_H

#include <hv/irq.h>

enum line_owner { LINE_FREE, LINE_HV, LINE_GUEST };

struct line {
    uint8_t owner;              /* enum line_owner */
    uint8_t vector;             /* 0: none */
    bool is_level;
    bool is_low;
    bool has_mode;              /* is_level and is_low were said by someone */
    void (*fn)(void *data);     /* LINE_HV */
    void *data;
};

/* Defaults of every GSI, from the MADT. After ioapic_init. */
void line_init(void);
/* Line @irq came in at its vector: handle it and end it. Interrupts off. */
void line_raise(unsigned int irq);
/* Is it the hypervisor's own? */
bool line_is_own(unsigned int irq);

/* msi.c: its own kind of line, numbers from arch_irq_gsi_count() on. */
void msi_close(unsigned int irq);
void msi_mask(unsigned int irq);
void msi_unmask(unsigned int irq);

#endif
