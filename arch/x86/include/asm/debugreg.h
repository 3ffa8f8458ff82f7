/* SPDX-License-Identifier: MIT */
/* debugreg.h - a vcpu's debug registers to the CPU and off it. */
#ifndef ASM_DEBUGREG_H
#define ASM_DEBUGREG_H

#include <hv/types.h>

struct regs;
struct vcpu;

void debugreg_load(const struct vcpu *v);
void debugreg_unload(struct vcpu *v);
/* A value from its guest: as set_debugreg. @v is current or does not run. */
long debugreg_set(struct vcpu *v, int reg, uint64_t value);

/* Current's instruction was carried out for it: single-stepping, it is
 * interrupted here as the CPU would have done. */
void debugreg_step(const struct regs *regs);

#endif
