/* SPDX-License-Identifier: MIT */
/*
 * opcodes.h - the opcode maps of decode.c: what each byte is, and how its
 * operands are encoded.
 */
#ifndef EMULATE_OPCODES_H
#define EMULATE_OPCODES_H

#include <hv/types.h>

/* How an opcode's operands are encoded. */
#define HOW_BYTE    (1u << 0)   /* operand size is 1 */
#define HOW_MEM     (1u << 1)   /* ModRM names memory and a register */
#define HOW_GROUP   (1u << 2)   /* ModRM names memory and the operation */
#define HOW_SYSREG  (1u << 3)   /* ModRM names a system and a register */
#define HOW_IMM8    (1u << 4)   /* one byte follows, sign-extended */
#define HOW_UIMM8   (1u << 5)   /* one byte follows, zero-extended */
#define HOW_IMMZ    (1u << 6)   /* 1, 2 or 4 bytes follow, sign-extended */
#define HOW_PREFIX  (1u << 7)   /* see below */

#define HOW_MODRM   (HOW_MEM | HOW_GROUP | HOW_SYSREG)
#define HOW_IMM     (HOW_IMM8 | HOW_UIMM8 | HOW_IMMZ)

struct form {
    uint8_t op;
    uint8_t how;
};

/* Of a prefix, op holds the INSN_PREFIX bits that it sets and how, beside
 * HOW_PREFIX, those that it clears: of two of one group the last counts. REX
 * and the escape to the other map have HOW_PREFIX and no bits, and are known by
 * their value. In that map only 01 has it, which goes on with one more byte. */
#define OPCODE_ESCAPE   0x0f
#define OPCODE_IS_REX(byte) (((byte) & 0xf0) == 0x40)

enum group {
    GROUP_ALU,
    GROUP_MOV,
    GROUP_BIT,
};

/* The operation of a group opcode, by ModRM.reg. */
extern const uint8_t opcode_groups[][8];
/* The one-byte map, prefixes included, and the map behind 0F. */
extern const struct form opcode_map[256];
extern const struct form opcode_map_0f[256];

#endif
