/* SPDX-License-Identifier: MIT */
/*
 * segment_base/main.c - the bases of fs and gs.
 *
 * Promise: set_segment_base and the three MSRs name the same three values: fs,
 * the gs of the mode that runs, and the user's gs while the kernel runs. gs
 * changes with the mode, fs does not. Non-canonical bases are refused and
 * change nothing. A user selector that cannot be loaded becomes null.
 */
#include "guest.h"

const char test_folder[] = "segment_base";

#define MSR_FS_BASE        0xc0000100u
#define MSR_GS_BASE        0xc0000101u
#define MSR_KERNEL_GS_BASE 0xc0000102u

static uint64_t here[2] = { 0x1f1f1f1f, 0x2e2e2e2e };

static uint64_t read_fs(void)
{
    uint64_t value;

    asm volatile("mov %%fs:0, %0" : "=r" (value));
    return value;
}

static uint64_t read_gs(void)
{
    uint64_t value;

    asm volatile("mov %%gs:0, %0" : "=r" (value));
    return value;
}

static uint64_t rdmsr(uint32_t msr)
{
    uint32_t low, high;

    asm volatile("rdmsr" : "=a" (low), "=d" (high) : "c" (msr));
    return (uint64_t)high << 32 | low;
}

static void wrmsr(uint32_t msr, uint64_t value)
{
    asm volatile("wrmsr" : : "c" (msr), "a" ((uint32_t)value),
                 "d" ((uint32_t)(value >> 32)) : "memory");
}

static void kernel(void)
{
    expect_ok("set_fs", hc_set_segment_base(SEGBASE_FS, (uint64_t)&here[0]));
    expect_eq("fs_reads_there", here[0], read_fs());
    expect_eq("its_msr_agrees", (uint64_t)&here[0], rdmsr(MSR_FS_BASE));
    expect_ok("set_gs", hc_set_segment_base(SEGBASE_GS_KERNEL,
                                            (uint64_t)&here[1]));
    expect_eq("gs_reads_there", here[1], read_gs());
    expect_eq("gs_msr_agrees", (uint64_t)&here[1], rdmsr(MSR_GS_BASE));
    wrmsr(MSR_FS_BASE, (uint64_t)&here[1]);
    expect_eq("fs_by_msr", here[1], read_fs());
    wrmsr(MSR_GS_BASE, (uint64_t)&here[0]);
    expect_eq("gs_by_msr", here[0], read_gs());
}

static void errors(void)
{
    uint64_t base = (uint64_t)&here[0];

    hc_set_segment_base(SEGBASE_FS, base);
    expect_rc("a_non_canonical_fs", -XEN_EINVAL,
              hc_set_segment_base(SEGBASE_FS, NON_CANONICAL));
    expect_rc("a_non_canonical_gs", -XEN_EINVAL,
              hc_set_segment_base(SEGBASE_GS_KERNEL, NON_CANONICAL));
    expect_rc("a_non_canonical_user_gs", -XEN_EINVAL,
              hc_set_segment_base(SEGBASE_GS_USER, NON_CANONICAL));
    expect_rc("an_unknown_segment", -XEN_EINVAL, hc_set_segment_base(4, 0));
    expect_rc("segment_minus_1", -XEN_EINVAL, hc_set_segment_base(-1, 0));
    expect_eq("fs_is_as_before", base, rdmsr(MSR_FS_BASE));
    PROBE("mov $0xc0000100, %%ecx\n\t mov $0x8000, %%edx\n\t"
          "xor %%eax, %%eax\n\t wrmsr");
    expect_eq("a_non_canonical_fs_by_msr", TRAP_GP, probe.vector);
    expect_eq("fs_is_still_as_before", base, rdmsr(MSR_FS_BASE));
}

static void user(void)
{
    uint64_t *stack = (uint64_t *)user_stack;

    stack[0] = 0x5151;
    stack[1] = 0x6262;
    expect_ok("set_user_gs", hc_set_segment_base(SEGBASE_GS_USER, USER_STACK));
    expect_eq("user_gs_msr_agrees", USER_STACK, rdmsr(MSR_KERNEL_GS_BASE));
    expect_eq("kernel_gs_is_untouched", (uint64_t)&here[0], rdmsr(MSR_GS_BASE));
    hc_set_segment_base(SEGBASE_FS, USER_STACK + 8);
    USER_RUN("mov %%gs:0, %%rax; mov %%fs:0, %%rbx; ud2");
    expect_eq("user_gs_reads_there", 0x5151, probe.rax);
    expect_eq("fs_is_shared", 0x6262, probe.rbx);
    expect_eq("kernel_gs_comes_back", here[0], read_gs());
    expect_eq("user_gs_is_kept", USER_STACK, rdmsr(MSR_KERNEL_GS_BASE));
    wrmsr(MSR_KERNEL_GS_BASE, USER_STACK + 8);
    USER_RUN("mov %%gs:0, %%rax; ud2");
    expect_eq("user_gs_by_msr", 0x6262, probe.rax);
    expect_ok("a_user_selector", hc_set_segment_base(SEGBASE_GS_USER_SEL,
                                                     FLAT_USER_SS));
    USER_RUN("mov %%gs, %%eax; ud2");
    expect_eq("is_loaded", FLAT_USER_SS, probe.rax & 0xffff);
    expect_ok("a_bad_user_selector",
              hc_set_segment_base(SEGBASE_GS_USER_SEL, 0xff03));
    USER_RUN("mov %%gs, %%eax; ud2");
    expect_eq("becomes_null", 0, probe.rax & 0xfffc);
}

void test_main(void)
{
    kernel();
    errors();
    if (user_init())
        user();
}
