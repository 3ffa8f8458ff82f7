/* SPDX-License-Identifier: MIT */
/*
 * store.h - what one decoded store does to memory, registers and flags.
 */
#ifndef ASM_STORE_H
#define ASM_STORE_H

#include <asm/decode.h>

#define STORE_MAX_REGS  3       /* MOVS: RSI, RDI and RCX */

struct store_input {
    const uint64_t *gprs;       /* INSN_NR_GPRS of them */
    uint64_t rflags;
    uint64_t old;               /* what memory holds, low op_size bytes */
    uint64_t source;            /* MOVS: what it read, likewise */
};

struct store_result {
    bool     writes;            /* if not, memory keeps what it holds */
    bool     again;             /* REP is not done: leave RIP where it is */
    uint8_t  nr_regs;
    uint64_t value;             /* for memory, in the low op_size bytes */
    uint64_t rflags;
    struct {
        uint8_t  reg;
        uint64_t value;         /* of the full register */
    } regs[STORE_MAX_REGS];
};

/* Compute, touching nothing, what @insn does when its memory operand holds
 * in->old; the caller makes that true by a compare-and-swap. String forms do
 * one iteration. -EINVAL @insn is not a store. */
int store_compute(const struct insn *insn, const struct store_input *in,
                  struct store_result *out);

#endif
