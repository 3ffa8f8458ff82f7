/* SPDX-License-Identifier: MIT */
/*
 * identify.c - what this machine's CPUs can do, and what we cannot do without.
 * Long mode and NX were checked by boot/entry32.S.
 */
#include <asm/cpu.h>
#include <asm/cpuid.h>
#include <asm/cr.h>
#include <asm/msr.h>
#include <hv/cmdline.h>
#include <hv/printk.h>
#include <hv/string.h>

#define CPUID_EDX_PGE   (1u << 13)
#define CPUID_EDX_MCE   (1u << 7)
#define CPUID_EDX_CX8   (1u << 8)
#define CPUID_EDX_SSE2  (1u << 26)

/* State components we switch: x87, SSE, AVX, and AVX-512's three. */
#define XCR0_SUPPORTED  0xe7ul

struct cpu_features cpu_features;
unsigned long cpu_cr4;
bool cpu_has_smap;

static bool opt_smap = true, opt_smep = true, opt_xsave = true;
CMDLINE_BOOL_OPTION(opt_smap, "smap");
CMDLINE_BOOL_OPTION(opt_smep, "smep");
CMDLINE_BOOL_OPTION(opt_xsave, "xsave");

static void __init require(bool has, const char *name)
{
    if (!has)
        boot_error("This CPU lacks %s, which Parapet needs: use another "
                   "machine or CPU model", name);
}

static void __init identify_vendor(void)
{
    struct cpuid_regs r = cpuid(CPUID_VENDOR, 0);

    memcpy(cpu_features.vendor, &r.ebx, 4);
    memcpy(cpu_features.vendor + 4, &r.edx, 4);
    memcpy(cpu_features.vendor + 8, &r.ecx, 4);
    cpu_features.is_intel = !strcmp(cpu_features.vendor, "GenuineIntel");
    cpu_features.is_amd = !strcmp(cpu_features.vendor, "AuthenticAMD") ||
                          !strcmp(cpu_features.vendor, "HygonGenuine");
}

static void __init identify_xsave(void)
{
    struct cpuid_regs r = cpuid(0xd, 0);

    cpu_features.xcr0 = ((uint64_t)r.edx << 32 | r.eax) & XCR0_SUPPORTED;
    /* AVX-512 state comes whole or not at all (SDM 1 13.3). */
    if ((cpu_features.xcr0 & 0xe0) != 0xe0 || !(cpu_features.xcr0 & 4))
        cpu_features.xcr0 &= ~0xe0ul;
    cpu_features.xsave_size = r.ecx;
    cpu_features.xsaveopt = cpuid(0xd, 1).eax & 1;
}

/* -- what every CPU must have in common ------------------------------------ */

#define CPUID_ECX_OSXSAVE   (1u << 27)  /* what CR4 says, not the CPU */
#define CPUID_ECX_OSPKE     (1u << 4)   /* the same, of leaf 7 */
#define WORDS               6u

static uint32_t first_words[WORDS];

static void read_words(uint32_t *words)
{
    struct cpuid_regs f1 = cpuid(CPUID_FEATURES, 0);
    struct cpuid_regs f7 = cpuid_if_present(CPUID_EXTENDED);
    struct cpuid_regs ext = cpuid_if_present(CPUID_EXT_FEATURES);

    words[0] = f1.edx;
    words[1] = f1.ecx & ~CPUID_ECX_OSXSAVE;
    words[2] = f7.ebx;
    words[3] = f7.ecx & ~CPUID_ECX_OSPKE;
    words[4] = ext.edx;
    words[5] = ext.ecx;
}

bool __init cpu_is_like_first(void)
{
    uint32_t words[WORDS];

    read_words(words);
    for (unsigned int i = 0; i < WORDS; i++)
        if (first_words[i] & ~words[i])
            return false;
    return true;
}

void __init cpu_identify(void)
{
    struct cpuid_regs f1 = cpuid(CPUID_FEATURES, 0);
    struct cpuid_regs f7 = cpuid_if_present(CPUID_EXTENDED);
    struct cpuid_regs ext = cpuid_if_present(CPUID_EXT_FEATURES);
    struct cpuid_regs size = cpuid_if_present(0x80000008);

    read_words(first_words);
    identify_vendor();
    require(f1.edx & CPUID_EDX_TSC, "a time-stamp counter");
    require(f1.edx & CPUID_EDX_APIC, "a local APIC");
    require(f1.edx & CPUID_EDX_PAT, "the page attribute table");
    require(f1.edx & CPUID_EDX_PGE, "global pages");
    require(f1.edx & CPUID_EDX_CX8, "CMPXCHG8B");
    require(f1.edx & CPUID_EDX_FXSR, "FXSAVE");
    require(f1.edx & CPUID_EDX_SSE2, "SSE2");
    require(ext.edx & CPUID_EDX_SYSCALL, "SYSCALL");

    cpu_features.mce = f1.edx & CPUID_EDX_MCE;
    cpu_features.fsgsbase = f7.ebx & CPUID_EBX_FSGSBASE;
    cpu_features.smep = (f7.ebx & CPUID_EBX_SMEP) && opt_smep;
    cpu_features.smap = (f7.ebx & CPUID_EBX_SMAP) && opt_smap;
    cpu_has_smap = cpu_features.smap;
    cpu_features.umip = f7.ecx & CPUID_ECX_UMIP;
    cpu_features.rdtscp = ext.edx & CPUID_EDX_RDTSCP;
    cpu_features.paddr_bits = size.eax ? size.eax & 0xff : 36;
    cpu_features.xsave = (f1.ecx & CPUID_ECX_XSAVE) && opt_xsave;
    if (cpu_features.xsave)
        identify_xsave();

    cpu_cr4 = CR4_PAE | CR4_PGE | CR4_OSFXSR | CR4_OSXMMEXCPT | CR4_DE |
              (cpu_features.mce ? CR4_MCE : 0) |
              (cpu_features.xsave ? CR4_OSXSAVE : 0) |
              (cpu_features.fsgsbase ? CR4_FSGSBASE : 0) |
              (cpu_features.smep ? CR4_SMEP : 0) |
              (cpu_features.smap ? CR4_SMAP : 0) |
              (cpu_features.umip ? CR4_UMIP : 0);
}
