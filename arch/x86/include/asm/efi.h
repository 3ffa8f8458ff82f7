/* SPDX-License-Identifier: MIT */
/* efi.h - the firmware's surroundings while it runs. */
#ifndef ASM_EFI_H
#define ASM_EFI_H

#include <asm/paging.h>
#include <asm/regs.h>

/* efi/tables.c */
extern pte_t *efi_l4;
extern mfn_t efi_l4_mfn;

/* efi/call_firmware.S: what came of a call. */
struct efi_outcome {
    uint64_t status;
    uint64_t has_failed;        /* it raised an exception; no status */
};
struct efi_outcome efi_call_firmware(uint64_t function,
                                     const uint64_t *arguments);
extern unsigned long efi_return_rsp;    /* 0: the firmware does not run */
void efi_fault(void);                   /* where it goes on after a fault */

/* efi/call.c: an exception on this CPU at @regs. True: the firmware raised it,
 * and @regs now leads out of it. */
bool efi_escape(struct regs *regs, unsigned long cr2);

#endif
