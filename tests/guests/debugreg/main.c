/* SPDX-License-Identifier: MIT */
/*
 * debugreg/main.c - breakpoints of the guest's own.
 *
 * Promise: set_debugreg and get_debugreg, and moves to and from debug registers
 * in the guest kernel, are the same registers. Addresses 0 to 3 may not point
 * into the hypervisor; 6 and 7 take 32 bits. A hit is #DB with its bit in
 * register 6. Errors change nothing.
 */
#include "guest.h"

const char test_folder[] = "debugreg";

#define DR6_B0   (1ul << 0)
#define DR6_B1   (1ul << 1)
#define DR6_BS   (1ul << 14)
#define DR7_L0   (1ul << 0)
#define DR7_L1   (1ul << 2)
#define DR7_RW1_WRITE (1ul << 20)
#define DR7_LEN1_8    (2ul << 22)

static volatile uint64_t watched;

static uint64_t read_dr(unsigned n)
{
    return (uint64_t)hc_get_debugreg((int)n);
}

static void set_and_get(void)
{
    uint64_t value;

    for (int n = 0; n < 4; n++)
        hc_set_debugreg(n, 0x1000ul * ((unsigned)n + 1));
    expect_eq("dr0", 0x1000, read_dr(0));
    expect_eq("dr1", 0x2000, read_dr(1));
    expect_eq("dr2", 0x3000, read_dr(2));
    expect_eq("dr3", 0x4000, read_dr(3));
    asm volatile("mov %%dr2, %0" : "=r" (value));
    expect_eq("dr2_by_instruction", 0x3000, value);
    asm volatile("mov %0, %%dr3" : : "r" (0x4444ul));
    expect_eq("dr3_set_by_instruction", 0x4444, read_dr(3));
    for (int n = 0; n < 4; n++)
        hc_set_debugreg(n, 0);
}

static void errors(void)
{
    hc_set_debugreg(0, 0x1234);
    expect_rc("an_address_in_the_hypervisor", -XEN_EPERM,
              hc_set_debugreg(0, HV_START));
    expect_rc("the_last_one", -XEN_EPERM, hc_set_debugreg(3, HV_END - 1));
    expect_eq("dr0_is_as_before", 0x1234, read_dr(0));
    expect_ok("an_address_behind_it", hc_set_debugreg(0, HV_END));
    expect_rc("dr6_has_32_bits", -XEN_EINVAL, hc_set_debugreg(6, 1ul << 32));
    expect_rc("dr7_has_32_bits", -XEN_EINVAL, hc_set_debugreg(7, 1ul << 32));
    expect_rc("dr8_does_not_exist_to_set", -XEN_ENODEV, hc_set_debugreg(8, 0));
    expect_rc("dr8_does_not_exist_to_get", -XEN_ENODEV, hc_get_debugreg(8));
    expect_rc("dr_minus_1_does_not_exist", -XEN_ENODEV, hc_get_debugreg(-1));
    hc_set_debugreg(0, 0);
}

static void hits(void)
{
    uint64_t at;

    asm volatile("lea breakpoint_here(%%rip), %0" : "=r" (at));
    hc_set_debugreg(0, at);
    expect_ok("arm_dr0", hc_set_debugreg(7, DR7_L0));
    PROBE("nop\n\t .globl breakpoint_here\n\t breakpoint_here: nop\n\t nop");
    hc_set_debugreg(7, 0);
    expect_eq("an_instruction_breakpoint_is_DB", TRAP_DB, probe.vector);
    expect_eq("at_the_instruction", at, probe.rip);
    expect_eq("its_bit_is_in_dr6", DR6_B0, read_dr(6) & 0xf);
    hc_set_debugreg(6, 0);
    hc_set_debugreg(0, 0);

    hc_set_debugreg(1, (uint64_t)&watched);
    expect_ok("arm_dr1", hc_set_debugreg(7, DR7_L1 | DR7_RW1_WRITE |
                                         DR7_LEN1_8));
    PROBE("mov %0, %%rax\n\t nop\n\t movq $5, %0\n\t nop", "m" (watched));
    hc_set_debugreg(7, 0);
    expect_eq("a_watched_store_is_DB", TRAP_DB, probe.vector);
    expect_eq("after_the_store", 5, watched);
    expect_eq("dr1s_bit_is_in_dr6", DR6_B1, read_dr(6) & 0xf);
    hc_set_debugreg(6, 0);
    hc_set_debugreg(1, 0);

    PROBE("pushfq\n\t orq $0x100, (%%rsp)\n\t popfq\n\t nop\n\t nop");
    expect_eq("a_single_step_is_DB", TRAP_DB, probe.vector);
    expect_eq("its_bit_is_bs", DR6_BS, read_dr(6) & (DR6_BS | 0xf));
    hc_set_debugreg(6, 0);
    expect_eq("dr6_can_be_cleared", 0, read_dr(6) & (DR6_BS | 0xf));
}

void test_main(void)
{
    set_and_get();
    errors();
    hits();
}
