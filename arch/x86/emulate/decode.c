/* SPDX-License-Identifier: MIT */
/*
 * decode.c - instruction bytes to struct insn, for the forms in decode.h.
 *
 * The tables of opcodes.c give each byte its operation and how its operands are
 * encoded; the rest is the common grammar of SDM 2A chapter 2:
 *
 *     prefixes... [REX] opcode [ModRM [SIB] [disp]] [imm]
 *
 * Invariants:
 *   D1  No byte at or after text.end is read, and text.end is at most
 *       INSN_MAX_LENGTH bytes after the first.
 *   D2  What is accepted, a processor in that mode executes as it is described
 *       here: a LOCK, a register operand or a mandatory prefix that would
 *       raise #UD is refused.
 * Pure: no state but its arguments. It runs in host tests beside libzydis.
 */
#include <asm/decode.h>
#include <hv/compiler.h>
#include <hv/errno.h>

#include "opcodes.h"

#define REX_W   (1u << 3)
#define REX_R   (1u << 2)
#define REX_X   (1u << 1)
#define REX_B   (1u << 0)

/* The bytes still to be read, and what was learnt from the prefixes. */
struct text {
    const uint8_t *next;
    const uint8_t *end;
    unsigned int rex;           /* of the opcode, 0 when it has none */
    unsigned int prefixes;      /* INSN_PREFIX_* */
};

struct unaligned_16 {
    int16_t value;
} PACKED;

struct unaligned_32 {
    int32_t value;
} PACKED;

static ALWAYS_INLINE int take_byte(struct text *t, uint8_t *byte)
{
    if (t->next == t->end)
        return -ENODATA;
    *byte = *t->next++;
    return 0;
}

/* A sign-extended number of @size bytes: 1, 2 or 4. */
static ALWAYS_INLINE int take_number(struct text *t, unsigned int size,
                                     int32_t *n)
{
    const uint8_t *at = t->next;

    if ((size_t)(t->end - at) < size)
        return -ENODATA;
    t->next += size;
    if (size == 1)
        *n = (int8_t)*at;
    else if (size == 2)
        *n = ((const struct unaligned_16 *)at)->value;
    else
        *n = ((const struct unaligned_32 *)at)->value;
    return 0;
}

/* Prefixes and opcode. A REX counts only right before the opcode. */
static ALWAYS_INLINE int take_opcode(struct text *t, struct form *form)
{
    uint8_t byte;
    int rc;

    for (;;) {
        rc = take_byte(t, &byte);
        if (rc)
            return rc;
        *form = opcode_map[byte];
        if (!(form->how & HOW_PREFIX))
            return 0;
        if (OPCODE_IS_REX(byte)) {
            t->rex = byte;
            continue;
        }
        if (byte == OPCODE_ESCAPE)
            break;
        t->rex = 0;
        t->prefixes = (t->prefixes & ~form->how) | form->op;
    }
    rc = take_byte(t, &byte);
    if (rc)
        return rc;
    *form = opcode_map_0f[byte];
    return 0;
}

/* 0F 01 with ModRM.mod 3: each value is an instruction of its own. */
static ALWAYS_INLINE int take_0f01(struct text *t, struct insn *out)
{
    uint8_t modrm;
    int rc = take_byte(t, &modrm);

    if (rc)
        return rc;
    if (modrm == 0xd1)
        out->op = INSN_XSETBV;
    else if (modrm == 0xf9)
        out->op = INSN_RDTSCP;
    else
        return -EINVAL;
    return 0;
}

static ALWAYS_INLINE unsigned int operand_size(const struct text *t,
                                               const struct form *form)
{
    if (form->how & HOW_BYTE)
        return 1;
    if (t->rex & REX_W)
        return 8;
    return t->prefixes & INSN_PREFIX_OPERAND ? 2 : 4;
}

/* SIB: base and index, each of which may be absent. SDM 2A table 2-3. */
static ALWAYS_INLINE int take_sib(struct text *t, unsigned int mod,
                                  struct insn *out)
{
    uint8_t sib;
    int rc = take_byte(t, &sib);

    if (rc)
        return rc;
    out->scale = sib >> 6;
    out->index = ((sib >> 3) & 7) | (t->rex & REX_X ? 8 : 0);
    if (out->index == INSN_REG_RSP)
        out->index = INSN_REG_NONE;
    if (mod == 0 && (sib & 7) == 5)
        out->base = INSN_REG_NONE;
    else
        out->base = (sib & 7) | (t->rex & REX_B ? 8 : 0);
    return 0;
}

/* The memory operand of a ModRM byte. SDM 2A table 2-2. */
static ALWAYS_INLINE int take_memory(struct text *t, uint8_t modrm,
                                     struct insn *out)
{
    unsigned int mod = modrm >> 6;
    unsigned int rm = modrm & 7;
    int rc;

    if (mod == 3)
        return -EINVAL;
    out->segment = t->prefixes & INSN_PREFIX_SEGMENTS;
    if (rm == 4) {
        rc = take_sib(t, mod, out);
        if (rc)
            return rc;
    } else if (mod == 0 && rm == 5) {
        out->base = INSN_REG_RIP;
    } else {
        out->base = rm | (t->rex & REX_B ? 8 : 0);
    }
    if (mod == 1)
        return take_number(t, 1, &out->disp);
    if (mod == 2 || out->base >= INSN_NR_GPRS)
        return take_number(t, 4, &out->disp);
    return 0;
}

/* Without any REX, byte registers 4-7 are the second bytes of 0-3. */
static ALWAYS_INLINE void note_register(const struct text *t, uint8_t modrm,
                                        struct insn *out)
{
    unsigned int reg = (modrm >> 3) & 7;

    if (t->rex & REX_R)
        reg |= 8;
    if (out->op_size == 1 && t->rex == 0 && reg >= 4) {
        out->high_byte = true;
        reg -= 4;
    }
    out->reg = reg;
}

/* MOV CR and MOV DR read ModRM.mod as 3. What does not exist is #UD. */
static int note_system_register(unsigned int rex, uint8_t modrm,
                                struct insn *out)
{
    const unsigned int control = 0x11d;     /* CR0 CR2 CR3 CR4 CR8 */
    const unsigned int debug = 0xff;        /* DR0-DR7 */
    bool is_cr = out->op == INSN_READ_CR || out->op == INSN_WRITE_CR;

    out->op_size = 8;
    out->reg = (modrm & 7) | (rex & REX_B ? 8 : 0);
    out->sys_reg = ((modrm >> 3) & 7) | (rex & REX_R ? 8 : 0);
    if (!((is_cr ? control : debug) >> out->sys_reg & 1))
        return -EINVAL;
    return 0;
}

static ALWAYS_INLINE int take_modrm(struct text *t, const struct form *form,
                                    struct insn *out)
{
    uint8_t modrm;
    int rc = take_byte(t, &modrm);

    if (rc)
        return rc;
    if (form->how & HOW_SYSREG)
        return note_system_register(t->rex, modrm, out);
    if (form->how & HOW_GROUP)
        out->op = opcode_groups[form->op][(modrm >> 3) & 7];
    else
        note_register(t, modrm, out);
    return take_memory(t, modrm, out);
}

static ALWAYS_INLINE int take_immediate(struct text *t, const struct form *form,
                                        struct insn *out)
{
    int rc;

    if (form->how & HOW_IMMZ)
        rc = take_number(t, MIN(out->op_size, 4), &out->imm);
    else
        rc = take_number(t, 1, &out->imm);
    if (rc)
        return rc;
    if (form->how & HOW_UIMM8)
        out->imm &= 0xff;
    out->has_imm = true;
    return 0;
}

/* Operands that the opcode implies. Ports are at most 4 bytes wide. */
static void note_implied(uint8_t segment, struct insn *out)
{
    switch (out->op) {
    case INSN_MOVS:
        out->source_segment = segment;
        out->base = INSN_REG_RDI;
        break;
    case INSN_STOS:
        out->base = INSN_REG_RDI;
        break;
    case INSN_INS:
        out->base = INSN_REG_RDI;
        out->op_size = MIN(out->op_size, 4);
        break;
    case INSN_OUTS:
        out->segment = segment;
        out->base = INSN_REG_RSI;
        out->op_size = MIN(out->op_size, 4);
        break;
    case INSN_IN:
    case INSN_OUT:
        out->op_size = MIN(out->op_size, 4);
        break;
    default:
        break;
    }
}

/* Would this prefix make the processor raise #UD, or change the meaning? */
static ALWAYS_INLINE bool prefix_is_illegal(unsigned int prefixes,
                                            unsigned int op)
{
    if (prefixes & INSN_PREFIX_LOCK)
        return op > INSN_CMPXCHG;
    if (op != INSN_MOVNTI && op != INSN_XSETBV)
        return false;
    return prefixes & (INSN_PREFIX_OPERAND | INSN_PREFIX_REPEATS);
}

static ALWAYS_INLINE int take_operands(struct text *t, const struct form *form,
                                       struct insn *out)
{
    int rc;

    if (unlikely(form->how & HOW_PREFIX))
        return take_0f01(t, out);
    out->op = form->op;
    out->op_size = operand_size(t, form);
    if (form->how & HOW_MODRM) {
        rc = take_modrm(t, form, out);
        if (rc)
            return rc;
    } else {
        note_implied(t->prefixes & INSN_PREFIX_SEGMENTS, out);
    }
    if (out->op == INSN_NONE)
        return -EINVAL;
    return form->how & HOW_IMM ? take_immediate(t, form, out) : 0;
}

static ALWAYS_INLINE int take_insn(struct text *t, struct insn *out)
{
    struct form form;
    int rc = take_opcode(t, &form);

    if (rc)
        return rc;
    *out = (struct insn){
        .addr_size = 8,
        .base = INSN_REG_NONE,
        .index = INSN_REG_NONE,
    };
    if (t->prefixes) {
        out->prefixes = t->prefixes;
        if (t->prefixes & INSN_PREFIX_ADDRESS)
            out->addr_size = 4;
    }
    rc = take_operands(t, &form, out);
    if (rc)
        return rc;
    if (t->prefixes && unlikely(prefix_is_illegal(t->prefixes, out->op)))
        return -EINVAL;
    return 0;
}

int insn_decode(const uint8_t *bytes, size_t len, enum insn_mode mode,
                struct insn *out)
{
    struct text t = {
        .next = bytes,
        .end = bytes + MIN(len, INSN_MAX_LENGTH),
    };
    int rc;

    if (mode != INSN_MODE_64)
        return -EINVAL;
    rc = take_insn(&t, out);
    if (rc == -ENODATA && len >= INSN_MAX_LENGTH)
        return -EINVAL;
    out->length = t.next - bytes;
    return rc;
}

int insn_decode_forced(const uint8_t *bytes, size_t len, struct insn *out)
{
    static const uint8_t forced_cpuid[] = {
        0x0f, 0x0b, 'x', 'e', 'n', 0x0f, 0xa2,
    };
    size_t i;

    for (i = 0; i < sizeof(forced_cpuid); i++) {
        if (i == len)
            return -ENODATA;
        if (bytes[i] != forced_cpuid[i])
            return -EINVAL;
    }
    *out = (struct insn){
        .op = INSN_CPUID,
        .length = sizeof(forced_cpuid),
        .op_size = 4,
        .addr_size = 8,
        .base = INSN_REG_NONE,
        .index = INSN_REG_NONE,
    };
    return 0;
}
