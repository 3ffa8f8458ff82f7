/* SPDX-License-Identifier: MIT */
/*
 * control_registers/main.c - privileged instructions a guest kernel may use.
 *
 * Promise: the kernel reads CR0, CR2, CR3 and CR4 and writes them as far as
 * they are its own; CR3 holds the root's machine address and a write to it is
 * a change of root. Guest user mode may do none of this. Instructions that are
 * not emulated are #GP(0).
 */
#include "guest.h"

const char test_folder[] = "control_registers";

#define CR0_PE (1ul << 0)
#define CR0_TS (1ul << 3)
#define CR0_WP (1ul << 16)
#define CR0_AM (1ul << 18)
#define CR0_PG (1ul << 31)
#define CR4_TSD (1ul << 2)
#define CR4_PAE (1ul << 5)
#define CR4_OSFXSR (1ul << 9)

#define READ_CR(n)                                              \
    ({                                                          \
        uint64_t value_ = 0;                                    \
        PROBE_IO("mov %%cr" #n ", %0", "=r" (value_));          \
        value_;                                                 \
    })

static void reads(void)
{
    uint64_t value = READ_CR(0);

    expect_eq("cr0", CR0_PE | CR0_WP | CR0_PG | CR0_AM,
              value & (CR0_PE | CR0_WP | CR0_PG | CR0_AM));
    value = READ_CR(3);
    expect_eq("cr3_is_the_root", pt_root_mfn() << PAGE_SHIFT, value);
    value = READ_CR(4);
    expect_eq("cr4", CR4_PAE | CR4_OSFXSR, value & (CR4_PAE | CR4_OSFXSR));
}

static void writes(void)
{
    uint64_t value = READ_CR(0);

    PROBE("mov %0, %%cr0", "r" (value | CR0_TS));
    expect_eq("cr0_takes_ts", NO_TRAP, probe.vector);
    expect_eq("ts_is_set", CR0_TS, READ_CR(0) & CR0_TS);
    PROBE("mov %0, %%cr0", "r" (value));
    expect_eq("ts_is_clear", 0, READ_CR(0) & CR0_TS);
    PROBE("mov %0, %%cr0", "r" (value & ~CR0_WP));
    expect_eq("cr0_without_wp_is_GP", TRAP_GP, probe.vector);
    expect_eq("cr0_is_as_before", value, READ_CR(0));
    PROBE("mov %0, %%cr2", "r" (0x123456ul));
    expect_eq("cr2_takes_a_value", NO_TRAP, probe.vector);
    expect_eq("cr2_gives_it_back", 0x123456, READ_CR(2));
    value = READ_CR(4);
    PROBE("mov %0, %%cr4", "r" (value));
    expect_eq("cr4_takes_its_own_value", NO_TRAP, probe.vector);
    expect_eq("cr4_is_as_before", value, READ_CR(4));
    value = READ_CR(3);
    PROBE("mov %0, %%cr3", "r" (value));
    expect_eq("cr3_takes_its_own_value", NO_TRAP, probe.vector);
    PROBE("mov %0, %%cr3", "r" (va_to_mfn(page_alloc()) << PAGE_SHIFT));
    expect_eq("cr3_refuses_a_page_that_is_no_root", TRAP_GP, probe.vector);
    expect_eq("cr3_is_as_before", value, READ_CR(3));
}

static void others(void)
{
    static uint64_t table[2];

    PROBE("wbinvd");
    expect_eq("wbinvd_is_allowed", NO_TRAP, probe.vector);
    PROBE("hlt");
    expect_eq("hlt_is_GP", TRAP_GP, probe.vector);
    PROBE("lgdt %0", "m" (table));
    expect_eq("lgdt_is_GP", TRAP_GP, probe.vector);
    PROBE("lidt %0", "m" (table));
    expect_eq("lidt_is_GP", TRAP_GP, probe.vector);
    PROBE("ltr %w0", "r" (8));
    expect_eq("ltr_is_GP", TRAP_GP, probe.vector);
    PROBE("invlpg %0", "m" (table));
    expect_eq("invlpg_is_GP", TRAP_GP, probe.vector);
    PROBE("swapgs");
    expect_eq("swapgs_is_GP", TRAP_GP, probe.vector);
    PROBE("sysretq");
    expect_eq("sysret_is_GP", TRAP_GP, probe.vector);
}

static void user(void)
{
    USER_RUN("mov %%cr0, %%rax");
    expect_eq("user_reads_no_cr0", TRAP_GP, probe.vector);
    USER_RUN("mov %%cr3, %%rax");
    expect_eq("user_reads_no_cr3", TRAP_GP, probe.vector);
    USER_RUN("mov %%rax, %%cr3");
    expect_eq("user_writes_no_cr3", TRAP_GP, probe.vector);
    USER_RUN("clts");
    expect_eq("user_has_no_clts", TRAP_GP, probe.vector);
    USER_RUN("wbinvd");
    expect_eq("user_has_no_wbinvd", TRAP_GP, probe.vector);
    USER_RUN("mov %%dr7, %%rax");
    expect_eq("user_reads_no_dr7", TRAP_GP, probe.vector);
    USER_RUN("mov $0xc0000100, %%ecx; rdmsr");
    expect_eq("user_reads_no_msr", TRAP_GP, probe.vector);
}

void test_main(void)
{
    reads();
    writes();
    others();
    if (user_init())
        user();
}
