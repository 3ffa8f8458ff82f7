/* SPDX-License-Identifier: MIT */
/* fake_facts.c - the facts that control operations tell: of three CPUs, and
 * the note of a build id under the names that the linker gives it. */
#include <hv/boot_info.h>
#include <hv/cpu.h>
#include <hv/time.h>
#include "fake_facts.h"

struct boot_info boot_info = { .arguments = boot_info.cmdline };
unsigned int cpu_count = 3;
unsigned long tsc_khz = 2400000;
cpu_set_t cpu_online;

unsigned int cpu_number_limit(void)
{
    return cpu_count;
}

struct cpu_counts cpu_count_topology(void)
{
    return (struct cpu_counts){ .sockets = 1, .cores = 3, .threads = 1 };
}

const uint8_t fake_build_id[36] = { 4, 0, 0, 0, 20, 0, 0, 0, 3, 0, 0, 0,
                                    'G', 'N', 'U', 0, 1, 2, 3, [35] = 20 };
__asm__(".globl __build_id_start, __build_id_end\n"
        ".set __build_id_start, fake_build_id\n"
        ".set __build_id_end, fake_build_id + 36\n");
