/* SPDX-License-Identifier: MIT */
/* stack_guard.h - names that the compiler itself refers to. */
#ifndef HV_STACK_GUARD_H
#define HV_STACK_GUARD_H

extern unsigned long __stack_chk_guard;
void __stack_chk_fail(void) __attribute__((noreturn));
/* Mix @seed in. Only where no guarded function will ever return. */
void stack_guard_init(unsigned long seed);

#endif
