/* SPDX-License-Identifier: MIT */
/* debugreg.h - a vcpu's debug registers to the CPU and off it. */
#ifndef ASM_DEBUGREG_H
#define ASM_DEBUGREG_H

struct vcpu;

void debugreg_load(const struct vcpu *v);
void debugreg_unload(struct vcpu *v);

#endif
