/* SPDX-License-Identifier: MIT */
/* nmi.h - non-maskable interrupts. */
#ifndef ASM_NMI_H
#define ASM_NMI_H

#include <asm/regs.h>

/* @regs is what was interrupted. May not return. */
void nmi_serve(const struct regs *regs);

/* Let NMIs in again, as an IRET would: on the ordinary stack only, since the
 * next one takes the other from its top. */
static inline void nmi_unblock(void)
{
    unsigned long ss, cs;

    __asm__ __volatile__(
        "mov %%ss, %0; mov %%cs, %1; mov %%rsp, %%rax; push %0; push %%rax;"
        "pushfq; push %1; lea 1f(%%rip), %%rax; push %%rax; iretq; 1:"
        : "=&r"(ss), "=&r"(cs) : : "rax", "memory", "cc");
}

#endif
