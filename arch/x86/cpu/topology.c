/* SPDX-License-Identifier: MIT */
/*
 * topology.c - which CPUs are threads of one core, and cores of one socket.
 *
 * An APIC number is made of fields, the socket's above the core's above the
 * thread's; CPUID tells how wide the lower two are: leaf 0xb, which both vendors
 * have, or on older CPUs leaf 4 (Intel), 0x8000001e and 0x80000008 (AMD).
 */
#include <asm/topology.h>
#include <hv/compiler.h>
#include <hv/percpu.h>
#include <hv/string.h>

#define LEAF_CACHES     0x00000004      /* SDM 2A, CPUID */
#define LEAF_LEVELS     0x0000000b
#define   LEVEL_TYPE(ecx)   ((ecx) >> 8 & 0xff)
#define   LEVEL_THREAD      1u
#define   LEVEL_CORE        2u
#define   LEVEL_SHIFT(eax)  ((eax) & 0x1f)
#define   LEVELS_MAX        8u
#define LEAF_AMD_SIZES  0x80000008      /* APM 3, appendix E */
#define   SIZES_CORES(ecx)  (((ecx) & 0xff) + 1)
#define   SIZES_CORE_BITS(ecx) ((ecx) >> 12 & 0xf)
#define LEAF_AMD_UNIT   0x8000001e
#define   UNIT_THREADS(ebx) (((ebx) >> 8 & 0xff) + 1)
#define CPUID_ECX_TOPOEXT (1u << 22)    /* of 0x80000001 */
#define CPUID_EDX_HTT   (1u << 28)      /* of 1: leaf 1 counts threads */
#define COUNT_THREADS(ebx)  ((ebx) >> 16 & 0xff)
#define COUNT_CORES(eax)    (((eax) >> 26) + 1)     /* of leaf 4 */

/* Bits of the APIC number that name the thread in its core; those and the
 * core's, which name it in its socket. */
struct widths {
    unsigned int thread, socket;
};

static DEFINE_PER_CPU(struct cpu_topology, topology);

/* Bits to number @count things. */
static unsigned int bits_for(unsigned int count)
{
    return count > 1 ? 32 - (unsigned int)__builtin_clz(count - 1) : 0;
}

static bool has_leaf(cpuid_fn read, uint32_t leaf)
{
    return read(leaf & CPUID_EXT_MAX, 0).eax >= leaf;
}

static bool read_levels(cpuid_fn read, struct widths *w, uint32_t *apic_id)
{
    bool is_known = false;

    if (!has_leaf(read, LEAF_LEVELS))
        return false;
    for (unsigned int i = 0; i < LEVELS_MAX; i++) {
        struct cpuid_regs r = read(LEAF_LEVELS, i);
        unsigned int type = LEVEL_TYPE(r.ecx);

        if (!r.ebx || !type)
            break;
        if (type == LEVEL_THREAD)
            w->thread = LEVEL_SHIFT(r.eax);
        w->socket = LEVEL_SHIFT(r.eax);
        *apic_id = r.edx;
        is_known = true;
    }
    return is_known;
}

static void read_amd(cpuid_fn read, struct widths *w)
{
    uint32_t ecx = read(LEAF_AMD_SIZES, 0).ecx;

    w->socket = SIZES_CORE_BITS(ecx) ? SIZES_CORE_BITS(ecx)
                                     : bits_for(SIZES_CORES(ecx));
    if ((read(CPUID_EXT_FEATURES, 0).ecx & CPUID_ECX_TOPOEXT) &&
        has_leaf(read, LEAF_AMD_UNIT))
        w->thread = bits_for(UNIT_THREADS(read(LEAF_AMD_UNIT, 0).ebx));
}

static void read_intel(cpuid_fn read, struct widths *w)
{
    unsigned int cores = 1;

    if (has_leaf(read, LEAF_CACHES))
        cores = COUNT_CORES(read(LEAF_CACHES, 0).eax);
    w->socket = bits_for(COUNT_THREADS(read(CPUID_FEATURES, 0).ebx));
    if (w->socket > bits_for(cores))
        w->thread = w->socket - bits_for(cores);
}

static bool is_intel(cpuid_fn read)
{
    struct cpuid_regs r = read(CPUID_VENDOR, 0);

    return !memcmp(&r.ebx, "Genu", 4) && !memcmp(&r.edx, "ineI", 4) &&
           !memcmp(&r.ecx, "ntel", 4);
}

static uint32_t low_bits(uint32_t value, unsigned int bits)
{
    return bits < 32 ? value & ((1u << bits) - 1) : value;
}

struct cpu_topology topology_decode(cpuid_fn read)
{
    struct cpuid_regs f = read(CPUID_FEATURES, 0);
    struct widths w = { 0, 0 };
    uint32_t apic_id = f.ebx >> 24;

    if (!read_levels(read, &w, &apic_id) && (f.edx & CPUID_EDX_HTT)) {
        if (is_intel(read))
            read_intel(read, &w);
        else if (has_leaf(read, LEAF_AMD_SIZES))
            read_amd(read, &w);
    }
    w.socket = MAX(w.socket, w.thread);
    return (struct cpu_topology){
        .socket = w.socket < 32 ? apic_id >> w.socket : 0,
        .core = low_bits(apic_id, w.socket) >> w.thread,
        .thread = low_bits(apic_id, w.thread),
    };
}

void topology_init_cpu(void)
{
    this_cpu(topology) = topology_decode(cpuid);
}

const struct cpu_topology *cpu_topology(unsigned int cpu)
{
    return &per_cpu(topology, cpu);
}
