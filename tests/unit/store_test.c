/* SPDX-License-Identifier: MIT */
/*
 * store_test.c - store.c and address.c against the processor.
 *
 * Random stores are decoded, given registers that make them hit an arena, and
 * executed there. Memory, registers and flags must be what was computed.
 * Arena and code lie below 2 GiB, so that absolute and 32-bit addresses work:
 *
 *     code page | guard | stack | guard | arena | guard
 *
 * This covers all that is defined, and the undefined flags as well: those of a
 * guest should not change with the page a store happens to hit.
 */
#define _GNU_SOURCE
#include <asm/prctl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <asm/store.h>
#include <hv/compiler.h>
#include <hv/errno.h>

#include "unit.h"

#define ROUNDS      500000
#define PAGE        4096ul
#define ARENA_SIZE  (2 * PAGE)
#define STACK_SIZE  (4 * PAGE)

#define GS_BASE     0x7000ul    /* any number that shows when it is left out */
#define FLAGS       0xcd5ul     /* CF PF AF ZF SF DF OF */
#define RESET_FLAGS 0x202ul

struct machine {
    uint64_t gprs[INSN_NR_GPRS];    /* 0 */
    uint64_t rflags;                /* 128 */
    void    *code;                  /* 136 */
    uint64_t host_rsp;              /* 144 */
};

static uint8_t *code, *stack, *arena;
static uint64_t fs_base;

/* Load m->gprs and m->rflags, call m->code, and write back what it left. The
 * code finds m->gprs[4] in RSP; above it lie the return address, m->code, m. */
void machine_run(struct machine *m);
__asm__(
    ".text\n"
    ".globl machine_run\n"
    "machine_run:\n"
    "    push %rbp; push %rbx; push %r12; push %r13; push %r14; push %r15\n"
    "    mov %rsp, 144(%rdi)\n"
    "    mov 32(%rdi), %rsp\n"
    "    add $24, %rsp\n"
    "    push %rdi\n"
    "    push 136(%rdi)\n"
    "    pushq 128(%rdi); popfq\n"
    "    mov (%rdi), %rax;     mov 8(%rdi), %rcx;    mov 16(%rdi), %rdx\n"
    "    mov 24(%rdi), %rbx;   mov 40(%rdi), %rbp;   mov 48(%rdi), %rsi\n"
    "    mov 64(%rdi), %r8;    mov 72(%rdi), %r9;    mov 80(%rdi), %r10\n"
    "    mov 88(%rdi), %r11;   mov 96(%rdi), %r12;   mov 104(%rdi), %r13\n"
    "    mov 112(%rdi), %r14;  mov 120(%rdi), %r15\n"
    "    mov 56(%rdi), %rdi\n"
    "    call *(%rsp)\n"
    "    mov %rdi, (%rsp)\n"               /* over m->code */
    "    mov 8(%rsp), %rdi\n"
    "    popq 56(%rdi)\n"
    "    pushfq; popq 128(%rdi); cld\n"
    "    mov 144(%rdi), %rsp\n"
    "    mov %rax, (%rdi);     mov %rcx, 8(%rdi);    mov %rdx, 16(%rdi)\n"
    "    mov %rbx, 24(%rdi);   mov %rbp, 40(%rdi);   mov %rsi, 48(%rdi)\n"
    "    mov %r8, 64(%rdi);    mov %r9, 72(%rdi);    mov %r10, 80(%rdi)\n"
    "    mov %r11, 88(%rdi);   mov %r12, 96(%rdi);   mov %r13, 104(%rdi)\n"
    "    mov %r14, 112(%rdi);  mov %r15, 120(%rdi)\n"
    "    pop %r15; pop %r14; pop %r13; pop %r12; pop %rbx; pop %rbp\n"
    "    ret\n");

static void set_up(void)
{
    uint8_t *at = mmap(NULL, 4 * PAGE + STACK_SIZE + ARENA_SIZE, PROT_NONE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

    ck_assert_ptr_ne(at, MAP_FAILED);
    code = at;
    stack = at + 2 * PAGE;
    arena = stack + STACK_SIZE + PAGE;
    ck_assert_int_eq(mprotect(stack, STACK_SIZE, PROT_READ | PROT_WRITE), 0);
    ck_assert_int_eq(mprotect(code, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC),
                     0);
    ck_assert_int_eq(mprotect(arena, ARENA_SIZE, PROT_READ | PROT_WRITE), 0);
    ck_assert_int_eq(syscall(SYS_arch_prctl, ARCH_GET_FS, &fs_base), 0);
    ck_assert_int_eq(syscall(SYS_arch_prctl, ARCH_SET_GS, GS_BASE), 0);
}

static const uint8_t prefixes[] = {
    0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x64, 0x65, 0x3e,
    0x40, 0x41, 0x42, 0x44, 0x48, 0x48, 0x49, 0x4c, 0x4f,
};

static const uint8_t opcodes[] = {
    0x00, 0x01, 0x08, 0x09, 0x20, 0x21, 0x28, 0x29, 0x30, 0x31, 0x80, 0x81,
    0x83, 0x86, 0x87, 0x88, 0x89, 0xa4, 0xa5, 0xaa, 0xab, 0xc6, 0xc7,
};

static const uint8_t opcodes_0f[] = {
    0xab, 0xb0, 0xb1, 0xb3, 0xba, 0xbb, 0xc3,
};

#define PICK(seed, table) table[unit_random_below(seed, ARRAY_SIZE(table))]

static bool make_store(uint64_t *seed, uint8_t bytes[INSN_MAX_LENGTH],
                       struct insn *insn)
{
    size_t n = 0;

    for (size_t i = 0; i < INSN_MAX_LENGTH; i++)
        bytes[i] = (uint8_t)unit_random(seed);
    while (n < 4 && unit_random_below(seed, 5) < 2)
        bytes[n++] = PICK(seed, prefixes);
    if (unit_random_below(seed, 3) == 0) {
        bytes[n++] = 0x0f;
        bytes[n] = PICK(seed, opcodes_0f);
    } else {
        bytes[n] = PICK(seed, opcodes);
    }
    return insn_decode(bytes, INSN_MAX_LENGTH, INSN_MODE_64, insn) == 0
           && insn_is_store(insn);
}

static uint64_t load(const uint8_t *memory, uint64_t at, unsigned int size)
{
    uint64_t value = 0;

    memcpy(&value, memory + at, size);
    return value;
}

/* Random registers; those that count or compare are often interesting. */
static void make_machine(uint64_t *seed, const struct insn *insn,
                         uint64_t target, struct machine *m)
{
    for (int i = 0; i < INSN_NR_GPRS; i++)
        m->gprs[i] = unit_random_wide(seed);
    if (unit_random_below(seed, 2))
        m->gprs[INSN_REG_RAX] = load(arena, target, 8);
    if (unit_random_below(seed, 4) == 0 && insn->index < INSN_NR_GPRS)
        m->gprs[insn->index] &= 0xfff;
    if (insn_repeats(insn))
        m->gprs[INSN_REG_RCX] = unit_random_below(seed, 5);
    if (insn->op == INSN_MOVS) {
        m->gprs[INSN_REG_RSI] = (uintptr_t)arena + PAGE
                                + unit_random_below(seed, 64);
        if (insn->source_segment == INSN_SEG_GS)
            m->gprs[INSN_REG_RSI] -= GS_BASE;
        else if (insn->source_segment == INSN_SEG_FS)
            m->gprs[INSN_REG_RSI] -= fs_base;
    }
    m->gprs[INSN_REG_RSP] = (uintptr_t)stack + STACK_SIZE - 64;
    m->rflags = RESET_FLAGS | (unit_random(seed) & FLAGS);
    m->code = code;
}

static uint64_t address(const struct insn *insn, const struct machine *m)
{
    return insn_effective_address(insn, m->gprs,
                                  (uintptr_t)code + insn->length, fs_base,
                                  GS_BASE)
           - (uintptr_t)arena;
}

/* Change the displacement in the text itself, and decode that again. Its bytes
 * are random, so they are found by looking for them. */
static void patch_displacement(uint8_t *bytes, struct insn *insn,
                               uint64_t delta)
{
    int32_t disp = (int32_t)((uint32_t)insn->disp + (uint32_t)delta);
    uint8_t *at = memmem(bytes, insn->length, &insn->disp, 4);

    ck_assert_ptr_nonnull(at);
    memcpy(at, &disp, 4);
    ck_assert_int_eq(insn_decode(bytes, INSN_MAX_LENGTH, INSN_MODE_64, insn),
                     0);
}

/* Make @insn address @target in the arena; not all combinations can. */
static bool aim(uint8_t *bytes, struct insn *insn, uint64_t target,
                struct machine *m)
{
    uint64_t delta = target - address(insn, m);

    if (insn->base >= INSN_NR_GPRS)
        patch_displacement(bytes, insn, delta);
    else if (insn->base != INSN_REG_RSP)
        m->gprs[insn->base] += delta;
    return address(insn, m) == target;
}

static bool source_is_in_arena(const struct insn *insn,
                               const struct machine *m)
{
    uint64_t at = insn_source_address(insn, m->gprs, fs_base, GS_BASE)
                  - (uintptr_t)arena;

    return insn->op != INSN_MOVS
           || (at >= PAGE / 2 && at < ARENA_SIZE - PAGE / 2);
}

/* Do on @m and @memory what store_compute() says, REP to its end. */
static void emulate(const struct insn *insn, struct machine *m,
                    uint8_t *memory)
{
    struct store_result result;

    do {
        uint64_t at = address(insn, m);
        struct store_input in = { .gprs = m->gprs, .rflags = m->rflags };

        /* S2: what lies above the operand does not count. */
        in.old = load(memory, at, 8);
        if (insn->op == INSN_MOVS)
            in.source = load(memory,
                             insn_source_address(insn, m->gprs, fs_base,
                                                 GS_BASE)
                             - (uintptr_t)arena, 8);
        ck_assert_int_eq(store_compute(insn, &in, &result), 0);
        if (result.writes)
            memcpy(memory + at, &result.value, insn->op_size);
        for (unsigned int i = 0; i < result.nr_regs; i++)
            m->gprs[result.regs[i].reg] = result.regs[i].value;
        m->rflags = result.rflags;
    } while (result.again);
}

static void execute(const uint8_t *bytes, const struct insn *insn,
                    struct machine *m)
{
    memcpy(code, bytes, insn->length);
    code[insn->length] = 0xc3;          /* ret */
    machine_run(m);
}

static void print_case(const uint8_t *bytes, const struct insn *insn)
{
    for (unsigned int i = 0; i < insn->length; i++)
        fprintf(stderr, "%02x ", bytes[i]);
    fprintf(stderr, "\n");
}

static void compare(const uint8_t *bytes, const struct insn *insn,
                    const struct machine *real, const struct machine *ours,
                    const uint8_t *memory)
{
    bool same = memcmp(real->gprs, ours->gprs, sizeof(real->gprs)) == 0
                && ((real->rflags ^ ours->rflags) & FLAGS) == 0
                && memcmp(memory, arena, ARENA_SIZE) == 0;

    if (same)
        return;
    print_case(bytes, insn);
    for (int i = 0; i < INSN_NR_GPRS; i++)
        ck_assert_msg(real->gprs[i] == ours->gprs[i],
                      "register %d: %#lx, processor %#lx", i, ours->gprs[i],
                      real->gprs[i]);
    ck_assert_msg(((real->rflags ^ ours->rflags) & FLAGS) == 0,
                  "flags %#lx, processor %#lx", ours->rflags & FLAGS,
                  real->rflags & FLAGS);
    ck_abort_msg("memory differs");
}

/* One random store, here and there; false when it could not be aimed. */
static bool one_round(uint64_t *seed, uint8_t *memory, uint8_t *op)
{
    uint8_t bytes[INSN_MAX_LENGTH];
    struct machine real, ours;
    struct insn insn;
    uint64_t target;

    if (!make_store(seed, bytes, &insn))
        return false;
    if (insn.op == INSN_XCHG && insn.reg == INSN_REG_RSP)
        return false;
    target = (PAGE + unit_random_below(seed, 512)) & -(uint64_t)insn.op_size;
    make_machine(seed, &insn, target, &real);
    if (!aim(bytes, &insn, target, &real) || !source_is_in_arena(&insn, &real))
        return false;
    ours = real;
    emulate(&insn, &ours, memory);
    execute(bytes, &insn, &real);
    compare(bytes, &insn, &real, &ours, memory);
    *op = insn.op;
    return true;
}

START_TEST(the_processor_agrees_on_random_stores)
{
    static uint8_t memory[ARENA_SIZE];
    unsigned int seen[INSN_MOVS + 1] = { 0 };
    uint64_t seed = 0x570e;
    uint8_t op;

    set_up();
    for (size_t i = 0; i < ARENA_SIZE; i++)
        arena[i] = memory[i] = (uint8_t)unit_random(&seed);
    for (int round = 0; round < ROUNDS; round++)
        if (one_round(&seed, memory, &op))
            seen[op]++;
    for (int i = INSN_ADD; i <= INSN_MOVS; i++)
        ck_assert_msg(seen[i] > 1000, "operation %d: %u", i, seen[i]);
}
END_TEST

START_TEST(only_stores_are_computed)
{
    static const uint64_t gprs[INSN_NR_GPRS];
    struct store_input in = { .gprs = gprs };
    struct store_result result;

    for (int op = INSN_NONE; op <= INSN_CPUID; op++) {
        struct insn insn = { .op = op };
        bool is_store = op >= INSN_ADD && op <= INSN_MOVS;

        insn.op_size = is_store ? 8 : 0;
        insn.addr_size = 8;
        ck_assert_int_eq(store_compute(&insn, &in, &result),
                         is_store ? 0 : -EINVAL);
    }
}
END_TEST

START_TEST(a_lost_compare_writes_nothing)
{
    static const uint8_t bytes[] = { 0xf0, 0x48, 0x0f, 0xb1, 0x0f };
    uint64_t gprs[INSN_NR_GPRS] = { [INSN_REG_RAX] = 5, [INSN_REG_RCX] = 9 };
    struct store_input in = { .gprs = gprs, .old = 6 };
    struct store_result result;
    struct insn insn;

    ck_assert_int_eq(insn_decode(bytes, sizeof(bytes), INSN_MODE_64, &insn),
                     0);
    ck_assert_int_eq(store_compute(&insn, &in, &result), 0);
    ck_assert(!result.writes);
    ck_assert_uint_eq(result.nr_regs, 1);
    ck_assert_uint_eq(result.regs[0].reg, INSN_REG_RAX);
    ck_assert_uint_eq(result.regs[0].value, 6);
    in.old = 5;
    ck_assert_int_eq(store_compute(&insn, &in, &result), 0);
    ck_assert(result.writes);
    ck_assert_uint_eq(result.value, 9);
    ck_assert_uint_eq(result.nr_regs, 0);
}
END_TEST

START_TEST(a_repeated_store_goes_one_step_at_a_time)
{
    static const uint8_t bytes[] = { 0xf3, 0x48, 0xab };
    uint64_t gprs[INSN_NR_GPRS] = { [INSN_REG_RCX] = 2 };
    struct store_input in = { .gprs = gprs };
    struct store_result result;
    struct insn insn;

    ck_assert_int_eq(insn_decode(bytes, sizeof(bytes), INSN_MODE_64, &insn),
                     0);
    ck_assert_int_eq(store_compute(&insn, &in, &result), 0);
    ck_assert(result.writes && result.again);
    gprs[INSN_REG_RCX] = 1;
    ck_assert_int_eq(store_compute(&insn, &in, &result), 0);
    ck_assert(result.writes && !result.again);
    gprs[INSN_REG_RCX] = 0;
    ck_assert_int_eq(store_compute(&insn, &in, &result), 0);
    ck_assert(!result.writes && !result.again);
    ck_assert_uint_eq(result.nr_regs, 0);
}
END_TEST

int main(void)
{
    return UNIT_RUN("store",
                    the_processor_agrees_on_random_stores,
                    only_stores_are_computed,
                    a_lost_compare_writes_nothing,
                    a_repeated_store_goes_one_step_at_a_time);
}
