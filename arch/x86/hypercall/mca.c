/* SPDX-License-Identifier: MIT */
/*
 * mca.c - hypercall 48: what domain 0 may know of machine checks. The
 * hypervisor stops the machine at one it cannot survive and does not collect
 * the others, so there is never a report to fetch.
 *
 * CPUs are described one by one, each as a package of its own.
 */
#include <asm/cpu.h>
#include <asm/cpuid.h>
#include <asm/hypercalls.h>
#include <hv/cpu.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <hv/platform.h>
#include <hv/string.h>
#include <hv/vcpu.h>
#include <public/arch-x86/xen-mca.h>

#define CPUID_BRAND_FIRST   0x80000002u     /* three leaves of 16 letters */
#define VENDOR_INTEL        1u
#define VENDOR_AMD          2u

/* SDM 2A, CPUID: the extended parts count for some families only. */
static void fill_signature(struct mcinfo_logical_cpu *cpu)
{
    uint32_t eax = cpuid(CPUID_FEATURES, 0).eax;

    cpu->mc_family = eax >> 8 & 0xf;
    cpu->mc_model = eax >> 4 & 0xf;
    if (cpu->mc_family == 6 || cpu->mc_family == 15)
        cpu->mc_model |= eax >> 12 & 0xf0;
    if (cpu->mc_family == 15)
        cpu->mc_family += eax >> 20 & 0xff;
    cpu->mc_step = eax & 0xf;
}

static void fill_names(struct mcinfo_logical_cpu *cpu)
{
    string_copy(cpu->mc_vendorid, cpu_features.vendor,
                sizeof(cpu->mc_vendorid));
    for (uint32_t i = 0; i < 3; i++) {
        struct cpuid_regs r = cpuid_if_present(CPUID_BRAND_FIRST + i);

        memcpy(cpu->mc_brandid + i * sizeof(r), &r, sizeof(r));
    }
}

static void fill(struct mcinfo_logical_cpu *cpu, unsigned int nr)
{
    struct cpuid_regs std = cpuid(CPUID_FEATURES, 0);
    struct cpuid_regs ext = cpuid_if_present(CPUID_EXT_FEATURES);
    uint32_t acpi_id;

    *cpu = (struct mcinfo_logical_cpu){
        .mc_cpunr = nr,
        .mc_ncores = 1, .mc_ncores_active = 1, .mc_nthreads = 1,
        .mc_cpuid_level = (int32_t)cpuid(CPUID_VENDOR, 0).eax,
        .mc_vendor = cpu_features.is_intel ? VENDOR_INTEL
                     : cpu_features.is_amd ? VENDOR_AMD : 0,
    };
    cpu->mc_cpu_caps[MC_CAPS_STD_EDX] = std.edx;
    cpu->mc_cpu_caps[MC_CAPS_STD_ECX] = std.ecx;
    cpu->mc_cpu_caps[MC_CAPS_AMD_EDX] = ext.edx;
    cpu->mc_cpu_caps[MC_CAPS_AMD_ECX] = ext.ecx;
    cpu->mc_cache_alignment = (std.ebx >> 8 & 0xff) * 8;
    if (arch_cpu_identity(nr, &cpu->mc_apicid, &acpi_id))
        cpu->mc_chipid = cpu->mc_apicid;
    fill_signature(cpu);
    fill_names(cpu);
}

static long physcpuinfo(struct xen_mc_physcpuinfo *p)
{
    unsigned long to = (unsigned long)p->info.p;
    uint32_t room = p->ncpus;
    unsigned int nr;

    p->ncpus = 0;
    for_each_online_cpu(nr) {
        struct mcinfo_logical_cpu cpu;

        if (to && p->ncpus < room) {
            fill(&cpu, nr);
            if (write_guest(to + p->ncpus * sizeof(cpu), cpu))
                return -EFAULT;
        }
        p->ncpus++;
    }
    return 0;
}

/* From one queue at a time. What was dealt with leaves no trace here. */
static long fetch(struct xen_mc_fetch *f)
{
    uint32_t queue = f->flags & (XEN_MC_NONURGENT | XEN_MC_URGENT);

    if (queue != XEN_MC_NONURGENT && queue != XEN_MC_URGENT)
        return -EINVAL;
    if (f->flags & XEN_MC_ACK)
        return 0;
    if (!f->data.p)
        return -EINVAL;
    f->flags = XEN_MC_NODATA;
    f->fetch_id = 0;
    return 0;
}

long do_mca(unsigned long arg)
{
    struct xen_mc op;
    long rc;

    if (!current->domain->is_hardware)
        return -EPERM;
    if (read_guest(op, arg))
        return -EFAULT;
    if (op.interface_version != XEN_MCA_INTERFACE_VERSION)
        return -EACCES;
    switch (op.cmd) {
    case XEN_MC_fetch:
        rc = fetch(&op.u.mc_fetch);
        break;
    case XEN_MC_physcpuinfo:
        rc = physcpuinfo(&op.u.mc_physcpuinfo);
        break;
    default:
        return -ENOSYS;
    }
    if (!rc && write_guest(arg, op))
        return -EFAULT;
    return rc;
}
