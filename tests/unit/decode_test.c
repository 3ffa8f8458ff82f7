/* SPDX-License-Identifier: MIT */
/*
 * decode_test.c - decode.c against encodings written by hand, against libzydis
 * on random bytes, and on texts that end too early.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hv/compiler.h>
#include <hv/errno.h>

#include "unit.h"
#include "zydis_oracle.h"

#define RANDOM_ROUNDS   2500000
#define TRUNCATE_ROUNDS 60000

static const char *const op_names[] = {
    [INSN_ADD] = "add", [INSN_OR] = "or", [INSN_AND] = "and",
    [INSN_SUB] = "sub", [INSN_XOR] = "xor", [INSN_BTS] = "bts",
    [INSN_BTR] = "btr", [INSN_BTC] = "btc", [INSN_XCHG] = "xchg",
    [INSN_CMPXCHG] = "cmpxchg", [INSN_MOV] = "mov",
    [INSN_MOVNTI] = "movnti", [INSN_STOS] = "stos", [INSN_MOVS] = "movs",
    [INSN_INS] = "ins", [INSN_OUTS] = "outs", [INSN_IN] = "in",
    [INSN_OUT] = "out", [INSN_CLTS] = "clts", [INSN_WBINVD] = "wbinvd",
    [INSN_INVD] = "invd", [INSN_HLT] = "hlt", [INSN_CLI] = "cli",
    [INSN_STI] = "sti", [INSN_INT] = "int", [INSN_READ_CR] = "readcr",
    [INSN_WRITE_CR] = "writecr", [INSN_READ_DR] = "readdr",
    [INSN_WRITE_DR] = "writedr", [INSN_RDMSR] = "rdmsr",
    [INSN_WRMSR] = "wrmsr", [INSN_RDTSC] = "rdtsc",
    [INSN_RDTSCP] = "rdtscp", [INSN_RDPMC] = "rdpmc",
    [INSN_XSETBV] = "xsetbv", [INSN_CPUID] = "cpuid",
};

/* Every operation, by hand. Registers are numbers; "h0" is AH, n the absence
 * of a register; sizes are "operand/address" bytes. */
static const struct {
    const char *bytes, *meaning;
} examples[] = {
    /* Page-table stores as compilers write them. */
    { "48 89 07",                "mov 8/8 [r7+0] r0" },
    { "48 89 d0 00 00",          NULL },
    { "48 8b 07",                NULL },
    { "48 87 03",                "xchg 8/8 [r3+0] r0" },
    { "f0 48 87 03",             "lock xchg 8/8 [r3+0] r0" },
    { "f0 48 0f b1 0f",          "lock cmpxchg 8/8 [r7+0] r1" },
    { "48 0f b1 0f",             "cmpxchg 8/8 [r7+0] r1" },
    { "0f b0 27",                "cmpxchg 1/8 [r7+0] h0" },
    { "f0 48 0f ba 75 00 01",    "lock btr 8/8 [r5+0] 1" },
    { "f0 48 0f ba 28 3f",       "lock bts 8/8 [r0+0] 63" },
    { "0f ba 38 ff",             "btc 4/8 [r0+0] 255" },
    { "0f ba 20 01",             NULL },
    { "f0 48 0f b3 07",          "lock btr 8/8 [r7+0] r0" },
    { "66 0f ab 0c 24",          "bts 2/8 [r4+0] r1" },
    { "0f bb 02",                "btc 4/8 [r2+0] r0" },
    { "48 c7 07 ff ff ff ff",    "mov 8/8 [r7+0] -1" },
    { "c7 07 00 00 00 80",       "mov 4/8 [r7+0] -2147483648" },
    { "66 c7 07 34 12",          "mov 2/8 [r7+0] 4660" },
    { "66 48 c7 07 01 00 00 00", "mov 8/8 [r7+0] 1" },
    { "c6 07 80",                "mov 1/8 [r7+0] -128" },
    { "c6 f8 00",                NULL },
    { "c6 0f 00",                NULL },
    { "88 27",                   "mov 1/8 [r7+0] h0" },
    { "40 88 27",                "mov 1/8 [r7+0] r4" },
    { "44 88 27",                "mov 1/8 [r7+0] r12" },
    { "86 3f",                   "xchg 1/8 [r7+0] h3" },
    { "48 0f c3 07",             "movnti 8/8 [r7+0] r0" },
    { "0f c3 07",                "movnti 4/8 [r7+0] r0" },
    { "66 0f c3 07",             NULL },
    { "f0 48 83 27 fd",          "lock and 8/8 [r7+0] -3" },
    { "48 81 0f 00 01 00 00",    "or 8/8 [r7+0] 256" },
    { "80 37 42",                "xor 1/8 [r7+0] 66" },
    { "82 37 42",                NULL },
    { "f0 29 0f",                "lock sub 4/8 [r7+0] r1" },
    { "66 01 0f",                "add 2/8 [r7+0] r1" },
    { "48 11 0f",                NULL },
    { "83 17 01",                NULL },
    { "83 3f 01",                NULL },
    { "28 0f",                   "sub 1/8 [r7+0] r1" },
    { "20 0f",                   "and 1/8 [r7+0] r1" },
    { "08 0f",                   "or 1/8 [r7+0] r1" },
    { "30 0f",                   "xor 1/8 [r7+0] r1" },
    { "00 0f",                   "add 1/8 [r7+0] r1" },
    /* Addresses. */
    { "48 89 05 10 00 00 00",    "mov 8/8 [rip+16] r0" },
    { "67 48 89 05 f0 ff ff ff", "mov 8/4 [rip-16] r0" },
    { "48 89 04 25 00 10 00 00", "mov 8/8 [n+4096] r0" },
    { "48 89 04 cd 08 00 00 00", "mov 8/8 [n+r1*8+8] r0" },
    { "4a 89 04 e7",             "mov 8/8 [r7+r12*8+0] r0" },
    { "48 89 04 24",             "mov 8/8 [r4+0] r0" },
    { "49 89 45 00",             "mov 8/8 [r13+0] r0" },
    { "49 89 04 24",             "mov 8/8 [r12+0] r0" },
    { "4b 89 44 f5 80",          "mov 8/8 [r13+r14*8-128] r0" },
    { "67 41 89 04 0d 04 00 00 00", "mov 4/4 [n+r1*1+4] r0" },
    { "65 48 89 87 00 00 00 80", "mov 8/8 gs [r7-2147483648] r0" },
    { "64 65 2e 89 07",          "mov 4/8 gs [r7+0] r0" },
    { "3e 36 26 89 07",          "mov 4/8 [r7+0] r0" },
    { "48 66 89 07",             "mov 2/8 [r7+0] r0" },
    { "48 44 89 07",             "mov 4/8 [r7+0] r8" },
    /* Strings. */
    { "f3 48 ab",                "rep stos 8/8 [r7+0] r0" },
    { "aa",                      "stos 1/8 [r7+0] r0" },
    { "f2 67 66 ab",             "repne stos 2/4 [r7+0] r0" },
    { "64 48 ab",                "stos 8/8 [r7+0] r0" },
    { "f3 65 48 a5",             "rep movs 8/8 [r7+0] r0 gs" },
    { "a4",                      "movs 1/8 [r7+0] r0" },
    { "f3 6d",                   "rep ins 4/8 [r7+0] r0" },
    { "66 48 6d",                "ins 4/8 [r7+0] r0" },
    { "f3 64 66 6f",             "rep outs 2/8 fs [r6+0] r0" },
    { "67 6e",                   "outs 1/4 [r6+0] r0" },
    { "6c",                      "ins 1/8 [r7+0] r0" },
    { "f0 48 ab",                NULL },
    /* Ports. */
    { "e4 71",                   "in 1/8 113" },
    { "e5 80",                   "in 4/8 128" },
    { "66 ed",                   "in 2/8 r0" },
    { "ec",                      "in 1/8 r0" },
    { "48 ed",                   "in 4/8 r0" },
    { "e6 70",                   "out 1/8 112" },
    { "66 e7 ff",                "out 2/8 255" },
    { "ee",                      "out 1/8 r0" },
    { "ef",                      "out 4/8 r0" },
    { "f0 ee",                   NULL },
    /* System registers. */
    { "0f 20 c0",                "readcr 8/8 cr0 r0" },
    { "0f 22 df",                "writecr 8/8 cr3 r7" },
    { "41 0f 20 e7",             "readcr 8/8 cr4 r15" },
    { "44 0f 20 c0",             "readcr 8/8 cr8 r0" },
    { "0f 20 10",                "readcr 8/8 cr2 r0" },
    { "0f 20 c8",                NULL },
    { "44 0f 22 c8",             NULL },
    { "f0 0f 20 c0",             NULL },
    { "0f 21 f8",                "readdr 8/8 cr7 r0" },
    { "0f 23 c1",                "writedr 8/8 cr0 r1" },
    { "44 0f 23 c1",             NULL },
    /* No operands. */
    { "0f 06", "clts" }, { "0f 08", "invd" }, { "0f 09", "wbinvd" },
    { "f3 0f 09", "rep wbinvd" }, { "0f 30", "wrmsr" }, { "0f 31", "rdtsc" },
    { "0f 32", "rdmsr" }, { "0f 33", "rdpmc" }, { "0f a2", "cpuid" },
    { "0f 01 d1", "xsetbv" }, { "0f 01 f9", "rdtscp" }, { "f4", "hlt" },
    { "fa", "cli" }, { "fb", "sti" }, { "48 f4", "hlt" },
    { "cd 80", "int 128" },
    { "66 0f 01 d1",             NULL },
    { "f0 0f 06",                NULL },
    /* Left to the guest's own handlers. */
    { "cc",                      NULL },
    { "cf",                      NULL },
    { "0f 01 f8",                NULL },
    { "0f 01 17",                NULL },
    { "0f 01 3f",                NULL },
    { "0f 01 d0",                NULL },
    { "0f 00 d8",                NULL },
    { "0f c7 0f",                NULL },
    { "0f 05",                   NULL },
    { "9c",                      NULL },
};

struct line {
    char text[96];
    size_t used;
};

static PRINTF_LIKE(2, 3) void add(struct line *l, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    l->used += (size_t)vsnprintf(l->text + l->used, sizeof(l->text) - l->used,
                                 format, args);
    va_end(args);
}

static void add_segment(struct line *l, unsigned int segment)
{
    if (segment != INSN_SEG_FLAT)
        add(l, segment == INSN_SEG_FS ? " fs" : " gs");
}

static void add_memory(struct line *l, const struct insn *insn)
{
    add_segment(l, insn->segment);
    if (insn->base == INSN_REG_RIP)
        add(l, " [rip");
    else if (insn->base == INSN_REG_NONE)
        add(l, " [n");
    else
        add(l, " [r%u", insn->base);
    if (insn->index != INSN_REG_NONE)
        add(l, "+r%u*%u", insn->index, 1u << insn->scale);
    add(l, "%+d]", insn->disp);
}

static void describe(struct line *l, const struct insn *insn)
{
    bool is_system = insn->op >= INSN_READ_CR && insn->op <= INSN_WRITE_DR;
    bool has_memory = insn->op <= INSN_OUTS;
    bool is_port = insn->op == INSN_IN || insn->op == INSN_OUT;

    add(l, "%s%s%s%s", insn->prefixes & INSN_PREFIX_LOCK ? "lock " : "",
        insn->prefixes & INSN_PREFIX_REP ? "rep " : "",
        insn->prefixes & INSN_PREFIX_REPNE ? "repne " : "",
        op_names[insn->op]);
    if (has_memory || is_port || is_system)
        add(l, " %u/%u", insn->op_size, insn->addr_size);
    if (has_memory)
        add_memory(l, insn);
    if (is_system)
        add(l, " cr%u", insn->sys_reg);
    if (insn->has_imm)
        add(l, " %d", insn->imm);
    else if (has_memory || is_port || is_system)
        add(l, insn->high_byte ? " h%u" : " r%u", insn->reg);
    add_segment(l, insn->source_segment);
}

static size_t parse_hex(const char *text, uint8_t *bytes)
{
    size_t n = 0;
    char *end;

    while (*text) {
        bytes[n++] = (uint8_t)strtoul(text, &end, 16);
        text = end;
    }
    return n;
}

/* Decode a copy that ends exactly where the text does: ASan sees over-reads. */
static int decode_exact(const uint8_t *bytes, size_t len, struct insn *insn)
{
    uint8_t *copy = malloc(len ? len : 1);
    int rc;

    memcpy(copy, bytes, len);
    rc = insn_decode(len ? copy : copy + 1, len, INSN_MODE_64, insn);
    free(copy);
    return rc;
}

START_TEST(each_encoding_means_what_the_manual_says)
{
    uint8_t bytes[INSN_MAX_LENGTH];

    for (size_t i = 0; i < ARRAY_SIZE(examples); i++) {
        size_t len = parse_hex(examples[i].bytes, bytes);
        struct line line = { .used = 0 };
        struct insn insn;
        int rc = decode_exact(bytes, len, &insn);

        if (!examples[i].meaning) {
            ck_assert_msg(rc == -EINVAL, "%s: %d", examples[i].bytes, rc);
            continue;
        }
        ck_assert_msg(rc == 0, "%s: %d", examples[i].bytes, rc);
        describe(&line, &insn);
        ck_assert_msg(insn.length == len, "%s: %u", line.text, insn.length);
        ck_assert_str_eq(line.text, examples[i].meaning);
    }
}
END_TEST

START_TEST(each_operation_has_an_example)
{
    for (size_t op = INSN_ADD; op < ARRAY_SIZE(op_names); op++) {
        size_t i;

        for (i = 0; i < ARRAY_SIZE(examples); i++)
            if (examples[i].meaning
                && strstr(examples[i].meaning, op_names[op]))
                break;
        ck_assert_msg(i < ARRAY_SIZE(examples), "%s", op_names[op]);
    }
}
END_TEST

static const uint8_t prefixes[] = {
    0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x64, 0x65, 0x2e, 0x3e, 0x26, 0x36,
    0x40, 0x41, 0x42, 0x44, 0x48, 0x49, 0x4a, 0x4c, 0x4d, 0x4f,
};

static const uint8_t opcodes[] = {
    0x00, 0x01, 0x08, 0x09, 0x20, 0x21, 0x28, 0x29, 0x30, 0x31, 0x6c, 0x6d,
    0x6e, 0x6f, 0x80, 0x81, 0x83, 0x86, 0x87, 0x88, 0x89, 0xa4, 0xa5, 0xaa,
    0xab, 0xc6, 0xc7, 0xcd, 0xe4, 0xe5, 0xe6, 0xe7, 0xec, 0xed, 0xee, 0xef,
    0xf4, 0xfa, 0xfb,
};

static const uint8_t opcodes_0f[] = {
    0x01, 0x06, 0x08, 0x09, 0x20, 0x21, 0x22, 0x23, 0x30, 0x31, 0x32, 0x33,
    0xa2, 0xab, 0xb0, 0xb1, 0xb3, 0xba, 0xbb, 0xc3,
};

#define PICK(seed, table) \
    table[unit_random_below(seed, sizeof(table) / sizeof(table[0]))]

/* Random prefixes, an opcode that is probably ours, random operands. */
static void make_text(uint64_t *seed, uint8_t bytes[INSN_MAX_LENGTH])
{
    uint64_t choice = unit_random(seed);
    size_t n = 0, i;

    for (i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(unit_random(seed) >> 17);
    for (; i < INSN_MAX_LENGTH; i++)
        bytes[i] = (uint8_t)(choice >> (i + 9));
    while ((choice & 3) != 0 && n < 9) {
        bytes[n++] = PICK(seed, prefixes);
        choice >>= 2;
    }
    choice = unit_random_below(seed, 8);
    if (choice < 4) {
        bytes[n] = PICK(seed, opcodes);
    } else if (choice < 7) {
        bytes[n++] = 0x0f;
        bytes[n] = PICK(seed, opcodes_0f);
    }
    if (choice >= 4 && bytes[n] == 0x01)
        bytes[n + 1] = choice & 1 ? 0xd1 : 0xf9;
}

static void fail_on(const char *what, const uint8_t *bytes)
{
    struct line line = { .used = 0 };

    for (int i = 0; i < INSN_MAX_LENGTH; i++)
        add(&line, " %02x", bytes[i]);
    ck_abort_msg("%s:%s", what, line.text);
}

START_TEST(libzydis_agrees_on_random_texts)
{
    unsigned int seen[ARRAY_SIZE(op_names)] = { 0 };
    uint64_t seed = 0x86;

    for (int round = 0; round < RANDOM_ROUNDS; round++) {
        uint8_t bytes[INSN_MAX_LENGTH];
        const char *what;
        int op;

        make_text(&seed, bytes);
        what = oracle_disagreement(bytes, sizeof(bytes), &op);
        if (what)
            fail_on(what, bytes);
        seen[op]++;
    }
    for (size_t op = INSN_NONE; op < ARRAY_SIZE(seen); op++)
        ck_assert_msg(seen[op] > 500, "operation %zu: %u", op, seen[op]);
}
END_TEST

/* Without prefixes the opcode maps are small enough to walk whole. */
START_TEST(libzydis_agrees_on_every_opcode_and_modrm)
{
    uint8_t bytes[INSN_MAX_LENGTH] = { 0 };

    for (unsigned int n = 0; n < 2 * 7 * 65536; n++) {
        static const uint8_t heads[] = {
            0x90, 0x66, 0xf0, 0xf2, 0xf3, 0x48, 0x4f
        };
        uint8_t head = heads[(n >> 16) % 7];
        uint8_t *at = bytes;
        const char *what;
        int op;

        if (head != 0x90)
            *at++ = head;
        if (n >= 7 * 65536)
            *at++ = 0x0f;
        *at++ = (uint8_t)(n >> 8);
        *at = (uint8_t)n;
        what = oracle_disagreement(bytes, sizeof(bytes), &op);
        if (what)
            fail_on(what, bytes);
    }
}
END_TEST

START_TEST(a_text_that_ends_early_wants_more_bytes)
{
    unsigned int accepted = 0;
    uint64_t seed = 15;

    for (int round = 0; round < TRUNCATE_ROUNDS; round++) {
        uint8_t bytes[INSN_MAX_LENGTH];
        struct insn whole, part;
        int rc;

        make_text(&seed, bytes);
        rc = decode_exact(bytes, sizeof(bytes), &whole);
        ck_assert(rc == 0 || rc == -EINVAL);
        if (rc)
            continue;
        accepted++;
        for (size_t len = 0; len < whole.length; len++)
            ck_assert_int_eq(decode_exact(bytes, len, &part), -ENODATA);
        ck_assert_int_eq(decode_exact(bytes, whole.length, &part), 0);
        ck_assert_mem_eq(&part, &whole, sizeof(part));
    }
    ck_assert_uint_gt(accepted, TRUNCATE_ROUNDS / 8);
}
END_TEST

START_TEST(no_instruction_is_longer_than_fifteen_bytes)
{
    uint8_t bytes[INSN_MAX_LENGTH + 8];
    struct insn insn;

    memset(bytes, 0x66, sizeof(bytes));
    ck_assert_int_eq(decode_exact(bytes, 14, &insn), -ENODATA);
    ck_assert_int_eq(decode_exact(bytes, 15, &insn), -EINVAL);
    ck_assert_int_eq(decode_exact(bytes, sizeof(bytes), &insn), -EINVAL);
    bytes[14] = 0xf4;
    ck_assert_int_eq(decode_exact(bytes, sizeof(bytes), &insn), 0);
    ck_assert_uint_eq(insn.length, 15);
    bytes[14] = 0x89;
    bytes[15] = 0x07;
    ck_assert_int_eq(decode_exact(bytes, sizeof(bytes), &insn), -EINVAL);
}
END_TEST

START_TEST(only_cpuid_follows_the_forced_emulation_prefix)
{
    uint8_t bytes[] = { 0x0f, 0x0b, 'x', 'e', 'n', 0x0f, 0xa2 };
    struct insn insn;

    for (size_t len = 0; len < sizeof(bytes); len++)
        ck_assert_int_eq(insn_decode_forced(bytes, len, &insn), -ENODATA);
    ck_assert_int_eq(insn_decode_forced(bytes, sizeof(bytes), &insn), 0);
    ck_assert_int_eq(insn.op, INSN_CPUID);
    ck_assert_uint_eq(insn.length, sizeof(bytes));
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] ^= 1;
        ck_assert_int_eq(insn_decode_forced(bytes, sizeof(bytes), &insn),
                         -EINVAL);
        bytes[i] ^= 1;
    }
}
END_TEST

int main(void)
{
    return UNIT_RUN("decode",
                    each_encoding_means_what_the_manual_says,
                    each_operation_has_an_example,
                    libzydis_agrees_on_random_texts,
                    libzydis_agrees_on_every_opcode_and_modrm,
                    a_text_that_ends_early_wants_more_bytes,
                    no_instruction_is_longer_than_fifteen_bytes,
                    only_cpuid_follows_the_forced_emulation_prefix);
}
