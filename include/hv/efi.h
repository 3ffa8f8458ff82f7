/* SPDX-License-Identifier: MIT */
/*
 * efi.h - UEFI after it has handed the machine over: what it says of itself,
 * and the services that go on.
 */
#ifndef HV_EFI_H
#define HV_EFI_H

#include <hv/compiler.h>
#include <hv/frame_num.h>

/* What UEFI left in its system table (UEFI 2.10 4.3), copied at boot. */
#define EFI_VENDOR_MAX  100u        /* UTF-16 units, the final 0 included */
struct efi_info {
    bool is_present;                /* false: the rest is zero */
    uint32_t version;
    uint32_t runtime_version;       /* 0: no runtime services */
    uint32_t firmware_revision;
    uint64_t config_table;          /* address of the configuration tables */
    uint32_t config_count;
    uint16_t vendor[EFI_VENDOR_MAX];
};
extern struct efi_info efi_info;
/* Read the table at @system_table (0: not booted by UEFI). Boot. */
void efi_init(paddr_t system_table);

/* efi= */
struct efi_option {
    bool runtime_services;
    bool unknown_is_uncached;       /* memory without caching attributes */
};
extern struct efi_option efi_option;

/* Runtime services by their place in the table (UEFI 2.10 4.5.1). */
enum efi_service {
    EFI_GET_TIME, EFI_SET_TIME, EFI_GET_WAKEUP_TIME, EFI_SET_WAKEUP_TIME,
    EFI_SET_VIRTUAL_ADDRESS_MAP, EFI_CONVERT_POINTER,
    EFI_GET_VARIABLE, EFI_GET_NEXT_VARIABLE_NAME, EFI_SET_VARIABLE,
    EFI_GET_NEXT_HIGH_MONOTONIC_COUNT, EFI_RESET_SYSTEM,
    EFI_UPDATE_CAPSULE, EFI_QUERY_CAPSULE_CAPABILITIES,
    EFI_QUERY_VARIABLE_INFO,
    EFI_SERVICES
};

/* EFI_STATUS, UEFI 2.10 appendix D. */
#define EFI_SUCCESS             0ull
#define EFI_ERROR_BIT           (1ull << 63)    /* without it: a warning */
#define EFI_INVALID_PARAMETER   (EFI_ERROR_BIT | 2)
#define EFI_UNSUPPORTED         (EFI_ERROR_BIT | 3)

#define EFI_ARGUMENTS   5u          /* the most that a service takes */

/* Read the services' table at @paddr and make them callable. Boot. */
void efi_runtime_init(paddr_t paddr);
/* False: none, switched off, or broken. */
bool efi_runtime_is_on(void);
/* Call @service; pointers among @arguments are to our own memory. *status is
 * what it returned. -EOPNOTSUPP: services are off, or have just failed. */
int efi_call(enum efi_service service,
             const uint64_t arguments[EFI_ARGUMENTS], uint64_t *status)
    MUST_CHECK;

/* Have the firmware end the machine, from any context. Returns when it does
 * not, or is in the middle of something. */
enum efi_reset { EFI_RESET_COLD, EFI_RESET_WARM, EFI_RESET_SHUTDOWN };
void efi_reset(enum efi_reset how);

/* arch: page tables for the firmware. -ENOMEM; -EINVAL the memory map cannot be
 * mapped. Boot. */
int arch_efi_init(void) MUST_CHECK;
/* arch: call the firmware's function at @function, on this CPU, interrupts off.
 * False: it raised an exception, which was reported. */
bool arch_efi_call(uint64_t function,
                   const uint64_t arguments[EFI_ARGUMENTS], uint64_t *status);

#endif
