/* SPDX-License-Identifier: MIT */
/* dump.c - key i: the vectors that are in use. */
#include <asm/lapic.h>
#include <asm/line.h>
#include <asm/vector.h>
#include <hv/log_level.h>
#include <hv/pirq.h>
#include <hv/symbols.h>

static void dump_handler(unsigned int vector, irq_fn fn)
{
    char name[SYMBOL_NAME_SIZE + 16];

    symbol_format(name, sizeof(name), (unsigned long)fn);
    printk_always(" vector %02x: the hypervisor, %s\n", vector, name);
}

static void dump_line(unsigned int vector, unsigned int irq)
{
    const char *kind = irq >= arch_irq_gsi_count() ? "message"
                       : arch_irq_is_level(irq)    ? "level"
                                                   : "edge";
    char owner[96] = "the hypervisor";

    if (!line_is_own(irq))
        pirq_describe(irq, owner, sizeof(owner));
    printk_always(" vector %02x: interrupt %u (%s), %s\n", vector, irq, kind,
                  owner);
}

/* A CPU whose interrupts are all in order is not worth a line. */
static void dump_cpu(unsigned int cpu)
{
    unsigned long spurious = irq_spurious_count(cpu);
    unsigned long errors = lapic_error_count(cpu);

    if (spurious || errors || cpu == 0)
        printk_always(" CPU %u: %lu that nobody waited for, %lu local APIC "
                      "errors\n", cpu, spurious, errors);
}

void arch_irq_dump(void)
{
    unsigned int cpu;

    for (unsigned int vector = 0; vector < VECTOR_COUNT; vector++) {
        struct vector_owner owner = vector_owner_of(vector);

        if (owner.fn)
            dump_handler(vector, owner.fn);
        else if (owner.irq != VECTOR_NO_IRQ)
            dump_line(vector, owner.irq);
    }
    for_each_online_cpu(cpu)
        dump_cpu(cpu);
}
