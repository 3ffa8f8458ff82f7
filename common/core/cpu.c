/* SPDX-License-Identifier: MIT */
/* cpu.c - which physical CPUs take part. They come one at a time, at boot. */
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
