/* SPDX-License-Identifier: MIT */
/*
 * tss.c - where the CPU finds stacks: the ordinary one for entries from a
 * guest, and one of its own for each exception that may come while the stack
 * is still the guest's. No I/O bitmap: every guest IN and OUT is ours to see.
 */
#include <asm/cpu.h>
#include <asm/current.h>
#include <hv/percpu.h>

static DEFINE_PER_CPU(struct tss64, tss);

struct tss64 *tss_of_cpu(unsigned int cpu)
{
    return &per_cpu(tss, cpu);
}

void tss_init(void)
{
    struct tss64 *t = &this_cpu(tss);
    unsigned long top = (unsigned long)(cpu_info() + 1);

    t->rsp[0] = (unsigned long)(guest_regs() + 1);
    for (unsigned int i = 0; i < IST_COUNT; i++)
        t->ist[i] = top - STACK_SIZE + (i + 1) * 4096ul;
    t->iomap_base = 0xffff;
}
