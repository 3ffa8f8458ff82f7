/* SPDX-License-Identifier: MIT */
/*
 * msr_edges/main.c - what each readable register takes, and what is refused.
 *
 * Promise: registers that describe the machine take their own value at most,
 * and any other is #GP; bases take canonical values; a refused write changes
 * nothing. None can be used by guest user mode.
 */
#include "guest.h"

const char test_folder[] = "msr_edges";

static uint64_t rdmsr(uint32_t msr)
{
    uint64_t value;

    PROBE_IO("mov %1, %%ecx\n\t mov $-1, %0\n\t rdmsr\n\t shl $32, %%rdx\n\t"
             "or %%rdx, %%rax\n\t mov %%rax, %0", "=&r" (value), "r" (msr));
    return value;
}

static void wrmsr(uint32_t msr, uint64_t value)
{
    PROBE("mov %0, %%ecx\n\t mov %1, %%rax\n\t mov %1, %%rdx\n\t"
          "shr $32, %%rdx\n\t wrmsr", "r" (msr), "r" (value));
}

enum kind {
    NONE,       /* not there */
    FIXED,      /* read only */
    OWN_VALUE,  /* takes what it has */
    BASE,       /* an address */
    WORD,       /* 32 bits */
};

static const struct {
    const char *name;
    uint32_t msr;
    enum kind kind;
} all[] = {
    { "tsc", 0x10, FIXED }, { "apic_base", 0x1b, FIXED },
    { "tsc_adjust", 0x3b, NONE }, { "spec_ctrl", 0x48, NONE },
    { "pred_cmd", 0x49, NONE }, { "mtrr_cap", 0xfe, NONE },
    { "sysenter_cs", 0x174, NONE }, { "sysenter_esp", 0x175, NONE },
    { "debugctl", 0x1d9, NONE }, { "mtrr_phys_base", 0x200, NONE },
    { "pat", 0x277, FIXED }, { "mtrr_def_type", 0x2ff, NONE },
    { "vmx_basic", 0x480, NONE }, { "tsc_deadline", 0x6e0, NONE },
    { "x2apic_tpr", 0x808, NONE }, { "bndcfgs", 0xd90, NONE },
    { "xss", 0xda0, NONE }, { "efer", 0xc0000080, OWN_VALUE },
    { "cstar", 0xc0000083, NONE }, { "fs_base", 0xc0000100, BASE },
    { "gs_base", 0xc0000101, BASE }, { "kernel_gs_base", 0xc0000102, BASE },
    { "tsc_aux", 0xc0000103, WORD }, { "vm_cr", 0xc0010114, NONE },
    { "osvw", 0xc0010140, NONE },
};

static unsigned expected(bool allowed)
{
    return allowed ? NO_TRAP : TRAP_GP;
}

static void one(uint32_t msr, enum kind kind)
{
    uint64_t before = rdmsr(msr);

    if (kind == WORD && probe.vector == TRAP_GP) {
        report_skip("read", "the_processor_has_none");
        return;
    }
    expect_eq("read", expected(kind != NONE), probe.vector);
    wrmsr(msr, before);
    expect_eq("write_the_same", expected(kind >= OWN_VALUE), probe.vector);
    wrmsr(msr, NON_CANONICAL);
    expect_eq("write_bit_47", TRAP_GP, probe.vector);
    wrmsr(msr, 0);
    expect_eq("write_0", expected(kind >= BASE), probe.vector);
    if (kind == FIXED && msr != 0x10)
        expect_true("is_as_before", rdmsr(msr) == before);
    wrmsr(msr, HV_PRIVATE);
    expect_eq("write_a_hypervisor_address", expected(kind == BASE),
              probe.vector);
    if (kind >= BASE) {
        wrmsr(msr, 0x7fffffff);
        expect_eq("write_31_bits", NO_TRAP, probe.vector);
        expect_eq("which_are_there", 0x7fffffff, rdmsr(msr));
        wrmsr(msr, before);
    }
}

/* The user's attempts are #GP whichever it is. */
static void user(void)
{
    unsigned wrong = 0;

    for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
        struct regs regs = user_regs();

        regs.rcx = all[i].msr;
        USER_RUN_WITH(regs, "rdmsr; ud2");
        wrong += probe.vector != TRAP_GP || probe.rip != USER_CODE;
        USER_RUN_WITH(regs, "wrmsr; ud2");
        wrong += probe.vector != TRAP_GP || probe.rip != USER_CODE;
    }
    expect_eq("a_user_has_none_of_them", 0, wrong);
}

/* RDTSCP gives what the kernel wrote, in both modes. */
static void tsc_aux(void)
{
    rdmsr(0xc0000103);
    if (probe.vector == TRAP_GP)
        return;
    wrmsr(0xc0000103, 0xabcd);
    USER_RUN("rdtscp; ud2");
    expect_eq("rdtscp_of_the_user_gives_tsc_aux", 0xabcd, probe.rcx);
    wrmsr(0xc0000103, 0);
}

void test_main(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
        report_group(all[i].name);
        one(all[i].msr, all[i].kind);
    }
    report_group(NULL);
    if (user_init()) {
        user();
        tsc_aux();
    }
}
