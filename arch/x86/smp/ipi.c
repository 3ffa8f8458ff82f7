/* SPDX-License-Identifier: MIT */
/* ipi.c - make another CPU look up, or stand still. */
#include <asm/current.h>
#include <asm/ipi.h>
#include <asm/lapic.h>
#include <asm/vector.h>
#include <hv/cpu.h>
#include <hv/panic.h>
#include <hv/softirq.h>

static struct cpu_info *cpu_infos[NR_CPUS];

void ipi_init_cpu(void)
{
    cpu_infos[cpu_id()] = cpu_info();
}

uint32_t *arch_softirq_word(unsigned int cpu)
{
    return &cpu_infos[cpu]->softirq_pending;
}

/* The interrupt itself does nothing: its exit path looks at the word. */
void arch_cpu_kick(unsigned int cpu)
{
    if (cpu != cpu_id())
        lapic_send(cpu, VECTOR_EVENT_CHECK);
}

void arch_stop_other_cpus(void)
{
    if (cpu_count > 1)
        lapic_send_nmi_others();
}
