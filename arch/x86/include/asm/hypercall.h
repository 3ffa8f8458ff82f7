/* SPDX-License-Identifier: MIT */
/*
 * hypercall.h - the door: a number in RAX, arguments in RDI RSI RDX R10 R8 R9.
 */
#ifndef ASM_HYPERCALL_H
#define ASM_HYPERCALL_H

#define HYPERCALL_COUNT 49

#ifndef __ASSEMBLER__

#include <hv/types.h>

typedef long (*hypercall_t)(unsigned long, unsigned long, unsigned long,
                            unsigned long, unsigned long, unsigned long);
extern const hypercall_t hypercall_table[HYPERCALL_COUNT];

/* End this hypercall so that the guest issues it again, with these arguments,
 * before its next instruction: the caller returns the result of this. Inside
 * a multicall the entry is run again by multicall itself. */
long hypercall_restart(unsigned int nr, unsigned int count, ...);

/* Run call @op of a multicall. *restart: it stopped half-way, and @args are now
 * those for the rest. -ENOSYS: no such call. */
long arch_multicall_one(unsigned long op, unsigned long args[6], bool *restart);

#endif
#endif
