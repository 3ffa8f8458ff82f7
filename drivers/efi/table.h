/* SPDX-License-Identifier: MIT */
/* table.h - the head of every table of UEFI's own. */
#ifndef EFI_TABLE_H
#define EFI_TABLE_H

#include <hv/types.h>

struct efi_table_header {       /* UEFI 2.10 4.2.1 */
    uint64_t signature;         /*  0 */
    uint32_t revision;          /*  8 */
    uint32_t header_size;       /* 12 */
    uint32_t crc32;             /* 16 */
    uint32_t reserved;          /* 20 */
};
_Static_assert(sizeof(struct efi_table_header) == 24, "UEFI 2.10 4.2.1");

#endif
