/* SPDX-License-Identifier: MIT */
/*
 * exceptions/main.c - each exception, from each kind of code.
 *
 * Promise: an exception of guest kernel, 64-bit user and 32-bit user code
 * comes to the guest kernel by its own vector, with the error code of the
 * architecture where there is one, at the instruction for a fault and behind
 * it for a trap, with the code's selector (RPL 0 for the kernel) and its stack
 * pointer. A handler may fault in turn, as deep as its stack goes, and each
 * level returns to where it was with the registers it had.
 */
#include "guest.h"

const char test_folder[] = "exceptions";

#define NEGATIVE_EDGE 0x8000000000000000ul

static void expect_trap(unsigned vector, uint64_t error, uint64_t rip,
                        uint16_t cs)
{
    expect_eq("vector", vector, probe.vector);
    expect_eq("error_code", error, probe.error);
    expect_eq("offset", rip, probe.rip);
    expect_eq("cs", cs, regs_selector(&probe));
    report_group(NULL);
}

/* Run @text, whose faulting instruction is at its label 1, in the kernel. */
#define KERNEL(name, vector_, error_, text, ...)                        \
    do {                                                                \
        uint64_t at_;                                                   \
        PROBE_IO("lea 1f(%%rip), %0\n\t" text, "=&r" (at_),             \
                 ##__VA_ARGS__);                                        \
        report_group(name);                                             \
        probe.rip -= at_;                                               \
        expect_trap(vector_, error_, 0, 0xe030);                        \
    } while (0)

static void kernel(void)
{
    KERNEL("kernel_DE_by_zero", TRAP_DE, 0,
           "xor %%ecx, %%ecx\n\t mov $1, %%eax\n\t cltd\n\t 1: div %%ecx");
    KERNEL("kernel_DE_by_overflow", TRAP_DE, 0,
           "mov %1, %%rax\n\t cqto\n\t mov $-1, %%rcx\n\t 1: idiv %%rcx",
           "r" (NEGATIVE_EDGE));
    KERNEL("kernel_BP", TRAP_BP, 0, "int3\n\t 1:");
    KERNEL("kernel_BP_by_int_3", TRAP_BP, 0, ".byte 0xcd, 3\n\t 1:");
    KERNEL("kernel_OF_by_int_4", TRAP_OF, 0, "int $4\n\t 1:");
    KERNEL("kernel_UD", TRAP_UD, 0, "1: ud2");
    KERNEL("kernel_UD_by_ud1", TRAP_UD, 0, "1: ud1 %%eax, %%eax");
    KERNEL("kernel_UD_by_lock", TRAP_UD, 0, "1: .byte 0xf0, 0x90");
    KERNEL("kernel_UD_by_push_es", TRAP_UD, 0, "1: .byte 0x06");
    KERNEL("kernel_GP", TRAP_GP, 0, "1: hlt");
    KERNEL("kernel_GP_by_selector", TRAP_GP, 0x1230,
           "mov $0x1233, %%eax\n\t 1: mov %%eax, %%es");
    KERNEL("kernel_GP_by_non_canonical_address", TRAP_GP, 0,
           "1: mov (%1), %%eax", "r" (NON_CANONICAL));
    KERNEL("kernel_GP_by_sse_alignment", TRAP_GP, 0,
           "1: movaps 1(%%rsp), %%xmm0");
    KERNEL("kernel_PF", TRAP_PF, PF_WRITE, "1: movb $1, (%1)",
           "r" (window_page(2)));
}

#define USER(name, vector_, error_, offset, start, cs, text)            \
    do {                                                                \
        USER_RUN_WITH(start, text);                                     \
        report_group(name);                                             \
        probe.rip -= USER_CODE;                                         \
        expect_trap(vector_, error_, offset, cs);                       \
    } while (0)
#define USER64(name, vector, error, offset, text) \
    USER(name, vector, error, offset, user_regs(), FLAT_USER_CS, text)
#define USER32(name, vector, error, offset, text)                       \
    USER(name, vector, error, offset, regs32(), FLAT_USER_CS32,         \
         ".code32;" text "; .code64")

static struct regs regs32(void)
{
    struct regs regs = user_regs();

    regs.cs = FLAT_USER_CS32;
    regs.ss = FLAT_USER_SS32;
    return regs;
}

static void user(void)
{
    USER64("user_DE", TRAP_DE, 0, 2, "xor %%ecx, %%ecx; div %%ecx");
    USER64("user_BP", TRAP_BP, 0, 1, "int3");
    USER64("user_OF_by_int_4", TRAP_OF, 0, 2, "int $4");
    USER64("user_UD", TRAP_UD, 0, 1, "nop; ud2");
    USER64("user_UD_by_into", TRAP_UD, 0, 0, ".byte 0xce");
    USER64("user_GP", TRAP_GP, 0, 1, "nop; hlt");
    USER64("user_GP_by_cli", TRAP_GP, 0, 0, "cli");
    USER64("user_GP_by_lgdt", TRAP_GP, 0, 0, "lgdt 0x401000");
    USER64("user_GP_by_selector", TRAP_GP, 0x1234, 5,
           "mov $0x1234, %%eax; mov %%eax, %%fs");
    USER64("user_GP_by_non_canonical_address", TRAP_GP, 0, 10,
           "movabs $0x800000000000, %%rax; mov (%%rax), %%eax");
    USER64("user_PF", TRAP_PF, PF_USER, 0, "mov 0x403000, %%eax");
}

static void user_32(void)
{
    USER32("user32_DE_by_aam_0", TRAP_DE, 0, 0, ".byte 0xd4, 0");
    USER32("user32_BP", TRAP_BP, 0, 2, "nop; int3");
    USER32("user32_OF_by_into", TRAP_OF, 0, 7,
           "mov $0x7f, %%al; add $1, %%al; nop; nop; into");
    USER32("user32_BR", TRAP_BR, 0, 5,
           "mov $-1, %%eax; bound %%eax, 0x401000");
    USER32("user32_UD", TRAP_UD, 0, 0, "ud2");
    USER32("user32_GP", TRAP_GP, 0, 0, "hlt");
    USER32("user32_PF", TRAP_PF, PF_USER | PF_WRITE, 0, "mov %%eax, 0x403000");
    USER32("user32_PF_of_its_stack", TRAP_PF, PF_USER | PF_WRITE, 5,
           "mov $0x404000, %%esp; push %%eax");
}

/* Where a jump faults, and whether the stack segment is told apart, is up to
 * the machine: QEMU 7.2 says #GP for both. */
static void non_canonical(void)
{
    PROBE("jmp *%0", "r" (NON_CANONICAL));
    expect_eq("a_non_canonical_jump_is_GP", TRAP_GP, probe.vector);
    expect_eq("a_non_canonical_jump_has_error_0", 0, probe.error);
    PROBE("mov %0, %%rax\n\t sub %%rsp, %%rax\n\t"
          "mov (%%rsp, %%rax), %%eax", "r" (NON_CANONICAL));
    if (probe.vector == TRAP_GP)
        report_skip("a_non_canonical_stack_is_SS", "the_machine_says_GP");
    else
        expect_eq("a_non_canonical_stack_is_SS", TRAP_SS, probe.vector);
    expect_eq("a_non_canonical_stack_has_error_0", 0, probe.error);
}

static void expect_raised(const char *name, unsigned vector)
{
    if (probe.vector == NO_TRAP)
        report_skip(name, "the_machine_raises_none");
    else
        expect_eq(name, vector, probe.vector);
}

/* Some machines raise none of these. */
static void arithmetic_units(void)
{
    uint32_t control = 0x33b, mxcsr = 0x1d80, clean = 0x1f80;

    PROBE("fninit\n\t fldcw %0\n\t fld1\n\t fldz\n\t fdivrp\n\t fwait",
          "m" (control));
    expect_raised("an_x87_division_by_zero_is_MF", TRAP_MF);
    PROBE("fninit");
    PROBE("ldmxcsr %0\n\t pxor %%xmm1, %%xmm1\n\t mov $1, %%eax\n\t"
          "cvtsi2ss %%eax, %%xmm0\n\t divss %%xmm1, %%xmm0", "m" (mxcsr));
    expect_raised("an_sse_division_by_zero_is_XM", TRAP_XM);
    PROBE("ldmxcsr %0", "m" (clean));
    PROBE("pushfq\n\t orl $0x40000, (%%rsp)\n\t popfq\n\t"
          "mov 1(%%rsp), %%eax");
    expect_raised("an_unaligned_load_with_ac_is_AC", TRAP_AC);
    PROBE("pushfq\n\t andl $~0x40000, (%%rsp)\n\t popfq");
}

#define DEPTH 40u

static volatile unsigned depth, deepest, wrong_return;
static uint64_t level_rsp[DEPTH];

/* Faults again until DEPTH, then each level goes on behind its own ud2. */
static bool dig(struct regs *regs)
{
    unsigned mine = depth++;
    uint64_t kept;

    level_rsp[mine] = regs->rsp;
    if (depth > deepest)
        deepest = depth;
    if (depth < DEPTH) {
        asm volatile("mov %1, %%r12\n\t stc\n\t ud2\n\t mov %%r12, %0\n\t"
                     "jc 1f\n\t incl %2\n 1:"
                     : "=r" (kept) : "r" (0x1000ul + mine), "m" (wrong_return)
                     : "r12", "memory", "cc");
        if (kept != 0x1000ul + mine)
            wrong_return++;
    }
    regs->rip += 2;
    depth--;
    return true;
}

static void nested(void)
{
    unsigned ascending = 0;

    trap_handle(TRAP_UD, dig);
    asm volatile("ud2" : : : "memory");
    trap_handle(TRAP_UD, NULL);
    for (unsigned i = 1; i < DEPTH; i++)
        ascending += level_rsp[i] >= level_rsp[i - 1];
    expect_eq("handlers_nest", DEPTH, deepest);
    expect_eq("each_deeper_on_the_stack", 0, ascending);
    expect_eq("each_returns_with_its_registers_and_flags", 0, wrong_return);
    expect_eq("to_the_first_level", 0, depth);
}

static uint64_t cr2_inside[2];

static bool fault_in_page_fault(struct regs *regs)
{
    uint8_t *other = window_page(5);

    cr2_inside[0] = vcpu_self()->arch.cr2;
    PROBE("movb (%0), %%al", "r" (other + 9));
    cr2_inside[1] = probe_cr2;
    regs->rip += 2;
    return true;
}

static void page_faults_nest(void)
{
    uint8_t *hole = window_page(4);

    trap_handle(TRAP_PF, fault_in_page_fault);
    asm volatile("movb (%%rcx), %%al" : : "c" (hole) : "rax", "memory");
    trap_handle(TRAP_PF, NULL);
    expect_eq("the_outer_address", (uint64_t)hole, cr2_inside[0]);
    expect_eq("the_inner_address", (uint64_t)window_page(5) + 9, cr2_inside[1]);
    expect_eq("the_inner_one_stays_in_cr2", (uint64_t)window_page(5) + 9,
              vcpu_self()->arch.cr2);
}

void test_main(void)
{
    kernel();
    if (user_init()) {
        user();
        user_32();
    }
    non_canonical();
    arithmetic_units();
    nested();
    page_faults_nest();
}
