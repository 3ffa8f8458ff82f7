/* SPDX-License-Identifier: MIT */
/*
 * address.c - where the memory operand of a decoded instruction lies.
 *
 * Addresses are linear: the segment base is in. They are computed as the
 * processor computes them, modulo 2^64 or 2^32, and may be non-canonical.
 */
#include <asm/decode.h>

static inline uint64_t segment_base(unsigned int segment, uint64_t fs_base,
                                    uint64_t gs_base)
{
    if (segment == INSN_SEG_FS)
        return fs_base;
    return segment == INSN_SEG_GS ? gs_base : 0;
}

static inline uint64_t truncate_address(const struct insn *insn, uint64_t va)
{
    return insn->addr_size == 4 ? (uint32_t)va : va;
}

/* The register of a bit string is a signed count of bits from the base; the
 * operand is the word that holds the bit. SDM 2A, "BTS". */
static uint64_t bit_string_offset(const struct insn *insn, uint64_t reg)
{
    switch (insn->op_size) {
    case 2:
        return (uint64_t)((int64_t)(int16_t)reg >> 4) * 2;
    case 4:
        return (uint64_t)((int64_t)(int32_t)reg >> 5) * 4;
    default:
        return (uint64_t)((int64_t)reg >> 6) * 8;
    }
}

uint64_t insn_effective_address(const struct insn *insn,
                                const uint64_t gprs[INSN_NR_GPRS],
                                uint64_t next_rip, uint64_t fs_base,
                                uint64_t gs_base)
{
    uint64_t va = (uint64_t)(int64_t)insn->disp;

    if (insn->base < INSN_NR_GPRS)
        va += gprs[insn->base];
    else if (insn->base == INSN_REG_RIP)
        va += next_rip;
    if (insn->index < INSN_NR_GPRS)
        va += gprs[insn->index] << insn->scale;
    if (insn_is_bit_op(insn) && !insn->has_imm)
        va += bit_string_offset(insn, gprs[insn->reg]);
    return truncate_address(insn, va)
           + segment_base(insn->segment, fs_base, gs_base);
}

uint64_t insn_source_address(const struct insn *insn,
                             const uint64_t gprs[INSN_NR_GPRS],
                             uint64_t fs_base, uint64_t gs_base)
{
    return truncate_address(insn, gprs[INSN_REG_RSI])
           + segment_base(insn->source_segment, fs_base, gs_base);
}
