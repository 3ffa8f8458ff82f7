/* SPDX-License-Identifier: MIT */
/*
 * cpuid.c - what CPUID shows a guest: the machine's own answer, cut to what
 * works in ring 3 without privilege and is switched between vcpus; and the
 * leaves from 0x40000000, by which a guest knows where it is. Leaves of an
 * outer hypervisor are never shown.
 *
 * Everything not named here is hidden: default deny. A domain to which tools
 * gave a policy (pv/cpu_policy.c) is shown that, which is never more.
 */
#include <asm/cpu.h>
#include <asm/cpu_policy.h>
#include <asm/cr.h>
#include <asm/pv.h>
#include <hv/domain.h>
#include <hv/time.h>
#include <public/arch-x86/cpuid.h>

#define BIT(n)          (1u << (n))

/* Leaf 1 ECX: SSE3 PCLMUL SSSE3 FMA CX16 SSE4.1 SSE4.2 MOVBE POPCNT AES XSAVE
 * OSXSAVE AVX F16C RDRAND; EDX: FPU DE TSC MSR PAE MCE CX8 APIC SEP MCA CMOV
 * PAT CLFSH MMX FXSR SSE SSE2 SS. */
static const uint32_t leaf1_ecx =
    BIT(0) | BIT(1) | BIT(9) | BIT(12) | BIT(13) | BIT(19) | BIT(20) |
    BIT(22) | BIT(23) | BIT(25) | BIT(26) | BIT(27) | BIT(28) | BIT(29) |
    BIT(30);
static const uint32_t leaf1_edx =
    BIT(0) | BIT(2) | BIT(4) | BIT(5) | BIT(6) | BIT(7) | BIT(8) | BIT(9) |
    BIT(11) | BIT(14) | BIT(15) | BIT(16) | BIT(19) | BIT(23) | BIT(24) |
    BIT(25) | BIT(26) | BIT(27);
#define LEAF1_EDX_ACPI  BIT(22)     /* domain 0 drives the firmware */

/* Leaf 7 EBX: FSGSBASE BMI1 AVX2 BMI2 ERMS RDSEED ADX CLFLUSHOPT CLWB SHA and
 * AVX-512; ECX: its later parts, GFNI, VAES, VPCLMULQDQ, RDPID; EDX: FSRM. */
static const uint32_t leaf7_ebx =
    BIT(0) | BIT(3) | BIT(5) | BIT(8) | BIT(9) | BIT(16) | BIT(17) | BIT(18) |
    BIT(19) | BIT(21) | BIT(23) | BIT(24) | BIT(28) | BIT(29) | BIT(30) |
    BIT(31);
static const uint32_t leaf7_ecx =
    BIT(1) | BIT(6) | BIT(8) | BIT(9) | BIT(10) | BIT(11) | BIT(12) |
    BIT(14) | BIT(22);
static const uint32_t leaf7_edx = BIT(2) | BIT(3) | BIT(4);

/* Leaf 0x80000001 ECX: LAHF ABM SSE4A MISALIGNSSE PREFETCHW FMA4 TBM; EDX: the
 * AMD copies of leaf 1 EDX, SYSCALL NX MMXEXT FXSR_OPT RDTSCP LM 3DNOW. */
static const uint32_t ext1_ecx =
    BIT(0) | BIT(5) | BIT(6) | BIT(7) | BIT(8) | BIT(16) | BIT(21);
static const uint32_t ext1_edx =
    BIT(0) | BIT(2) | BIT(4) | BIT(5) | BIT(6) | BIT(7) | BIT(8) | BIT(9) |
    BIT(11) | BIT(14) | BIT(15) | BIT(16) | BIT(20) | BIT(22) | BIT(23) |
    BIT(24) | BIT(25) | BIT(27) | BIT(29) | BIT(30) | BIT(31);

#define LEAF_MAX        0xdu
#define EXT_LEAF_MAX    0x80000008u
#define VA_BITS         48u     /* tables have four levels */
#define EXT1_EDX_AMD_COPIES 0x0183f3ffu
#define XSTATE_FEATURES (BIT(0) | BIT(1) | BIT(2))  /* OPT, C, XGETBV1 */
#define OSXSAVE         BIT(27)
#define LEAF_XSTATE     0xdu
/* XSAVE, OSXSAVE, AVX, FMA, F16C */
#define NEED_XSAVE      (CPUID_ECX_XSAVE | OSXSAVE | BIT(28) | BIT(12) | BIT(29))

/* -- what any guest may be shown ------------------------------------------- */

static void leaf_1(struct cpuid_regs *r)
{
    r->ebx &= 0x0000ff00;           /* CLFLUSH size; APIC id 0, one CPU */
    r->ecx &= leaf1_ecx;
    r->edx &= leaf1_edx;
    if (!cpu_features.xsave)
        r->ecx &= ~NEED_XSAVE;
    r->ecx |= CPUID_ECX_HYPERVISOR;
}

static void leaf_7(uint32_t subleaf, struct cpuid_regs *r)
{
    if (subleaf) {
        *r = (struct cpuid_regs){ 0 };
        return;
    }
    r->eax = 0;
    r->ebx &= leaf7_ebx;
    r->ecx &= leaf7_ecx;
    r->edx &= leaf7_edx;
    if (!(cpu_features.xcr0 & 4))
        r->ebx &= ~BIT(5);
    if (!(cpu_features.xcr0 & 0xe0))
        r->ebx &= ~(BIT(16) | BIT(17) | BIT(21) | BIT(28) | BIT(30) | BIT(31));
}

/* How much memory the state takes just now is guest_cpuid()'s to say. */
static void leaf_d(uint32_t subleaf, struct cpuid_regs *r)
{
    if (!cpu_features.xsave) {
        *r = (struct cpuid_regs){ 0 };
    } else if (subleaf == 0) {
        r->eax &= (uint32_t)cpu_features.xcr0;
        r->ebx = r->ecx = cpu_features.xsave_size;
        r->edx = 0;
    } else if (subleaf == 1) {
        *r = (struct cpuid_regs){ .eax = r->eax & XSTATE_FEATURES };
    } else if (subleaf >= 64 || !(cpu_features.xcr0 >> subleaf & 1)) {
        *r = (struct cpuid_regs){ 0 };
    }
}

struct cpuid_regs cpuid_raw(uint32_t leaf, uint32_t subleaf)
{
    return cpuid(leaf, subleaf);
}

struct cpuid_regs cpuid_host(uint32_t leaf, uint32_t subleaf)
{
    struct cpuid_regs r = cpuid(leaf, subleaf);

    if (leaf == CPUID_FEATURES && !cpu_features.xsave)
        r.ecx &= ~NEED_XSAVE;
    if (leaf == CPUID_EXTENDED && subleaf == 0 && !cpu_features.smep)
        r.ebx &= ~CPUID_EBX_SMEP;
    if (leaf == CPUID_EXTENDED && subleaf == 0 && !cpu_features.smap)
        r.ebx &= ~CPUID_EBX_SMAP;
    if (leaf == LEAF_XSTATE && !cpu_features.xsave)
        r = (struct cpuid_regs){ 0 };
    return r;
}

struct cpuid_regs cpuid_pv(uint32_t leaf, uint32_t subleaf)
{
    struct cpuid_regs r = cpuid(leaf, subleaf);

    switch (leaf) {
    case 0:
        r.eax = MIN(r.eax, LEAF_MAX);
        break;
    case 1:
        leaf_1(&r);
        break;
    case 2:
        break;
    case 4:
        r.eax &= 0x3fff;            /* one core, no sharing */
        break;
    case 7:
        leaf_7(subleaf, &r);
        break;
    case LEAF_XSTATE:
        leaf_d(subleaf, &r);
        break;
    case 0x80000000:
        r.eax = MIN(r.eax, EXT_LEAF_MAX);
        break;
    case 0x80000001:
        r.ecx &= ext1_ecx;
        r.edx &= ext1_edx;
        if (!cpu_features.is_amd)
            r.edx &= ~EXT1_EDX_AMD_COPIES;
        break;
    case 0x80000002 ... 0x80000006:
        break;
    case 0x80000007:
        r = (struct cpuid_regs){ .edx = r.edx & CPUID_EDX_INVARIANT_TSC };
        break;
    case 0x80000008:
        r = (struct cpuid_regs){
            .eax = (r.eax & 0xff) |
                   MIN(r.eax >> 8 & 0xff, VA_BITS) << 8,
        };
        break;
    default:
        r = (struct cpuid_regs){ 0 };
    }
    return r;
}

/* -- what this one is shown, now ------------------------------------------- */

static void xen_leaf(const struct domain *d, uint32_t leaf, uint32_t subleaf,
                     uint32_t last, struct cpuid_regs *r)
{
    struct time_scale scale;

    *r = (struct cpuid_regs){ 0 };
    if (leaf > last)
        return;
    switch (leaf - XEN_CPUID_FIRST_LEAF) {
    case 0:
        r->eax = last;
        r->ebx = XEN_CPUID_SIGNATURE_EBX;
        r->ecx = XEN_CPUID_SIGNATURE_ECX;
        r->edx = XEN_CPUID_SIGNATURE_EDX;
        break;
    case 1:
        r->eax = 4 << 16 | 17;      /* the interface version we speak */
        break;
    case 2:
        r->eax = 1;
        r->ebx = 0x40000000;
        r->ecx = XEN_CPUID_FEAT1_MMU_PT_UPDATE_PRESERVE_AD;
        break;
    case 3:
        arch_time_scale(&scale);
        if (subleaf == 0) {
            r->ebx = READ_ONCE(d->arch.tsc_mode);
            r->ecx = (uint32_t)tsc_khz;
            r->edx = READ_ONCE(d->arch.tsc_incarnation);
        } else if (subleaf == 1) {
            r->ecx = scale.mul;
            r->edx = (uint32_t)scale.shift;
        } else if (subleaf == 2) {
            r->eax = (uint32_t)tsc_khz;
        }
        break;
    case 5:
        r->ebx = MIN(cpu_features.paddr_bits, 44u);
        break;
    }
}

/* The last leaf of ours that @p shows: at least the pages and features. */
static uint32_t last_xen_leaf(const struct cpu_policy *p)
{
    uint32_t last = XEN_CPUID_LEAF(XEN_CPUID_MAX_NUM_LEAVES);
    uint32_t wanted = p ? policy_lookup(p, XEN_CPUID_FIRST_LEAF, 0).eax : 0;

    if (!wanted)
        return last;
    return MAX(MIN(wanted, last), XEN_CPUID_LEAF(2));
}

/* Answers that depend on the vcpu and its registers. */
static void add_state(const struct vcpu *v, uint32_t leaf, uint32_t subleaf,
                      bool forced, struct cpuid_regs *r)
{
    if (leaf == CPUID_FEATURES) {
        if (v->domain->is_hardware)
            r->edx |= cpuid(leaf, 0).edx & LEAF1_EDX_ACPI;
        if ((r->ecx & CPUID_ECX_XSAVE) &&
            (forced || (v->arch.cr4 & CR4_OSXSAVE)))
            r->ecx |= OSXSAVE;
    } else if (leaf == LEAF_XSTATE && subleaf <= 1 && r->eax) {
        r->ebx = cpuid(leaf, subleaf).ebx;
    }
}

void guest_cpuid(struct vcpu *v, struct regs *regs, bool forced)
{
    uint32_t leaf = (uint32_t)regs->rax, subleaf = (uint32_t)regs->rcx;
    const struct cpu_policy *p = v->domain->arch.cpu_policy;
    struct cpuid_regs r;

    if (leaf >= XEN_CPUID_FIRST_LEAF && leaf < XEN_CPUID_FIRST_LEAF + 0x100) {
        xen_leaf(v->domain, leaf, subleaf, last_xen_leaf(p), &r);
    } else {
        r = p ? policy_lookup(p, leaf, subleaf) : cpuid_pv(leaf, subleaf);
        add_state(v, leaf, subleaf, forced, &r);
    }
    regs->rax = r.eax;
    regs->rbx = r.ebx;
    regs->rcx = r.ecx;
    regs->rdx = r.edx;
}
