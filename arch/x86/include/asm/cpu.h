/* SPDX-License-Identifier: MIT */
/* cpu.h - this CPU's tables and features. */
#ifndef ASM_CPU_H
#define ASM_CPU_H

#include <asm/descriptor.h>
#include <hv/compiler.h>
#include <hv/types.h>

struct vcpu;

/* What the machine has; the same on all CPUs. */
struct cpu_features {
    bool is_intel, is_amd;
    bool xsave, xsaveopt, fsgsbase, smep, smap, umip, rdtscp, mce;
    uint64_t xcr0;              /* components we enable */
    uint32_t xsave_size;        /* bytes for all of them */
    unsigned int paddr_bits;
    char vendor[13];
};
extern struct cpu_features cpu_features;
extern bool cpu_has_smap;           /* features.smap, for assembler */

void cpu_identify(void);            /* boot; stops when a feature is missing */
/* This CPU can do all that the first one can. After cpu_identify(). */
bool cpu_is_like_first(void);
void cpu_init(void);                /* every CPU: tables, control registers */
extern unsigned long cpu_cr4;       /* what CR4 holds */

/* gdt.c */
/* Make the page of @cpu, which is not the first CPU. 0 or -ENOMEM. */
int gdt_create(unsigned int cpu) MUST_CHECK;
void gdt_init(void);
/* What holds that CPU's part of the GDT (selectors from 0xe000), or NULL. */
void *gdt_page_of_cpu(unsigned int cpu);
void gdt_load_own(void);            /* when no guest runs */
void gdt_set_ldt(unsigned long base, unsigned int entries);

void idt_init(void);                /* idt.c */
/* tss.c: filled before gdt_init loads it */
void tss_init(void);
struct tss64 *tss_of_cpu(unsigned int cpu);
void syscall_stub_init(void);       /* syscall_stub.c */

/* fpu.c: eager; the vcpu's whole state is in the CPU while it runs */
int fpu_vcpu_create(struct vcpu *v);
void fpu_vcpu_destroy(struct vcpu *v);
/* Of a vcpu that does not run, from an FXSAVE area that anybody wrote. */
void fpu_vcpu_set(struct vcpu *v, const void *fxsave);
/* As many bytes as the CPU's XSAVE area has, checked. */
void fpu_vcpu_set_all(struct vcpu *v, const void *xsave);
void fpu_vcpu_get(const struct vcpu *v, void *fxsave);
void fpu_vcpu_reset(struct vcpu *v);    /* as a CPU's after INIT */
void fpu_save(struct vcpu *v);
void fpu_restore(struct vcpu *v);
void fpu_init(void);                /* every CPU: XCR0 */
#define XCR0_X87    (1ul << 0)      /* SDM 1 13.1 */
#define XCR0_SSE    (1ul << 1)
#define XCR0_AVX    (1ul << 2)
#define XCR0_AVX512 (7ul << 5)
void xcr0_write(uint64_t value);
bool xcr0_is_valid(uint64_t value); /* XSETBV would not fault; we enable it */

#endif
