/* SPDX-License-Identifier: MIT */
/*
 * msr/main.c - model-specific registers of a guest kernel.
 *
 * Promise: RDMSR and WRMSR in the guest kernel reach the few registers that are
 * the guest's. Those that are the hypervisor's, and those that do not exist,
 * are #GP(0) and change nothing.
 */
#include "guest.h"

const char test_folder[] = "msr";

#define MSR_TSC         0x10u
#define MSR_APIC_BASE   0x1bu
#define MSR_PAT         0x277u
#define MSR_EFER        0xc0000080u
#define MSR_STAR        0xc0000081u
#define MSR_LSTAR       0xc0000082u
#define MSR_SFMASK      0xc0000084u
#define EFER_SCE        (1ul << 0)
#define EFER_LME        (1ul << 8)
#define EFER_LMA        (1ul << 10)
#define EFER_NX         (1ul << 11)
#define EFER_SVME       (1ul << 12)

/* The value, or ~0 with probe.vector set. */
static uint64_t read(uint32_t msr)
{
    uint64_t value;

    PROBE_IO("mov %1, %%ecx\n\t mov $-1, %0\n\t rdmsr\n\t shl $32, %%rdx\n\t"
             "or %%rdx, %%rax\n\t mov %%rax, %0", "=&r" (value), "r" (msr));
    return value;
}

static void write(uint32_t msr, uint64_t value)
{
    PROBE("mov %0, %%ecx\n\t mov %1, %%rax\n\t mov %1, %%rdx\n\t"
          "shr $32, %%rdx\n\t wrmsr", "r" (msr), "r" (value));
}

static void readable(void)
{
    uint64_t value = read(MSR_EFER);

    expect_eq("efer", EFER_SCE | EFER_LME | EFER_LMA | EFER_NX,
              value & (EFER_SCE | EFER_LME | EFER_LMA | EFER_NX | EFER_SVME));
    write(MSR_EFER, value);
    expect_eq("efer_takes_its_own_value", NO_TRAP, probe.vector);
    expect_eq("pat", 0x0000050100070406ul, read(MSR_PAT));
    value = read(MSR_APIC_BASE);
    expect_eq("apic_base", 0xfee00000ul, value & PTE_ADDR);
    value = read(MSR_TSC);
    expect_true("tsc_goes_forward", read(MSR_TSC) > value);
}

static void refused(void)
{
    static const struct {
        const char *name;
        uint32_t msr;
    } table[] = {
        { "star", MSR_STAR }, { "lstar", MSR_LSTAR },
        { "sfmask", MSR_SFMASK }, { "sysenter_eip", 0x176 },
        { "x2apic_id", 0x802 }, { "vm_hsave", 0xc0010117 },
        { "none_1", 0xdead }, { "none_2", 0xffffffff },
    };

    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        report_group(table[i].name);
        read(table[i].msr);
        expect_eq("read", TRAP_GP, probe.vector);
        expect_eq("error", 0, probe.error);
        write(table[i].msr, 0);
        expect_eq("write", TRAP_GP, probe.vector);
    }
    report_group(NULL);
    write(MSR_APIC_BASE, 0);
    expect_eq("apic_base_is_not_writable", TRAP_GP, probe.vector);
}

void test_main(void)
{
    readable();
    refused();
}
