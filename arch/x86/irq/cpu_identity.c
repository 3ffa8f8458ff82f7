/* SPDX-License-Identifier: MIT */
/* cpu_identity.c - a CPU's number here, in hardware, and in the MADT. */
#include <hv/acpi.h>
#include <hv/platform.h>
#include <asm/lapic.h>

bool arch_cpu_identity(unsigned int cpu, uint32_t *apic_id, uint32_t *acpi_uid)
{
    if (cpu >= NR_CPUS)
        return false;
    *apic_id = lapic_id_of_cpu(cpu);
    *acpi_uid = cpu;        /* without a MADT there is no other number */
    for (unsigned int i = 0; i < acpi_madt.cpu_count; i++)
        if (acpi_madt.cpu[i].apic_id == *apic_id)
            *acpi_uid = acpi_madt.cpu[i].acpi_uid;
    return true;
}
