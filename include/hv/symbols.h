/* SPDX-License-Identifier: MIT */
/* symbols.h - names for the hypervisor's own code addresses. */
#ifndef HV_SYMBOLS_H
#define HV_SYMBOLS_H

#include <hv/types.h>

#define SYMBOL_NAME_SIZE 64u

/* The function that holds @addr: its name (cut to SYMBOL_NAME_SIZE - 1) and how
 * far inside. False when @addr is not in the hypervisor's code. */
bool symbol_find(unsigned long addr, char *name, unsigned long *offset);

/* Write name+0x12 for @addr; the bare number when it has no name. */
void symbol_format(char *buf, size_t size, unsigned long addr);

#endif
