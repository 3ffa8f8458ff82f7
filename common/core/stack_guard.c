/* SPDX-License-Identifier: MIT */
/*
 * stack_guard.c - the word that functions with arrays keep beside their return
 * address, and what happens when it has changed. It is made unpredictable
 * early at boot, by a function that never returns to a guarded one.
 */
#include <hv/compiler.h>
#include <hv/printk.h>
#include <hv/stack_guard.h>

unsigned long __stack_chk_guard = 0x7a5cfe0d1b2e6900;

void __stack_chk_fail(void)
{
    panic("a stack was overrun");
}

void stack_guard_init(unsigned long seed)
{
    /* The low byte stays 0, so that no string runs over it. */
    __stack_chk_guard ^= (seed * 0x9e3779b97f4a7c15) << 8;
}
