/* SPDX-License-Identifier: MIT */
/*
 * store.c - the arithmetic of the stores that decode.c knows.
 *
 * Invariants:
 *   S1  Nothing is read but the arguments and nothing written but *out, so the
 *       caller may validate the value, refuse it, or compute it once more.
 *   S2  value and every flag depend on the low op_size bytes of the operands
 *       only; bits above them are zero in value.
 * Flags that the manual leaves undefined come out as processors leave them:
 * AF clear after a logical operation, all but CF untouched by a bit operation.
 */
#include <asm/regs.h>
#include <asm/store.h>
#include <hv/errno.h>

/* SDM 1 3.4.3; the others stand in regs.h. */
#define RFLAGS_PF   (1ul << 2)
#define RFLAGS_AF   (1ul << 4)
#define RFLAGS_SF   (1ul << 7)
#define RFLAGS_OF   (1ul << 11)
#define RFLAGS_STATUS (RFLAGS_CF | RFLAGS_PF | RFLAGS_AF | RFLAGS_ZF \
                       | RFLAGS_SF | RFLAGS_OF)

static inline uint64_t low_bytes(uint64_t value, unsigned int size)
{
    return value & (~0ul >> (64 - 8 * size));
}

static inline uint64_t sign_bit(unsigned int size)
{
    return 1ul << (8 * size - 1);
}

static uint64_t register_operand(const struct insn *insn,
                                 const struct store_input *in)
{
    uint64_t reg = in->gprs[insn->reg];

    return low_bytes(insn->high_byte ? reg >> 8 : reg, insn->op_size);
}

static uint64_t source_operand(const struct insn *insn,
                               const struct store_input *in)
{
    if (insn->has_imm)
        return low_bytes((uint64_t)(int64_t)insn->imm, insn->op_size);
    return register_operand(insn, in);
}

/* Bytes and words leave the rest of a register; doublewords clear it. */
static uint64_t merge_register(uint64_t reg, uint64_t value, unsigned int size,
                               bool high_byte)
{
    if (high_byte)
        return (reg & ~0xff00ul) | value << 8;
    if (size >= 4)
        return value;
    return (reg & ~low_bytes(~0ul, size)) | value;
}

static void set_register(struct store_result *out, uint8_t reg, uint64_t value)
{
    out->regs[out->nr_regs].reg = reg;
    out->regs[out->nr_regs].value = value;
    out->nr_regs++;
}

static void set_status(struct store_result *out, uint64_t flags)
{
    out->rflags = (out->rflags & ~RFLAGS_STATUS) | flags;
}

/* ZF, SF and PF, which every arithmetic result defines alike. */
static uint64_t result_flags(uint64_t result, unsigned int size)
{
    uint64_t flags = 0;

    if (result == 0)
        flags |= RFLAGS_ZF;
    if (result & sign_bit(size))
        flags |= RFLAGS_SF;
    if (!(__builtin_popcount(result & 0xff) & 1))
        flags |= RFLAGS_PF;
    return flags;
}

static uint64_t add(struct store_result *out, uint64_t a, uint64_t b,
                    unsigned int size)
{
    uint64_t sum = low_bytes(a + b, size);
    uint64_t flags = result_flags(sum, size);

    if (sum < a)
        flags |= RFLAGS_CF;
    if (~(a ^ b) & (a ^ sum) & sign_bit(size))
        flags |= RFLAGS_OF;
    if ((a ^ b ^ sum) & 0x10)
        flags |= RFLAGS_AF;
    set_status(out, flags);
    return sum;
}

static uint64_t subtract(struct store_result *out, uint64_t a, uint64_t b,
                         unsigned int size)
{
    uint64_t difference = low_bytes(a - b, size);
    uint64_t flags = result_flags(difference, size);

    if (a < b)
        flags |= RFLAGS_CF;
    if ((a ^ b) & (a ^ difference) & sign_bit(size))
        flags |= RFLAGS_OF;
    if ((a ^ b ^ difference) & 0x10)
        flags |= RFLAGS_AF;
    set_status(out, flags);
    return difference;
}

static uint64_t logical(struct store_result *out, uint64_t result,
                        unsigned int size)
{
    set_status(out, result_flags(result, size));
    return result;
}

/* address.c chose the word; the offset within it is what is left. */
static uint64_t change_bit(const struct insn *insn, uint64_t old,
                           uint64_t offset, struct store_result *out)
{
    uint64_t bit = 1ul << (offset & (8 * insn->op_size - 1));

    out->rflags &= ~RFLAGS_CF;
    if (old & bit)
        out->rflags |= RFLAGS_CF;
    if (insn->op == INSN_BTS)
        return old | bit;
    return insn->op == INSN_BTR ? old & ~bit : old ^ bit;
}

static uint64_t exchange(const struct insn *insn, const struct store_input *in,
                         uint64_t old, struct store_result *out)
{
    set_register(out, insn->reg,
                 merge_register(in->gprs[insn->reg], old, insn->op_size,
                                insn->high_byte));
    return register_operand(insn, in);
}

static uint64_t compare_exchange(const struct insn *insn,
                                 const struct store_input *in, uint64_t old,
                                 struct store_result *out)
{
    uint64_t rax = in->gprs[INSN_REG_RAX];

    subtract(out, low_bytes(rax, insn->op_size), old, insn->op_size);
    if (out->rflags & RFLAGS_ZF)
        return register_operand(insn, in);
    set_register(out, INSN_REG_RAX,
                 merge_register(rax, old, insn->op_size, false));
    out->writes = false;
    return old;
}

static void step_register(const struct insn *insn, const struct store_input *in,
                          uint8_t reg, uint64_t step, struct store_result *out)
{
    set_register(out, reg, low_bytes(in->gprs[reg] + step, insn->addr_size));
}

/* One iteration of STOS or MOVS, or none when the count has run out. */
static uint64_t string_step(const struct insn *insn,
                            const struct store_input *in,
                            struct store_result *out)
{
    uint64_t step = in->rflags & RFLAGS_DF ? 0ul - insn->op_size
                                           : insn->op_size;
    uint64_t count = low_bytes(in->gprs[INSN_REG_RCX], insn->addr_size);

    if (insn_repeats(insn)) {
        if (count == 0) {
            out->writes = false;
            return in->old;
        }
        out->again = count > 1;
        set_register(out, INSN_REG_RCX, count - 1);
    }
    step_register(insn, in, INSN_REG_RDI, step, out);
    if (insn->op == INSN_STOS)
        return in->gprs[INSN_REG_RAX];
    step_register(insn, in, INSN_REG_RSI, step, out);
    return in->source;
}

int store_compute(const struct insn *insn, const struct store_input *in,
                  struct store_result *out)
{
    unsigned int size = insn->op_size;
    uint64_t value, old;

    if (!insn_is_store(insn))
        return -EINVAL;
    old = low_bytes(in->old, size);
    *out = (struct store_result){ .writes = true, .rflags = in->rflags };
    switch (insn->op) {
    case INSN_MOV:
    case INSN_MOVNTI:
        value = source_operand(insn, in);
        break;
    case INSN_XCHG:
        value = exchange(insn, in, old, out);
        break;
    case INSN_CMPXCHG:
        value = compare_exchange(insn, in, old, out);
        break;
    case INSN_ADD:
        value = add(out, old, source_operand(insn, in), size);
        break;
    case INSN_SUB:
        value = subtract(out, old, source_operand(insn, in), size);
        break;
    case INSN_AND:
        value = logical(out, old & source_operand(insn, in), size);
        break;
    case INSN_OR:
        value = logical(out, old | source_operand(insn, in), size);
        break;
    case INSN_XOR:
        value = logical(out, old ^ source_operand(insn, in), size);
        break;
    case INSN_BTS:
    case INSN_BTR:
    case INSN_BTC:
        value = change_bit(insn, old, source_operand(insn, in), out);
        break;
    default:                    /* STOS, MOVS */
        value = string_step(insn, in, out);
        break;
    }
    out->value = low_bytes(value, size);
    return 0;
}
