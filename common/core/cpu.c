/* SPDX-License-Identifier: MIT */
/* cpu.c - which physical CPUs take part. They come one at a time, at boot. */
#include <hv/compiler.h>
#include <hv/cpu.h>

cpu_set_t cpu_online;
unsigned int cpu_count;

void cpu_mark_online(unsigned int cpu)
{
    if (cpu_set_has(&cpu_online, cpu))
        return;
    cpu_set_add(&cpu_online, cpu);
    cpu_count++;
}

unsigned int cpu_number_limit(void)
{
    unsigned int cpu, limit = 0;

    for_each_online_cpu(cpu)
        limit = cpu + 1;
    return limit;
}

/* Is @a of the core, or of the socket, that @b is of? */
static bool is_same_socket(unsigned int a, unsigned int b)
{
    return cpu_topology(a)->socket == cpu_topology(b)->socket;
}

static bool is_same_core(unsigned int a, unsigned int b)
{
    return is_same_socket(a, b) && cpu_topology(a)->core ==
                                   cpu_topology(b)->core;
}

/* The first CPU of its socket, or core, counts for all of it. */
static bool is_first(unsigned int cpu,
                     bool (*is_same)(unsigned int a, unsigned int b))
{
    unsigned int other;

    for_each_online_cpu(other)
        if (is_same(other, cpu))
            return other == cpu;
    return false;
}

static unsigned int count_cores(unsigned int socket_of)
{
    unsigned int cpu, count = 0;

    for_each_online_cpu(cpu)
        count += is_same_socket(cpu, socket_of) && is_first(cpu, is_same_core);
    return count;
}

static unsigned int count_threads(unsigned int core_of)
{
    unsigned int cpu, count = 0;

    for_each_online_cpu(cpu)
        count += is_same_core(cpu, core_of);
    return count;
}

struct cpu_counts cpu_count_topology(void)
{
    struct cpu_counts c = { 0, 0, 0 };
    unsigned int cpu;

    for_each_online_cpu(cpu) {
        if (is_first(cpu, is_same_socket)) {
            c.sockets++;
            c.cores = MAX(c.cores, count_cores(cpu));
        }
        if (is_first(cpu, is_same_core))
            c.threads = MAX(c.threads, count_threads(cpu));
    }
    return c;
}
