/* SPDX-License-Identifier: MIT */
/*
 * vector.h - the 256 vectors, by owner:
 *
 *   0x00-0x1f   exceptions
 *   0x20-0x2f   8259s: masked for good, so only spurious ones come
 *   0x30-0xef   lines of devices, given out by vector_alloc; not 0x80, 0x82
 *   0xf0-0xff   the hypervisor's own
 */
#ifndef ASM_VECTOR_H
#define ASM_VECTOR_H

#include <hv/compiler.h>
#include <hv/types.h>

#define VECTOR_COUNT            256u
#define VECTOR_EXCEPTIONS       0x20u
#define VECTOR_PIC              0x20u   /* 16 of them */
#define VECTOR_DEVICE_FIRST     0x30u
#define VECTOR_GUEST_SYSCALL    0x80u   /* 32-bit guests: their own int */
#define VECTOR_HYPERCALL        0x82u   /* 32-bit guests: ours */
#define VECTOR_DEVICE_LAST      0xefu
#define VECTOR_HV_FIRST         0xf0u
#define VECTOR_TLB_FLUSH        0xf9u   /* drop translations: mm/tlb.c */
#define VECTOR_TIMER            0xfau   /* local APIC timer */
#define VECTOR_EVENT_CHECK      0xfbu   /* look at softirqs and events */
#define VECTOR_CALL_FUNCTION    0xfcu   /* run a function for another CPU */
#define VECTOR_ERROR            0xfeu   /* local APIC error */
#define VECTOR_SPURIOUS         0xffu

/* Called with interrupts off. */
typedef void (*irq_fn)(void *data);

/* Who handles one of the hypervisor's own vectors; once each, at boot. */
void vector_set_handler(unsigned int vector, irq_fn fn, void *data);

/* Give line @irq a vector of its own, on every CPU. The vector, or -ENOSPC. */
int vector_alloc(unsigned int irq) MUST_CHECK;
/* @count of them in a row, first a multiple of @count (a power of two up to
 * 32), for lines @irq, @irq + 1, ..: what multiple MSI needs. */
int vector_alloc_block(unsigned int irq, unsigned int count) MUST_CHECK;
void vector_free(unsigned int vector);

struct regs;
/* From the entry code, for vectors from 0x20 on, interrupts off. */
void irq_dispatch(struct regs *regs, unsigned int vector);
/* Interrupts that @cpu has had and no one waited for, since boot. */
unsigned long irq_spurious_count(unsigned int cpu);

/* For dispatch.c: the owner of @vector. */
#define VECTOR_NO_IRQ   0xffffu
struct vector_owner {
    irq_fn fn;              /* not NULL: the hypervisor's own */
    void *data;
    uint16_t irq;           /* else the line, or VECTOR_NO_IRQ */
};
struct vector_owner vector_owner_of(unsigned int vector);

#endif
