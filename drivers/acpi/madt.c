/* SPDX-License-Identifier: MIT */
/*
 * madt.c - the MADT: local APICs, IO-APICs, and where ISA interrupts come in.
 * Pure: bytes in, struct acpi_madt_info out.
 */
#include <hv/acpi.h>
#include <hv/errno.h>
#include "table.h"

#define LAPIC_USUAL_PADDR   0xfee00000u /* SDM 3A 11.4.1 */

struct acpi_madt {                      /* ACPI 6.5 5.2.12 */
    struct acpi_header header;          /*  0 */
    uint32_t           lapic_paddr;     /* 36 */
    uint32_t           flags;           /* 40 */
#define MADT_PCAT_COMPAT    (1u << 0)   /* two 8259s are present */
} PACKED;
_Static_assert(sizeof(struct acpi_madt) == 44, "ACPI 6.5 5.2.12");

struct madt_record {
    uint8_t type;
    uint8_t length;             /* of the whole record */
} PACKED;

#define MADT_LAPIC          0u  /* ACPI 6.5 table 5.21 */
#define MADT_IOAPIC         1u
#define MADT_OVERRIDE       2u
#define MADT_LAPIC_ADDRESS  5u
#define MADT_X2APIC         9u

struct madt_lapic {             /* ACPI 6.5 5.2.12.2 */
    struct madt_record record;  /* 0 */
    uint8_t  acpi_uid;          /* 2 */
    uint8_t  apic_id;           /* 3 */
    uint32_t flags;             /* 4 */
#define MADT_CPU_ENABLED    (1u << 0)
} PACKED;
_Static_assert(sizeof(struct madt_lapic) == 8, "ACPI 6.5 5.2.12.2");

struct madt_ioapic {            /* ACPI 6.5 5.2.12.3 */
    struct madt_record record;  /* 0 */
    uint8_t  id;                /* 2 */
    uint8_t  reserved;          /* 3 */
    uint32_t paddr;             /* 4 */
    uint32_t gsi_base;          /* 8 */
} PACKED;
_Static_assert(sizeof(struct madt_ioapic) == 12, "ACPI 6.5 5.2.12.3");

struct madt_override {          /* ACPI 6.5 5.2.12.5 */
    struct madt_record record;  /* 0 */
    uint8_t  bus;               /* 2: 0, ISA */
    uint8_t  source;            /* 3: ISA interrupt */
    uint32_t gsi;               /* 4 */
    uint16_t flags;             /* 8 */
#define MADT_POLARITY       0x3u
#define MADT_POLARITY_LOW   0x3u
#define MADT_TRIGGER        0xcu
#define MADT_TRIGGER_LEVEL  0xcu
} PACKED;
_Static_assert(sizeof(struct madt_override) == 10, "ACPI 6.5 5.2.12.5");

struct madt_lapic_address {     /* ACPI 6.5 5.2.12.8 */
    struct madt_record record;  /* 0 */
    uint16_t reserved;          /* 2 */
    uint64_t paddr;             /* 4 */
} PACKED;
_Static_assert(sizeof(struct madt_lapic_address) == 12, "ACPI 6.5 5.2.12.8");

struct madt_x2apic {            /* ACPI 6.5 5.2.12.12 */
    struct madt_record record;  /*  0 */
    uint16_t reserved;          /*  2 */
    uint32_t apic_id;           /*  4 */
    uint32_t flags;             /*  8: as madt_lapic */
    uint32_t acpi_uid;          /* 12 */
} PACKED;
_Static_assert(sizeof(struct madt_x2apic) == 16, "ACPI 6.5 5.2.12.12");

static void cpu_add(struct acpi_madt_info *out, uint32_t flags,
                    uint32_t apic_id, uint32_t acpi_uid)
{
    if (!(flags & MADT_CPU_ENABLED))
        return;
    for (unsigned int i = 0; i < out->cpu_count; i++)
        if (out->cpu[i].apic_id == apic_id)
            return;
    if (out->cpu_count == ACPI_MAX_CPUS) {
        out->cpu_excess++;
        return;
    }
    out->cpu[out->cpu_count++] = (struct acpi_cpu){ apic_id, acpi_uid };
}

static int lapic_record(const void *at, struct acpi_madt_info *out)
{
    const struct madt_lapic *r = at;

    if (r->apic_id != 0xff)     /* the broadcast address is no CPU */
        cpu_add(out, r->flags, r->apic_id, r->acpi_uid);
    return 0;
}

static int x2apic_record(const void *at, struct acpi_madt_info *out)
{
    const struct madt_x2apic *r = at;

    if (r->apic_id != 0xffffffff)
        cpu_add(out, r->flags, r->apic_id, r->acpi_uid);
    return 0;
}

static int ioapic_record(const void *at, struct acpi_madt_info *out)
{
    const struct madt_ioapic *r = at;

    if (!r->paddr || out->ioapic_count == ACPI_MAX_IOAPICS)
        return -EINVAL;
    out->ioapic[out->ioapic_count++] = (struct acpi_ioapic){
        .paddr = r->paddr, .gsi_base = r->gsi_base, .id = r->id,
    };
    return 0;
}

static int override_record(const void *at, struct acpi_madt_info *out)
{
    const struct madt_override *r = at;

    if (r->bus != 0 || r->source >= ISA_IRQ_COUNT)
        return -EINVAL;
    out->isa[r->source] = (struct acpi_isa_irq){
        .gsi = r->gsi,
        .is_level = (r->flags & MADT_TRIGGER) == MADT_TRIGGER_LEVEL,
        .is_low = (r->flags & MADT_POLARITY) == MADT_POLARITY_LOW,
    };
    return 0;
}

static int lapic_address_record(const void *at, struct acpi_madt_info *out)
{
    const struct madt_lapic_address *r = at;

    if (!r->paddr)
        return -EINVAL;
    out->lapic_paddr = r->paddr;
    return 0;
}

static const struct {
    uint8_t type;
    uint8_t size;
    int (*read)(const void *at, struct acpi_madt_info *out);
} record_kinds[] = {
    { MADT_LAPIC, sizeof(struct madt_lapic), lapic_record },
    { MADT_IOAPIC, sizeof(struct madt_ioapic), ioapic_record },
    { MADT_OVERRIDE, sizeof(struct madt_override), override_record },
    { MADT_LAPIC_ADDRESS, sizeof(struct madt_lapic_address),
      lapic_address_record },
    { MADT_X2APIC, sizeof(struct madt_x2apic), x2apic_record },
};

static int record_read(const struct madt_record *r, struct acpi_madt_info *out)
{
    for (size_t i = 0; i < ARRAY_SIZE(record_kinds); i++)
        if (record_kinds[i].type == r->type)
            return r->length < record_kinds[i].size ? -EINVAL
                                          : record_kinds[i].read(r, out);
    return 0;       /* a kind we do not need */
}

static void set_defaults(struct acpi_madt_info *out)
{
    *out = (struct acpi_madt_info){ .lapic_paddr = LAPIC_USUAL_PADDR,
                                    .has_8259 = true };
    for (unsigned int i = 0; i < ISA_IRQ_COUNT; i++)
        out->isa[i].gsi = i;
}

int madt_parse(const void *table, size_t length, struct acpi_madt_info *out)
{
    const struct acpi_madt *madt = table;
    size_t at = sizeof(*madt);
    int rc = 0;

    set_defaults(out);
    if (length == 0)
        return 0;
    if (length < sizeof(*madt))
        return -EINVAL;
    if (madt->lapic_paddr)
        out->lapic_paddr = madt->lapic_paddr;
    out->has_8259 = (madt->flags & MADT_PCAT_COMPAT) != 0;
    while (length - at >= sizeof(struct madt_record)) {
        const struct madt_record *r =
            (const void *)((const uint8_t *)table + at);

        if (r->length < sizeof(*r) || r->length > length - at)
            return -EINVAL;
        if (record_read(r, out))
            rc = -EINVAL;
        at += r->length;
    }
    return rc;
}
