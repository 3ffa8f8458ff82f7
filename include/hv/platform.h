/* SPDX-License-Identifier: MIT */
/* platform.h - the machine as domain 0's kernel asks about it. */
#ifndef HV_PLATFORM_H
#define HV_PLATFORM_H

#include <hv/compiler.h>
#include <hv/types.h>

/* Hypercall 7 with the interface version of public/platform.h. */
long do_platform_op(unsigned long arg);

/* arch: how hardware and firmware number @cpu; false: no such CPU. */
bool arch_cpu_identity(unsigned int cpu, uint32_t *apic_id,
                       uint32_t *acpi_uid);

struct xenpf_efi_runtime_call;
struct xenpf_firmware_info;
/* Commands with files of their own; the caller is privileged. */
long platform_efi_call(struct xenpf_efi_runtime_call *op);
long platform_firmware_info(struct xenpf_firmware_info *info);

#endif
