/* SPDX-License-Identifier: MIT */
/*
 * cpu_memory.c - the memory that a CPU needs before it can run C: its stack with
 * struct cpu_info, its page of the GDT, its per-CPU variables. A CPU that did
 * not start leaves them to the next that gets its number.
 */
#include <asm/cpu.h>
#include <asm/current.h>
#include <asm/smp.h>
#include <hv/direct_map.h>
#include <hv/errno.h>
#include <hv/page_alloc.h>
#include <hv/percpu.h>
#include <hv/string.h>

static char *stacks[NR_CPUS];

static int __init create_stack(unsigned int cpu)
{
    mfn_t m = page_alloc_frames(STACK_ORDER, 0);

    if (mfn_eq(m, INVALID_MFN))
        return -ENOMEM;
    stacks[cpu] = mfn_to_virt(m);
    return 0;
}

/* A stack is aligned to its size, as a block of the allocator is. */
static struct cpu_info *__init info_of(unsigned int cpu)
{
    return (struct cpu_info *)(stacks[cpu] + STACK_SIZE) - 1;
}

unsigned long __init cpu_stack_top(unsigned int cpu)
{
    return (unsigned long)info_of(cpu);
}

int __init cpu_memory_create(unsigned int cpu)
{
    if (!percpu_offsets[cpu] && percpu_area_create(cpu))
        return -ENOMEM;
    if (!gdt_page_of_cpu(cpu) && gdt_create(cpu))
        return -ENOMEM;
    if (!stacks[cpu] && create_stack(cpu))
        return -ENOMEM;
    memset(stacks[cpu], 0, STACK_SIZE);
    info_of(cpu)->cpu = cpu;
    info_of(cpu)->percpu_offset = percpu_offsets[cpu];
    return 0;
}
