/* SPDX-License-Identifier: MIT */
/*
 * tool_calls.c - calls of Xen's tools made up from the input: any command, any
 * argument, and in the places of addresses often some that can be read.
 */
#include <asm/cpu_policy.h>
#include <hv/cpu.h>
#include <hv/domain.h>
#include <hv/keyhandler.h>
#include <hv/pci.h>
#include <hv/sched.h>
#include <hv/sysctl.h>
#include <hv/vcpu.h>
#include <public/sysctl.h>
#include "fake_spinlock.h"
#include "tool_calls.h"

#define SLOTS   8u          /* of 8 bytes, of each argument */

/* -- what they ask of others ----------------------------------------------- */

struct cpuid_regs cpuid_raw(uint32_t leaf, uint32_t subleaf)
{
    return (struct cpuid_regs){ leaf | 0xd, subleaf * 7, ~leaf, leaf * 3 };
}

struct cpuid_regs cpuid_host(uint32_t leaf, uint32_t subleaf)
{
    return cpuid_raw(leaf, subleaf);
}

struct cpuid_regs cpuid_pv(uint32_t leaf, uint32_t subleaf)
{
    struct cpuid_regs r = cpuid_raw(leaf, subleaf);

    if (!(leaf & 0x7fffffff))
        r.eax = leaf | 0xd;
    return r;
}

const struct cpu_topology *cpu_topology(unsigned int cpu)
{
    static const struct cpu_topology somewhere = { 1, 2, 0 };

    ck_assert(cpu_set_has(&cpu_online, cpu));
    return &somewhere;
}

bool pci_is_present(struct pci_function f)
{
    return f.bus & 1;
}

void keyhandler_run(char key)
{
    (void)key;
    ck_assert(!fake_locks_held);
}

unsigned int domain_count(void) { return 2; }

void domain_pause(struct domain *d)
{
    ck_assert(!fake_locks_held);
    d->pause_count++;
}

void domain_unpause(struct domain *d)
{
    ck_assert(d->pause_count);
    d->pause_count--;
}

void sched_get_affinity(struct vcpu *v, struct sched_affinity *a)
{
    a->hard = v->affinity;
    a->soft = v->affinity_soft;
    a->is_override = v->is_pinned_over;
}

int sched_pin_override(struct vcpu *v, unsigned int cpu)
{
    ck_assert(v->is_pinned_over && cpu == NR_CPUS);
    v->is_pinned_over = false;
    return 0;
}

/* -- calls ----------------------------------------------------------------- */

/* Numbers that mean something are small, and two of them make a slot. */
static uint64_t any_slot(struct fuzz *f)
{
    uint32_t low;

    switch (fuzz_u8(f) % 4) {
    case 0:
        return calls_put_any(f, 48);
    case 1:
        low = fuzz_u8(f);
        return (uint64_t)fuzz_u8(f) << 32 | low;
    case 2:
        return fuzz_u64(f);
    default:
        return fuzz_number(f);
    }
}

static void fill(struct fuzz *f, void *part)
{
    uint64_t slot[SLOTS];

    for (unsigned int i = 0; i < SLOTS; i++)
        slot[i] = any_slot(f);
    memcpy(part, slot, sizeof(slot));
}

unsigned int tool_calls_choose_sysctl(struct fuzz *f, unsigned long args[6])
{
    struct xen_sysctl op = {
        .interface_version = XEN_SYSCTL_INTERFACE_VERSION,
    };
    uint8_t kind = fuzz_u8(f);

    op.cmd = kind < 0xf0 ? kind % 32 : (uint32_t)fuzz_number(f);
    fill(f, &op.u);
    if (fuzz_u8(f) >= 0xf0)
        op.interface_version = (uint32_t)fuzz_u64(f);
    args[0] = calls_put(f, &op, sizeof(op));
    return __HYPERVISOR_sysctl;
}

/* Of domctl the commands about CPUs. */
unsigned int tool_calls_choose_domctl(struct fuzz *f, unsigned long args[6])
{
    static const uint8_t commands[] = {
        XEN_DOMCTL_setvcpuaffinity, XEN_DOMCTL_getvcpuaffinity,
        XEN_DOMCTL_scheduler_op, XEN_DOMCTL_setnodeaffinity,
        XEN_DOMCTL_getnodeaffinity, XEN_DOMCTL_get_cpu_policy,
        XEN_DOMCTL_set_cpu_policy,
    };
    struct xen_domctl op = {
        .cmd = commands[fuzz_u8(f) % ARRAY_SIZE(commands)],
        .interface_version = XEN_DOMCTL_INTERFACE_VERSION,
        .domain = fuzz_u8(f) % 3,
    };

    fill(f, &op.u);
    args[0] = calls_put(f, &op, sizeof(op));
    return __HYPERVISOR_domctl;
}
