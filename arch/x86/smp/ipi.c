/* SPDX-License-Identifier: MIT */
/* ipi.c - what a CPU does when another one interrupts it. */
#include <asm/current.h>
#include <asm/ipi.h>
#include <asm/lapic.h>
#include <asm/vector.h>
#include <hv/cpu.h>
#include <hv/softirq.h>

struct cpu_info *cpu_infos[NR_CPUS];

void ipi_init_cpu(void)
{
    cpu_infos[cpu_id()] = cpu_info();
}

uint32_t *arch_softirq_word(unsigned int cpu)
{
    return &cpu_infos[cpu]->softirq_pending;
}

void arch_cpu_kick(unsigned int cpu)
{
    if (cpu != cpu_id())
        lapic_send(cpu, VECTOR_EVENT_CHECK);
}

/* The interrupt itself does nothing: its exit path looks at the word. */
static void look_up(void *data)
{
    (void)data;
}

static void flush(void *data)
{
    (void)data;
    tlb_flush_interrupt();
}

static void call(void *data)
{
    (void)data;
    cpu_call_interrupt();
}

void ipi_init(void)
{
    vector_set_handler(VECTOR_EVENT_CHECK, look_up, NULL);
    vector_set_handler(VECTOR_TLB_FLUSH, flush, NULL);
    vector_set_handler(VECTOR_CALL_FUNCTION, call, NULL);
}
