/* SPDX-License-Identifier: MIT */
/*
 * zydis_oracle.c - translate libzydis's view of an instruction to struct insn,
 * and compare.
 *
 * Which mnemonics and operand kinds are ours is stated here independently of
 * the opcode maps: by meaning, not by encoding.
 */
#include "zydis_oracle.h"

#include <Zydis/Zydis.h>

struct view {
    ZydisDecodedInstruction insn;
    ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
};

static const struct {
    ZydisMnemonic mnemonic;
    enum insn_op op;
} known[] = {
    { ZYDIS_MNEMONIC_ADD, INSN_ADD },
    { ZYDIS_MNEMONIC_OR, INSN_OR },
    { ZYDIS_MNEMONIC_AND, INSN_AND },
    { ZYDIS_MNEMONIC_SUB, INSN_SUB },
    { ZYDIS_MNEMONIC_XOR, INSN_XOR },
    { ZYDIS_MNEMONIC_BTS, INSN_BTS },
    { ZYDIS_MNEMONIC_BTR, INSN_BTR },
    { ZYDIS_MNEMONIC_BTC, INSN_BTC },
    { ZYDIS_MNEMONIC_XCHG, INSN_XCHG },
    { ZYDIS_MNEMONIC_CMPXCHG, INSN_CMPXCHG },
    { ZYDIS_MNEMONIC_MOV, INSN_MOV },
    { ZYDIS_MNEMONIC_MOVNTI, INSN_MOVNTI },
    { ZYDIS_MNEMONIC_STOSB, INSN_STOS },
    { ZYDIS_MNEMONIC_STOSW, INSN_STOS },
    { ZYDIS_MNEMONIC_STOSD, INSN_STOS },
    { ZYDIS_MNEMONIC_STOSQ, INSN_STOS },
    { ZYDIS_MNEMONIC_MOVSB, INSN_MOVS },
    { ZYDIS_MNEMONIC_MOVSW, INSN_MOVS },
    { ZYDIS_MNEMONIC_MOVSD, INSN_MOVS },
    { ZYDIS_MNEMONIC_MOVSQ, INSN_MOVS },
    { ZYDIS_MNEMONIC_INSB, INSN_INS },
    { ZYDIS_MNEMONIC_INSW, INSN_INS },
    { ZYDIS_MNEMONIC_INSD, INSN_INS },
    { ZYDIS_MNEMONIC_OUTSB, INSN_OUTS },
    { ZYDIS_MNEMONIC_OUTSW, INSN_OUTS },
    { ZYDIS_MNEMONIC_OUTSD, INSN_OUTS },
    { ZYDIS_MNEMONIC_IN, INSN_IN },
    { ZYDIS_MNEMONIC_OUT, INSN_OUT },
    { ZYDIS_MNEMONIC_CLTS, INSN_CLTS },
    { ZYDIS_MNEMONIC_WBINVD, INSN_WBINVD },
    { ZYDIS_MNEMONIC_INVD, INSN_INVD },
    { ZYDIS_MNEMONIC_HLT, INSN_HLT },
    { ZYDIS_MNEMONIC_CLI, INSN_CLI },
    { ZYDIS_MNEMONIC_STI, INSN_STI },
    { ZYDIS_MNEMONIC_INT, INSN_INT },
    { ZYDIS_MNEMONIC_RDMSR, INSN_RDMSR },
    { ZYDIS_MNEMONIC_WRMSR, INSN_WRMSR },
    { ZYDIS_MNEMONIC_RDTSC, INSN_RDTSC },
    { ZYDIS_MNEMONIC_RDTSCP, INSN_RDTSCP },
    { ZYDIS_MNEMONIC_RDPMC, INSN_RDPMC },
    { ZYDIS_MNEMONIC_XSETBV, INSN_XSETBV },
    { ZYDIS_MNEMONIC_CPUID, INSN_CPUID },
};

static enum insn_op known_op(ZydisMnemonic mnemonic)
{
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (known[i].mnemonic == mnemonic)
            return known[i].op;
    return INSN_NONE;
}

static bool look(const uint8_t *bytes, size_t len, struct view *v)
{
    static ZydisDecoder decoder;
    static bool ready;

    if (!ready) {
        ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64,
                         ZYDIS_STACK_WIDTH_64);
        ready = true;
    }
    return ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, bytes, len, &v->insn,
                                               v->operands))
           && v->insn.encoding == ZYDIS_INSTRUCTION_ENCODING_LEGACY;
}

static bool register_is(const ZydisDecodedOperand *o, ZydisRegisterClass class)
{
    return o->type == ZYDIS_OPERAND_TYPE_REGISTER
           && ZydisRegisterGetClass(o->reg.value) == class;
}

/* The number of a general register of any width; false when it is none. */
static bool gpr_number(ZydisRegister reg, uint8_t *number, bool *high_byte)
{
    static const struct {
        ZydisRegister first;
        unsigned int count, number;
        bool high;
    } runs[] = {
        { ZYDIS_REGISTER_AL, 4, 0, false }, { ZYDIS_REGISTER_AH, 4, 0, true },
        { ZYDIS_REGISTER_SPL, 4, 4, false },
        { ZYDIS_REGISTER_R8B, 8, 8, false },
        { ZYDIS_REGISTER_AX, 16, 0, false },
        { ZYDIS_REGISTER_EAX, 16, 0, false },
        { ZYDIS_REGISTER_RAX, 16, 0, false },
    };

    for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
        if (reg < runs[i].first || reg >= runs[i].first + runs[i].count)
            continue;
        *number = reg - runs[i].first + runs[i].number;
        *high_byte = runs[i].high;
        return true;
    }
    return false;
}

static uint8_t address_register(ZydisRegister reg)
{
    uint8_t number = INSN_REG_NONE;
    bool high;

    if (reg == ZYDIS_REGISTER_RIP || reg == ZYDIS_REGISTER_EIP)
        return INSN_REG_RIP;
    gpr_number(reg, &number, &high);
    return number;
}

static uint8_t segment(ZydisRegister reg)
{
    if (reg == ZYDIS_REGISTER_FS)
        return INSN_SEG_FS;
    return reg == ZYDIS_REGISTER_GS ? INSN_SEG_GS : INSN_SEG_FLAT;
}

/* libzydis 4.0.0 takes SIB.base 5 with ModRM.mod 0, REX.B and a 32-bit address
 * for R13D without displacement. SDM 2A table 2-3: disp32, no base; and
 * store_test.c sees the processor do that. */
static bool base_is_misread(const ZydisDecodedInstruction *insn)
{
    return insn->address_width == 32 && insn->raw.modrm.mod == 0
           && insn->raw.modrm.rm == 4 && insn->raw.sib.base == 5
           && insn->raw.rex.B;
}

static void translate_memory(const ZydisDecodedOperand *o, struct insn *want)
{
    want->op_size = o->size / 8;
    want->segment = segment(o->mem.segment);
    want->base = address_register(o->mem.base);
    want->index = address_register(o->mem.index);
    want->scale = o->mem.scale ? __builtin_ctz(o->mem.scale) : 0;
    want->disp = (int32_t)o->mem.disp.value;
}

/* Memory first, then a general register or an immediate; XCHG either way. */
static bool translate_store(const struct view *v, struct insn *want)
{
    const ZydisDecodedOperand *to = &v->operands[0], *from = &v->operands[1];

    if (want->op == INSN_XCHG && to->type != ZYDIS_OPERAND_TYPE_MEMORY) {
        to = &v->operands[1];
        from = &v->operands[0];
    }
    if (to->type != ZYDIS_OPERAND_TYPE_MEMORY
        || to->encoding != ZYDIS_OPERAND_ENCODING_MODRM_RM)
        return false;
    translate_memory(to, want);
    if (base_is_misread(&v->insn)) {
        want->base = INSN_REG_NONE;
        want->disp = (int32_t)v->insn.raw.disp.value;
    }
    if (from->type == ZYDIS_OPERAND_TYPE_IMMEDIATE) {
        want->has_imm = true;
        want->imm = (int32_t)from->imm.value.s;
        return true;
    }
    return from->type == ZYDIS_OPERAND_TYPE_REGISTER
           && gpr_number(from->reg.value, &want->reg, &want->high_byte);
}

static bool translate_string(const struct view *v, struct insn *want)
{
    const ZydisDecodedOperand *memory[2];
    unsigned int n = 0;

    if (v->insn.meta.category != ZYDIS_CATEGORY_STRINGOP
        && v->insn.meta.category != ZYDIS_CATEGORY_IOSTRINGOP)
        return false;
    for (unsigned int i = 0; i < v->insn.operand_count && n < 2; i++)
        if (v->operands[i].type == ZYDIS_OPERAND_TYPE_MEMORY)
            memory[n++] = &v->operands[i];
    if (n != (want->op == INSN_MOVS ? 2 : 1))
        return false;
    translate_memory(memory[0], want);
    if (n == 2)
        want->source_segment = segment(memory[1]->mem.segment);
    return true;
}

static bool translate_port(const struct view *v, struct insn *want)
{
    bool in = want->op == INSN_IN;
    const ZydisDecodedOperand *port = &v->operands[in ? 1 : 0];

    want->op_size = v->operands[in ? 0 : 1].size / 8;
    if (port->type == ZYDIS_OPERAND_TYPE_IMMEDIATE) {
        want->has_imm = true;
        want->imm = (int32_t)port->imm.value.u;
    }
    return true;
}

/* MOV is a store, or moves a control or debug register. */
static bool translate_mov(const struct view *v, struct insn *want)
{
    static const struct {
        ZydisRegisterClass class;
        ZydisRegister first;
        uint8_t read, write;
    } kinds[] = {
        { ZYDIS_REGCLASS_CONTROL, ZYDIS_REGISTER_CR0, INSN_READ_CR,
          INSN_WRITE_CR },
        { ZYDIS_REGCLASS_DEBUG, ZYDIS_REGISTER_DR0, INSN_READ_DR,
          INSN_WRITE_DR },
    };

    for (unsigned int i = 0; i < 4; i++) {
        unsigned int at = i & 1;

        if (!register_is(&v->operands[at], kinds[i / 2].class))
            continue;
        want->op = at ? kinds[i / 2].read : kinds[i / 2].write;
        want->op_size = 8;
        want->sys_reg = v->operands[at].reg.value - kinds[i / 2].first;
        return gpr_number(v->operands[!at].reg.value, &want->reg,
                          &want->high_byte);
    }
    return translate_store(v, want);
}

static bool translate_operands(const struct view *v, struct insn *want)
{
    switch (want->op) {
    case INSN_NONE:
        return false;
    case INSN_MOV:
        return translate_mov(v, want);
    case INSN_STOS:
    case INSN_MOVS:
    case INSN_INS:
    case INSN_OUTS:
        return translate_string(v, want);
    case INSN_IN:
    case INSN_OUT:
        return translate_port(v, want);
    case INSN_INT:
        want->has_imm = true;
        want->imm = (int32_t)v->operands[0].imm.value.u;
        want->op_size = 1;
        return true;
    default:
        return want->op > INSN_MOVNTI || translate_store(v, want);
    }
}

bool oracle_decode(const uint8_t *bytes, size_t len, struct insn *want)
{
    struct view v;

    if (!look(bytes, len, &v))
        return false;
    *want = (struct insn){
        .op = known_op(v.insn.mnemonic),
        .length = v.insn.length,
        .addr_size = v.insn.address_width / 8,
        .base = INSN_REG_NONE,
        .index = INSN_REG_NONE,
    };
    if (v.insn.attributes & ZYDIS_ATTRIB_HAS_LOCK)
        want->prefixes |= INSN_PREFIX_LOCK;
    for (unsigned int i = 0; i < v.insn.raw.prefix_count; i++) {
        uint8_t prefix = v.insn.raw.prefixes[i].value;

        if (prefix == 0xf2 || prefix == 0xf3) {
            want->prefixes &= ~INSN_PREFIX_REPEATS;
            want->prefixes |= prefix == 0xf2 ? INSN_PREFIX_REPNE
                                             : INSN_PREFIX_REP;
        }
    }
    return translate_operands(&v, want);
}

static uint64_t immediate(const struct insn *insn, unsigned int size)
{
    return (uint64_t)(int64_t)insn->imm & (~0ull >> (64 - 8 * size));
}

/* Sizes and scales are compared where they mean something. */
static const char *difference(const struct insn *ours, const struct insn *want)
{
    if (ours->length != want->length)
        return "length";
    if (ours->op != want->op)
        return "operation";
    if (want->op_size && ours->op_size != want->op_size)
        return "operand size";
    if (ours->addr_size != want->addr_size)
        return "address size";
    if ((ours->prefixes ^ want->prefixes)
        & (INSN_PREFIX_LOCK | INSN_PREFIX_REPEATS))
        return "lock or repeat prefix";
    if (ours->has_imm != want->has_imm)
        return "presence of an immediate";
    if (want->has_imm
        && immediate(ours, want->op_size) != immediate(want, want->op_size))
        return "immediate";
    if (ours->reg != want->reg || ours->high_byte != want->high_byte)
        return "register";
    if (ours->sys_reg != want->sys_reg)
        return "system register";
    if (ours->segment != want->segment
        || ours->source_segment != want->source_segment)
        return "segment";
    if (ours->base != want->base || ours->index != want->index)
        return "base or index";
    if (want->index != INSN_REG_NONE && ours->scale != want->scale)
        return "scale";
    return ours->disp != want->disp ? "displacement" : NULL;
}

const char *oracle_disagreement(const uint8_t *bytes, size_t len, int *op)
{
    struct insn ours, want;
    bool accepted = insn_decode(bytes, len, INSN_MODE_64, &ours) == 0;
    bool wanted = oracle_decode(bytes, len, &want);

    *op = accepted ? ours.op : INSN_NONE;
    if (accepted != wanted)
        return accepted ? "accepted, but is not ours" : "refused, but is ours";
    return accepted ? difference(&ours, &want) : NULL;
}
