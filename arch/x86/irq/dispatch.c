/* SPDX-License-Identifier: MIT */
/*
 * dispatch.c - from a vector to whoever handles it. Nothing that arrives here
 * is fatal: what nobody expects is counted, and ended if it needs to be.
 */
#include <hv/percpu.h>
#include <asm/lapic.h>
#include <asm/lapic_regs.h>
#include <asm/line.h>
#include <asm/vector.h>

static DEFINE_PER_CPU(unsigned long, spurious_count);

unsigned long irq_spurious_count(unsigned int cpu)
{
    return READ_ONCE(per_cpu(spurious_count, cpu));
}

/* The local APIC waits for an end of @vector. A spurious interrupt, its own or
 * an 8259's, is not in service and must not be ended (SDM 3A 11.9). */
static bool is_in_service(unsigned int vector)
{
    uint32_t word = lapic->read(LAPIC_ISR + vector / 32 * 0x10);

    return word >> vector % 32 & 1;
}

static void handle_unexpected(unsigned int vector)
{
    this_cpu(spurious_count)++;
    if (vector != VECTOR_SPURIOUS && is_in_service(vector))
        lapic_eoi();
}

void irq_dispatch(struct regs *regs, unsigned int vector)
{
    struct vector_owner owner = vector_owner_of(vector);

    (void)regs;
    if (owner.fn) {
        lapic_eoi();
        owner.fn(owner.data);
    } else if (owner.irq != VECTOR_NO_IRQ) {
        line_raise(owner.irq);
    } else {
        handle_unexpected(vector);
    }
}
