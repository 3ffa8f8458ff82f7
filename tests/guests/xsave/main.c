/* SPDX-License-Identifier: MIT */
/*
 * xsave/main.c - extended processor state of a guest.
 *
 * Promise: where CPUID shows XSAVE, the kernel turns it on by CR4.OSXSAVE,
 * reads XCR0, and sets it to any combination that the processor takes and
 * CPUID shows; others are #GP and change nothing. Its user cannot. Vector
 * registers keep their upper halves across hypercalls, upcalls, traps and
 * blocking.
 */
#include "guest.h"

const char test_folder[] = "xsave";

#define CPUID_XSAVE (1u << 26)
#define CPUID_AVX   (1u << 28)
#define CR4_OSXSAVE (1ul << 18)
#define X87 1ul
#define SSE 2ul
#define AVX 4ul

static uint32_t ecx_of_leaf_1(void)
{
    uint32_t eax = 1, ebx, ecx = 0, edx;

    asm volatile(XEN_CPUID
                 : "+a" (eax), "=b" (ebx), "+c" (ecx), "=d" (edx));
    return ecx;
}

static uint64_t xcr0(void)
{
    uint64_t value;

    PROBE_IO("xor %%ecx, %%ecx\n\t xgetbv\n\t shl $32, %%rdx\n\t"
             "or %%rdx, %%rax\n\t mov %%rax, %0", "=&b" (value));
    return value;
}

static void set_xcr(uint64_t index, uint64_t value)
{
    PROBE("mov %0, %%rcx\n\t mov %1, %%rax\n\t mov %1, %%rdx\n\t"
          "shr $32, %%rdx\n\t xsetbv", "r" (index), "r" (value));
}

static void values(void)
{
    static const struct {
        const char *name;
        uint64_t index, value;
        unsigned vector;
    } set[] = {
        { "x87", 0, X87, NO_TRAP }, { "x87_sse", 0, X87 | SSE, NO_TRAP },
        { "nothing", 0, 0, TRAP_GP }, { "sse_alone", 0, SSE, TRAP_GP },
        { "avx_without_sse", 0, X87 | AVX, TRAP_GP },
        { "bit_63", 0, X87 | 1ul << 63, TRAP_GP },
        { "bit_62", 0, X87 | 1ul << 62, TRAP_GP },
        { "bit_8", 0, X87 | 1ul << 8, TRAP_GP },
        { "half_of_avx_512", 0, X87 | SSE | AVX | 1ul << 5, TRAP_GP },
        { "xcr_1", 1, X87, TRAP_GP }, { "xcr_minus_1", ~0ul, X87, TRAP_GP },
    };

    for (size_t i = 0; i < ARRAY_SIZE(set); i++) {
        set_xcr(0, X87 | SSE);
        set_xcr(set[i].index, set[i].value);
        report_group(set[i].name);
        expect_eq("set", set[i].vector, probe.vector);
        expect_eq("get", set[i].vector == NO_TRAP ? set[i].value : X87 | SSE,
                  xcr0());
    }
    report_group(NULL);
}

static void user(void)
{
    USER_RUN("xor %%ecx, %%ecx; xgetbv; ud2");
    expect_eq("the_user_reads_it", TRAP_UD, probe.vector);
    expect_eq("with_its_value", xcr0(), probe.rax);
    USER_RUN("xor %%ecx, %%ecx; mov $3, %%eax; xor %%edx, %%edx; xsetbv; ud2");
    expect_eq("but_cannot_set_it", TRAP_GP, probe.vector);
}

static uint8_t pattern[32], seen[32];

static void load_ymm(void)
{
    for (unsigned i = 0; i < sizeof(pattern); i++)
        pattern[i] = (uint8_t)(0xa0 + i);
    asm volatile("vmovdqu %0, %%ymm3" : : "m" (pattern));
}

static void expect_ymm(const char *name)
{
    asm volatile("vmovdqu %%ymm3, %0" : "=m" (seen));
    expect_true(name, !memcmp(pattern, seen, sizeof(seen)));
}

static void upper_halves(void)
{
    set_xcr(0, X87 | SSE | AVX);
    expect_eq("avx_can_be_set", NO_TRAP, probe.vector);
    load_ymm();
    hc_xen_version(XENVER_version, NULL);
    expect_ymm("kept_by_a_hypercall");
    PROBE("hlt");
    expect_ymm("kept_by_an_exception");
    vcpu_self()->evtchn_upcall_pending = 1;
    upcalls_unmask();
    upcalls_mask();
    expect_ymm("kept_by_an_upcall");
    hc_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
    port_bind_virq(VIRQ_TIMER, 0);
    hc_set_timer_op(clock_now() + 2 * MILLISECOND);
    hc_sched_op(SCHEDOP_block, NULL);
    upcalls_mask();
    expect_ymm("kept_by_blocking");
    set_xcr(0, X87 | SSE);
    PROBE("vmovdqu %0, %%ymm3", "m" (pattern));
    expect_eq("without_the_bit_avx_is_UD", TRAP_UD, probe.vector);
    set_xcr(0, X87 | SSE | AVX);
    expect_ymm("kept_meanwhile");
}

void test_main(void)
{
    uint32_t features = ecx_of_leaf_1();

    if (!(features & CPUID_XSAVE)) {
        report_skip("all", "no_xsave_is_shown");
        return;
    }
    PROBE("mov %%cr4, %%rax\n\t or %0, %%rax\n\t mov %%rax, %%cr4",
          "r" (CR4_OSXSAVE));
    expect_eq("cr4_takes_osxsave", NO_TRAP, probe.vector);
    set_xcr(0, X87 | SSE);
    expect_eq("xcr0_can_be_set", NO_TRAP, probe.vector);
    values();
    if (user_init())
        user();
    if (features & CPUID_AVX)
        upper_halves();
}
