/* SPDX-License-Identifier: MIT */
/*
 * common_store_test.c - what the short decoder of page-table stores accepts,
 * the full one reads in the same way.
 */
#include "unit.h"

#include <asm/common_store.h>
#include <asm/decode.h>
#include <string.h>

#define ROUNDS  400000

static uint64_t seed = 1;

static uint64_t next_random(void)
{
    return unit_random(&seed);
}

/* Bytes with a good chance to be one of the forms. */
static void make_text(uint8_t *text)
{
    static const uint8_t ops[] = { 0x89, 0x87, 0x0f, 0x8b, 0xc7 };
    unsigned int i = 0;
    uint64_t r = next_random();

    if (r & 1)
        text[i++] = 0xf0;
    text[i++] = (uint8_t)(0x48 | (r >> 1 & 7));
    text[i] = ops[r >> 8 & 0xff ? (r >> 16) % 3 : (r >> 16) % 5];
    if (text[i++] == 0x0f)
        text[i++] = r & 0x100000 ? 0xba : 0xb1;
    for (; i < 15; i++)
        text[i] = (uint8_t)next_random();
}

static enum insn_op op_of(const struct common_store *c)
{
    return c->kind == COMMON_MOV ? INSN_MOV :
           c->kind == COMMON_XCHG ? INSN_XCHG : INSN_BTR;
}

static void compare(const uint8_t *text, const struct common_store *c)
{
    struct insn full;

    ck_assert_int_eq(insn_decode(text, 15, INSN_MODE_64, &full), 0);
    ck_assert_uint_eq(full.op, op_of(c));
    ck_assert_uint_eq(full.op_size, 8);
    ck_assert_uint_eq(full.length, c->length);
    ck_assert_uint_eq(full.base, c->base);
    ck_assert_uint_eq(full.index, INSN_REG_NONE);
    ck_assert_int_eq(full.disp, c->disp);
    ck_assert_uint_eq(full.segment, INSN_SEG_FLAT);
    if (c->kind == COMMON_BTR)
        ck_assert_uint_eq((unsigned int)full.imm & 63, c->bit);
    else
        ck_assert_uint_eq(full.reg, c->reg);
}

START_TEST(what_the_short_decoder_takes_the_full_one_reads_alike)
{
    unsigned int taken[3] = { 0 };

    for (unsigned int n = 0; n < ROUNDS; n++) {
        struct common_store c;
        uint8_t text[15];
        uint64_t word;

        make_text(text);
        memcpy(&word, text, sizeof(word));
        if (!common_store_decode(word, &c))
            continue;
        taken[c.kind]++;
        compare(text, &c);
    }
    for (unsigned int i = 0; i < 3; i++)
        ck_assert_uint_gt(taken[i], 1000);
}
END_TEST

START_TEST(the_stores_of_linux_are_taken)
{
    struct common_store c;

    /* mov %rsi,(%rdi); xchg %rax,(%rdi); lock btr $1,(%rdi) */
    ck_assert(common_store_decode(0x378948, &c) && c.kind == COMMON_MOV);
    ck_assert(common_store_decode(0x078748, &c) && c.kind == COMMON_XCHG);
    ck_assert(common_store_decode(0x0137ba0f48f0, &c) &&
              c.kind == COMMON_BTR && c.bit == 1 && c.length == 6);
}
END_TEST

int main(void)
{
    return UNIT_RUN("common_store",
                    what_the_short_decoder_takes_the_full_one_reads_alike,
                    the_stores_of_linux_are_taken);
}
