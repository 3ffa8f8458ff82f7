/* SPDX-License-Identifier: MIT */
/*
 * acpi.h - what the firmware's tables say, checked and copied at boot. Tables
 * are firmware's word about hardware: wrong ones are reported and left out.
 */
#ifndef HV_ACPI_H
#define HV_ACPI_H

#include <hv/compiler.h>
#include <hv/frame_num.h>

/* A whole table, its length and checksum verified. */
struct acpi_table {
    const void *data;
    size_t length;
};

/* Find the root table: at @rsdp when the loader names it, else by scanning
 * the EBDA and 0xE0000-0xFFFFF. 0; -ENODEV when this machine has none. */
int acpi_init(paddr_t rsdp);
/* Map the first sound table with @signature; unmap it after use. -ENOENT. */
int acpi_table_map(const char *signature, struct acpi_table *out) MUST_CHECK;
/* The same for one that another table points at. -ENOENT @paddr is 0. */
int acpi_table_map_at(paddr_t paddr, const char *signature,
                      struct acpi_table *out) MUST_CHECK;
void acpi_table_unmap(struct acpi_table *table);
paddr_t acpi_rsdp(void);            /* 0: none found */

/* MADT */
#define ACPI_MAX_CPUS       256u
#define ACPI_MAX_IOAPICS    16u
#define ISA_IRQ_COUNT       16u

struct acpi_cpu {
    uint32_t apic_id;
    uint32_t acpi_uid;
};

struct acpi_ioapic {
    paddr_t paddr;
    uint32_t gsi_base;
    uint8_t id;
};

struct acpi_isa_irq {       /* where an ISA interrupt comes in, and how */
    uint32_t gsi;
    bool is_level;
    bool is_low;
};

struct acpi_madt_info {
    paddr_t lapic_paddr;
    bool has_8259;
    unsigned int cpu_count;             /* enabled ones only */
    struct acpi_cpu cpu[ACPI_MAX_CPUS];
    unsigned int cpu_excess;            /* records that found no room */
    unsigned int ioapic_count;
    struct acpi_ioapic ioapic[ACPI_MAX_IOAPICS];
    struct acpi_isa_irq isa[ISA_IRQ_COUNT];
};

/* @out is what a PC has when @length is 0 (no MADT). -EINVAL for a table that
 * cannot be trusted; @out then holds what stood before the fault. */
int madt_parse(const void *table, size_t length, struct acpi_madt_info *out);

/* FADT */
struct acpi_fadt_info {
    uint16_t pm1a_event, pm1b_event;    /* I/O ports; 0: absent */
    uint16_t pm1a_control, pm1b_control;
    uint16_t pm_timer;
    bool pm_timer_is_32bit;
    uint16_t smi_command;
    uint8_t acpi_enable;                /* value for smi_command; 0: none */
    uint16_t sci_irq;
    uint8_t century_index;              /* in CMOS; 0: none */
    uint32_t dsdt;                      /* below 4 GiB, or 0 */
    bool has_reset;
    uint8_t reset_space;                /* ACPI_SPACE_* */
    uint64_t reset_address;
    uint8_t reset_value;
    bool has_no_vga, has_no_cmos;       /* IAPC_BOOT_ARCH */
};

#define ACPI_SPACE_MEMORY   0u
#define ACPI_SPACE_IO       1u
#define ACPI_SPACE_PCI      2u

int fadt_parse(const void *table, size_t length, struct acpi_fadt_info *out);

/* HPET: where the first event timer block is. */
int acpi_hpet_parse(const void *table, size_t length, paddr_t *paddr);

/* MCFG: windows of memory-mapped PCI configuration space. */
#define ACPI_MAX_MCFG   8u
struct acpi_mcfg_window {
    paddr_t paddr;          /* of bus 0, whatever bus_first is */
    uint16_t segment;
    uint8_t bus_first, bus_last;
};
int mcfg_parse(const void *table, size_t length,
               struct acpi_mcfg_window *out, unsigned int *count);

/* DSDT: SLP_TYP values that mean soft off (_S5), from its byte code. */
bool acpi_find_s5(const uint8_t *aml, size_t length, uint8_t *a, uint8_t *b);

/* Read every table above into these; call once, after acpi_init. */
void acpi_read_tables(void);
extern struct acpi_madt_info acpi_madt;
extern struct acpi_fadt_info acpi_fadt;
extern bool acpi_has_fadt;
extern paddr_t acpi_hpet_paddr;         /* 0: none */
extern struct acpi_mcfg_window acpi_mcfg[ACPI_MAX_MCFG];
extern unsigned int acpi_mcfg_count;

#endif
