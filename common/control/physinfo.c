/* SPDX-License-Identifier: MIT */
/* physinfo.c - the CPUs and the memory of the machine, counted for tools. */
#include <hv/boot_info.h>
#include <hv/compiler.h>
#include <hv/cpu.h>
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <hv/page_alloc.h>
#include <hv/sched.h>
#include <hv/sysctl.h>
#include <hv/time.h>
#include <hv/vcpu.h>
#include <public/sysctl.h>

#define ADDRESS_BITS    64u

/* Frames of RAM; *highest is the number of the last. */
static uint64_t ram_frames(uint64_t *highest)
{
    const struct memory_map *map = &boot_info.memory;
    uint64_t frames = 0;

    *highest = 0;
    for (unsigned int i = 0; i < map->count; i++) {
        const struct memory_range *r = &map->range[i];

        if (r->type != MEMORY_RAM)
            continue;
        frames += (r->end - r->start) >> PAGE_SHIFT;
        *highest = MAX(*highest, (r->end - 1) >> PAGE_SHIFT);
    }
    return frames;
}

void control_physinfo(struct xen_sysctl_physinfo *info)
{
    struct cpu_counts counts = cpu_count_topology();
    uint64_t highest;

    *info = (struct xen_sysctl_physinfo){
        .threads_per_core = counts.threads,
        .cores_per_socket = counts.cores,
        .nr_cpus = cpu_count,
        .max_cpu_id = cpu_number_limit() - 1,
        .nr_nodes = 1,
        .cpu_khz = (uint32_t)tsc_khz,
        .capabilities = XEN_SYSCTL_PHYSCAP_pv | XEN_SYSCTL_PHYSCAP_gnttab_v1,
        .total_pages = ram_frames(&highest),
        .free_pages = page_free_count(),
    };
    info->max_mfn = highest;
    arch_cpu_feature_words(info->hw_cap, ARRAY_SIZE(info->hw_cap));
}

long sysctl_physinfo(struct xen_sysctl *op)
{
    control_physinfo(&op->u.physinfo);
    return 0;
}

/* Numbers that no online CPU has are there, with 0. */
long sysctl_getcpuinfo(struct xen_sysctl *op)
{
    struct xen_sysctl_getcpuinfo *c = &op->u.getcpuinfo;
    unsigned long va = (unsigned long)c->info.p;
    uint32_t count = MIN(c->max_cpus, cpu_number_limit());

    for (uint32_t cpu = 0; cpu < count; cpu++, va += sizeof(*c->info.p)) {
        struct xen_sysctl_cpuinfo info = { .idletime = 0 };
        struct vcpu_runstate_info r;

        if (cpu_set_has(&cpu_online, cpu)) {
            vcpu_runstate_get(sched_idle_vcpu(cpu), &r);
            info.idletime = r.time[RUNSTATE_running];
        }
        if (write_guest(va, info))
            return -EFAULT;
    }
    c->nr_cpus = count;
    return 0;
}

static uint64_t free_frames_below(uint32_t address_bits)
{
    return page_free_count_below(MIN(address_bits, ADDRESS_BITS));
}

/* There is one node, 0. The two counts may be a little apart in time. */
long sysctl_availheap(struct xen_sysctl *op)
{
    struct xen_sysctl_availheap *a = &op->u.availheap;
    uint64_t all = a->max_bitwidth ? free_frames_below(a->max_bitwidth)
                                   : page_free_count();
    uint64_t low = a->min_bitwidth ? free_frames_below(a->min_bitwidth) : 0;

    a->avail_bytes = 0;
    if (a->node <= 0 && a->node >= -1 && all > low)
        a->avail_bytes = (all - low) << PAGE_SHIFT;
    return 0;
}
