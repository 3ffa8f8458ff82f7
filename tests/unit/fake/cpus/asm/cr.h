/* SPDX-License-Identifier: MIT */
/* cr.h - what loading a control register does to the TLBs of fake_cpus.c. */
#ifndef ASM_CR_H
#define ASM_CR_H

#define CR4_PGE     (1 << 7)

unsigned long read_cr3(void);
void write_cr3(unsigned long value);
unsigned long read_cr4(void);
void write_cr4(unsigned long value);
void invlpg(unsigned long va);

#endif
