/* SPDX-License-Identifier: MIT */
/* tables.c - read the tables that matter once, and keep what they said. */
#include <hv/acpi.h>
#include <hv/printk.h>

struct acpi_madt_info acpi_madt;
struct acpi_fadt_info acpi_fadt;
bool acpi_has_fadt;
paddr_t acpi_hpet_paddr;
struct acpi_mcfg_window acpi_mcfg[ACPI_MAX_MCFG];
unsigned int acpi_mcfg_count;

static int read_madt(const struct acpi_table *t)
{
    return madt_parse(t->data, t->length, &acpi_madt);
}

static int read_fadt(const struct acpi_table *t)
{
    int rc = fadt_parse(t->data, t->length, &acpi_fadt);
    acpi_has_fadt = rc == 0;
    return rc;
}

static int read_hpet(const struct acpi_table *t)
{
    return acpi_hpet_parse(t->data, t->length, &acpi_hpet_paddr);
}

static int read_mcfg(const struct acpi_table *t)
{
    return mcfg_parse(t->data, t->length, acpi_mcfg, &acpi_mcfg_count);
}

static const struct {
    const char *signature;
    int (*read)(const struct acpi_table *t);
} readers[] = {
    { "APIC", read_madt },
    { "FACP", read_fadt },
    { "HPET", read_hpet },
    { "MCFG", read_mcfg },
};

void acpi_read_tables(void)
{
    struct acpi_table t;

    (void)madt_parse(NULL, 0, &acpi_madt);
    for (size_t i = 0; i < ARRAY_SIZE(readers); i++) {
        if (acpi_table_map(readers[i].signature, &t))
            continue;
        if (readers[i].read(&t))
            printk(LOG_WARNING, "ACPI: %s has bad contents; what stands "
                   "before them is used\n", readers[i].signature);
        acpi_table_unmap(&t);
    }
}
