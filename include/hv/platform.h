/* SPDX-License-Identifier: MIT */
/* platform.h - the machine as domain 0's kernel asks about it. */
#ifndef HV_PLATFORM_H
#define HV_PLATFORM_H

#include <hv/compiler.h>
#include <hv/frame_num.h>

/* Hypercall 7 with the interface version of public/platform.h. */
long do_platform_op(unsigned long arg);

/* arch: how hardware and firmware number @cpu; false: no such CPU. */
bool arch_cpu_identity(unsigned int cpu, uint32_t *apic_id,
                       uint32_t *acpi_uid);

/* What UEFI left in its system table (UEFI 2.10 4.3), copied at boot. */
#define EFI_VENDOR_MAX  100u        /* UTF-16 units, the final 0 included */
struct efi_info {
    bool is_present;                /* false: the rest is zero */
    uint32_t version;
    uint32_t runtime_version;
    uint32_t firmware_revision;
    uint64_t config_table;          /* address of the configuration tables */
    uint32_t config_count;
    uint16_t vendor[EFI_VENDOR_MAX];
};
extern struct efi_info efi_info;
/* Read the table at @system_table (0: not booted by UEFI). Boot. */
void efi_init(paddr_t system_table);

#endif
