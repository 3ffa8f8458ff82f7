/* SPDX-License-Identifier: MIT */
/*
 * decode.h - the few instructions that a paravirtual guest kernel traps on.
 *
 * A guest kernel runs at CPL3. Two kinds of its instructions end in the
 * hypervisor: privileged ones, which raise #GP, and stores to page tables,
 * which raise #PF because tables are mapped read-only. The decoder knows just
 * these; whatever else it is shown is -EINVAL and the guest gets its fault.
 */
#ifndef ASM_DECODE_H
#define ASM_DECODE_H

#include <hv/types.h>

#define INSN_MAX_LENGTH  15     /* SDM 2A 2.3.11 */
#define INSN_NR_GPRS     16     /* rax rcx rdx rbx rsp rbp rsi rdi r8-r15 */

enum insn_mode {
    INSN_MODE_64,               /* CS.L set */
};

enum insn_op {
    INSN_NONE,
    /* Stores that may carry LOCK. */
    INSN_ADD,
    INSN_OR,
    INSN_AND,
    INSN_SUB,
    INSN_XOR,
    INSN_BTS,
    INSN_BTR,
    INSN_BTC,
    INSN_XCHG,
    INSN_CMPXCHG,
    /* Stores that may not. */
    INSN_MOV,
    INSN_MOVNTI,
    INSN_STOS,
    INSN_MOVS,
    /* String forms of port access. */
    INSN_INS,
    INSN_OUTS,
    /* Privileged, or sensitive to what the hypervisor lets through. */
    INSN_IN,
    INSN_OUT,
    INSN_CLTS,
    INSN_WBINVD,                /* WBNOINVD too: writing back more is safe */
    INSN_INVD,
    INSN_HLT,
    INSN_CLI,
    INSN_STI,
    INSN_INT,
    INSN_READ_CR,
    INSN_WRITE_CR,
    INSN_READ_DR,
    INSN_WRITE_DR,
    INSN_RDMSR,
    INSN_WRMSR,
    INSN_RDTSC,
    INSN_RDTSCP,
    INSN_RDPMC,
    INSN_XSETBV,
    INSN_CPUID,
};

/* CS, DS, ES and SS have base 0 in 64-bit mode, whatever a prefix says. */
enum insn_segment {
    INSN_SEG_FLAT,
    INSN_SEG_FS,
    INSN_SEG_GS,
};

/* General registers that some forms imply. */
#define INSN_REG_RAX    0
#define INSN_REG_RCX    1
#define INSN_REG_RSP    4
#define INSN_REG_RSI    6
#define INSN_REG_RDI    7

/* What base and index hold beside the number of a general register. */
#define INSN_REG_RIP    INSN_NR_GPRS
#define INSN_REG_NONE   (INSN_NR_GPRS + 1)

/* Prefixes in effect. The first two are an enum insn_segment; of FS and GS, and
 * of REP (F3) and REPNE (F2), the last one counts. Either repeats a string. */
#define INSN_PREFIX_FS          (1u << 0)
#define INSN_PREFIX_GS          (1u << 1)
#define INSN_PREFIX_OPERAND     (1u << 2)
#define INSN_PREFIX_ADDRESS     (1u << 3)
#define INSN_PREFIX_LOCK        (1u << 4)
#define INSN_PREFIX_REP         (1u << 5)
#define INSN_PREFIX_REPNE       (1u << 6)
#define INSN_PREFIX_SEGMENTS    (INSN_PREFIX_FS | INSN_PREFIX_GS)
#define INSN_PREFIX_REPEATS     (INSN_PREFIX_REP | INSN_PREFIX_REPNE)

struct insn {
    uint8_t op;                 /* enum insn_op */
    uint8_t length;             /* bytes, prefixes included */
    uint8_t op_size;            /* of the memory or port operand: 1 2 4 8 */
    uint8_t addr_size;          /* 4 or 8; also the width of RCX, RSI, RDI */
    uint8_t prefixes;           /* INSN_PREFIX_* */
    bool    has_imm;            /* the other operand is imm; else reg, or DX */
    bool    high_byte;          /* reg is AH, CH, DH or BH, held in its 0-3 */
    uint8_t reg;                /* the general register operand */
    uint8_t sys_reg;            /* number of the control or debug register */
    uint8_t segment;            /* enum insn_segment, of the memory operand */
    uint8_t source_segment;     /* MOVS: of the operand that is read */
    uint8_t base;
    uint8_t index;
    uint8_t scale;              /* index is shifted left by this, 0-3 */
    uint8_t unused[2];
    int32_t disp;
    int32_t imm;                /* extended as the instruction extends it */
};

/* Decode one instruction from the first @len of @bytes. On error *out means
 * nothing.
 * -EINVAL  not one of ours, or not an instruction
 * -ENODATA it may be one of ours, but goes on beyond @len */
int insn_decode(const uint8_t *bytes, size_t len, enum insn_mode mode,
                struct insn *out);

/* The same for CPUID under the forced emulation prefix: ud2; "xen"; cpuid. */
int insn_decode_forced(const uint8_t *bytes, size_t len, struct insn *out);

/* Linear address of the memory operand; of MOVS, the one that is written.
 * Bit strings (BTS and its like with a register) reach beyond their base. */
uint64_t insn_effective_address(const struct insn *insn,
                                const uint64_t gprs[INSN_NR_GPRS],
                                uint64_t next_rip, uint64_t fs_base,
                                uint64_t gs_base);

/* Linear address of what MOVS reads. */
uint64_t insn_source_address(const struct insn *insn,
                             const uint64_t gprs[INSN_NR_GPRS],
                             uint64_t fs_base, uint64_t gs_base);

/* Is this one of the stores, for store_compute()? */
static inline bool insn_is_store(const struct insn *insn)
{
    return insn->op >= INSN_ADD && insn->op <= INSN_MOVS;
}

static inline bool insn_is_bit_op(const struct insn *insn)
{
    return insn->op >= INSN_BTS && insn->op <= INSN_BTC;
}

/* Is this a string form with a repeat prefix? */
static inline bool insn_repeats(const struct insn *insn)
{
    return insn->op >= INSN_STOS && insn->op <= INSN_OUTS
           && (insn->prefixes & INSN_PREFIX_REPEATS) != 0;
}

#endif
