/* SPDX-License-Identifier: MIT */
/* ioapic.h - the IO-APICs' inputs, by GSI. */
#ifndef ASM_IOAPIC_H
#define ASM_IOAPIC_H

#include <hv/types.h>

/* Map every IO-APIC of the MADT and mask its inputs. Boot CPU, once. */
void ioapic_init(void);
bool ioapic_has_gsi(unsigned int gsi);
unsigned int ioapic_gsi_count(void);        /* highest + 1 */

/* Route @gsi, leaving it masked. */
void ioapic_route(unsigned int gsi, uint64_t rte);
void ioapic_mask(unsigned int gsi);
void ioapic_unmask(unsigned int gsi);


/* One routing entry, unmasked. Pure. */
uint64_t ioapic_rte(unsigned int vector, uint32_t apic_id, bool is_level,
                    bool is_low);

#endif
