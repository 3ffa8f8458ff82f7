/* SPDX-License-Identifier: MIT */
/*
 * idt.c - the interrupt gates, the same for every CPU. All lead to ring 0 with
 * interrupts off. Guests may raise 3, 4 and 0x80 directly; their other INT n
 * fault, which entry/traps.c understands.
 */
#include <asm/cpu.h>
#include <asm/layout.h>
#include <asm/regs.h>

#define GATES           256
#define STUB_SIZE       16
#define GATE_DPL3       (3ul << 45)
#define SYSCALL_VECTOR  0x80

extern char vector_stubs[];

static struct idt_gate idt[GATES] ALIGNED(4096);

static unsigned int ist_of(unsigned int vector)
{
    switch (vector) {
    case VECTOR_DF:  return IST_DF;
    case VECTOR_NMI: return IST_NMI;
    case VECTOR_MC:  return IST_MC;
    case VECTOR_DB:  return IST_DB;
    default:         return 0;
    }
}

static bool is_open_to_guests(unsigned int vector)
{
    return vector == VECTOR_BP || vector == VECTOR_OF ||
           vector == SYSCALL_VECTOR;
}

static void fill(void)
{
    for (unsigned int i = 0; i < GATES; i++) {
        unsigned long to = (unsigned long)vector_stubs + i * STUB_SIZE;

        idt[i].low = (to & 0xffff) | (uint64_t)SEL_HV_CS << 16 |
                     (uint64_t)ist_of(i) << 32 |
                     (uint64_t)DESC_TYPE_INTR_GATE << 40 | DESC_P |
                     (is_open_to_guests(i) ? GATE_DPL3 : 0) |
                     (to >> 16 & 0xffff) << 48;
        idt[i].high = to >> 32;
    }
}

void idt_init(void)
{
    struct table_register r = { sizeof(idt) - 1, (unsigned long)idt };

    if (!idt[0].low)
        fill();
    __asm__ __volatile__("lidt %0" : : "m"(r));
}
