/* SPDX-License-Identifier: MIT */
/* idle.c - wait for an interrupt. */
#include <hv/sched.h>

/* Interrupts are off; STI lets none in before HLT (SDM 2B, STI). */
void arch_idle(void)
{
    __asm__ __volatile__("sti; hlt" : : : "memory");
}
