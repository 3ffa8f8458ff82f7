/* SPDX-License-Identifier: MIT */
/*
 * common_store_fuzz.c - what the short decoder of page-table stores takes, the
 * full one reads in the same way.
 */
#include <asm/common_store.h>
#include <asm/decode.h>
#include "fuzz.h"

static enum insn_op op_of(const struct common_store *c)
{
    return c->kind == COMMON_MOV ? INSN_MOV :
           c->kind == COMMON_XCHG ? INSN_XCHG : INSN_BTR;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t text[INSN_MAX_LENGTH];
    struct fuzz f = { data, size };
    struct common_store c;
    struct insn full;
    uint64_t word;

    fuzz_bytes(&f, text, sizeof(text));
    memcpy(&word, text, sizeof(word));
    if (!common_store_decode(word, &c))
        return 0;
    ck_assert(!insn_decode(text, sizeof(text), INSN_MODE_64, &full));
    ck_assert(full.op == op_of(&c) && full.op_size == 8);
    ck_assert(full.length == c.length && full.base == c.base);
    ck_assert(full.index == INSN_REG_NONE && full.disp == c.disp);
    ck_assert(full.segment == INSN_SEG_FLAT);
    if (c.kind == COMMON_BTR)
        ck_assert(((unsigned int)full.imm & 63) == c.bit);
    else
        ck_assert(full.reg == c.reg);
    return 0;
}
