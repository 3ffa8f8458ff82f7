/* SPDX-License-Identifier: MIT */
/* common_store.h - the few stores that are worth a shorter way. */
#ifndef ASM_COMMON_STORE_H
#define ASM_COMMON_STORE_H

#include <hv/types.h>

enum common_store_kind { COMMON_MOV, COMMON_XCHG, COMMON_BTR };

struct common_store {
    uint8_t kind;       /* enum common_store_kind */
    uint8_t length;
    uint8_t base, reg;  /* general registers, the hardware's numbers */
    uint8_t bit;        /* COMMON_BTR */
    int8_t disp;
};

/* From the first 8 bytes of an instruction, the first lowest. False: it is
 * none of them. Pure. */
bool common_store_decode(uint64_t bytes, struct common_store *out);

#endif
