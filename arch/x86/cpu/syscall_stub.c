/* SPDX-License-Identifier: MIT */
/*
 * syscall_stub.c - the first instructions after SYSCALL, made for each CPU,
 * since they must find this CPU's stack with no register to spare:
 *
 *      movabs  %rax, cpu_info.guest_regs.rax
 *      mov     %rsp, %rax
 *      movabs  $end of cpu_info.guest_regs, %rsp
 *      jmp     syscall_entry_64 or syscall_entry_32
 *
 * The stubs lie near the image, so that a 32-bit jump reaches it; they are
 * written through the direct map and executable only where they run.
 */
#include <asm/cpu.h>
#include <asm/current.h>
#include <asm/layout.h>
#include <asm/msr.h>
#include <asm/paging.h>
#include <hv/assert.h>
#include <hv/direct_map.h>
#include <hv/page_alloc.h>
#include <hv/string.h>

#define STUB_SIZE       64u         /* of each of the two */
#define CPUS_PER_PAGE   (4096u / (2 * STUB_SIZE))

/* RFLAGS bits that SYSCALL clears. */
#define SYSCALL_CLEARS  (RFLAGS_TF | RFLAGS_IF | RFLAGS_DF | RFLAGS_IOPL | \
                         RFLAGS_NT | RFLAGS_RF | RFLAGS_AC)

void syscall_entry_64(void);
void syscall_entry_32(void);
void sysenter_entry(void);

static mfn_t stub_page[NR_CPUS / CPUS_PER_PAGE];

static uint8_t *emit(uint8_t *at, const void *bytes, size_t n)
{
    memcpy(at, bytes, n);
    return at + n;
}

/* Write one stub at @code, which runs at @va. */
static void make_stub(uint8_t *code, unsigned long va, void (*target)(void))
{
    unsigned long scratch = (unsigned long)&guest_regs()->rax;
    unsigned long stack = (unsigned long)(guest_regs() + 1);
    uint8_t *p = code;
    int32_t distance;

    p = emit(p, "\x48\xa3", 2);
    p = emit(p, &scratch, sizeof(scratch));
    p = emit(p, "\x48\x89\xe0", 3);
    p = emit(p, "\x48\xbc", 2);
    p = emit(p, &stack, sizeof(stack));
    p = emit(p, "\xe9", 1);
    distance = (int32_t)((long)(unsigned long)target -
                         (long)(va + (unsigned long)(p - code) + 4));
    emit(p, &distance, sizeof(distance));
}

void syscall_stub_init(void)
{
    unsigned int cpu = cpu_id(), page = cpu / CPUS_PER_PAGE;
    unsigned long offset = (cpu % CPUS_PER_PAGE) * 2 * STUB_SIZE;
    unsigned long va = STUBS_START + page * 4096ul;
    uint8_t *code;

    if (!stub_page[page].n) {
        stub_page[page] = page_alloc_frames(0, 0);
        if (mfn_eq(stub_page[page], INVALID_MFN) ||
            hv_map(va, stub_page[page], 1, PTE_HV_CODE, false))
            panic("no memory for the system-call stubs");
        memset(mfn_to_virt(stub_page[page]), 0xcc, 4096);
    }
    code = (uint8_t *)mfn_to_virt(stub_page[page]) + offset;
    va += offset;
    make_stub(code, va, syscall_entry_64);
    make_stub(code + STUB_SIZE, va + STUB_SIZE, syscall_entry_32);

    wrmsr(MSR_LSTAR, va);
    wrmsr(MSR_CSTAR, va + STUB_SIZE);
    /* SYSRET loads CS from 63:48 + 16 (64-bit) and SS from 63:48 + 8. */
    wrmsr(MSR_STAR, (uint64_t)SEL_USER_CS32 << 48 | (uint64_t)SEL_HV_CS << 32);
    wrmsr(MSR_SYSCALL_MASK, SYSCALL_CLEARS);
    wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_SCE);
    if (cpu_features.is_intel) {
        wrmsr(MSR_SYSENTER_CS, SEL_HV_CS);
        wrmsr(MSR_SYSENTER_ESP, (unsigned long)(guest_regs() + 1));
        wrmsr(MSR_SYSENTER_EIP, (unsigned long)sysenter_entry);
    }
}
