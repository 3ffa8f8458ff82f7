/* SPDX-License-Identifier: MIT */
/*
 * window.h - the part of slot 257 that one vcpu has: 64 KiB of GDT (its pages
 * 0-13 are the guest's, 14 this CPU's), then 64 KiB of LDT.
 */
#ifndef ASM_WINDOW_H
#define ASM_WINDOW_H

#include <asm/layout.h>
#include <hv/vcpu.h>

#define GDT_WINDOW_SIZE 0x10000ul
#define LDT_WINDOW_SIZE 0x10000ul
#define VCPU_WINDOW_SIZE (GDT_WINDOW_SIZE + LDT_WINDOW_SIZE)
#define WINDOW_ENTRIES  (VCPU_WINDOW_SIZE / 4096)
#define WINDOW_LDT      16u     /* first entry of the LDT */

static inline unsigned long gdt_window(const struct vcpu *v)
{
    return PERDOMAIN_START + v->id * VCPU_WINDOW_SIZE;
}

static inline unsigned long ldt_window(const struct vcpu *v)
{
    return gdt_window(v) + GDT_WINDOW_SIZE;
}

#endif
