/* SPDX-License-Identifier: MIT */
/*
 * opcodes.c - the opcode maps, as far as decode.c knows them: what is left out
 * is not emulated. An all-zero entry is INSN_NONE without operands.
 */
#include <asm/decode.h>

#include "opcodes.h"

/* SDM 2D table A-6: the operation by ModRM.reg. */
const uint8_t opcode_groups[][8] = {
    [GROUP_ALU] = { INSN_ADD, INSN_OR, INSN_NONE, INSN_NONE,
                    INSN_AND, INSN_SUB, INSN_XOR, INSN_NONE },
    [GROUP_MOV] = { INSN_MOV },
    [GROUP_BIT] = { [5] = INSN_BTS, [6] = INSN_BTR, [7] = INSN_BTC },
};

/* SDM 2D table A-2, 64-bit mode. */
const struct form opcode_map[256] = {
    [0x00] = { INSN_ADD,  HOW_MEM | HOW_BYTE },
    [0x01] = { INSN_ADD,  HOW_MEM },
    [0x08] = { INSN_OR,   HOW_MEM | HOW_BYTE },
    [0x09] = { INSN_OR,   HOW_MEM },
    [0x20] = { INSN_AND,  HOW_MEM | HOW_BYTE },
    [0x21] = { INSN_AND,  HOW_MEM },
    [0x28] = { INSN_SUB,  HOW_MEM | HOW_BYTE },
    [0x29] = { INSN_SUB,  HOW_MEM },
    [0x30] = { INSN_XOR,  HOW_MEM | HOW_BYTE },
    [0x31] = { INSN_XOR,  HOW_MEM },
    [0x6c] = { INSN_INS,  HOW_BYTE },
    [0x6d] = { INSN_INS,  0 },
    [0x6e] = { INSN_OUTS, HOW_BYTE },
    [0x6f] = { INSN_OUTS, 0 },
    [0x80] = { GROUP_ALU, HOW_GROUP | HOW_BYTE | HOW_IMMZ },
    [0x81] = { GROUP_ALU, HOW_GROUP | HOW_IMMZ },
    [0x83] = { GROUP_ALU, HOW_GROUP | HOW_IMM8 },
    [0x86] = { INSN_XCHG, HOW_MEM | HOW_BYTE },
    [0x87] = { INSN_XCHG, HOW_MEM },
    [0x88] = { INSN_MOV,  HOW_MEM | HOW_BYTE },
    [0x89] = { INSN_MOV,  HOW_MEM },
    [0xa4] = { INSN_MOVS, HOW_BYTE },
    [0xa5] = { INSN_MOVS, 0 },
    [0xaa] = { INSN_STOS, HOW_BYTE },
    [0xab] = { INSN_STOS, 0 },
    [0xc6] = { GROUP_MOV, HOW_GROUP | HOW_BYTE | HOW_IMMZ },
    [0xc7] = { GROUP_MOV, HOW_GROUP | HOW_IMMZ },
    [0xcd] = { INSN_INT,  HOW_BYTE | HOW_UIMM8 },
    [0xe4] = { INSN_IN,   HOW_BYTE | HOW_UIMM8 },
    [0xe5] = { INSN_IN,   HOW_UIMM8 },
    [0xe6] = { INSN_OUT,  HOW_BYTE | HOW_UIMM8 },
    [0xe7] = { INSN_OUT,  HOW_UIMM8 },
    [0xec] = { INSN_IN,   HOW_BYTE },
    [0xed] = { INSN_IN,   0 },
    [0xee] = { INSN_OUT,  HOW_BYTE },
    [0xef] = { INSN_OUT,  0 },
    [0xf4] = { INSN_HLT,  0 },
    [0xfa] = { INSN_CLI,  0 },
    [0xfb] = { INSN_STI,  0 },

    [0x0f] = { 0, HOW_PREFIX },
    [0x26] = { 0, HOW_PREFIX },         /* ES CS SS DS: without effect */
    [0x2e] = { 0, HOW_PREFIX },
    [0x36] = { 0, HOW_PREFIX },
    [0x3e] = { 0, HOW_PREFIX },
    [0x40 ... 0x4f] = { 0, HOW_PREFIX },
    [0x64] = { INSN_PREFIX_FS,      HOW_PREFIX | INSN_PREFIX_SEGMENTS },
    [0x65] = { INSN_PREFIX_GS,      HOW_PREFIX | INSN_PREFIX_SEGMENTS },
    [0x66] = { INSN_PREFIX_OPERAND, HOW_PREFIX },
    [0x67] = { INSN_PREFIX_ADDRESS, HOW_PREFIX },
    [0xf0] = { INSN_PREFIX_LOCK,    HOW_PREFIX },
    [0xf2] = { INSN_PREFIX_REPNE,   HOW_PREFIX | INSN_PREFIX_REPEATS },
    [0xf3] = { INSN_PREFIX_REP,     HOW_PREFIX | INSN_PREFIX_REPEATS },
};

/* SDM 2D table A-3. RDTSCP and XSETBV share 0F 01: see take_0f01(). */
const struct form opcode_map_0f[256] = {
    [0x01] = { 0,             HOW_PREFIX },
    [0x06] = { INSN_CLTS,     0 },
    [0x08] = { INSN_INVD,     0 },
    [0x09] = { INSN_WBINVD,   0 },
    [0x20] = { INSN_READ_CR,  HOW_SYSREG },
    [0x21] = { INSN_READ_DR,  HOW_SYSREG },
    [0x22] = { INSN_WRITE_CR, HOW_SYSREG },
    [0x23] = { INSN_WRITE_DR, HOW_SYSREG },
    [0x30] = { INSN_WRMSR,    0 },
    [0x31] = { INSN_RDTSC,    0 },
    [0x32] = { INSN_RDMSR,    0 },
    [0x33] = { INSN_RDPMC,    0 },
    [0xa2] = { INSN_CPUID,    0 },
    [0xab] = { INSN_BTS,      HOW_MEM },
    [0xb0] = { INSN_CMPXCHG,  HOW_MEM | HOW_BYTE },
    [0xb1] = { INSN_CMPXCHG,  HOW_MEM },
    [0xb3] = { INSN_BTR,      HOW_MEM },
    [0xba] = { GROUP_BIT,     HOW_GROUP | HOW_UIMM8 },
    [0xbb] = { INSN_BTC,      HOW_MEM },
    [0xc3] = { INSN_MOVNTI,   HOW_MEM },
};
