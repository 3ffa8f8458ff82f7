/* SPDX-License-Identifier: MIT */
/*
 * hypercall_state/main.c - a hypercall in whatever state the guest is.
 *
 * Promise: a hypercall does not touch the stack, so any stack pointer will do;
 * flags come back as they were, and rcx and r11 hold rip and flags; floating
 * point and vector registers and debug registers are kept. Every number
 * answers: unknown ones -ENOSYS. The page that the builder filled has a call
 * for each.
 */
#include "guest.h"

const char test_folder[] = "hypercall_state";

#define CR0_TS (1ul << 3)

/* 49 was an internal number of Xen's. */
#define FIRST_UNKNOWN 50u

static long version;

static void stacks(void)
{
    static const struct {
        const char *name;
        uint64_t rsp;
    } stack[] = {
        { "stack_at_0", 0 }, { "stack_between", NON_CANONICAL },
        { "stack_in_the_hypervisor", HV_PRIVATE }, { "stack_at_the_end", ~0ul },
        { "stack_odd", 0x1001 },
    };

    for (size_t i = 0; i < ARRAY_SIZE(stack); i++) {
        uint64_t rsp = stack[i].rsp;
        long rc;

        asm volatile("mov %%rsp, %%rbx\n\t mov %2, %%rsp\n\t syscall\n\t"
                     "xchg %%rbx, %%rsp"
                     : "=a" (rc), "=&b" (rsp)
                     : "r" (rsp), "a" (17ul), "D" (0ul), "S" (0ul)
                     : "rcx", "r11", "memory");
        report_group(stack[i].name);
        expect_rc("is_called", version, rc);
        expect_eq("is_kept", stack[i].rsp, rsp);
    }
    report_group(NULL);
}

static void flags(void)
{
    static const struct {
        const char *name;
        uint64_t flag;
    } flag[] = {
        { "cf", FLAG_CF }, { "df", FLAG_DF }, { "nt", FLAG_NT },
        { "ac", FLAG_AC }, { "id", FLAG_ID }, { "all_but_tf", FLAG_CF | FLAG_DF
          | FLAG_NT | FLAG_AC | FLAG_ID | 0x8d4 },
    };

    for (size_t i = 0; i < ARRAY_SIZE(flag); i++) {
        uint64_t want = FLAG_ONE | FLAG_IF | flag[i].flag, after, r11, rcx, at;
        long rc = 17;

        asm volatile("push %7\n\t popfq\n\t lea 1f(%%rip), %4\n\t syscall\n\t"
                     "1: mov %%r11, %2\n\t mov %%rcx, %3\n\t"
                     "pushfq\n\t pop %1\n\t push $0x202\n\t popfq"
                     : "+a" (rc), "=&r" (after), "=&r" (r11), "=&r" (rcx),
                       "=&r" (at)
                     : "D" (0ul), "S" (0ul), "r" (want)
                     : "rcx", "r11", "memory", "cc");
        report_group(flag[i].name);
        expect_rc("is_called", version, rc);
        expect_eq("is_kept", want, after);
        expect_eq("r11_has_the_flags", want, r11);
        expect_eq("rcx_has_the_place", at, rcx);
    }
    report_group(NULL);
}

static void floating_point(void)
{
    uint64_t x = 0x1122334455667788, seen = 0, st = 0;
    uint32_t control = 0x1fa0, back = 0;

    asm volatile("fninit\n\t fldpi\n\t fld1\n\t ldmxcsr %0\n\t"
                 "movq %1, %%xmm0\n\t movq %1, %%xmm15"
                 : : "m" (control), "r" (x));
    hc_xen_version(XENVER_version, NULL);
    hc_sched_op(SCHEDOP_yield, NULL);
    asm volatile("movq %%xmm0, %0\n\t stmxcsr %1" : "=r" (seen), "=m" (back));
    expect_eq("xmm0_is_kept", x, seen);
    expect_eq("mxcsr_is_kept", control, back);
    asm volatile("movq %%xmm15, %0\n\t fistpll %1" : "=r" (seen), "=m" (st));
    expect_eq("xmm15_is_kept", x, seen);
    expect_eq("st0_is_kept", 1, st);
    asm volatile("fistpll %0\n\t fninit" : "=m" (st));
    expect_eq("st1_is_kept", 3, st);
    back = 0x1f80;
    asm volatile("ldmxcsr %0" : : "m" (back));
}

/* TS of the guest's: kept by calls, taken by its user too. */
static void task_switched(void)
{
    static const int value[] = { 1, 2, -1 };
    static const char *const name[] = { "ts_by_1", "ts_by_2",
                                        "ts_by_minus_1" };
    uint64_t cr0;

    for (size_t i = 0; i < ARRAY_SIZE(value); i++) {
        expect_ok(name[i], hc_fpu_taskswitch(value[i]));
        hc_xen_version(XENVER_version, NULL);
        asm volatile("mov %%cr0, %0" : "=r" (cr0));
        report_group(name[i]);
        expect_eq("is_set", CR0_TS, cr0 & CR0_TS);
        USER_RUN("nop; movq %%rax, %%xmm1; ud2");
        expect_eq("the_user_takes_NM", TRAP_NM, probe.vector);
        expect_eq("at_its_instruction", USER_CODE + 1, probe.rip);
        report_group(NULL);
        hc_fpu_taskswitch(0);
    }
    hc_fpu_taskswitch(1);
    USER_RUN("fwait; ud2");
    expect_eq("fwait_alone_is_NM_with_mp", TRAP_NM, probe.vector);
    USER_RUN("fwait; ud2");
    expect_eq("but_once", TRAP_UD, probe.vector);
}

static long call_page(unsigned n)
{
    long rc;

    asm volatile("call *%1" : "=a" (rc)
                 : "r" (hypercall_page + n * 32), "D" (~0ul), "S" (~0ul),
                   "d" (~0ul)
                 : "rcx", "r8", "r9", "r10", "r11", "memory");
    return rc;
}

static void every_number(void)
{
    unsigned unknown = 0;

    for (unsigned n = FIRST_UNKNOWN; n < 4096; n++)
        unknown += hypercall5(n, ~0ul, ~0ul, ~0ul, ~0ul, ~0ul) == -XEN_ENOSYS;
    expect_eq("numbers_from_50_are_unknown", 4096 - FIRST_UNKNOWN, unknown);
    unknown = 0;
    for (unsigned bit = 6; bit < 64; bit++) {
        long rc = 17 | (long)(1ul << bit);

        asm volatile("syscall" : "+a" (rc) : "D" (0), "S" (0)
                     : "rcx", "r11", "memory");
        unknown += rc == -XEN_ENOSYS;
    }
    expect_eq("any_higher_bit_makes_it_unknown", 58, unknown);
    unknown = 0;
    for (unsigned n = FIRST_UNKNOWN; n < 128; n++)
        unknown += call_page(n) == -XEN_ENOSYS;
    expect_eq("the_page_has_a_call_for_each", 128 - FIRST_UNKNOWN, unknown);
    expect_rc("the_page_calls_11", -XEN_ENOSYS, call_page(11));
}

void test_main(void)
{
    version = hc_xen_version(XENVER_version, NULL);
    stacks();
    flags();
    floating_point();
    if (user_init())
        task_switched();
    every_number();
}
