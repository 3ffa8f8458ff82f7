/* SPDX-License-Identifier: MIT */
/*
 * fpu_taskswitch/main.c - the task-switched flag of a guest.
 *
 * Promise: fpu_taskswitch(1) makes the next floating point instruction #NM,
 * which clears the flag; fpu_taskswitch(0) and CLTS clear it. CR0 shows it.
 * Floating point registers are as they were left, whatever happened between.
 */
#include "guest.h"

const char test_folder[] = "fpu_taskswitch";

#define CR0_TS (1ul << 3)

static uint64_t cr0(void)
{
    uint64_t value;

    asm volatile("mov %%cr0, %0" : "=r" (value));
    return value;
}

void test_main(void)
{
    uint64_t at, value = 0x123456789abcdef0, seen;

    expect_ok("clear", hc_fpu_taskswitch(0));
    expect_eq("cr0_says_clear", 0, cr0() & CR0_TS);
    PROBE("fninit\n\t movq %0, %%xmm5", "r" (value));
    expect_eq("floating_point_runs", NO_TRAP, probe.vector);
    expect_ok("set", hc_fpu_taskswitch(1));
    expect_eq("cr0_says_set", CR0_TS, cr0() & CR0_TS);
    PROBE_IO("lea 1f(%%rip), %0\n\t 1: fnop", "=&r" (at));
    expect_eq("an_x87_instruction_is_NM", TRAP_NM, probe.vector);
    expect_eq("at_the_instruction", at, probe.rip);
    expect_eq("NM_clears_the_flag", 0, cr0() & CR0_TS);
    PROBE("fnop");
    expect_eq("the_next_one_runs", NO_TRAP, probe.vector);
    hc_fpu_taskswitch(1);
    PROBE("movq %%xmm5, %%rax");
    expect_eq("an_sse_instruction_is_NM", TRAP_NM, probe.vector);
    hc_fpu_taskswitch(1);
    expect_ok("clear_again", hc_fpu_taskswitch(0));
    PROBE("fnop");
    expect_eq("after_clearing_it_runs", NO_TRAP, probe.vector);
    hc_fpu_taskswitch(1);
    PROBE("clts");
    expect_eq("clts_is_allowed", NO_TRAP, probe.vector);
    expect_eq("clts_clears_the_flag", 0, cr0() & CR0_TS);
    PROBE("fnop");
    expect_eq("after_clts_it_runs", NO_TRAP, probe.vector);
    PROBE_IO("movq %%xmm5, %0", "=r" (seen));
    expect_eq("the_registers_are_kept", value, seen);
}
