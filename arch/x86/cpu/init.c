/* SPDX-License-Identifier: MIT */
/* init.c - bring one CPU from long mode to the state guests run in. */
#include <asm/cpu.h>
#include <asm/cr.h>
#include <asm/msr.h>

/* WB WT UC- UC WC WP UC UC: what guests' entries are written for. */
#define PAT_VALUE   0x0000050100070406ul

void cpu_init(void)
{
    tss_init();
    gdt_init();
    idt_init();
    write_cr0(CR0_PG | CR0_AM | CR0_WP | CR0_NE | CR0_ET | CR0_MP | CR0_PE);
    write_cr4(cpu_cr4);
    wrmsr(MSR_PAT, PAT_VALUE);
    write_dr7(0x400);
    fpu_init();
}
