/* SPDX-License-Identifier: MIT */
/*
 * lapic.h - this CPU's local APIC. Two kinds, one interface: registers in
 * memory (xAPIC) or in MSRs (x2APIC); the kind is chosen once, at boot.
 */
#ifndef ASM_LAPIC_H
#define ASM_LAPIC_H

#include <hv/cpu.h>
#include <hv/frame_num.h>

struct lapic_ops {
    const char *name;
    uint32_t (*read)(unsigned int reg);     /* LAPIC_*, not the ICR */
    void (*write)(unsigned int reg, uint32_t value);
    /* Send; @low is LAPIC_ICR_LOW without destination. Interrupts off. */
    void (*send)(uint32_t apic_id, uint32_t low);
    uint32_t (*id)(void);
};
extern const struct lapic_ops *lapic;
extern const struct lapic_ops lapic_xapic, lapic_x2apic;

/* Choose the kind and, for xAPIC, map the registers at @paddr. -ENODEV when
 * the CPU has none, -ENOMEM when they cannot be mapped. Boot CPU, once. */
int lapic_init(paddr_t paddr);
/* Put this CPU's APIC to work: every CPU, interrupts off, after lapic_init.
 * Records cpu_id()'s APIC number for lapic_send. */
void lapic_init_cpu(void);
uint32_t lapic_id(void);                    /* of this CPU */
uint32_t lapic_id_of_cpu(unsigned int cpu);

void lapic_eoi(void);

/* Take what comes in at this CPU's LINT0, the 8259s', for NMIs; or mask it. */
void lapic_open_lint0_nmi(bool is_open);

/* Errors that the APIC of @cpu has reported, since boot. */
unsigned long lapic_error_count(unsigned int cpu);

/* Interrupt @cpu, or those of @cpus but the caller's own, at @vector. What was
 * stored before is seen by whom it interrupts. Any context. */
void lapic_send(unsigned int cpu, unsigned int vector);
void lapic_send_set(const cpu_set_t *cpus, unsigned int vector);
void lapic_send_nmi(unsigned int cpu);
/* A message can name that APIC number. */
bool lapic_reaches(uint32_t apic_id);
/* Wake a CPU by its APIC number (SDM 3A 9.4.4); @page is its first page. */
void lapic_send_init(uint32_t apic_id);
void lapic_send_startup(uint32_t apic_id, unsigned int page);

#endif
