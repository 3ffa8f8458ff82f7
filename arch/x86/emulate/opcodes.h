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
#define HOW_OTHER   (1u << 7)   /* op is an enum other, not an enum insn_op */

#define HOW_MODRM   (HOW_MEM | HOW_GROUP | HOW_SYSREG)
#define HOW_IMM     (HOW_IMM8 | HOW_UIMM8 | HOW_IMMZ)

struct form {
    uint8_t op;
    uint8_t how;
};

/* Bytes of the one-byte map that do not end the opcode. */
enum other {
    OTHER_OPERAND_SIZE,
    OTHER_ADDRESS_SIZE,
    OTHER_LOCK,
    OTHER_REP,
    OTHER_REPNE,
    OTHER_FS,
    OTHER_GS,
    OTHER_IGNORED,
    OTHER_REX,
    OTHER_ESCAPE,
};

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
